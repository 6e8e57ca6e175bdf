import assert from "node:assert/strict";
import { clusterNodes } from "../../../../../sdk/capacity/inventory/inventory";
import { karpenterPool, type KarpenterNodePool } from "../../../../../sdk/capacity/inventory/pools/karpenter";
import { roomFor, type NodePool } from "../../../../../sdk/capacity/inventory/pools/nodePool";
import { GPU, nodeObject } from "../../nodes";
import { shapes } from "./shapes";

const types = ({ templates }: NodePool) => templates.map(({ instanceType }) => instanceType);

describe("a Karpenter NodePool", () => {
  interface Requirement {
    key: string;
    operator: string;
    values?: string[];
  }
  const nodePool = (requirements: Requirement[], more: object = {}): KarpenterNodePool => ({
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name: "gpu" },
    spec: {
      template: {
        metadata: { labels: { team: "blue" } },
        spec: {
          requirements,
          taints: [{ key: GPU, effect: "NoSchedule" }],
          startupTaints: [{ key: "starting", effect: "NoSchedule" }],
        },
      },
      ...more,
    },
  });
  const aws = shapes.slice(0, 2);

  const cases: [string, Requirement[], string[], string[]][] = [
    [
      "by type",
      [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["p4de.24xlarge"] }],
      ["p4de.24xlarge"],
      [],
    ],
    [
      "by family",
      [{ key: "karpenter.k8s.aws/instance-family", operator: "NotIn", values: ["p4de"] }],
      ["g6.xlarge"],
      ["machine types without accelerators"],
    ],
    [
      "by number of accelerators",
      [{ key: "karpenter.k8s.aws/instance-gpu-count", operator: "Gt", values: ["4"] }],
      ["p4de.24xlarge"],
      ["machine types without accelerators"],
    ],
    [
      "by generation",
      [{ key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] }],
      ["g6.xlarge"],
      ["machine types without accelerators"],
    ],
    [
      "by its own label",
      [{ key: "team", operator: "In", values: ["red"] }],
      [],
      ["machine types without accelerators"],
    ],
    [
      "one that the catalogue lacks",
      [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["p9.huge"] }],
      [],
      ["the machine type p9.huge"],
    ],
    [
      "by something that is not known",
      [{ key: "karpenter.k8s.aws/instance-local-nvme", operator: "Exists" }],
      [],
      [
        "which machine types meet the requirement on karpenter.k8s.aws/instance-local-nvme",
        "machine types without accelerators",
      ],
    ],
    [
      "in every zone it lists",
      [
        { key: "node.kubernetes.io/instance-type", operator: "In", values: ["g6.xlarge"] },
        { key: "topology.kubernetes.io/zone", operator: "In", values: ["a", "b"] },
      ],
      ["g6.xlarge", "g6.xlarge"],
      [],
    ],
  ];
  for (const [name, requirements, expected, unknown] of cases) {
    it(`offers machine types: ${name}`, () => {
      const pool = karpenterPool(nodePool(requirements), aws);
      assert.deepEqual([types(pool), pool.unknown], [expected, unknown]);
    });
  }

  it("gives its nodes labels and taints, but not those of starting", () => {
    const spot = { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot"] };
    const [template] = karpenterPool(
      nodePool([spot, { key: "node.kubernetes.io/instance-type", operator: "In", values: ["g6.xlarge"] }]),
      aws,
    ).templates;
    assert.deepEqual(template?.taints, [{ key: GPU, effect: "NoSchedule" }]);
    const { labels } = template;
    assert.deepEqual(
      [
        labels["nvidia.com/gpu.product"],
        labels.team,
        labels["karpenter.sh/nodepool"],
        labels["karpenter.sh/capacity-type"],
        labels["node.kubernetes.io/instance-type"],
      ],
      ["NVIDIA-L4", "blue", "gpu", "spot", "g6.xlarge"],
    );
    assert.deepEqual(template.allocatable, { cpu: 3920, memory: 14 * 2 ** 30, pods: 110, [GPU]: 1 });
  });

  it("stays within its limits, of which its nodes already use some", () => {
    const own = clusterNodes({
      nodes: [{ ...nodeObject("n", 8), metadata: { name: "n", labels: { "karpenter.sh/nodepool": "gpu" } } }],
    });
    const limited = nodePool([], { limits: { [GPU]: "24" } });
    const p4 = (pool: NodePool) => roomFor(pool, pool.templates[1]!);
    assert.deepEqual([p4(karpenterPool(limited, aws)), p4(karpenterPool(limited, aws, own))], [3, 2]);
    const stated = { ...limited, status: { resources: { [GPU]: "17" } } };
    assert.equal(p4(karpenterPool(stated, aws, own)), 0);
    assert.equal(p4(karpenterPool(nodePool([]), aws)), Number.POSITIVE_INFINITY);
    assert.equal(karpenterPool(nodePool([], { replicas: 3 }), aws, own).room, 2);
  });

  it("leaves out machines of which it is not known what remains for pods", () => {
    const pool = karpenterPool(
      nodePool([{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["ND96"] }]),
      shapes,
    );
    assert.deepEqual([types(pool), pool.unknown], [[], ["cpu and memory that ND96 leaves for pods"]]);
  });
});
