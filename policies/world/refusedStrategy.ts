/** Services whose update never starts, because the API server takes no Deployment, or no service, of that strategy. */
import { admissionVerdict } from "../../sdk/admission/verdict";
import { strategyErrors, strategyRefusal } from "../../sdk/capacity/rollout/deploymentStrategy";
import { annotations } from "../../sdk/kubernetes/kserve";
import { CONTROLLER_CONFIG_MAP } from "../../sdk/pod/controllerConfig";
import * as kinds from "./kinds";
import { readable } from "./snapshot";
import type { Workload, WorkloadComponent, World } from "./types";
import { controllerConfig } from "./workload";

export interface RefusedStrategy {
  /** The field of the service that holds the strategy, or would. */
  path: string;
  /** What happens, in the API server's words. */
  text: string;
  /** What to change. */
  fix: string;
}

const PARTS = ["predictor", "transformer", "explainer"] as const;

/** The first refusal, since KServe goes no further; `undefined` also where the strategy is not known yet. */
export function refusedStrategy(workload: Workload, world: World): RefusedStrategy | undefined {
  return readable(() => {
    if (workload.mode === "Knative") return [refusedService(workload, world) ?? []].flat();
    if (workload.service.metadata.annotations?.[annotations.stop]?.toLowerCase() === "true") return [];
    return workload.components.flatMap((one) => refusedDeployment(one, workload) ?? []);
  })[0];
}

/**
 * KServe's webhook lets no Knative service choose a strategy.
 * Upstream: kserve `pkg/apis/serving/v1beta1/inference_service_validation.go` validateScalingKPACompExtension.
 */
function refusedService({ ref, service }: Workload, world: World): RefusedStrategy | undefined {
  if (PARTS.every((part) => service.spec[part]?.deploymentStrategy === undefined)) return undefined;
  const written = world.find(kinds.inferenceService, ref.name, ref.namespace);
  const verdict = written && admissionVerdict(written.raw, { config: controllerConfig(world) });
  if (verdict?.verdict !== "refused") return undefined;
  const cause = verdict.causes.find(({ field }) => field.includes("deploymentStrategy"));
  if (cause === undefined) return undefined;
  return {
    path: cause.field,
    text: `The API server refuses this service, so its pods stay as they are. It will say: ${verdict.message}`,
    fix: `Remove ${cause.field}, or use the deployment mode Standard.`,
  };
}

/**
 * KServe hands a strategy on as it is, so the service is taken and its Deployment refused; the pods of the previous
 * revision serve on. Upstream: kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go`.
 */
function refusedDeployment(
  { component, deployment, pod }: WorkloadComponent,
  { service }: Workload,
): RefusedStrategy | undefined {
  const refusal = strategyRefusal(deployment, pod.strategy);
  if (refusal === undefined) return undefined;
  const part = component === "worker" ? "predictor" : component;
  const [first] = strategyErrors(pod.strategy, `spec.${part}.deploymentStrategy`);
  const condition = `${part.charAt(0).toUpperCase()}${part.slice(1)}Ready`;
  const isOwn = service.spec[part]?.deploymentStrategy !== undefined;
  const path = isOwn ? (first?.field ?? "") : `spec.${part}.deploymentStrategy`;
  const source = isOwn ? "" : ` The strategy is defaultRollout of ConfigMap ${CONTROLLER_CONFIG_MAP}.`;
  return {
    path,
    text:
      `KServe takes this service, but the API server refuses its Deployment, so no update ever starts and no new pod ` +
      `comes up.${source} ${condition} turns False and says: fails to reconcile ${part}: ${refusal}`,
    fix: isOwn
      ? `Correct spec.${part}.deploymentStrategy: RollingUpdate with maxSurge and maxUnavailable not both 0, or Recreate alone.`
      : `Correct defaultRollout there (percentages such as "25%", not both 0), or write ${path} into the service.`,
  };
}
