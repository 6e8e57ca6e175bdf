import assert from "node:assert/strict";
import fc from "fast-check";
import { leftForPods, reservedOn, type NodePlatform } from "../../../sdk/catalog/nodeReservation";
import { amountsOf } from "../../../sdk/capacity/amounts";
import shapes from "../../../sdk/catalog/machineShapes.json";

const KIB_PER_MIB = 1024;

describe("what a machine leaves for pods", () => {
  it("is on EKS what Karpenter publishes of every machine type with accelerators", () => {
    const aws = shapes.filter(({ cloud }) => cloud === "aws");
    assert.equal(aws.length, 52);
    for (const { name, vcpu, memoryMib, maxPods, allocatable } of aws) {
      assert.deepEqual(leftForPods("eks", { vcpu, memoryMib, ...(maxPods && { maxPods }) }), allocatable, name);
    }
  });

  // What somebody published of a node: the memory of the machine in MiB, what the kubelet saw and left, in KiB.
  const published: [string, NodePlatform, number, string, number, number, number, number?][] = [
    ["p5.48xlarge (bottlerocket-os/bottlerocket#4418)", "eks", 192, "191450m", 2097152, 2097096404, 2095606484, 100],
    ["n2-highmem-4 (2i2c-org/infrastructure#2121)", "gke", 4, "3920m", 32768, 32880872, 29085928],
    ["n2-highmem-16 (2i2c-org/infrastructure#2121)", "gke", 16, "15890m", 131072, 131919220, 122210676],
    ["n2-highmem-64 (2i2c-org/infrastructure#2121)", "gke", 64, "63770m", 524288, 528365196, 510603916],
    ["2 cores, 4 GiB on 1.24 (Azure/AKS#3525)", "aks", 2, "1900m", 4096, 4025836, 2209260],
  ];
  for (const [name, platform, vcpu, cpu, memoryMib, seen, left, maxPods] of published) {
    const machine = { vcpu, memoryMib, ...(maxPods !== undefined && { maxPods }) };
    it(`is less the reservation that the node shows: ${name}`, () => {
      const reserved = reservedOn(platform, machine);
      assert.equal(Math.floor(reserved.memory), Math.floor((seen - left) / KIB_PER_MIB));
      assert.equal(`${vcpu * 1000 - reserved.cpu}m`, cpu);
    });

    it(`is estimated no higher than the node shows: ${name}`, () => {
      const estimate = amountsOf(leftForPods(platform, machine));
      assert.ok(estimate.memory! <= left * 1024, `${estimate.memory} of ${left * 1024}`);
      assert.ok(estimate.memory! >= left * 1024 * 0.85, `${estimate.memory} of ${left * 1024}`);
    });
  }

  // Memory of the machine and what the kubelet saw of it.
  const memories: [string, number, number][] = [
    ["a2-highgpu-1g on OpenShift (openshift/instaslice-operator#787)", 87040, 87519172],
    ["Standard_NC6 (Azure/acs-engine#4236)", 57344, 57713788],
    ["8 GiB on GKE (GoogleCloudPlatform/cluster-autoscaler os-reserved.yaml)", 8192, (8192 - 259) * KIB_PER_MIB],
    ["1922 GiB on GKE (the same)", 1968128, (1968128 - 30898) * KIB_PER_MIB],
  ];
  for (const [name, memoryMib, seen] of memories) {
    it(`takes the kubelet to see no more memory than it does: ${name}`, () => {
      const { memory } = reservedOn("openshift", { vcpu: 4, memoryMib });
      const left = amountsOf(leftForPods("openshift", { vcpu: 4, memoryMib })).memory!;
      assert.ok(left <= seen * 1024 - memory * 2 ** 20);
    });
  }

  it("is 3500m of 4 CPU on OpenShift (kubevirt/monitoring KubeVirtVMIExcessiveMigrations)", () => {
    assert.equal(leftForPods("openshift", { vcpu: 4, memoryMib: 8192 }).cpu, "3500m");
    assert.ok(amountsOf(leftForPods("openshift", { vcpu: 4, memoryMib: 8192 })).memory! <= 7000128 * 1024);
  });

  const computed: [NodePlatform, number, number, { cpu: string; memory: string }][] = [
    ["gke", 12, 87040, { cpu: "11900m", memory: "73549Mi" }],
    ["aks", 24, 225280, { cpu: "23660m", memory: "196206Mi" }],
    ["aks", 4, 28672, { cpu: "3860m", memory: "21371Mi" }],
    ["openshift", 4, 16384, { cpu: "3500m", memory: "12392Mi" }],
    ["openshift", 96, 1179648, { cpu: "94800m", memory: "1060559Mi" }],
    ["openshift", 1, 512, { cpu: "500m", memory: "0Mi" }],
  ];
  for (const [platform, vcpu, memoryMib, expected] of computed) {
    it(`of ${vcpu} CPU and ${memoryMib} MiB on ${platform} is ${expected.cpu} and ${expected.memory}`, () => {
      assert.deepEqual(leftForPods(platform, { vcpu, memoryMib }), expected);
    });
  }

  it("never grows by more than the machine does, and never shrinks", () => {
    const platform = fc.constantFrom<NodePlatform>("eks", "aks", "gke", "openshift");
    const size = fc.record({
      vcpu: fc.integer({ min: 1, max: 384 }),
      memoryMib: fc.integer({ min: 4096, max: 2 ** 22 }),
    });
    fc.assert(
      fc.property(platform, size, fc.nat(256), fc.nat(2 ** 20), (rules, machine, cpus, mib) => {
        const small = amountsOf(leftForPods(rules, machine));
        const large = amountsOf(leftForPods(rules, { vcpu: machine.vcpu + cpus, memoryMib: machine.memoryMib + mib }));
        const [cpu, memory] = [large.cpu! - small.cpu!, (large.memory! - small.memory!) / 2 ** 20];
        return cpu >= 0 && cpu <= cpus * 1000 + 1 && memory >= 0 && memory <= mib + 1;
      }),
    );
  });
});
