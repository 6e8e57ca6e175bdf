import assert from "node:assert/strict";
import { eksPool, readNodegroup } from "../../../../../sdk/capacity/inventory/pools/eksNodegroups";
import { GPU, freeNode } from "../../nodes";
import { findMachine } from "./shapes";

describe("an EKS node group", () => {
  const camel = {
    nodeGroupName: "gpu",
    instanceTypes: ["p4de.24xlarge"],
    scalingConfig: { minSize: 0, maxSize: 3, desiredSize: 1 },
    labels: { Team: "blue" },
    taints: [{ key: GPU, value: "present", effect: "NO_SCHEDULE" }],
    capacityType: "SPOT",
  };
  const spellings: [string, unknown][] = [
    ["Pulumi's inputs", camel],
    [
      "an ACK object",
      {
        apiVersion: "eks.services.k8s.aws/v1alpha1",
        kind: "Nodegroup",
        metadata: { name: "x" },
        spec: { ...camel, nodeGroupName: undefined, name: "gpu" },
      },
    ],
    [
      "CloudFormation properties",
      {
        NodegroupName: "gpu",
        InstanceTypes: ["p4de.24xlarge"],
        ScalingConfig: { MinSize: 0, MaxSize: 3, DesiredSize: 1 },
        Labels: { Team: "blue" },
        Taints: [{ Key: GPU, Value: "present", Effect: "NO_SCHEDULE" }],
        CapacityType: "SPOT",
      },
    ],
  ];
  for (const [name, data] of spellings) {
    it(`is read from ${name}`, () => {
      const pool = eksPool(readNodegroup(data)!, findMachine);
      const [template] = pool.templates;
      assert.deepEqual([pool.name, pool.room, pool.unknown], ["node group gpu", 2, []]);
      assert.deepEqual(template?.taints, [{ key: GPU, value: "present", effect: "NoSchedule" }]);
      assert.deepEqual(
        [template.labels.Team, template.labels["eks.amazonaws.com/capacityType"], template.allocatable[GPU]],
        ["blue", "SPOT", 8],
      );
    });
  }

  it("is of on-demand capacity where it does not say, in a zone that its subnets give", () => {
    const group = readNodegroup({ ...camel, capacityType: undefined, labels: undefined, taints: undefined })!;
    const [template] = eksPool(group, findMachine).templates;
    assert.equal(template?.labels["eks.amazonaws.com/capacityType"], "ON_DEMAND");
    assert.equal(template.labels["eks.amazonaws.com/nodegroup"], "gpu");
    assert.deepEqual([template.taints, template.open], [[], { "topology.kubernetes.io/zone": [] }]);
    const { labels } = template;
    assert.deepEqual(
      ["kubernetes.io/arch", "kubernetes.io/os", "node.kubernetes.io/instance-type"].map((key) => labels[key]),
      ["amd64", "linux", "p4de.24xlarge"],
    );
  });

  const effects: [string, string][] = [
    ["NO_SCHEDULE", "NoSchedule"],
    ["NO_EXECUTE", "NoExecute"],
    ["PREFER_NO_SCHEDULE", "PreferNoSchedule"],
    ["NoSchedule", "NoSchedule"],
  ];
  for (const [written, effect] of effects) {
    it(`taints its nodes ${effect} for ${written}`, () => {
      const group = readNodegroup({ ...camel, taints: [{ key: "a", effect: written }] })!;
      assert.deepEqual(eksPool(group, findMachine).templates[0]?.taints, [{ key: "a", effect }]);
    });
  }

  const member = (name: string, group: string) =>
    freeNode(name, 8, { labels: { "eks.amazonaws.com/nodegroup": group } });
  const sizes: [string, object, string[], number][] = [
    ["beyond the nodes there are", { maxSize: 4, desiredSize: 1 }, ["gpu", "gpu", "other"], 2],
    ["beyond those that are coming", { maxSize: 4, desiredSize: 3 }, ["gpu"], 1],
    ["beyond none", { maxSize: 4 }, [], 4],
    ["not below none", { maxSize: 1, desiredSize: 3 }, [], 0],
    ["not where its largest size is unknown", {}, [], 0],
  ];
  for (const [name, scalingConfig, groups, room] of sizes) {
    it(`may grow ${name}`, () => {
      const nodes = groups.map((group, i) => member(`n${i}`, group));
      const pool = eksPool(readNodegroup({ ...camel, scalingConfig })!, findMachine, nodes);
      assert.deepEqual([pool.room, pool.unknown], [room, "maxSize" in scalingConfig ? [] : ["the largest size"]]);
    });
  }

  it("of several types promises only what each brings", () => {
    const group = readNodegroup({ ...camel, instanceTypes: ["p4de.24xlarge", "g6.xlarge"] })!;
    const [template] = eksPool(group, findMachine).templates;
    assert.deepEqual([template?.allocatable[GPU], template?.labels["nvidia.com/gpu.product"]], [1, undefined]);
  });

  it("promises nothing where one of its types is unknown", () => {
    const group = readNodegroup({ ...camel, instanceTypes: ["p4de.24xlarge", "ND96"] })!;
    const pool = eksPool(group, findMachine);
    assert.deepEqual([pool.templates, pool.unknown], [[], ["cpu and memory that ND96 leaves for pods"]]);
    assert.deepEqual(eksPool(readNodegroup({ ...camel, instanceTypes: [] })!, findMachine).templates, []);
  });

  it("is unknown with a type that the catalogue lacks, or none", () => {
    assert.deepEqual(eksPool(readNodegroup({ ...camel, instanceTypes: ["p9.huge"] })!, findMachine).unknown, [
      "the machine type p9.huge",
    ]);
    assert.match(
      eksPool(readNodegroup({ ...camel, instanceTypes: undefined })!, findMachine).unknown[0] ?? "",
      /launch template/,
    );
  });

  it("is nothing else", () => {
    for (const other of [undefined, 3, {}, { kind: "Nodegroup" }, { name: "x" }])
      assert.equal(readNodegroup(other), undefined);
  });
});
