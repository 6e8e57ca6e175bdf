/** Which controllers act on the services of a world, as far as its objects show. */
import { deployment } from "./kinds";
import type { World } from "./world";

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
