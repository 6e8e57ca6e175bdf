import assert from "node:assert/strict";
import type { BoundPod, ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { feasibleRows, isUndecided, nodeAt, nodeIndex, place } from "../../../../sdk/capacity/placement/nodeIndex";
import { failedScheduling, podShape, type PodShape } from "../../../../sdk/capacity/placement/placement";
import { freeNode } from "../nodes";

const ZONE = "topology.kubernetes.io/zone";
const HOST = "kubernetes.io/hostname";

interface Namespaced {
  topologyKey: string;
  app?: string;
  namespaces?: string[];
  namespaceSelector?: object;
}
type Spread = NonNullable<PodShape["topologySpreadConstraints"]>[number];

const term = ({ app = "a", ...rest }: Namespaced) => ({
  requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: { matchLabels: { app } }, ...rest }],
});
const near = (one: Namespaced): Partial<PodShape> => ({ affinity: { podAffinity: term(one) } });
const apart = (one: Namespaced): Partial<PodShape> => ({ affinity: { podAntiAffinity: term(one) } });
const spread = (change: Partial<Spread> = {}): Partial<PodShape> => ({
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: ZONE,
      whenUnsatisfiable: "DoNotSchedule",
      labelSelector: { matchLabels: { app: "a" } },
      ...change,
    },
  ],
});
const pod = (change: Partial<PodShape> = {}): PodShape => ({ requests: {}, labels: { app: "a" }, ...change });

function node(
  name: string,
  zone: string | undefined,
  pods: (string | BoundPod)[] = [],
  change: Partial<ClusterNode> = {},
): ClusterNode {
  const bound = pods.map((one, i): BoundPod =>
    typeof one !== "string"
      ? one
      : { namespace: "default", name: `${name}-${i}`, labels: { app: one }, requests: {}, priority: 0 },
  );
  const labels: Record<string, string> = { [HOST]: name, ...(zone !== undefined && { [ZONE]: zone }) };
  return freeNode(name, 8, { labels, bound, ...change });
}

const holding = (shape: PodShape): BoundPod => {
  const { namespace = "default", labels = {} } = shape;
  return { namespace, name: "holder", labels, requests: {}, priority: 0, shape };
};

const AFFINITY = "node(s) didn't match pod affinity rules";
const ANTI = "node(s) didn't match pod anti-affinity rules";
const EXISTING = "node(s) didn't satisfy existing pods anti-affinity rules";
const SPREAD = "node(s) didn't match pod topology spread constraints";

describe("rules between pods", () => {
  const x = node("n1", "x", ["a"]);
  const cases: [string, PodShape, ClusterNode[], string[], string?][] = [
    ["goes where its friend is", pod(near({ topologyKey: ZONE })), [x, node("n2", "y")], ["n1"]],
    ["goes anywhere in its friend's zone", pod(near({ topologyKey: ZONE })), [x, node("n2", "x")], ["n1", "n2"]],
    [
      "needs a friend of another kind",
      pod(near({ topologyKey: ZONE, app: "b" })),
      [x, node("n2", "y")],
      [],
      `2 ${AFFINITY}`,
    ],
    ["may come first where it is its own friend", pod(near({ topologyKey: ZONE })), [node("n1", "x")], ["n1"]],
    [
      "cannot come first where the label is missing",
      pod(near({ topologyKey: ZONE })),
      [node("n1", undefined)],
      [],
      `1 ${AFFINITY}`,
    ],
    ["keeps away from its foe", pod(apart({ topologyKey: HOST })), [x, node("n2", "x")], ["n2"]],
    ["keeps away from its foe's zone", pod(apart({ topologyKey: ZONE })), [x, node("n2", "x")], [], `2 ${ANTI}`],
    [
      "is not kept away where the label is missing",
      pod(apart({ topologyKey: ZONE })),
      [x, node("n2", undefined)],
      ["n2"],
    ],
    [
      "is kept away by a pod that says so",
      pod(),
      [node("n1", "x", [holding(pod(apart({ topologyKey: HOST })))]), node("n2", "x")],
      ["n2"],
    ],
    [
      "is told who keeps it away",
      pod(),
      [node("n1", "x", [holding(pod(apart({ topologyKey: ZONE })))]), node("n2", "x")],
      [],
      `2 ${EXISTING}`,
    ],
    [
      "does not see pods of other namespaces",
      pod({ ...apart({ topologyKey: ZONE }), namespace: "other" }),
      [x],
      ["n1"],
    ],
    [
      "sees the namespaces it names",
      pod({ ...apart({ topologyKey: ZONE, namespaces: ["default"] }), namespace: "other" }),
      [x],
      [],
      `1 ${ANTI}`,
    ],
    [
      "sees all namespaces",
      pod({ ...apart({ topologyKey: ZONE, namespaceSelector: {} }), namespace: "other" }),
      [x],
      [],
      `1 ${ANTI}`,
    ],
    ["spreads to the emptier zone", pod(spread()), [x, node("n2", "y")], ["n2"]],
    ["may be uneven by the skew", pod(spread({ maxSkew: 2 })), [x, node("n2", "y")], ["n1", "n2"]],
    [
      "is refused nodes without the label",
      pod(spread()),
      [node("n1", undefined)],
      [],
      `1 ${SPREAD} (missing required label)`,
    ],
    [
      "counts too few domains as none filled",
      pod(spread({ minDomains: 3 })),
      [x, node("n2", "y", ["a"])],
      [],
      `2 ${SPREAD}`,
    ],
    [
      "does not count a soft rule",
      pod(spread({ whenUnsatisfiable: "ScheduleAnyway" })),
      [x, node("n2", "y")],
      ["n1", "n2"],
    ],
    [
      "counts no pods that are ending",
      pod(spread()),
      [node("n1", "x", [{ ...holding(pod()), terminating: true }]), node("n2", "y")],
      ["n1", "n2"],
    ],
    [
      "leaves out zones it may not use",
      pod({ ...spread(), nodeSelector: { [ZONE]: "x" } }),
      [x, node("n2", "y")],
      ["n1"],
    ],
    [
      "counts them where it is told to",
      pod({ ...spread({ nodeAffinityPolicy: "Ignore" }), nodeSelector: { [ZONE]: "x" } }),
      [x, node("n2", "y")],
      [],
      `1 node(s) didn't match Pod's node affinity/selector, 1 ${SPREAD}`,
    ],
    [
      "counts tainted zones",
      pod(spread()),
      [x, node("n2", "y", [], { taints: [{ key: "t", effect: "NoSchedule" }] })],
      [],
      `1 ${SPREAD}, 1 node(s) had untolerated taint(s)`,
    ],
    [
      "leaves tainted zones out where it is told to",
      pod(spread({ nodeTaintsPolicy: "Honor" })),
      [x, node("n2", "y", [], { taints: [{ key: "t", effect: "NoSchedule" }] })],
      ["n1"],
    ],
    [
      "spreads among pods of its own revision",
      pod({ ...spread({ matchLabelKeys: ["revision"] }), labels: { app: "a", revision: "2" } }),
      [x, node("n2", "y")],
      ["n1", "n2"],
    ],
    [
      "counts no pods for a selector of everything, but itself",
      pod(spread({ labelSelector: {} })),
      [node("n1", "x", ["a", "a"]), node("n2", "y")],
      ["n1", "n2"],
    ],
    [
      "asks for a free port",
      pod({ hostPorts: [{ ip: "0.0.0.0", protocol: "TCP", port: 80 }] }),
      [node("n1", "x", [holding(pod({ hostPorts: [{ ip: "10.0.0.1", protocol: "TCP", port: 80 }] }))])],
      [],
      "1 node(s) didn't have free ports for the requested pod ports",
    ],
    [
      "shares a port number on another address or protocol",
      pod({ hostPorts: [{ ip: "10.0.0.2", protocol: "TCP", port: 80 }] }),
      [
        node("n1", "x", [
          holding(
            pod({
              hostPorts: [
                { ip: "10.0.0.1", protocol: "TCP", port: 80 },
                { ip: "0.0.0.0", protocol: "UDP", port: 80 },
              ],
            }),
          ),
        ]),
      ],
      ["n1"],
    ],
  ];
  for (const [name, asking, nodes, expected, reasons] of cases) {
    it(`a pod ${name}`, () => {
      const index = nodeIndex(nodes);
      assert.deepEqual(
        feasibleRows(index, asking)
          .map((row) => nodeAt(index, row).name)
          .sort(),
        expected,
      );
      if (reasons === undefined) return;
      assert.equal(failedScheduling(asking, nodes), `0/${nodes.length} nodes are available: ${reasons}.`);
    });
  }

  it("copies of one service keep to the rules among themselves", () => {
    const nodes = [node("n1", "x"), node("n2", "x"), node("n3", "y")];
    const names = (shape: PodShape) => {
      const index = nodeIndex(nodes);
      return place(index, shape, 9)
        .map((row) => nodeAt(index, row).name)
        .sort();
    };
    assert.deepEqual(names(pod(apart({ topologyKey: HOST }))), ["n1", "n2", "n3"]);
    assert.equal(names(pod(apart({ topologyKey: ZONE }))).length, 2);
    assert.equal(new Set(names(pod(near({ topologyKey: HOST })))).size, 1);
    const even = names(pod(spread()));
    assert.deepEqual([even.length, even.filter((name) => name === "n3").length], [9, 4]);
  });

  it("namespaces are selected by their labels, and that needs Namespace objects", () => {
    const shape = pod({
      ...apart({ topologyKey: ZONE, namespaceSelector: { matchLabels: { team: "blue" } } }),
      namespace: "other",
    });
    assert.deepEqual(feasibleRows(nodeIndex([x], new Map([["default", { team: "blue" }]])), shape), []);
    assert.deepEqual(feasibleRows(nodeIndex([x], new Map([["default", {}]])), shape), [0]);
    assert.equal(isUndecided(nodeIndex([x]), shape), true);
    assert.equal(isUndecided(nodeIndex([x], new Map([["default", {}]])), shape), false);
  });

  it("a gated pod has no place, and is told why", () => {
    const gated = podShape({ containers: [], schedulingGates: [{ name: "wait" }] });
    assert.deepEqual(feasibleRows(nodeIndex([x]), gated), []);
    assert.equal(failedScheduling(gated, [x]), "Scheduling is blocked due to non-empty scheduling gates");
  });

  it("node affinity that names nodes is told as the scheduler's first step tells it", () => {
    const named = (...values: string[]) =>
      values.map((value) => ({ key: "metadata.name", operator: "In", values: [value] }));
    const asking = (matchFields: ReturnType<typeof named>) =>
      pod({
        requests: { cpu: 9e9 },
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } },
        },
      });
    const nodes = [node("n1", "x"), node("n2", "y")];
    assert.equal(
      failedScheduling(asking(named("n1")), nodes),
      "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't satisfy plugin(s) [NodeAffinity].",
    );
    assert.equal(
      failedScheduling(asking(named("n1", "n2")), nodes),
      "0/2 nodes are available: pod affinity terms conflict.",
    );
  });
});

describe("shape of a pod", () => {
  it("holds the ports of containers and sidecars on the host, all of them on the host's network", () => {
    const container = (name: string, more: object = {}) => ({
      name,
      ports: [{ containerPort: 80, hostPort: 8080 }],
      ...more,
    });
    const init = [
      container("setup"),
      container("proxy", {
        restartPolicy: "Always",
        ports: [{ containerPort: 1, hostPort: 9, protocol: "UDP", hostIP: "10.0.0.1" }],
      }),
    ];
    assert.deepEqual(podShape({ containers: [container("main")], initContainers: init }).hostPorts, [
      { ip: "10.0.0.1", protocol: "UDP", port: 9 },
      { ip: "0.0.0.0", protocol: "TCP", port: 8080 },
    ]);
    assert.deepEqual(
      podShape({ hostNetwork: true, containers: [{ name: "c", ports: [{ containerPort: 7 }] }] }).hostPorts,
      [{ ip: "0.0.0.0", protocol: "TCP", port: 7 }],
    );
    assert.equal(podShape({ containers: [{ name: "c", ports: [{ containerPort: 7 }] }] }).hostPorts, undefined);
  });

  it("counts domains apart for two rules that differ only in the taints they honor", () => {
    const taints = [{ key: "team", value: "x", effect: "NoSchedule" }];
    const nodes = [node("a", "x", [], { taints }), node("b", "y", ["b", "b"])];
    const [free] = spread().topologySpreadConstraints ?? [];
    const [other] =
      spread({ nodeTaintsPolicy: "Honor", labelSelector: { matchLabels: { app: "b" } } }).topologySpreadConstraints ??
      [];
    const index = nodeIndex(nodes);
    const asked = pod({ topologySpreadConstraints: [free, other].filter((one) => one !== undefined) });
    assert.deepEqual(
      feasibleRows(index, asked).map((row) => nodeAt(index, row).name),
      ["b"],
    );
  });
});
