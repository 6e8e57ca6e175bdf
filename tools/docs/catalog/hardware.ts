/** Pages of accelerators and of the machines that bring them. */
import { familyOfVendor, VENDORS } from "../../../sdk/catalog/acceleratorFamilies";
import type { Accelerator } from "../../../sdk/catalog/accelerators";
import type { Catalog } from "../../../sdk/catalog/catalog";
import type { MachineShape } from "../../../sdk/catalog/machineShapes";
import { amountsOf } from "../../../sdk/capacity/amounts";
import { filledTable, table } from "../markdown";

/** One table for each maker, then the slices of Multi-Instance GPU. */
export function acceleratorSections(accelerators: readonly Accelerator[]): string[] {
  const makers = VENDORS.flatMap((vendor) => {
    const own = accelerators.filter((one) => one.vendor === vendor);
    const family = familyOfVendor(vendor);
    if (own.length === 0 || family === undefined) return [];
    return [
      `## ${family.maker}`,
      `Resource names: ${family.resources.map((name) => `\`${name}\``).join(", ")}.`,
      filledTable(
        ["Product", "Also called", "Architecture", "GB sold", "GiB usable", "Capability", "Computes in", "Joined by"],
        own.map(acceleratorRow),
      ),
    ];
  });
  return [
    `- **Product**: for NVIDIA and AMD the value of the node's product label.
- **GiB usable**: the memory that vLLM's \`--gpu-memory-utilization\` is a share of. It is less than what is sold, and never derived from it.
- **Capability**: NVIDIA's compute capability, which decides which number formats and kernels run.
- **Computes in**: number formats with arithmetic of their own; others are converted first.
- **Joined by**: what joins several of them in one machine; a bridge may be fitted or not.`,
    ...makers,
    "## Slices",
    "Profiles of NVIDIA's Multi-Instance GPU, each with the most instances that one device can hold, and the memory of one where the driver's figure is known.",
    migTable(accelerators),
  ];
}

function acceleratorRow(one: Accelerator): string[] {
  return [
    `\`${one.name}\``,
    one.aliases.join(", "),
    one.architecture ?? "",
    String(one.marketingMemoryGb ?? ""),
    String(one.usableMemoryGib ?? ""),
    one.computeCapability?.toFixed(1) ?? "",
    formats(one),
    joint(one) ?? "",
  ];
}

function formats({ numerics = {} }: Accelerator): string {
  return (["bf16", "fp8", "fp4", "int8", "int4"] as const).filter((format) => numerics[format] === true).join(" ");
}

function joint({ interconnect }: Accelerator): string | undefined {
  return interconnect && { nvlink: "NVLink", bridge: "NVLink bridge", pcie: "PCIe" }[interconnect];
}

function migTable(accelerators: readonly Accelerator[]): string {
  const rows = accelerators.flatMap(({ name, migProfiles = [] }) => {
    const profiles = migProfiles.map(({ profile, maxInstances, memoryGib }) =>
      [`${profile} x${maxInstances}`, ...(memoryGib === undefined ? [] : [`(${memoryGib} GiB)`])].join(" "),
    );
    return profiles.length === 0 ? [] : [[`\`${name}\``, profiles.join(", ")]];
  });
  return table(["Product", "Profiles"], rows);
}

const CLOUDS: Readonly<Record<string, string>> = { aws: "AWS", azure: "Azure", gcp: "Google Cloud" };

/** One table for each cloud. */
export function shapeSections({ machineShapes, accelerators }: Catalog): string[] {
  const clouds = [...new Set(machineShapes.map(({ cloud }) => cloud))];
  return [
    `- **CPU left**, **GiB left**: what a node leaves for pods under the cloud's own Kubernetes (EKS, AKS, GKE), before DaemonSets. It is an
  estimate on the careful side: the published reservations of kubelet and system, after 7.5 % of the memory for hypervisor and
  kernel, as Karpenter assumes; nodes that others published lost 1.6 to 4.8 %. A MachineSet of OpenShift is counted with OpenShift's
  reservation, which may leave less. A pod that fits the machine but not the estimate is not known to have a place, never refused.
- **Joined by**: what joins the accelerators inside the machine.
- **Gbit/s**: the most of all network interfaces together: without InfiniBand, with the ones that Google gives to GPUs.
- **Between nodes**: how accelerators of several machines reach each other past the CPU.`,
    ...clouds.flatMap((cloud) => [
      `## ${CLOUDS[cloud] ?? cloud}`,
      table(
        ["Shape", "Accelerators", "Joined by", "vCPU", "CPU left", "GiB", "GiB left", "Gbit/s", "Between nodes"],
        machineShapes.filter((shape) => shape.cloud === cloud).map((shape) => shapeRow(shape, accelerators)),
      ),
    ]),
  ];
}

function shapeRow(shape: MachineShape, accelerators: readonly Accelerator[]): string[] {
  const product = accelerators.find(({ name }) => name === shape.accelerator);
  const { cpu, memory } = amountsOf(shape.allocatable);
  return [
    `\`${shape.name}\``,
    `${shape.acceleratorCount} x ${shape.accelerator}`,
    shape.acceleratorCount > 1 && product !== undefined ? (joint(product) ?? "") : "",
    String(shape.vcpu),
    cpu === undefined ? "" : (cpu / 1000).toFixed(2),
    shape.memoryMib === undefined ? "" : String(shape.memoryMib / 1024),
    memory === undefined ? "" : (memory / 2 ** 30).toFixed(1),
    shape.networkMbps === undefined ? "" : String(shape.networkMbps / 1000),
    shape.rdma ?? (shape.efaInterfaces === undefined ? "" : `EFA x${shape.efaInterfaces}`),
  ];
}
