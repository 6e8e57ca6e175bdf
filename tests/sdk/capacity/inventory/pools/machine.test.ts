import assert from "node:assert/strict";
import { karpenterPool, type KarpenterNodePool } from "../../../../../sdk/capacity/inventory/pools/karpenter";
import { templateOf, type MachineShape } from "../../../../../sdk/capacity/inventory/pools/machine";
import { machineLabels } from "../../../../../sdk/capacity/inventory/pools/machineLabels";
import type { NodeTemplate } from "../../../../../sdk/capacity/inventory/pools/nodePool";
import { amountsOf } from "../../../../../sdk/capacity/amounts";
import { accelerators, type Accelerator } from "../../../../../sdk/catalog/accelerators";
import { machineShapeOfInstanceType, machineShapes } from "../../../../../sdk/catalog/machineShapes";

function shapeNamed(name: string): MachineShape {
  const shape = machineShapeOfInstanceType(name);
  assert.ok(shape, name);
  return shape;
}

function templated(...args: Parameters<typeof templateOf>): NodeTemplate {
  const made = templateOf(...args);
  if (typeof made === "string") assert.fail(made);
  return made;
}

describe("a node of a machine type", () => {
  const left = (cpu: string, memory: string) => amountsOf({ cpu, memory });

  it("leaves to pods what the catalogue says of the cloud's managed Kubernetes", () => {
    for (const shape of machineShapes) {
      const { allocatable } = templated(shape, {}, []);
      const { cpu, memory } = left(shape.allocatable!.cpu, shape.allocatable!.memory);
      assert.deepEqual([allocatable.cpu, allocatable.memory], [cpu, memory], shape.name);
    }
  });

  it("leaves on OpenShift what its reservation leaves, which may be less", () => {
    const { allocatable } = templated(shapeNamed("g4dn.xlarge"), {}, [], { platform: "openshift" });
    assert.deepEqual(allocatable, {
      ...left("3500m", "12392Mi"),
      "nvidia.com/gpu": 1,
      "ephemeral-storage": Number.POSITIVE_INFINITY,
      pods: 110,
    });
  });

  it("takes as many pods as the network of the machine has room for", () => {
    const pods = (name: string) => templated(shapeNamed(name), {}, []).allocatable.pods;
    assert.deepEqual([pods("g4dn.xlarge"), pods("g5.48xlarge"), pods("g2-standard-4")], [29, 110, 110]);
  });

  const bare = { name: "z-1", accelerator: "NVIDIA-L4", acceleratorCount: 1, vcpu: 8 };
  const own: MachineShape = { ...bare, memoryMib: 65536 };
  it("is computed for a user's own shape of a cloud, unless the user says what is left", () => {
    const gcp = { ...own, cloud: "gcp" };
    assert.equal(templated(gcp, {}, []).allocatable.cpu, 7910);
    assert.equal(templated({ ...gcp, allocatable: { cpu: "7", memory: "50Gi" } }, {}, []).allocatable.cpu, 7000);
  });

  it("is not known of a cloud whose reservation nobody published, or without the memory", () => {
    const unknown = "cpu and memory that z-1 leaves for pods";
    assert.equal(templateOf({ ...own, cloud: "own" }, {}, []), unknown);
    assert.equal(templateOf({ ...bare, cloud: "gcp" }, {}, []), unknown);
  });

  it("may bring a user's own accelerator", () => {
    const shape = { ...own, cloud: "gcp", accelerator: "AMD-Z9" };
    const product: Accelerator = { name: "AMD-Z9", aliases: [], vendor: "amd" };
    assert.equal(templateOf(shape, {}, []), "the resource name of AMD-Z9 on z-1");
    assert.equal(templated(shape, {}, [], { accelerators: [...accelerators, product] }).allocatable["amd.com/gpu"], 1);
  });
});

describe("labels that Karpenter derives from a machine type", () => {
  const cases: [string, Record<string, string | undefined>][] = [
    ["p5.48xlarge", { "karpenter.k8s.aws/instance-family": "p5", "karpenter.k8s.aws/instance-gpu-count": "8" }],
    [
      "Standard_NC24ads_A100_v4",
      {
        "karpenter.azure.com/sku-name": "Standard_NC24ads_A100_v4",
        "karpenter.azure.com/sku-family": "N",
        "karpenter.azure.com/sku-version": "4",
        "karpenter.azure.com/sku-cpu": "24",
        "karpenter.azure.com/sku-memory": "225280",
        "karpenter.azure.com/sku-gpu-name": "A100",
        "karpenter.azure.com/sku-gpu-count": "1",
        "karpenter.azure.com/sku-gpu-manufacturer": "nvidia",
      },
    ],
    ["Standard_ND96asr_v4", { "karpenter.azure.com/sku-version": "4", "karpenter.azure.com/sku-gpu-name": undefined }],
    [
      "Standard_ND96isr_MI300X_v5",
      { "karpenter.azure.com/sku-gpu-name": "MI300X", "karpenter.azure.com/sku-gpu-manufacturer": "amd" },
    ],
    [
      "a2-highgpu-1g",
      {
        "karpenter.k8s.gcp/instance-family": "a2",
        "karpenter.k8s.gcp/instance-shape": "highgpu",
        "karpenter.k8s.gcp/instance-generation": "2",
        "karpenter.k8s.gcp/instance-size": "1g",
        "karpenter.k8s.gcp/instance-memory": "87040",
        "karpenter.k8s.gcp/instance-gpu-name": "nvidia-tesla-a100",
        "cloud.google.com/gke-accelerator": "nvidia-tesla-a100",
      },
    ],
    ["a3-megagpu-8g", { "cloud.google.com/gke-accelerator": "nvidia-h100-mega-80gb" }],
    ["a3-highgpu-8g", { "cloud.google.com/gke-accelerator": "nvidia-h100-80gb" }],
  ];
  for (const [name, expected] of cases) {
    it(`are those of ${name}`, () => {
      const labels: Record<string, string | undefined> = machineLabels(shapeNamed(name));
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, labels[key]])), expected);
      assert.equal(labels["node.kubernetes.io/instance-type"], name);
    });
  }

  const choices: [string, string, string, string[], string[]][] = [
    ["azure", "karpenter.azure.com/sku-gpu-name", "In", ["MI300X"], ["Standard_ND96isr_MI300X_v5"]],
    ["gcp", "karpenter.k8s.gcp/instance-family", "In", ["a4"], ["a4-highgpu-8g"]],
    ["aws", "karpenter.k8s.aws/instance-family", "In", ["p4de"], ["p4de.24xlarge"]],
  ];
  for (const [cloud, key, operator, values, expected] of choices) {
    it(`choose the machines of a NodePool on ${cloud}, whichever clouds its class leaves open`, () => {
      const pool: KarpenterNodePool = {
        apiVersion: "karpenter.sh/v1",
        kind: "NodePool",
        metadata: { name: "gpu" },
        spec: { template: { spec: { requirements: [{ key, operator, values }] } } },
      };
      for (const shapes of [machineShapes, machineShapes.filter((shape) => shape.cloud === cloud)]) {
        const { templates } = karpenterPool(pool, shapes);
        assert.deepEqual(
          templates.map(({ instanceType }) => instanceType),
          expected,
        );
      }
    });
  }
});
