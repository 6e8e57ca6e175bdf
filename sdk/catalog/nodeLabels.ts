/**
 * The labels by which a node tells its accelerator.
 * Upstream: NVIDIA/k8s-device-plugin `internal/lm`; ROCm/k8s-device-plugin `cmd/k8s-node-labeller`.
 */
import { accelerators, type Accelerator } from "./accelerators";
import { machineShapeOfInstanceType, machineShapes, type MachineShape } from "./machineShapes";

/** What a node's labels say of its accelerators. */
export interface NodeAccelerator {
  product: Accelerator;
  /** Key of the label that told. */
  label: string;
  /** Whether several pods share one device, by time-slicing or MPS. */
  shared: boolean;
  /** Slice that every unit is, under the single MIG strategy: `1g.10gb`. */
  migProfile?: string;
  /** Memory of one unit as the node reports it, in MiB. */
  memoryMib?: number;
}

const NVIDIA_PRODUCT = "nvidia.com/gpu.product";
const INSTANCE_TYPE = "node.kubernetes.io/instance-type";
/** Time-slicing and MPS append it to the product, the single MIG strategy the profile. */
const SUFFIXES = /^(?<product>.+?)(?:-MIG-(?<profile>\d+g\.\d+gb[\w.+-]*?))?(?<shared>-SHARED)?$/;

/** The entries that node labels are held against. */
export interface NodeCatalog {
  accelerators: readonly Accelerator[];
  machineShapes: readonly MachineShape[];
}

/**
 * Recognises the accelerator of a node: by a product label, by a cloud's own label, else by the instance type.
 *
 * @returns `undefined` where no label names a product of the catalogue
 */
export function acceleratorOfNode(
  labels: Readonly<Record<string, string>>,
  catalog: NodeCatalog = { accelerators, machineShapes },
): NodeAccelerator | undefined {
  const { product: name, profile, shared } = SUFFIXES.exec(labels[NVIDIA_PRODUCT] ?? "")?.groups ?? {};
  const plain = name === undefined ? labels : { ...labels, [NVIDIA_PRODUCT]: name };
  const found = byLabel(plain, catalog) ?? byInstanceType(plain, catalog);
  const memory = Number(labels["nvidia.com/gpu.memory"]);
  return (
    found && {
      ...found,
      shared: shared !== undefined,
      ...(profile !== undefined && { migProfile: profile }),
      ...(memory > 0 && { memoryMib: memory }),
    }
  );
}

/** The labels that GPU feature discovery writes for a whole, unshared NVIDIA product, as far as the catalogue knows. */
export function featureLabels({
  vendor,
  productLabel,
  architecture,
  computeCapability,
  reportedMemoryMib,
}: Accelerator): Record<string, string> {
  if (productLabel === undefined) return {};
  const product = { [productLabel.key]: productLabel.value };
  if (vendor !== "nvidia") return product;
  const [major, minor] = computeCapability?.toFixed(1).split(".") ?? [];
  return {
    ...product,
    ...(architecture !== undefined && { "nvidia.com/gpu.family": architecture.toLowerCase().replaceAll(" ", "-") }),
    ...(major !== undefined && { "nvidia.com/gpu.compute.major": major }),
    ...(minor !== undefined && { "nvidia.com/gpu.compute.minor": minor }),
    ...(reportedMemoryMib !== undefined && { "nvidia.com/gpu.memory": String(reportedMemoryMib) }),
  };
}

type Recognised = Pick<NodeAccelerator, "product" | "label">;

function byLabel(labels: Readonly<Record<string, string>>, catalog: NodeCatalog): Recognised | undefined {
  for (const product of catalog.accelerators) {
    const { key, value } = product.productLabel ?? {};
    if (key !== undefined && labels[key] === value) return { product, label: key };
  }
  for (const product of catalog.accelerators) {
    const names = Object.entries(product.otherLabels ?? {});
    const match = names.find(([key, values]) => labels[key] !== undefined && values.includes(labels[key]));
    if (match !== undefined) return { product, label: match[0] };
  }
  return undefined;
}

/** Not where the node names a product that the catalogue does not hold: the shape may be newer than our table. */
function byInstanceType(labels: Readonly<Record<string, string>>, catalog: NodeCatalog): Recognised | undefined {
  const type = labels[INSTANCE_TYPE];
  if (type === undefined || labels[NVIDIA_PRODUCT] !== undefined) return undefined;
  const shape = machineShapeOfInstanceType(type, catalog.machineShapes);
  const product = catalog.accelerators.find(({ name }) => name === shape?.accelerator);
  return product && { product, label: INSTANCE_TYPE };
}
