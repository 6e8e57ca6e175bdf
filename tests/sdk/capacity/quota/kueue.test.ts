import assert from "node:assert/strict";
import { queueRoom, type ClusterQueue, type KueueObjects } from "../../../../sdk/capacity/quota/kueue";
import type { PodShape } from "../../../../sdk/capacity/placement/podShape";
import { GPU, gpuPod } from "../nodes";

describe("Kueue", () => {
  const queue = (
    name: string,
    nominal: number,
    used: number,
    more: { cohort?: string; borrowingLimit?: string; lendingLimit?: string; stopPolicy?: string } = {},
  ): ClusterQueue => {
    const { cohort, stopPolicy, ...limits } = more;
    return {
      apiVersion: "kueue.x-k8s.io/v1beta1",
      kind: "ClusterQueue",
      metadata: { name },
      spec: {
        ...(cohort !== undefined && { cohort }),
        ...(stopPolicy !== undefined && { stopPolicy }),
        resourceGroups: [
          {
            coveredResources: [GPU, "cpu", "memory"],
            flavors: [
              {
                name: "a100",
                resources: [
                  { name: GPU, nominalQuota: String(nominal), ...limits },
                  { name: "cpu", nominalQuota: "1000" },
                  { name: "memory", nominalQuota: "10Ti" },
                ],
              },
            ],
          },
        ],
      },
      status: { flavorsReservation: [{ name: "a100", resources: [{ name: GPU, total: String(used) }] }] },
    };
  };
  const objects = (...clusterQueues: ClusterQueue[]): KueueObjects => ({
    localQueues: [
      {
        apiVersion: "kueue.x-k8s.io/v1beta1",
        kind: "LocalQueue",
        metadata: { name: "q", namespace: "models" },
        spec: { clusterQueue: "own" },
      },
    ],
    clusterQueues,
    flavors: [
      {
        apiVersion: "kueue.x-k8s.io/v1beta1",
        kind: "ResourceFlavor",
        metadata: { name: "a100" },
        spec: {
          nodeLabels: { product: "A100" },
          nodeTaints: [{ key: GPU, effect: "NoSchedule" }],
          tolerations: [{ key: GPU, operator: "Exists" }],
        },
      },
    ],
  });
  const room = (some: KueueObjects, pod = gpuPod(8)) => queueRoom("models", "q", pod, some);

  const cohort = "all";
  const cases: [string, ClusterQueue[], number, number][] = [
    ["leaves what is not reserved", [queue("own", 32, 8)], 3, 3],
    ["borrows what the cohort leaves", [queue("own", 8, 0, { cohort }), queue("other", 16, 8, { cohort })], 2, 1],
    ["borrows nothing outside a cohort", [queue("own", 8, 0), queue("other", 16, 0, { cohort })], 1, 1],
    [
      "borrows up to its limit",
      [queue("own", 8, 0, { cohort, borrowingLimit: "0" }), queue("other", 16, 0, { cohort })],
      1,
      1,
    ],
    [
      "borrows what others lend",
      [queue("own", 8, 0, { cohort }), queue("other", 16, 0, { cohort, lendingLimit: "8" })],
      2,
      1,
    ],
    [
      "has less when another borrowed from it",
      [queue("own", 16, 0, { cohort }), queue("other", 0, 8, { cohort })],
      1,
      2,
    ],
    [
      "cannot borrow what others keep",
      [queue("own", 8, 0, { cohort }), queue("other", 16, 0, { cohort, lendingLimit: "0" })],
      1,
      1,
    ],
    ["admits nothing while it is stopped", [queue("own", 32, 0, { stopPolicy: "Hold" })], 0, 0],
  ];
  cases.push(
    [
      "has nothing of a quota that is overdrawn",
      [queue("own", 8, 16, { cohort }), queue("other", 16, 0, { cohort })],
      1,
      0,
    ],
    ["has nothing of a quota that is overdrawn outside a cohort", [queue("own", 8, 16)], 0, 0],
    [
      "borrows no more than it may, of what it has borrowed some",
      [queue("own", 8, 16, { cohort, borrowingLimit: "16" }), queue("other", 64, 0, { cohort })],
      1,
      0,
    ],
    [
      "borrows not beyond a limit where it stands alone in its cohort",
      [queue("own", 8, 0, { cohort, borrowingLimit: "64" })],
      1,
      1,
    ],
    [
      "keeps what it does not lend",
      [queue("own", 16, 0, { cohort, lendingLimit: "0" }), queue("other", 0, 0, { cohort })],
      2,
      2,
    ],
    [
      "keeps what it does not lend, but for what it uses",
      [queue("own", 16, 8, { cohort, lendingLimit: "0" }), queue("other", 8, 0, { cohort })],
      2,
      1,
    ],
    [
      "lends no more than it has",
      [queue("own", 8, 0, { cohort }), queue("other", 8, 0, { cohort, lendingLimit: "64" })],
      2,
      1,
    ],
    [
      "borrows less while another uses more than it lends",
      [queue("own", 8, 0, { cohort }), queue("other", 16, 12, { cohort, lendingLimit: "8" })],
      1,
      1,
    ],
    ["gets whole pods only", [queue("own", 15, 0)], 1, 1],
    ["is not stopped by a policy of None", [queue("own", 8, 0, { stopPolicy: "None" })], 1, 1],
    [
      "is in no cohort of an empty name",
      [queue("own", 8, 0, { cohort: "" }), queue("other", 8, 0, { cohort: "" })],
      1,
      1,
    ],
    [
      "does not borrow from another cohort",
      [queue("own", 8, 0, { cohort }), queue("other", 8, 0, { cohort: "else" })],
      1,
      1,
    ],
  );
  for (const [name, queues, pods, own] of cases) {
    it(name, () => {
      const result = room(objects(...queues));
      assert.deepEqual([result.pods, result.flavors[0]?.withoutBorrowing ?? 0, result.unknown], [pods, own, []]);
    });
  }

  it("puts a pod on the nodes of its flavor", () => {
    const [flavor] = room(objects(queue("own", 8, 0))).flavors;
    assert.deepEqual(
      [flavor?.pod.nodeSelector, flavor?.pod.tolerations],
      [{ product: "A100" }, [{ key: GPU, operator: "Exists" }]],
    );
  });

  it("has no flavor for a pod that selects other nodes", () => {
    assert.equal(room(objects(queue("own", 8, 0)), gpuPod(1, { nodeSelector: { product: "L4" } })).pods, 0);
  });

  it("admits nothing that asks for a resource without quota", () => {
    assert.equal(room(objects(queue("own", 8, 0)), { requests: { "amd.com/gpu": 1 } }).pods, 0);
  });

  it("says what it cannot know", () => {
    assert.deepEqual(room(objects()).unknown, ["ClusterQueue own"]);
    assert.deepEqual(queueRoom("other", "q", gpuPod(1), objects()).unknown, ["LocalQueue other/q"]);
    const tree = {
      ...objects(queue("own", 8, 0, { cohort })),
      cohorts: [{ apiVersion: "kueue.x-k8s.io/v1beta1", kind: "Cohort", metadata: { name: cohort } }],
    };
    assert.deepEqual(room(tree).unknown, ["what Cohort all adds and limits"]);
  });

  it("knows cohorts by their new name, and use by its old", () => {
    const other = queue("other", 16, 8);
    const own = queue("own", 8, 0);
    const renamed = [own, other].map((one) => ({ ...one, spec: { ...one.spec!, cohortName: cohort } }));
    assert.equal(room(objects(...renamed)).pods, 2);
    const { flavorsReservation } = queue("own", 8, 8).status!;
    assert.equal(room(objects({ ...own, status: { flavorsUsage: flavorsReservation! } })).pods, 0);
    const { status, ...fresh } = own;
    assert.deepEqual([status?.flavorsUsage, room(objects(fresh)).pods], [undefined, 1]);
    assert.equal(room(objects({ ...own, status: { flavorsReservation: [{ name: "a100" }] } })).pods, 1);
    assert.equal(
      room(objects({ ...own, status: { flavorsReservation: [{ name: "a100", resources: [{ name: GPU }] }] } })).pods,
      1,
    );
  });

  it("admits nothing through a queue that is stopped", () => {
    const some = objects(queue("own", 32, 0));
    const [local] = some.localQueues;
    const localQueues = [{ ...local!, spec: { ...local!.spec!, stopPolicy: "HoldAndDrain" } }];
    assert.deepEqual(room({ ...some, localQueues }), { pods: 0, flavors: [], unknown: [] });
  });

  const quotas = (name: string, resources: Record<string, string>) => ({
    name,
    resources: Object.entries(resources).map(([resource, nominalQuota]) => ({ name: resource, nominalQuota })),
  });
  const groups = (
    ...resourceGroups: NonNullable<NonNullable<ClusterQueue["spec"]>["resourceGroups"]>
  ): ClusterQueue => ({
    apiVersion: "kueue.x-k8s.io/v1beta1",
    kind: "ClusterQueue",
    metadata: { name: "own" },
    spec: { resourceGroups },
  });
  const flavor = (name: string, spec: NonNullable<KueueObjects["flavors"][number]["spec"]> = {}) => ({
    apiVersion: "kueue.x-k8s.io/v1beta1",
    kind: "ResourceFlavor",
    metadata: { name },
    spec,
  });
  const flavors = [
    flavor("a100", { nodeLabels: { product: "A100" } }),
    flavor("l4", { nodeLabels: { product: "L4" } }),
    flavor("plain"),
    flavor("tainted", { nodeTaints: [{ key: "spot", value: "yes", effect: "NoSchedule" }] }),
  ];
  const gpus = (names: string[]) => ({
    coveredResources: [GPU, "cpu", "memory"],
    flavors: names.map((name) => quotas(name, { [GPU]: "16", cpu: "100", memory: "1Ti" })),
  });
  const affinity = (...terms: { key: string; operator: string; values: string[] }[][]) => ({
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: terms.map((matchExpressions) => ({ matchExpressions })),
      },
    },
  });
  const a100 = { key: "product", operator: "In", values: ["A100"] };
  const zone = { key: "zone", operator: "In", values: ["x"] };
  const chosen: [string, string[], Partial<PodShape>, string[]][] = [
    ["every flavor without a selector", ["a100", "l4", "plain"], {}, ["a100", "l4", "plain"]],
    ["that of its label", ["a100", "l4"], { nodeSelector: { product: "L4" } }, ["l4"]],
    ["none that lacks a label of another", ["a100", "plain"], { nodeSelector: { product: "A100" } }, ["a100"]],
    ["every flavor where none has the label", ["plain"], { nodeSelector: { product: "A100" } }, ["plain"]],
    ["whatever labels no flavor has", ["a100"], { nodeSelector: { product: "A100", zone: "x" } }, ["a100"]],
    ["that of its affinity", ["a100", "l4", "plain"], { affinity: affinity([a100, zone]) }, ["a100"]],
    ["every flavor where a term is about none", ["a100", "l4"], { affinity: affinity([a100], [zone]) }, ["a100", "l4"]],
    ["no flavor whose taints nobody tolerates", ["a100", "tainted"], {}, ["a100"]],
    [
      "a flavor whose taints the pod tolerates",
      ["tainted"],
      { tolerations: [{ key: "spot", operator: "Exists" }] },
      ["tainted"],
    ],
    ["no flavor that does not exist", ["a100", "absent"], {}, ["a100"]],
  ];
  for (const [name, names, change, expected] of chosen) {
    it(`gives a pod ${name}`, () => {
      const result = room({ ...objects(groups(gpus(names))), flavors }, gpuPod(8, change));
      assert.deepEqual(
        result.flavors.map((one) => one.flavor),
        expected,
      );
      assert.equal(result.pods, 2 * expected.length);
    });
  }

  const grouped: [string, ClusterQueue, PodShape, number][] = [
    [
      "the scarcer of two groups",
      groups(
        { coveredResources: [GPU], flavors: [quotas("a100", { [GPU]: "16" })] },
        { coveredResources: ["cpu", "memory"], flavors: [quotas("plain", { cpu: "1", memory: "1Ti" })] },
      ),
      gpuPod(8),
      1,
    ],
    [
      "only groups that the pod asks for",
      groups(
        { coveredResources: [GPU], flavors: [quotas("a100", { [GPU]: "16" })] },
        { coveredResources: ["cpu"], flavors: [quotas("plain", { cpu: "0" })] },
      ),
      { requests: { [GPU]: 8, cpu: 0 } },
      2,
    ],
    [
      "a group of pods",
      groups(
        { coveredResources: [GPU], flavors: [quotas("a100", { [GPU]: "16" })] },
        { coveredResources: ["pods"], flavors: [quotas("plain", { pods: "1" })] },
      ),
      { requests: { [GPU]: 8 } },
      1,
    ],
    [
      "pods beside others",
      groups({ coveredResources: [GPU, "pods"], flavors: [quotas("a100", { [GPU]: "16", pods: "1" })] }),
      { requests: { [GPU]: 8 } },
      1,
    ],
    [
      "nothing of a resource that no group covers",
      groups({ coveredResources: [GPU], flavors: [quotas("a100", { [GPU]: "16" })] }),
      gpuPod(8),
      0,
    ],
    [
      "nothing of a flavor without quota for it",
      groups({ coveredResources: [GPU], flavors: [quotas("a100", {})] }),
      { requests: { [GPU]: 8 } },
      0,
    ],
    ["nothing without flavors", groups({ coveredResources: [GPU] }), { requests: { [GPU]: 8 } }, 0],
    ["nothing without groups", { ...groups(), spec: {} }, { requests: { [GPU]: 8 } }, 0],
    ["any number of pods that ask for nothing", groups(gpus(["a100"])), { requests: {} }, Number.POSITIVE_INFINITY],
  ];
  for (const [name, own, pod, pods] of grouped) {
    it(`counts ${name}`, () => {
      assert.equal(room({ ...objects(own), flavors }, pod).pods, pods);
    });
  }

  it("says which resources a flavor is asked for, and keeps what the pod selects and tolerates itself", () => {
    const tolerations = [{ key: "own", operator: "Exists" }];
    const pod = gpuPod(8, { nodeSelector: { zone: "x" }, tolerations, schedulingGates: [{ name: "kueue" }] });
    const [first] = room(objects(queue("own", 8, 0)), pod).flavors;
    assert.deepEqual(first?.resources.toSorted(), ["cpu", "memory", GPU]);
    assert.deepEqual(first.pod, {
      ...pod,
      schedulingGates: [],
      nodeSelector: { zone: "x", product: "A100" },
      tolerations: [...tolerations, { key: GPU, operator: "Exists" }],
    });
  });
});
