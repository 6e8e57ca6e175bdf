/**
 * Services that KServe takes and whose Deployment the API server refuses; the pods of the previous revision serve on.
 * What a Deployment meets beside this (names of volumes, probes and the like) is not looked at.
 */
import { labelAndAnnotationErrors } from "../../sdk/admission/schema/metadata";
import { deviceErrors } from "../../sdk/capacity/placement/deviceErrors";
import { strategyErrors, strategyRefusal } from "../../sdk/capacity/rollout/deploymentStrategy";
import { CONTROLLER_CONFIG_MAP } from "../../sdk/pod/controllerConfig";
import { capitalized } from "../world/reference";
import { readable, snapshot } from "../world/snapshot";
import type { Workload, WorkloadComponent } from "../world/types";

/** Why an update never starts. */
export interface Refusal {
  /** The field of the service to change. */
  path: string;
  /** What happens, in the API server's words. */
  text: string;
  /** What to change. */
  fix: string;
  /** The rule that finds the same and says it. */
  toldBy?: string;
}

/** The first of what the API server would say, in no order of its own: labels, devices, strategy. */
export function refusedDeployment(one: WorkloadComponent, workload: Workload): Refusal | undefined {
  return (
    refusedLabel(one, workload) ??
    readable(() => [refusedDevice(one) ?? []].flat())[0] ??
    refusedStrategy(one, workload)
  );
}

/**
 * KServe makes labels of the service's name. The same labels are those of the Deployment, its selector and its pods.
 * Upstream: kserve `pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/deployment_reconciler.go`.
 */
function refusedLabel({ component, pod }: WorkloadComponent, { ref }: Workload): Refusal | undefined {
  const [labels] = readable(() => [snapshot(pod.labels)]);
  const [app] = Object.entries(labels ?? {}).filter(([key]) => key === "app");
  const value = app?.[1] ?? "";
  const [error] = labelAndAnnotationErrors({ labels: { app: value } }).errors;
  if (error === undefined || value.length <= MOST_CHARACTERS) return undefined;
  const most = ref.name.length - (value.length - MOST_CHARACTERS);
  return {
    path: "metadata.name",
    text: `${taken(component)} says so, unless KServe finds a host name too long before that: ${error.field}: ${error.body}`,
    fix: `KServe labels pods with ${value}: give the service a name of at most ${most} characters.`,
  };
}

/** The length of a label's value. */
const MOST_CHARACTERS = 63;

/** `gpu/request-equals-limit` tells it of the predictor's pod. */
function refusedDevice({ component, deployment, pod }: WorkloadComponent): Refusal | undefined {
  const { containers, initContainers = [] } = pod.spec;
  for (const [list, group] of [
    ["containers", containers],
    ["initContainers", initContainers],
  ] as const) {
    for (const [i, container] of group.entries()) {
      const [error] = deviceErrors(container);
      if (error === undefined) continue;
      const { device, kind, fractionOf = kind === "unequal" ? "request" : "limit", answer } = error;
      const key = kind === "fraction" ? `[${device}]` : "";
      const field = `spec.template.spec.${list}[${i}].resources.${fractionOf}s${key}`;
      const path = pod.origin(`spec.${list}[${i}].resources.${fractionOf}s[${JSON.stringify(device)}]`)?.path;
      return {
        path: path ?? `spec.${partOf(component)}`,
        text: `${taken(component)} gives the API server's answer for ${field} of Deployment ${deployment}: ${answer}.`,
        fix: `Give ${device} as a whole number, and the request, where there is one, equal to the limit.`,
        ...(component === "predictor" && { toldBy: "gpu/request-equals-limit" }),
      };
    }
  }
  return undefined;
}

function partOf(component: WorkloadComponent["component"]): "predictor" | "transformer" | "explainer" {
  return component === "worker" ? "predictor" : component;
}

function taken(component: WorkloadComponent["component"]): string {
  return `${REFUSED} ${conditionOf(partOf(component))} turns False and`;
}

function conditionOf(part: string): string {
  return `${capitalized(part)}Ready`;
}

const REFUSED =
  "KServe takes this service, but the API server refuses its Deployment, so no update ever starts and no new pod comes up.";

/** KServe hands a strategy on as it is. Upstream: kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go`. */
function refusedStrategy(
  { component, deployment, pod }: WorkloadComponent,
  { service }: Workload,
): Refusal | undefined {
  const refusal = strategyRefusal(deployment, pod.strategy);
  if (refusal === undefined) return undefined;
  const part = partOf(component);
  const [first] = strategyErrors(pod.strategy, `spec.${part}.deploymentStrategy`);
  const isOwn = service.spec[part]?.deploymentStrategy !== undefined;
  const path = isOwn ? (first?.field ?? "") : `spec.${part}.deploymentStrategy`;
  const source = isOwn ? "" : ` The strategy is defaultRollout of ConfigMap ${CONTROLLER_CONFIG_MAP}.`;
  return {
    path,
    text: `${REFUSED}${source} ${conditionOf(part)} turns False and says: fails to reconcile ${part}: ${refusal}`,
    fix: isOwn
      ? `Correct spec.${part}.deploymentStrategy: RollingUpdate with maxSurge and maxUnavailable not both 0, or Recreate alone.`
      : `Correct defaultRollout there (percentages such as "25%", not both 0), or write ${path} into the service.`,
  };
}
