import { DEFAULT_BOUND } from "../../sdk/capacity/rollout/rollout";
import type { DeploymentStrategy } from "../../sdk/kubernetes/core";
import { intOrString } from "../../sdk/kubernetes/intOrString";
import type { ServiceSpec } from "../../sdk/spec/inference/serviceSettings";

/** How pods are replaced. Always written out: the controller's configuration may hold another default. */
export function strategyManifest(strategy: ServiceSpec["deploymentStrategy"]): DeploymentStrategy {
  const { type = "RollingUpdate", maxSurge = DEFAULT_BOUND, maxUnavailable = DEFAULT_BOUND } = strategy ?? {};
  if (type === "Recreate") return { type };
  const rollingUpdate = { maxSurge: intOrString(maxSurge), maxUnavailable: intOrString(maxUnavailable) };
  return { type, rollingUpdate };
}
