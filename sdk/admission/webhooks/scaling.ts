/**
 * Replicas and autoscaling of a component.
 * Upstream: kserve/kserve `pkg/apis/serving/v1beta1/{component,inference_service_validation}.go`.
 */
import { annotations as keys } from "../../kubernetes/kserve";
import { compareQuantities, parseQuantity } from "../../pod/quantity";
import type { Component } from "./components";
import type { DecodedMetric, DecodedMetricTarget } from "./decoded";
import { type Denial, firstDenial } from "./rule";

const KNATIVE_CLASS = "autoscaling.knative.dev/class";
const KNATIVE_HPA = "hpa.autoscaling.knative.dev";
const PERCENTAGE = "the target utilization percentage should be a [1-100] integer";

/** Bounds that hold whatever scales the component. */
export function extensionDenial({ spec, path }: Component): Denial | undefined {
  const { containerConcurrency = 0, minReplicas = 1, maxReplicas = 0, logger } = spec;
  const deny = (field: string, message: string): Denial => ({ message, field: `${path}.${field}` });
  if (containerConcurrency < 0) return deny("containerConcurrency", "parallelism cannot be less than 0");
  if (minReplicas < 0) return deny("minReplicas", "'MinReplicas' cannot be less than 0");
  if (maxReplicas < 0) return deny("maxReplicas", "'MaxReplicas' cannot be less than 0");
  if (minReplicas > maxReplicas && maxReplicas !== 0) {
    return deny("maxReplicas", "'MinReplicas' cannot be greater than MaxReplicas");
  }
  if (logger === undefined) return undefined;
  if (!["all", "request", "response"].includes(logger.mode ?? "")) return deny("logger.mode", "invalid logger type");
  if (logger.storage === undefined) return undefined;
  const { path: folder, parameters, key } = logger.storage;
  const isComplete = [folder, parameters, key].every((part) => part !== undefined);
  return isComplete ? undefined : deny("logger.storage", "invalid logger storage configuration");
}

/** What the autoscaler of the deployment mode and class allows. */
export function scalingDenial(component: Component, annotations: Readonly<Record<string, string>>): Denial | undefined {
  if (annotations[keys.deploymentMode] === "Standard") {
    const scaler = annotations[keys.autoscalerClass];
    if (scaler === "hpa") return hpaDenial(component);
    return scaler === "keda" ? kedaDenial(component) : undefined;
  }
  return annotations[KNATIVE_CLASS] === KNATIVE_HPA ? hpaDenial(component) : knativeDenial(component);
}

function hpaDenial({ spec, path }: Component): Denial | undefined {
  const metric = spec.scaleMetric ?? "cpu";
  if (metric !== "cpu" && metric !== "memory") return unsupportedMetric(metric, path);
  const target = spec.scaleTarget;
  // Upstream's precedence: above 100 is refused for every metric.
  if (target !== undefined && ((metric === "cpu" && target < 1) || target > 100)) {
    return { message: PERCENTAGE, field: `${path}.scaleTarget` };
  }
  if (target !== undefined && metric === "memory" && target < 1) {
    return { message: "the target memory should be greater than 1 MiB", field: `${path}.scaleTarget` };
  }
  return firstDenial(spec.autoScaling?.metrics ?? [], ({ type = "", resource }, index) => {
    const field = `${path}.autoScaling.metrics[${index}]`;
    if (type !== "Resource") {
      const valid = "valid metric source types are Resource";
      return { message: `invalid HPA metric source type with value [${type}],${valid}`, field: `${field}.type` };
    }
    return resource === undefined ? unset("Resource", "resource", field) : undefined;
  });
}

function kedaDenial({ spec, path }: Component): Denial | undefined {
  if (spec.scaleMetric !== undefined) {
    return { message: "ScaleMetric is not supported for KEDA", field: `${path}.scaleMetric` };
  }
  return firstDenial(spec.autoScaling?.metrics ?? [], (metric, index) =>
    kedaMetricDenial(metric, `${path}.autoScaling.metrics[${index}]`),
  );
}

function kedaMetricDenial(
  { type = "", resource, external, podmetric }: DecodedMetric,
  field: string,
): Denial | undefined {
  switch (type) {
    case "Resource":
      if (resource === undefined) return unset("Resource", "resource", field);
      return resourceDenial(resource, `${field}.resource`);
    case "External":
      return external === undefined ? unset("External", "external", field) : queryDenial(external, `${field}.external`);
    case "PodMetric":
      return podmetric === undefined ? unset("PodMetric", "pod", field) : queryDenial(podmetric, `${field}.podmetric`);
    default: {
      const valid = "Valid types are Resource,External,PodMetric";
      return { message: `unknown KEDA metric type with value [${type}].${valid}`, field: `${field}.type` };
    }
  }
}

function resourceDenial(
  { name = "", target = {} }: NonNullable<DecodedMetric["resource"]>,
  field: string,
): Denial | undefined {
  const deny = (message: string): Denial => ({ message, field: `${field}.target` });
  const { type = "", averageValue } = target;
  if (name === "cpu") {
    if (type !== "Utilization") return deny("the cpu target value type should be Utilization");
  } else if (name === "memory") {
    if (type !== "AverageValue" && type !== "Utilization") {
      return deny("the memory target value type should be AverageValue or Utilization");
    }
    const amount = parseQuantity(averageValue ?? "0");
    if (type === "AverageValue" && compareQuantities(amount, parseQuantity("1Mi")) < 0) {
      return deny("the memory target value should be greater than 1 MiB");
    }
  } else {
    return { message: `resource type ${name} is not supported`, field: `${field}.name` };
  }
  return targetDenial(target, `${field}.target`);
}

function queryDenial(
  { metric, target = {} }: NonNullable<DecodedMetric["external"]>,
  field: string,
): Denial | undefined {
  if ((metric?.query ?? "") === "") return { message: "the query should not be empty", field: `${field}.metric.query` };
  if (target.value === undefined) {
    return { message: "the target threshold value should not be empty", field: `${field}.target.value` };
  }
  return targetDenial(target, `${field}.target`);
}

function targetDenial({ type, ...given }: DecodedMetricTarget, field: string): Denial | undefined {
  if (type === "Utilization") {
    const { averageUtilization: percent } = given;
    if (percent === undefined) return { message: "the AverageUtilization type should be set", field };
    return percent < 1 || percent > 100 ? { message: PERCENTAGE, field: `${field}.averageUtilization` } : undefined;
  }
  if (type === "AverageValue" && given.averageValue === undefined) {
    return { message: "the AverageValue type should be set", field };
  }
  if (type === "Value" && given.value === undefined) return { message: "the Value type should be set", field };
  return undefined;
}

function knativeDenial({ spec, path }: Component): Denial | undefined {
  if (spec.deploymentStrategy !== undefined) {
    const message = "customizing deploymentStrategy is only supported for raw deployment mode";
    return { message, field: `${path}.deploymentStrategy` };
  }
  const metric = spec.scaleMetric ?? "concurrency";
  if (metric !== "concurrency" && metric !== "rps") return unsupportedMetric(metric, path);
  if (metric === "rps" && spec.scaleTarget !== undefined && spec.scaleTarget < 1) {
    return { message: "the target for rps should be greater than 1", field: `${path}.scaleTarget` };
  }
  return undefined;
}

function unsupportedMetric(metric: string, path: string): Denial {
  return { message: `[${metric}] is not a supported metric`, field: `${path}.scaleMetric` };
}

function unset(member: string, source: string, field: string): Denial {
  return { message: `metricSpec.${member} is not set for ${source} metric source type`, field };
}
