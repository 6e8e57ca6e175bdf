/**
 * What KServe refuses of a service: in its webhook as written, in its controller once the Configs are merged.
 * Upstream: kserve/kserve `pkg/apis/serving/v1alpha2/llm_inference_service_validation.go`.
 */
import { field, isSet, isUnknown, items, type Traced } from "../merge/traced";
import type { Problem } from "../problem";
import { sizeOf, spreadOf } from "./parallelism";

/** Every rule that a spec breaks. */
export function validate(spec: Traced): Problem[] {
  const prefill = field(spec, "prefill");
  return [
    ...routeProblems(spec),
    ...workloadProblems(spec, "spec"),
    ...(prefill !== undefined && isSet(prefill) ? workloadProblems(prefill, "spec.prefill") : []),
    ...schedulerProblems(spec),
  ];
}

function workloadProblems(workload: Traced, path: string): Problem[] {
  return [...parallelismProblems(workload, path), ...scalingProblems(workload, path)];
}

function parallelismProblems(workload: Traced, path: string): Problem[] {
  const worker = field(workload, "worker");
  const parallelism = field(workload, "parallelism");
  const spread = spreadOf(workload);
  if (isUnknown(parallelism) || spread === "unknown") return [];
  const problems: Problem[] = [];
  if (worker !== undefined && isSet(worker) && spread === "none") {
    problems.push({
      message: `${path}.worker: when worker is specified, parallelism must be configured for either data parallelism or pipeline parallelism`,
      at: worker,
    });
  }
  if (parallelism === undefined) return problems;
  const [data, dataLocal] = [field(parallelism, "data"), field(parallelism, "dataLocal")];
  if (spread === "data" && sizeOf(field(parallelism, "pipeline")) > 0) {
    problems.push({
      message: `${path}.parallelism: cannot set both pipeline parallelism and data parallelism (data or dataLocal) simultaneously`,
      at: parallelism,
    });
  }
  if (data !== undefined && dataLocal === undefined) {
    problems.push({ message: `${path}.parallelism.dataLocal: dataLocal must be set when data is set`, at: data });
  }
  if (data === undefined && dataLocal !== undefined) {
    problems.push({ message: `${path}.parallelism.data: data must be set when dataLocal is set`, at: dataLocal });
  }
  return problems;
}

function scalingProblems(workload: Traced, path: string): Problem[] {
  const scaling = field(workload, "scaling");
  if (scaling === undefined || !isSet(scaling) || isUnknown(scaling)) return [];
  const [min, max, wva] = ["minReplicas", "maxReplicas", "wva"].map((name) => field(scaling, name));
  const problems: Problem[] = [];
  const refuse = (message: string, at: Traced): number => problems.push({ message: `${path}.scaling: ${message}`, at });
  if (field(workload, "replicas") !== undefined) {
    const advice = "use scaling for autoscaled deployments or replicas for static deployments";
    refuse(`replicas and scaling are mutually exclusive; ${advice}`, scaling);
  }
  if (max === undefined) refuse("maxReplicas is required when scaling is configured", scaling);
  else if (min !== undefined && !isUnknown(min) && !isUnknown(max) && sizeOf(min) > sizeOf(max)) {
    refuse(`minReplicas cannot exceed maxReplicas (${sizeOf(min)} > ${sizeOf(max)})`, min);
  }
  if (wva === undefined) {
    refuse("wva is required when scaling is configured; it provides the autoscaling mechanism", scaling);
  } else if (!isUnknown(wva)) {
    const actuators = ["hpa", "keda"].filter((name) => isSet(field(wva, name)));
    if (actuators.length === 0) refuse("either hpa or keda must be specified as the actuator backend", wva);
    if (actuators.length === 2) refuse("hpa and keda are mutually exclusive; choose one actuator backend", wva);
  }
  return problems;
}

function schedulerProblems(spec: Traced): Problem[] {
  const scheduler = field(spec, "router", "scheduler");
  const path = "spec.router.scheduler";
  const replicas = field(scheduler, "replicas");
  const problems: Problem[] = [];
  if (replicas?.kind === "leaf" && typeof replicas.value === "number" && replicas.value <= 0) {
    problems.push({ message: `${path}.replicas: scheduler replicas must be greater than zero`, at: replicas });
  }
  const config = field(scheduler, "config");
  if (config === undefined || !isSet(config) || isUnknown(config)) return problems;
  const [hasInline, hasRef] = [isSet(field(config, "inline")), isSet(field(config, "ref"))];
  if (hasInline && hasRef) {
    const message = "both inline and ref are set, either specify inline or ref";
    problems.push({ message: `${path}.config: ${message}`, at: config });
  }
  if (!hasInline && !hasRef) problems.push({ message: `${path}.config: either inline or ref is required`, at: config });
  return problems;
}

function routeProblems(spec: Traced): Problem[] {
  const router = field(spec, "router");
  const http = field(router, "route", "http");
  const refs = field(http, "refs");
  if (http === undefined || refs === undefined || items(refs).length === 0) return [];
  const path = "spec.router.route.http";
  const problems: Problem[] = [];
  if (isSet(field(http, "spec"))) {
    const message = `cannot use both custom HTTPRoute refs ('${path}.refs') and an inline route spec ('${path}.spec')`;
    problems.push({ message: `${path}: unsupported configuration: ${message}`, at: http });
  }
  const gateway = field(router, "gateway");
  if (isSet(gateway) && !isUnknown(gateway) && items(field(gateway, "refs")).length === 0) {
    const message = `custom HTTP routes ('${path}.refs') cannot be used with a managed gateway ('spec.router.gateway')`;
    problems.push({ message: `${path}.refs: unsupported configuration: ${message}`, at: refs });
  }
  return problems;
}
