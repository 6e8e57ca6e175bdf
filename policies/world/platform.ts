/** Which controllers act on the services of a world, as far as its objects show. */
import { deployment } from "./kinds";
import type { World, WorldObject } from "./types";

/** `openshift-ai` also stands for Open Data Hub; `kserve` is KServe without its controllers. */
export type Platform = "openshift-ai" | "kserve";

const openShiftAiKinds = new Set(["DataScienceCluster", "DSCInitialization", "OdhDashboardConfig"]);

/** The platform, or `undefined` when nothing in the world shows it. */
export function platformOf(world: World): Platform | undefined {
  const runs = (name: string) => world.list(deployment).some(({ ref }) => ref.name === name);
  if (runs("odh-model-controller")) return "openshift-ai";
  if ([...world.judged, ...world.inventory].some(({ ref }) => openShiftAiKinds.has(ref.kind))) return "openshift-ai";
  return runs("kserve-controller-manager") ? "kserve" : undefined;
}

const autoscalerKinds = new Set(["NodePool", "MachineAutoscaler", "ClusterAutoscaler", "NodeClaim"]);
const autoscalerNames = new Set(["cluster-autoscaler", "cluster-autoscaler-status", "karpenter"]);

/** An object that shows that nodes are added on demand, so "no node has room" need not last. */
export function nodeAutoscaler(world: World): WorldObject | undefined {
  return [...world.judged, ...world.inventory].find(
    ({ ref }) =>
      autoscalerKinds.has(ref.kind) ||
      ((ref.kind === "Deployment" || ref.kind === "ConfigMap") && autoscalerNames.has(ref.name)),
  );
}

/**
 * Whether the API server adds tolerations for the devices a pod asks for (admission plugin ExtendedResourceToleration).
 * It is off by default; GKE turns it on.
 */
export function toleratesDevicesByItself(world: World): boolean {
  return world.nodes.some(({ labels }) => labels["cloud.google.com/gke-nodepool"] !== undefined);
}
