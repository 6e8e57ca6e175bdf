/** What a node of a machine type brings, as far as the catalogue knows. */
import { findAccelerator } from "../../../catalog/accelerators";
import type { Taint } from "../../../kubernetes/core";
import { amountsOf, type Amounts } from "../../amounts";
import { DEFAULT_PODS, type NodeTemplate } from "./nodePool";

/** The part of a catalogue entry that placement needs; the catalogue's machine shapes have it. */
export interface MachineShape {
  name: string;
  accelerator: string;
  acceleratorCount: number;
  vcpu: number;
  memoryMib?: number;
  /** Left for pods after kubelet and system. */
  allocatable?: { cpu: string; memory: string };
}

/** Finds a machine type; `undefined` for one the catalogue does not hold. */
export type FindMachine = (name: string) => MachineShape | undefined;

const MIB = 2 ** 20;

/** The catalogue has no other machines with accelerators. */
export const ARCHITECTURE = { "kubernetes.io/arch": "amd64" };

/** The disk is chosen apart from the machine type, so what pods ask of it is not judged. */
const DISK: Amounts = { "ephemeral-storage": Number.POSITIVE_INFINITY };

/**
 * A node of a machine type, or what is not known of it. What kubelet and system keep for themselves is known of AWS
 * only; a node of another cloud is left out rather than guessed, unless its pool states the amounts.
 */
export function templateOf(
  shape: MachineShape,
  labels: Readonly<Record<string, string>>,
  taints: readonly Taint[],
): NodeTemplate | string {
  const { name, allocatable, memoryMib, vcpu, accelerator, acceleratorCount } = shape;
  if (allocatable === undefined) return `cpu and memory that ${name} leaves for pods`;
  const choice = findAccelerator(accelerator);
  if (choice === undefined) return `the resource name of ${accelerator} on ${name}`;
  const devices: Amounts = { [choice.resource]: acceleratorCount };
  const product = choice.product?.productLabel;
  return {
    instanceType: name,
    labels: {
      ...ARCHITECTURE,
      "kubernetes.io/os": "linux",
      "node.kubernetes.io/instance-type": name,
      ...labels,
      ...(product !== undefined && { [product.key]: product.value }),
    },
    taints,
    allocatable: { ...DISK, ...amountsOf(allocatable), ...devices, pods: DEFAULT_PODS },
    capacity: { cpu: vcpu * 1000, ...(memoryMib !== undefined && { memory: memoryMib * MIB }), ...devices },
  };
}
