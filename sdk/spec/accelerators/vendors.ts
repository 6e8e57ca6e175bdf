/** What a user may say of the operator of each maker of accelerators. */
import type { z } from "zod";
import { choice, flag, object, record, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";

/** How NVIDIA GPUs that can be sliced are offered. Upstream: NVIDIA/gpu-operator `mig.strategy`. */
export const MigStrategy = {
  /** Whole GPUs. */
  None: "none",
  /** Slices of one size on each node, as `nvidia.com/gpu`. */
  Single: "single",
  /** Slices of several sizes, each as a resource of its own such as `nvidia.com/mig-3g.20gb`. */
  Mixed: "mixed",
} as const;
export type MigStrategy = (typeof MigStrategy)[keyof typeof MigStrategy];

/** Which kernel modules the driver uses. Upstream: NVIDIA/gpu-operator `driver.kernelModuleType`. */
export const KernelModuleType = { Auto: "auto", Open: "open", Proprietary: "proprietary" } as const;
export type KernelModuleType = (typeof KernelModuleType)[keyof typeof KernelModuleType];

/**
 * Several pods take turns on one GPU, without any limit on the memory each takes: for trying out, not for models that
 * fill a GPU. Upstream: NVIDIA/k8s-device-plugin `api/config/v1`.
 */
export interface NvidiaTimeSlicing {
  /** Pods for each GPU; at least 2. */
  replicas: number;
  /** Resource to share. Default: `nvidia.com/gpu`. */
  resource?: string;
  /** Offers the shares under another name, `nvidia.com/gpu.shared`. Default: false. */
  renamed?: boolean;
}

/** NVIDIA's GPU operator. */
export interface NvidiaOperatorSettings {
  /** Whether the operator installs the driver. Default: unless node images bring it, as on EKS, GKE and AKS. */
  driver?: boolean;
  /** Driver branch or version. Default: the operator's own. */
  driverVersion?: string;
  /** Default: `auto`. */
  kernelModuleType?: KernelModuleType;
  /** Whether the operator installs the container toolkit. Default: unless node images bring it, as on AKS. */
  toolkit?: boolean;
  /** Default: `single`. */
  migStrategy?: MigStrategy;
  /** Shares every GPU among pods. Default: none. */
  timeSlicing?: NvidiaTimeSlicing;
  /** Whether Prometheus scrapes the DCGM exporter; needs its operator's CRDs. Default: on OpenShift. */
  serviceMonitor?: boolean;
}

/** How partitions of AMD GPUs are offered. Upstream: ROCm/k8s-device-plugin `resource_naming_strategy`. */
export const AmdResourceNaming = {
  /** Everything is `amd.com/gpu`. */
  Single: "single",
  /** Each kind of partition has a name, such as `amd.com/cpx_nps4`. */
  Mixed: "mixed",
} as const;
export type AmdResourceNaming = (typeof AmdResourceNaming)[keyof typeof AmdResourceNaming];

/** AMD's GPU operator. */
export interface AmdOperatorSettings {
  /** Whether the operator builds and loads the driver, rather than using the kernel's own. Default: true. */
  driver?: boolean;
  /** Driver version, such as `30.20.1`. Default: the operator's own. */
  driverVersion?: string;
  /** Image repository for built drivers. Default: OpenShift's internal registry; elsewhere one at `image-registry:5000`, which few clusters have. */
  driverImage?: string;
  /**
   * Whether the kernel's own `amdgpu` module is kept from loading, so that the operator's can. On OpenShift that is a
   * MachineConfig, which restarts the nodes of its role one after the other. Default: with `driver`.
   */
  blacklist?: boolean;
  /** Role of the nodes that the MachineConfig is for. Default: `worker`; `master` on single-node OpenShift. */
  machineConfigRole?: string;
  /** Default: `single`. */
  resourceNaming?: AmdResourceNaming;
  /** Whether the metrics exporter runs. Default: true. */
  metricsExporter?: boolean;
  /** Whether Prometheus scrapes it; needs its operator's CRDs. Default: on OpenShift. */
  serviceMonitor?: boolean;
  /** Nodes to set up. Default: those that Node Feature Discovery labels. */
  nodeSelector?: Record<string, string>;
}

/** Intel's Gaudi base operator. */
export interface GaudiOperatorSettings {
  /** Whether the operator installs the driver. Default: true. */
  driver?: boolean;
  /** Tag of the operand's images; keep it with the operator's version. Default: the catalogue's. */
  imageTag?: string;
  /** Nodes to set up. Default: the operator's choice. */
  nodeSelector?: Record<string, string>;
}

/** IBM's Spyre operator. */
export interface SpyreOperatorSettings {
  /** Tag of the operand's images; keep it with the operator's version. Default: the catalogue's. */
  imageTag?: string;
  /** Registry and folder of the operand's images. Default: the catalogue's. */
  imageRepository?: string;
  /** Whether a webhook checks pods that ask for Spyre. Default: true. */
  podValidator?: boolean;
  /** Whether the metrics exporter runs. Default: false. */
  metricsExporter?: boolean;
}

/** AWS's Neuron device plugin. */
export interface NeuronSettings {
  /** Whether the scheduler extension that keeps cores together runs. Default: false. */
  scheduler?: boolean;
  /** Whether the node problem detector runs. Default: false. */
  nodeProblemDetector?: boolean;
}

const imageTag = textLike(/^[\w][\w.-]{0,127}$/, "the tag of an image");
const labels = record(text("a label value"), "label values");

const timeSlicingSchema = object({
  replicas: whole(2),
  resource: textLike(/^nvidia\.com\/(gpu|mig-[\w.+-]+)$/, 'a resource such as "nvidia.com/gpu"').default(
    "nvidia.com/gpu",
  ),
  renamed: flag.default(false),
}) satisfies SchemaOf<NvidiaTimeSlicing>;

export const nvidiaSchema = object({
  driver: flag.optional(),
  driverVersion: text("a driver version").optional(),
  kernelModuleType: choice(Object.values(KernelModuleType)).optional(),
  toolkit: flag.optional(),
  migStrategy: choice(Object.values(MigStrategy)).default("single"),
  timeSlicing: timeSlicingSchema.optional(),
  serviceMonitor: flag.optional(),
}) satisfies SchemaOf<NvidiaOperatorSettings>;

export const amdSchema = object({
  driver: flag.default(true),
  driverVersion: text("a driver version").optional(),
  driverImage: text("an image repository").optional(),
  blacklist: flag.optional(),
  machineConfigRole: textLike(/^[a-z][a-z0-9-]*$/, "the role of a node").default("worker"),
  resourceNaming: choice(Object.values(AmdResourceNaming)).default("single"),
  metricsExporter: flag.default(true),
  serviceMonitor: flag.optional(),
  nodeSelector: labels.optional(),
}) satisfies SchemaOf<AmdOperatorSettings>;

export const gaudiSchema = object({
  driver: flag.default(true),
  imageTag: imageTag.optional(),
  nodeSelector: labels.optional(),
}) satisfies SchemaOf<GaudiOperatorSettings>;

export const spyreSchema = object({
  imageTag: imageTag.optional(),
  imageRepository: textLike(
    /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)+$/,
    'a registry and folder such as "quay.io/ibm-aiu"',
  ).optional(),
  podValidator: flag.default(true),
  metricsExporter: flag.default(false),
}) satisfies SchemaOf<SpyreOperatorSettings>;

export const neuronSchema = object({
  scheduler: flag.default(false),
  nodeProblemDetector: flag.default(false),
}) satisfies SchemaOf<NeuronSettings>;

export type NvidiaSpec = z.output<typeof nvidiaSchema>;
export type AmdSpec = z.output<typeof amdSchema>;
export type GaudiSpec = z.output<typeof gaudiSchema>;
export type SpyreSpec = z.output<typeof spyreSchema>;
export type NeuronSpec = z.output<typeof neuronSchema>;
