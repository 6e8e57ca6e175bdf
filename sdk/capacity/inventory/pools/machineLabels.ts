/**
 * Labels that Karpenter derives from a machine type, by cloud. What takes more than the name and the size of a machine
 * to know is not among them.
 * Upstream: aws/karpenter-provider-aws `pkg/providers/instancetype/types.go`; Azure/karpenter-provider-azure
 * `pkg/providers/instancetype/instancetype.go`; cloudpilot-ai/karpenter-provider-gcp `pkg/providers/instancetype/types.go`.
 */
import { findAccelerator, type Accelerator } from "../../../catalog/accelerators";
import { ARCHITECTURE, type MachineShape } from "./machine";

type Labels = Record<string, string>;

/** Of a shape whose cloud is not said, those of AWS. */
export function machineLabels(shape: MachineShape, accelerators?: readonly Accelerator[]): Labels {
  const product = findAccelerator(shape.accelerator, accelerators)?.product;
  return {
    ...ARCHITECTURE,
    "kubernetes.io/os": "linux",
    "node.kubernetes.io/instance-type": shape.name,
    ...(BY_CLOUD[shape.cloud ?? "aws"]?.(shape, product) ?? {}),
  };
}

const BY_CLOUD: Readonly<Record<string, (shape: MachineShape, product: Accelerator | undefined) => Labels>> = {
  aws: ({ name, ...shape }) => {
    const { family, category, generation, size } =
      /^(?<family>(?<category>[a-z]+)(?<generation>\d+)[\w-]*)\.(?<size>[\w-]+)$/.exec(name)?.groups ?? {};
    const parts = { family, category, generation, size, ...sizes(shape), "gpu-count": String(shape.acceleratorCount) };
    return prefixed("karpenter.k8s.aws/instance-", parts);
  },
  azure: ({ name, ...shape }, product) => {
    const { family, gpu, version } =
      /^Standard_(?<family>[A-Z])\w*?(?:_(?<gpu>[A-Z]+\d+X?))?(?:_v(?<version>\d+))?$/.exec(name)?.groups ?? {};
    const parts = { name, family, version: version ?? "1", ...sizes(shape) };
    const devices = { count: String(shape.acceleratorCount), name: gpu, manufacturer: product?.vendor };
    return { ...prefixed("karpenter.azure.com/sku-", parts), ...prefixed("karpenter.azure.com/sku-gpu-", devices) };
  },
  gcp: ({ name, ...shape }, product) => {
    const [family = name, form, ...rest] = name.split("-");
    const generation = /\d/.exec(family)?.[0];
    const gpu = gkeAccelerator(name, product);
    const parts = { family, shape: form, generation, size: rest[0], ...sizes(shape) };
    const devices = { name: gpu, count: String(shape.acceleratorCount) };
    return {
      ...prefixed("karpenter.k8s.gcp/instance-", parts),
      ...prefixed("karpenter.k8s.gcp/instance-gpu-", devices),
      ...(gpu !== undefined && { [GKE_ACCELERATOR]: gpu }),
    };
  },
};

const GKE_ACCELERATOR = "cloud.google.com/gke-accelerator";

/** Google sells the H100 under two names, one of them in its Mega machines only. */
function gkeAccelerator(machine: string, product: Accelerator | undefined): string | undefined {
  const names = product?.otherLabels?.[GKE_ACCELERATOR] ?? [];
  const fitting = names.filter((name) => names.length === 1 || name.includes("mega") === machine.includes("mega"));
  return fitting.length === 1 ? fitting[0] : undefined;
}

function sizes({ vcpu, memoryMib }: Pick<MachineShape, "vcpu" | "memoryMib">): Partial<Labels> {
  return { cpu: String(vcpu), ...(memoryMib !== undefined && { memory: String(memoryMib) }) };
}

function prefixed(prefix: string, parts: Readonly<Record<string, string | undefined>>): Labels {
  return Object.fromEntries(
    Object.entries(parts).flatMap(([key, value]) => (value === undefined ? [] : [[prefix + key, value]])),
  );
}
