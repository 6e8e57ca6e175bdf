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
  const accelerated = "machine types without accelerators";
  const requirement = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });
  const oneOf: [string, Requirement[], string[]][] = [
    [
      "at least so many accelerators",
      [requirement("karpenter.k8s.aws/instance-gpu-count", "Gte", "8")],
      ["p4de.24xlarge"],
    ],
    ["at most so many", [requirement("karpenter.k8s.aws/instance-gpu-count", "Lte", "1")], ["g6.xlarge"]],
    ["at most fewer", [requirement("karpenter.k8s.aws/instance-gpu-count", "Lte", "0")], []],
    ["more than half as many", [requirement("karpenter.k8s.aws/instance-gpu-count", "Gte", "2")], ["p4de.24xlarge"]],
    ["not as many", [requirement("karpenter.k8s.aws/instance-gpu-count", "Lte", "7")], ["g6.xlarge"]],
    ["an operating system by its old name", [requirement("beta.kubernetes.io/os", "In", "windows")], []],
    ["less memory", [requirement("karpenter.k8s.aws/instance-memory", "Lt", "16385")], ["g6.xlarge"]],
    ["a size", [requirement("karpenter.k8s.aws/instance-size", "In", "24xlarge")], ["p4de.24xlarge"]],
    ["a category", [requirement("karpenter.k8s.aws/instance-category", "In", "g")], ["g6.xlarge"]],
    ["so many cpus", [requirement("karpenter.k8s.aws/instance-cpu", "In", "96")], ["p4de.24xlarge"]],
    ["an architecture", [requirement("kubernetes.io/arch", "In", "arm64")], []],
    ["an operating system", [requirement("kubernetes.io/os", "NotIn", "linux")], []],
    ["an architecture by its old name", [requirement("beta.kubernetes.io/arch", "In", "arm64")], []],
    [
      "several things at once",
      [
        requirement("karpenter.k8s.aws/instance-gpu-count", "Gt", "0"),
        requirement("karpenter.k8s.aws/instance-family", "In", "g6", "g5"),
      ],
      ["g6.xlarge"],
    ],
  ];
  for (const [name, requirements, expected] of oneOf) {
    it(`requires of its machines ${name}`, () => {
      const pool = karpenterPool(nodePool(requirements), aws);
      assert.deepEqual([types(pool), pool.unknown], [expected, [accelerated]]);
    });
  }

  const ZONE = "topology.kubernetes.io/zone";
  const REGION = "topology.kubernetes.io/region";
  const CAPACITY = "karpenter.sh/capacity-type";
  const g6 = requirement("node.kubernetes.io/instance-type", "In", "g6.xlarge");
  const given: [string, Requirement[], string, (string | undefined)[], string[] | undefined][] = [
    ["the zones it lists", [requirement(ZONE, "In", "a", "b")], ZONE, ["a", "b"], undefined],
    [
      "the zones that all of its lists have",
      [requirement(ZONE, "In", "a", "b"), requirement(ZONE, "In", "b", "c")],
      ZONE,
      ["b"],
      undefined,
    ],
    [
      "the zones it lists but for some",
      [requirement(ZONE, "In", "a", "b"), requirement(ZONE, "NotIn", "a")],
      ZONE,
      ["b"],
      undefined,
    ],
    [
      "no zone where its lists have none in common",
      [requirement(ZONE, "In", "a"), requirement(ZONE, "In", "b")],
      ZONE,
      [],
      undefined,
    ],
    [
      "a zone by its old name",
      [requirement("failure-domain.beta.kubernetes.io/zone", "In", "a")],
      ZONE,
      ["a"],
      undefined,
    ],
    ["any zone", [], ZONE, [undefined], []],
    ["any region", [], REGION, [undefined], []],
    [
      "a region by its old name",
      [requirement("failure-domain.beta.kubernetes.io/region", "In", "r")],
      REGION,
      ["r"],
      undefined,
    ],
    [
      "their type by its old name",
      [requirement("beta.kubernetes.io/instance-type", "In", "g6.xlarge")],
      "node.kubernetes.io/instance-type",
      ["g6.xlarge"],
      undefined,
    ],
    ["any zone but some", [requirement(ZONE, "NotIn", "a")], ZONE, [undefined], ["a"]],
    ["any capacity type", [requirement(CAPACITY, "Exists")], CAPACITY, [undefined], []],
    ["a label of its own", [requirement("pool", "In", "x", "y")], "pool", ["x", "y"], undefined],
    [
      "a label of its own with a domain",
      [requirement("example.com/pool", "In", "x")],
      "example.com/pool",
      ["x"],
      undefined,
    ],
    [
      "a label of its own, whatever its value",
      [requirement("example.com/pool", "Exists")],
      "example.com/pool",
      [undefined],
      [],
    ],
  ];
  for (const [name, requirements, key, expected, open] of given) {
    it(`gives its nodes ${name}`, () => {
      const pool = karpenterPool(nodePool([g6, ...requirements]), aws);
      assert.deepEqual([pool.templates.map(({ labels }) => labels[key]), pool.unknown], [expected, []]);
      for (const template of pool.templates) assert.deepEqual(template.open?.[key], open);
    });
  }

  it("gives its nodes every combination of what it lists", () => {
    const requirements = [g6, requirement(ZONE, "In", "a", "b"), requirement(CAPACITY, "In", "spot", "on-demand")];
    const { templates } = karpenterPool(nodePool(requirements), aws);
    assert.deepEqual(
      templates.map(({ labels }) => `${labels[ZONE]} ${labels[CAPACITY]}`),
      ["a spot", "a on-demand", "b spot", "b on-demand"],
    );
  });

  it("does not say of its machines that they are others than they are", () => {
    const product = requirement("nvidia.com/gpu.product", "In", "NVIDIA-H100");
    const { templates } = karpenterPool(nodePool([g6, product]), aws);
    assert.deepEqual(
      templates.map(({ labels }) => labels["nvidia.com/gpu.product"]),
      ["NVIDIA-L4"],
    );
  });

  it("may limit the number of its nodes", () => {
    const own = clusterNodes({
      nodes: ["gpu", "other"].map((name) => ({
        ...nodeObject(name, 8),
        metadata: { name, labels: { "karpenter.sh/nodepool": name } },
      })),
    });
    const rooms = (object: KarpenterNodePool) => {
      const pool = karpenterPool(object, aws, own);
      return pool.templates.map((template) => roomFor(pool, template));
    };
    const limited = nodePool([], { limits: { nodes: "3" } });
    assert.deepEqual(rooms(limited), [2, 2]);
    assert.deepEqual(rooms({ ...limited, status: { resources: { nodes: "2", cpu: "8" } } }), [1, 1]);
    assert.deepEqual(rooms({ ...limited, status: { resources: { cpu: "8" } } }), [2, 2]);
    assert.deepEqual(rooms(nodePool([], { limits: { nodes: "3" }, replicas: 2 })), [1, 1]);
    assert.deepEqual(rooms(nodePool([], { replicas: 1 })), [0, 0]);
  });

  it("counts what a machine has in all against limits, and adds none once one is exceeded", () => {
    const rooms = (limits: Record<string, string>, resources: Record<string, string>) => {
      const pool = karpenterPool({ ...nodePool([], { limits }), status: { resources } }, aws);
      return pool.templates.map((template) => roomFor(pool, template));
    };
    assert.deepEqual(rooms({ cpu: "96" }, {}), [24, 1]);
    assert.deepEqual(rooms({ cpu: "95" }, {}), [23, 0]);
    assert.deepEqual(rooms({ memory: "32Gi" }, {}), [2, 0]);
    assert.deepEqual(rooms({ "amd.com/gpu": "0" }, {}), [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    assert.deepEqual(rooms({ "amd.com/gpu": "0" }, { "amd.com/gpu": "1" }), [0, 0]);
  });

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
        labels["kubernetes.io/arch"],
        labels["kubernetes.io/os"],
      ],
      ["NVIDIA-L4", "blue", "gpu", "spot", "g6.xlarge", "amd64", "linux"],
    );
    const disk = Number.POSITIVE_INFINITY;
    const expected = { cpu: 3920, memory: 14 * 2 ** 30, pods: 110, [GPU]: 1, "ephemeral-storage": disk };
    assert.deepEqual(template.allocatable, expected);
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

  it("leaves out machines whose accelerator the catalogue lacks", () => {
    const [g6xlarge] = aws;
    const pool = karpenterPool(nodePool([]), [{ ...g6xlarge!, accelerator: "unheard of" }]);
    assert.deepEqual([pool.templates, pool.unknown[1]], [[], "the resource name of unheard of on g6.xlarge"]);
  });

  it("offers nothing without a specification or machines", () => {
    const empty = { apiVersion: "karpenter.sh/v1", kind: "NodePool", metadata: { name: "gpu" } };
    assert.deepEqual(types(karpenterPool(empty, [])), []);
    assert.deepEqual(
      karpenterPool(empty, aws).templates.map(({ taints }) => taints),
      [[], []],
    );
    assert.deepEqual(karpenterPool(nodePool([requirement("karpenter.k8s.aws/x", "Exists")]), []).templates, []);
  });

  it("leaves out machines of which it is not known what remains for pods", () => {
    const pool = karpenterPool(
      nodePool([{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["ND96"] }]),
      shapes,
    );
    assert.deepEqual([types(pool), pool.unknown], [[], ["cpu and memory that ND96 leaves for pods"]]);
  });
});
