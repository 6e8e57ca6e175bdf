import assert from "node:assert/strict";
import {
  clusterNodes,
  isPassing,
  recovered,
  withoutPods,
  type BoundPod,
  type ClusterNode,
  type PodObject,
} from "../../../../sdk/capacity/inventory/inventory";
import { isExtendedResource, podLimits, podRequests } from "../../../../sdk/capacity/placement/requests";
import type { PodSpec } from "../../../../sdk/kubernetes/core";
import { GPU, gpuTaint, nodeObject, podObject } from "../nodes";

const daemonSet = (name: string, spec: Partial<PodSpec> = {}) => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name, namespace: "kube-system" },
  spec: {
    template: { spec: { containers: [{ name, resources: { requests: { cpu: "500m", memory: "1Gi" } } }], ...spec } },
  },
});

function only(nodes: ClusterNode[]): ClusterNode {
  assert.equal(nodes.length, 1);
  return nodes[0]!;
}

describe("node inventory", () => {
  it("subtracts what bound pods request", () => {
    const { free, bound } = only(clusterNodes({ nodes: [nodeObject("a", 8)], pods: [podObject("p", "a", 3)] }));
    assert.deepEqual(free, { cpu: 63_000, memory: 511 * 2 ** 30, pods: 109, [GPU]: 5 });
    assert.deepEqual(
      bound.map(({ name, priority }) => [name, priority]),
      [["p", 0]],
    );
  });

  const ignored: [string, ReturnType<typeof podObject>][] = [
    ["a pod that has succeeded", podObject("p", "a", 3, { status: { phase: "Succeeded" } })],
    ["a pod that has failed", podObject("p", "a", 3, { status: { phase: "Failed" } })],
    ["a pod on another node", podObject("p", "b", 3)],
    ["a pod without a node", podObject("p", "a", 3, { spec: { containers: [] } })],
  ];
  for (const [name, pod] of ignored) {
    it(`does not count ${name}`, () => {
      assert.equal(only(clusterNodes({ nodes: [nodeObject("a", 8)], pods: [pod] })).free[GPU], 8);
    });
  }

  it("counts a pod that is pending on its node, and one that is being deleted", () => {
    const pods = [podObject("p", "a", 1, { status: { phase: "Pending" } }), podObject("q", "a", 1, { status: {} })];
    assert.equal(only(clusterNodes({ nodes: [nodeObject("a", 8)], pods })).free[GPU], 6);
  });

  it("counts a DaemonSet that belongs on the node, once", () => {
    const everywhere = daemonSet("agent", { tolerations: [{ operator: "Exists" }] });
    const own = podObject("agent-x", "a", 0, {
      metadata: { name: "agent-x", namespace: "kube-system", ownerReferences: [{ kind: "DaemonSet", name: "agent" }] },
    });
    const without = only(clusterNodes({ nodes: [nodeObject("a", 8)], daemonSets: [everywhere] }));
    assert.equal(without.free.cpu, 63_500);
    assert.equal(without.free.pods, 109);
    const running = only(clusterNodes({ nodes: [nodeObject("a", 8)], daemonSets: [everywhere], pods: [own] }));
    assert.equal(running.free.cpu, 63_000, "the pod itself counts, with its own requests");
  });

  const elsewhere: [string, Partial<PodSpec>][] = [
    ["does not tolerate the node", {}],
    ["selects other nodes", { tolerations: [{ operator: "Exists" }], nodeSelector: { cpu: "only" } }],
  ];
  for (const [name, spec] of elsewhere) {
    it(`does not count a DaemonSet that ${name}`, () => {
      assert.equal(
        only(clusterNodes({ nodes: [nodeObject("a", 8)], daemonSets: [daemonSet("d", spec)] })).free.cpu,
        64_000,
      );
    });
  }

  it("adds the taint of a bad condition, once", () => {
    const conditions = [
      { type: "Ready", status: "Unknown" },
      { type: "DiskPressure", status: "True" },
    ];
    const sick = nodeObject("a", 8, {
      spec: { taints: [gpuTaint, { key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" }] },
    });
    const { taints } = only(clusterNodes({ nodes: [{ ...sick, status: { ...sick.status, conditions } }] }));
    assert.deepEqual(
      taints.map(({ key }) => key),
      [GPU, "node.kubernetes.io/disk-pressure", "node.kubernetes.io/unreachable"],
    );
    const [well] = recovered([{ ...only(clusterNodes({ nodes: [sick] })), unschedulable: true }]);
    assert.deepEqual([well?.unschedulable, well?.taints], [false, [gpuTaint]]);
  });

  const states: [string, Partial<PodObject>, object][] = [
    ["pending", { status: { phase: "Pending" } }, { pending: true }],
    ["unready", { status: { phase: "Running", conditions: [{ type: "Ready", status: "False" }] } }, { unready: true }],
    [
      "ready",
      {
        status: {
          conditions: [
            { type: "Initialized", status: "False" },
            { type: "Ready", status: "True" },
          ],
        },
      },
      {},
    ],
  ];
  for (const [name, change, expected] of states) {
    it(`knows a pod that is ${name}`, () => {
      const [pod] = only(clusterNodes({ nodes: [nodeObject("a", 8)], pods: [podObject("p", "a", 3, change)] })).bound;
      assert.deepEqual([pod?.pending, pod?.unready], [(expected as BoundPod).pending, (expected as BoundPod).unready]);
    });
  }

  it("knows a pod that is being deleted, and what creates it anew", () => {
    const ownerReferences = [
      { kind: "Job", name: "x", controller: false },
      { kind: "ReplicaSet", name: "y" },
    ];
    const metadata = { name: "p", deletionTimestamp: "2026-01-01T00:00:00Z", ownerReferences };
    const pods = [podObject("p", "a", 3, { metadata, spec: { nodeName: "a", priority: 7, containers: [] } })];
    const [pod] = only(clusterNodes({ nodes: [nodeObject("a", 8)], pods })).bound;
    const { terminating, owner, namespace, priority } = pod!;
    assert.deepEqual(
      [terminating, owner, namespace, priority],
      [true, { kind: "ReplicaSet", name: "y" }, "default", 7],
    );
  });

  it("gives back what pods held once they are gone", () => {
    const nodes = clusterNodes({ nodes: [nodeObject("a", 8)], pods: [podObject("p", "a", 3), podObject("q", "a", 1)] });
    const { free, bound } = only(withoutPods(nodes, ({ name }) => name === "p"));
    assert.deepEqual([free[GPU], free.pods, bound.map(({ name }) => name)], [7, 109, ["q"]]);
  });

  const taints: [string, boolean][] = [
    ["node.kubernetes.io/unschedulable", true],
    ["node.cloudprovider.kubernetes.io/uninitialized", true],
    ["ToBeDeletedByClusterAutoscaler", true],
    ["DeletionCandidateOfClusterAutoscaler", true],
    ["karpenter.sh/disrupted", true],
    ["karpenter.sh/unregistered", true],
    ["nvidia.com/gpu", false],
    ["karpenter.sh/nodepool", false],
  ];
  for (const [key, expected] of taints) {
    it(`knows that the taint ${key} ${expected ? "passes" : "stays"}`, () => {
      assert.equal(isPassing({ key, effect: "NoSchedule" }), expected);
    });
  }

  const conditions: [string, string, string | undefined][] = [
    ["Ready", "False", "not-ready"],
    ["Ready", "Unknown", "unreachable"],
    ["Ready", "True", undefined],
    ["MemoryPressure", "True", "memory-pressure"],
    ["DiskPressure", "True", "disk-pressure"],
    ["PIDPressure", "True", "pid-pressure"],
    ["NetworkUnavailable", "True", "network-unavailable"],
    ["MemoryPressure", "False", undefined],
  ];
  for (const [type, status, expected] of conditions) {
    it(`taints a node whose ${type} is ${status}: ${expected ?? "not"}`, () => {
      const plain = nodeObject("a", 8);
      const node = { ...plain, spec: {}, status: { ...plain.status, conditions: [{ type, status }] } };
      const own = only(clusterNodes({ nodes: [node] })).taints;
      assert.deepEqual(
        own,
        expected === undefined ? [] : [{ key: `node.kubernetes.io/${expected}`, effect: "NoSchedule" }],
      );
    });
  }

  it("counts DaemonSets of the same name in another namespace apart, and on nodes that are not well", () => {
    const own = podObject("agent-x", "a", 0, {
      metadata: { name: "agent-x", namespace: "other", ownerReferences: [{ kind: "DaemonSet", name: "agent" }] },
    });
    const sick = {
      ...nodeObject("a", 8),
      spec: { taints: [{ key: "node.kubernetes.io/not-ready", effect: "NoExecute" }] },
    };
    const { free } = only(clusterNodes({ nodes: [sick], daemonSets: [daemonSet("agent")], pods: [own] }));
    assert.equal(free.cpu, 62_500);
  });

  it("lists nodes by name", () => {
    assert.deepEqual(
      clusterNodes({ nodes: [nodeObject("b", 1), nodeObject("a", 1)] }).map(({ name }) => name),
      ["a", "b"],
    );
  });
});

describe("requests of a pod", () => {
  const container = (cpu: string, more: object = {}) => ({ name: "c", resources: { requests: { cpu } }, ...more });
  const cases: [string, PodSpec, Record<string, number>][] = [
    ["are the sum of its containers", { containers: [container("1"), container("500m")] }, { cpu: 1500 }],
    [
      "are the largest init container where that is more",
      { containers: [container("1")], initContainers: [container("3"), container("2")] },
      { cpu: 3000 },
    ],
    [
      "ignore smaller init containers",
      { containers: [container("4")], initContainers: [container("3")] },
      { cpu: 4000 },
    ],
    [
      "include sidecars",
      { containers: [container("1")], initContainers: [container("1", { restartPolicy: "Always" })] },
      { cpu: 2000 },
    ],
    [
      "add the sidecars started before an init container",
      { containers: [container("1")], initContainers: [container("2", { restartPolicy: "Always" }), container("3")] },
      { cpu: 5000 },
    ],
    [
      "are the limits where only limits are given",
      { containers: [{ name: "c", resources: { limits: { [GPU]: "2", memory: "1Ki" } } }] },
      { [GPU]: 2, memory: 1024 },
    ],
    [
      "include the overhead of a runtime class",
      { containers: [container("1")], overhead: { cpu: "250m" } },
      { cpu: 1250 },
    ],
    [
      "of the pod as a whole replace the sum",
      { containers: [container("1")], resources: { requests: { cpu: "3", [GPU]: "9" } } },
      { cpu: 3000 },
    ],
    [
      "round up to the scheduler's unit",
      { containers: [{ name: "c", resources: { requests: { cpu: "0.0001", memory: "100m" } } }] },
      { cpu: 1, memory: 1 },
    ],
    [
      "of the pod as a whole may be cpu, memory and huge pages",
      {
        containers: [container("1")],
        resources: { requests: { memory: "1Ki", "hugepages-2Mi": "2Mi", "ephemeral-storage": "1Ki" } },
      },
      { cpu: 1000, memory: 1024, "hugepages-2Mi": 2 ** 21 },
    ],
    ["can be none", { containers: [{ name: "c" }] }, {}],
  ];
  for (const [name, spec, expected] of cases) {
    it(name, () => {
      assert.deepEqual(podRequests(spec), expected);
    });
  }

  it("and its limits are counted alike, overhead only on what is limited", () => {
    const limited = (cpu: string, more: object = {}) => ({ name: "c", resources: { limits: { cpu } }, ...more });
    const limits: [PodSpec, Record<string, number>][] = [
      [{ containers: [limited("1"), container("9")] }, { cpu: 1000 }],
      [{ containers: [limited("1")], initContainers: [limited("3")] }, { cpu: 3000 }],
      [
        { containers: [limited("1")], initContainers: [limited("2", { restartPolicy: "Always" }), limited("3")] },
        { cpu: 5000 },
      ],
      [
        { containers: [limited("1")], initContainers: [limited("3"), limited("2", { restartPolicy: "Always" })] },
        { cpu: 3000 },
      ],
      [{ containers: [limited("1")], overhead: { cpu: "1", memory: "1Gi" } }, { cpu: 2000 }],
      [{ containers: [limited("1")], resources: { limits: { cpu: "4" } } }, { cpu: 4000 }],
    ];
    for (const [spec, expected] of limits) assert.deepEqual(podLimits(spec), expected);
  });

  const kinds: [string, boolean][] = [
    ["nvidia.com/gpu", true],
    ["nvidia.com/mig-1g.10gb", true],
    ["cpu", false],
    ["hugepages-2Mi", false],
    ["kubernetes.io/batch-cpu", false],
    ["node.kubernetes.io/x", false],
    ["requests.nvidia.com/gpu", false],
  ];
  for (const [name, expected] of kinds) {
    it(`of ${name} are ${expected ? "" : "not "}for devices`, () => {
      assert.equal(isExtendedResource(name), expected);
    });
  }
});
