/**
 * What a machine leaves for pods before any node of its kind exists: its memory less the part that the hypervisor and
 * the kernel take, less what kubelet and system reserve. The rules are those that each way to run nodes publishes.
 * Upstream: aws/karpenter-provider-aws `pkg/providers/instancetype/types.go`; MicrosoftDocs/azure-aks-docs
 * `node-resource-reservations.md`, Azure/karpenter-provider-azure `pkg/providers/instancetype/instancetype.go`;
 * GoogleCloudPlatform/cluster-autoscaler `pkg/cloudprovider/gke/reserved.go`; openshift/machine-config-operator
 * `templates/common/_base/files/kubelet-auto-sizing.yaml`.
 */

/** Who sets up the kubelet of a node. */
export type NodePlatform = "eks" | "aks" | "gke" | "openshift";

/** The managed Kubernetes of a cloud; Karpenter's nodes are set up like its own. */
export const MANAGED_KUBERNETES: Readonly<Record<string, NodePlatform>> = { aws: "eks", azure: "aks", gcp: "gke" };

/** The part of a machine that reservations are computed from. */
export interface ReservedMachine {
  vcpu: number;
  memoryMib: number;
  /** The most pods of a node, on which EKS bases its reservation; 110 where it is not said. */
  maxPods?: number;
}

/** Thousandths of a CPU, or MiB. */
interface Reservation {
  cpu: number;
  memory: number;
}

/**
 * What a kubelet that sees all this CPU and memory keeps from pods, the eviction threshold included. Where a platform
 * has had several rules, the largest amount counts.
 */
export function reservedOn(platform: NodePlatform, machine: ReservedMachine): Reservation {
  return RESERVATIONS[platform](machine);
}

/**
 * Quantities that a machine leaves for pods: an estimate on the careful side, since its memory is taken to lose as much
 * as Karpenter assumes. Nodes published by others lost 1.6 to 4.8 %.
 */
export function leftForPods(platform: NodePlatform, machine: ReservedMachine): { cpu: string; memory: string } {
  const { cpu, memory } = reservedOn(platform, machine);
  const left = machine.memoryMib * (1 - HYPERVISOR_AND_KERNEL) - memory;
  return {
    cpu: `${Math.max(0, Math.floor(machine.vcpu * 1000 - cpu))}m`,
    memory: `${Math.max(0, Math.floor(left))}Mi`,
  };
}

/** Karpenter's default of `vm-memory-overhead-percent`, on AWS and Azure. */
const HYPERVISOR_AND_KERNEL = 0.075;
const EVICTION = 100;
const GIB = 1024;

const RESERVATIONS: Readonly<Record<NodePlatform, (machine: ReservedMachine) => Reservation>> = {
  eks: ({ vcpu, maxPods = 110 }) => ({ cpu: usualCpu(vcpu), memory: 255 + 11 * maxPods + EVICTION }),
  gke: ({ vcpu, memoryMib }) => ({ cpu: usualCpu(vcpu), memory: tieredMemory(memoryMib, 1000) + EVICTION }),
  aks: ({ vcpu, memoryMib }) => {
    // Before Kubernetes 1.29, and of every node that Karpenter makes; after it, with the 250 pods of an overlay network.
    const [old, present] = [tieredMemory(memoryMib, GIB) + 750, Math.min(5050, memoryMib / 4) + EVICTION];
    return { cpu: inSteps(vcpu, AKS_CPU), memory: Math.max(old, present) };
  },
  openshift: ({ vcpu, memoryMib }) => ({
    cpu: Math.max(500, 60 + 12 * (vcpu - 1)),
    memory: Math.max(GIB, tieredMemory(memoryMib, GIB)) + EVICTION,
  }),
};

/** Where a step ends, and what is kept of each unit up to there. */
type Step = readonly [end: number, kept: number];

const USUAL_CPU: readonly Step[] = [
  [1, 60],
  [2, 10],
  [4, 5],
  [Infinity, 2.5],
];
const AKS_CPU: readonly Step[] = [
  [1, 60],
  [2, 40],
  [4, 20],
  [Infinity, 10],
];
const MEMORY: readonly Step[] = [
  [4, 0.25],
  [8, 0.2],
  [16, 0.1],
  [128, 0.06],
  [Infinity, 0.02],
];

function usualCpu(vcpu: number): number {
  return inSteps(vcpu, USUAL_CPU);
}

/** @param unit MiB of what the rule calls a gigabyte */
function tieredMemory(memoryMib: number, unit: number): number {
  return inSteps(memoryMib / unit, MEMORY) * unit;
}

function inSteps(amount: number, steps: readonly Step[]): number {
  return steps.reduce((sum, [end, kept], i) => {
    const start = steps[i - 1]?.[0] ?? 0;
    return sum + Math.max(0, Math.min(amount, end) - start) * kept;
  }, 0);
}
