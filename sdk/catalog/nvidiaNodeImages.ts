/** What the GPU node images of each kind of cluster bring along, and so what NVIDIA's operator must not install. */
import catalogue from "./nvidiaNodeImages.json";

/** NVIDIA's software on the nodes of one kind of cluster. */
export interface NvidiaNodeImage {
  /** Whether the operator installs the driver; false where the image has it. */
  driver: boolean;
  /** Whether the operator installs the container toolkit; false where the image has it. */
  toolkit: boolean;
  /** Whether Prometheus' ServiceMonitor is known to every such cluster. */
  serviceMonitor: boolean;
  /** Where driver and toolkit are on the node, if not in the usual place. */
  driverInstallDir?: string;
  toolkitEnvironment?: Record<string, string>;
  /** Runtime class of the image's own container runtime. */
  runtimeClass?: string;
  /** Whether pods of system-critical priority need a quota outside kube-system. */
  podQuota?: boolean;
  source: string;
}

const known: Readonly<Record<keyof typeof catalogue, NvidiaNodeImage>> = catalogue;

/** The GPU node image of a kind of cluster, as its default is. */
export function nvidiaNodeImage(distribution: keyof typeof catalogue): NvidiaNodeImage {
  return known[distribution];
}
