/** Machine shapes of the clouds: what a node of an instance type brings. */
import { nearest } from "./nearest";
import shapes from "./machineShapes.json";
import { leftForPods, MANAGED_KUBERNETES } from "./nodeReservation";

/** One instance type with accelerators. A value that is not known is absent, never guessed. */
export interface MachineShape {
  /** `aws`, `azure` or `gcp`. */
  cloud: string;
  /** As the cloud calls it, and as nodes carry it in `node.kubernetes.io/instance-type`. */
  name: string;
  /** Name of the product in the catalogue of accelerators. */
  accelerator: string;
  acceleratorCount: number;
  vcpu: number;
  memoryMib?: number;
  /**
   * Kubernetes quantities left for pods under the cloud's managed Kubernetes. Of built-in shapes an estimate on the
   * careful side: of AWS as Karpenter publishes them, of Azure and Google Cloud by the same arithmetic.
   */
  allocatable?: { cpu: string; memory: string };
  /** The most pods of a node, where the cloud's network bounds them. */
  maxPods?: number;
  /** The most of all network interfaces together; without InfiniBand, with the interfaces that Google gives to GPUs. */
  networkMbps?: number;
  /** Elastic Fabric Adapters, offered as `vpc.amazonaws.com/efa`. */
  efaInterfaces?: number;
  /** Remote memory access between nodes other than EFA, for people. */
  rdma?: string;
  notes?: string[];
  source: string;
  confidence: string;
}

export const machineShapes: readonly MachineShape[] = shapes.map(withAllocatable);

function withAllocatable(shape: MachineShape): MachineShape {
  const platform = MANAGED_KUBERNETES[shape.cloud];
  const { allocatable, memoryMib } = shape;
  if (allocatable !== undefined || platform === undefined || memoryMib === undefined) return shape;
  return { ...shape, allocatable: leftForPods(platform, { ...shape, memoryMib }) };
}

/**
 * Finds a shape by cloud and name, ignoring case.
 *
 * @returns `undefined` for a shape that the catalogue does not hold; {@link nearestMachineShape} proposes one
 */
export function findMachineShape(
  cloud: string,
  name: string,
  known: readonly MachineShape[] = machineShapes,
): MachineShape | undefined {
  return known.find((shape) => shape.cloud === cloud && sameName(shape.name, name));
}

/** Finds a shape by name alone: no two clouds use one name. */
export function machineShapeOfInstanceType(
  name: string,
  known: readonly MachineShape[] = machineShapes,
): MachineShape | undefined {
  return known.find((shape) => sameName(shape.name, name));
}

/** The cloud's known shape closest to a misspelt one. */
export function nearestMachineShape(
  cloud: string,
  name: string,
  known: readonly MachineShape[] = machineShapes,
): string | undefined {
  return nearest(
    name,
    known.filter((shape) => shape.cloud === cloud).map((shape) => shape.name),
  );
}

function sameName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
