/** What a node of a machine type brings, as far as the catalogue knows. */
import { findAccelerator, type Accelerator } from "../../../catalog/accelerators";
import { leftForPods, MANAGED_KUBERNETES, type NodePlatform } from "../../../catalog/nodeReservation";
import type { Taint } from "../../../kubernetes/core";
import { amountsOf, least, type Amounts } from "../../amounts";
import { DEFAULT_PODS, type NodeTemplate } from "./nodePool";

/** The part of a catalogue entry that placement needs; the catalogue's machine shapes have it. */
export interface MachineShape {
  /** Decides whose reservation is computed where `allocatable` does not say what is left. */
  cloud?: string;
  name: string;
  accelerator: string;
  acceleratorCount: number;
  vcpu: number;
  memoryMib?: number;
  /** Left for pods after kubelet and system. */
  allocatable?: { cpu: string; memory: string };
  /** The most pods of a node under the managed Kubernetes of the cloud. */
  maxPods?: number;
}

/** Finds a machine type; `undefined` for one the catalogue does not hold. */
export type FindMachine = (name: string) => MachineShape | undefined;

/** What a template depends on besides the shape. */
export interface TemplateOptions {
  /** Who sets up the kubelet; by default the managed Kubernetes of the shape's cloud. */
  platform?: NodePlatform;
  /** Products that the shape may name; the built-in ones by default. */
  accelerators?: readonly Accelerator[] | undefined;
}

const MIB = 2 ** 20;

/** The catalogue has no other machines with accelerators. */
export const ARCHITECTURE = { "kubernetes.io/arch": "amd64" };

/** The disk is chosen apart from the machine type, so what pods ask of it is not judged. */
const DISK: Amounts = { "ephemeral-storage": Number.POSITIVE_INFINITY };

/**
 * A node of a machine type, or what is not known of it. What is left for pods is an estimate on the careful side; what
 * is certain is that a node leaves no more than the machine has.
 */
export function templateOf(
  shape: MachineShape,
  labels: Readonly<Record<string, string>>,
  taints: readonly Taint[],
  { platform, accelerators }: TemplateOptions = {},
): NodeTemplate | string {
  const { name, memoryMib, vcpu, accelerator, acceleratorCount, maxPods = DEFAULT_PODS } = shape;
  const left = leftOn(shape, platform);
  if (left === undefined) return `cpu and memory that ${name} leaves for pods`;
  const choice = findAccelerator(accelerator, accelerators);
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
    // The network of OpenShift does not depend on the machine.
    allocatable: {
      ...DISK,
      ...left,
      ...devices,
      pods: platform === "openshift" ? DEFAULT_PODS : Math.min(DEFAULT_PODS, maxPods),
    },
    capacity: { cpu: vcpu * 1000, ...(memoryMib !== undefined && { memory: memoryMib * MIB }), ...devices },
  };
}

/** What the entry says is left under the managed Kubernetes; on another platform no more than that one leaves either. */
function leftOn({ allocatable, cloud = "", ...machine }: MachineShape, platform?: NodePlatform): Amounts | undefined {
  const { memoryMib } = machine;
  const rules = platform ?? MANAGED_KUBERNETES[cloud];
  const stated = allocatable && amountsOf(allocatable);
  if (rules === undefined || memoryMib === undefined || (stated !== undefined && platform === undefined)) return stated;
  const estimate = amountsOf(leftForPods(rules, { ...machine, memoryMib }));
  return stated === undefined ? estimate : least(stated, estimate);
}
