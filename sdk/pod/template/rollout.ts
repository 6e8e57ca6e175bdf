/**
 * How many pods there are and how they are replaced.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/reconcilers/{deployment,hpa,keda}`; kubernetes
 * `pkg/apis/apps/v1/defaults.go` for what a strategy leaves out.
 */
import { annotations as keys } from "../../kubernetes/kserve";
import type { ControllerConfig } from "../controllerConfig";
import { decode } from "../merge/decode";
import { added, field, isUnknown, text, type Traced, unknown, withDefault, withField } from "../merge/traced";

const DEFAULT_SHARE = "25%";

/**
 * The smallest and largest number of pods, as a map of `min` and `max`.
 *
 * Class `none`: the Deployment has exactly `minReplicas`. Class `hpa` (also without an annotation): an HPA whose minimum
 * is at least 1. `keda`: the same with a minimum of 0 allowed. `external`: KServe sets no number and makes no autoscaler,
 * so the service's own numbers are taken as what its autoscaler is meant to keep to. A stopped service has no pods.
 */
export function replicaRange(predictor: Traced | undefined, annotations: Traced): Traced {
  const stop = field(annotations, keys.stop);
  const scaler = field(annotations, keys.autoscalerClass);
  const gap = [stop, scaler].find(isUnknown);
  if (gap !== undefined) return range(gap, gap);
  if (isStopped(annotations)) return range({ ...added(0), origin: stop?.origin });
  const written = [field(predictor, "minReplicas"), field(predictor, "maxReplicas")].map(
    (node) => node && decode(node, "minReplicas"),
  );
  const min = written[0] ?? added(1);
  if (text(scaler) === "none") return range(min);
  const atLeastOne = text(scaler) === undefined || text(scaler) === "hpa";
  const low = atLeastOne ? larger(min, added(1)) : min;
  return range(low, written[1] === undefined ? low : larger(low, written[1]));
}

/** As many workers as the group has; an autoscaler has no say, and a stopped service has none. */
export function workerRange(workers: Traced, annotations: Traced): Traced {
  const stop = field(annotations, keys.stop);
  if (stop !== undefined && isUnknown(stop)) return range(stop);
  return range(isStopped(annotations) ? { ...added(0), origin: stop?.origin } : workers);
}

/** The strategy of the workers: new ones are ready before the old ones go. */
export function workerStrategy(predictor: Traced | undefined, config: ControllerConfig): Traced {
  const written = decode(field(predictor, "deploymentStrategy"));
  const strategy = rolloutStrategy(predictor, config);
  const type = written === undefined ? added("RollingUpdate") : field(written, "type");
  if (text(type) !== "RollingUpdate") return strategy;
  return withField(strategy, "rollingUpdate", added({ maxUnavailable: "0%", maxSurge: "100%" }));
}

/** The Deployment's strategy with everything that KServe and the API server fill in. */
export function rolloutStrategy(predictor: Traced | undefined, config: ControllerConfig): Traced {
  const written = decode(field(predictor, "deploymentStrategy"));
  const strategy = withDefault(written ?? added({}), "type", "RollingUpdate");
  if (isUnknown(strategy) || isUnknown(field(strategy, "type"))) return strategy;
  if (text(field(strategy, "type")) !== "RollingUpdate") return strategy;
  const administered = config.defaultDeploymentMode === "Standard" ? config.defaultRollout : {};
  const fallback = written === undefined ? administered : {};
  let rolling = field(strategy, "rollingUpdate") ?? added({});
  rolling = withDefault(rolling, "maxSurge", fallback.maxSurge ?? DEFAULT_SHARE);
  rolling = withDefault(rolling, "maxUnavailable", fallback.maxUnavailable ?? DEFAULT_SHARE);
  return withField(strategy, "rollingUpdate", rolling);
}

function isStopped(annotations: Traced): boolean {
  return text(field(annotations, keys.stop))?.toLowerCase() === "true";
}

function range(min: Traced, max: Traced = min): Traced {
  return withField(withField(added({}), "min", min), "max", max);
}

function larger(left: Traced, right: Traced): Traced {
  if (isUnknown(left) || isUnknown(right)) return unknown((isUnknown(left) ? left : right).origin);
  return numberOf(right) > numberOf(left) ? right : left;
}

function numberOf(node: Traced): number {
  return node.kind === "leaf" && typeof node.value === "number" ? node.value : 0;
}
