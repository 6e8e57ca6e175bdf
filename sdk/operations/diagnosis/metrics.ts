/** Graphs that stay empty. */
import { annotations } from "../../kubernetes/kserve";
import { runtimeOf } from "../listing";
import { nameOf, ofKind, seen, textAt, textsAt, valueAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";

/**
 * Why the graphs of models on OpenShift AI are empty, in the order in which one looks: monitoring of user workloads, pages
 * of the dashboard, metrics of the runtime, first request.
 *
 * @param values the cluster's objects; ConfigMap `cluster-monitoring-config` counts as missing unless it is among them
 * @requirement TR-11
 */
export function emptyGraphs(values: readonly unknown[]): Diagnosis[] {
  const objects = seen(values);
  const services = ofKind(objects, "InferenceService", "serving.kserve.io");
  return [
    ...userWorkloads(objects),
    ...hiddenPages(objects),
    ...services.flatMap((service) => withoutMetrics(service, objects)),
    ...services.map(beforeFirstRequest),
  ];
}

function userWorkloads(objects: readonly SeenObject[]): Diagnosis[] {
  const config = ofKind(objects, "ConfigMap", "").find(
    ({ namespace, name }) => namespace === "openshift-monitoring" && name === "cluster-monitoring-config",
  );
  const text = textsAt(config?.raw, "data")["config.yaml"] ?? "";
  if (/^\s*enableUserWorkload:\s*["']?true\b/m.test(text)) return [];
  return [
    {
      id: "TR-11",
      subject: "ConfigMap openshift-monitoring/cluster-monitoring-config",
      evidence: config === undefined ? "there is none" : "it does not say enableUserWorkload: true",
      cause: "the cluster does not monitor the workloads of its users",
      rules: ["obs/uwm-enabled"],
      wayOut: "a cluster administrator sets enableUserWorkload: true in its config.yaml",
    },
  ];
}

function hiddenPages(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "OdhDashboardConfig", "opendatahub.io").flatMap((config) => {
    const flags = ["disablePerformanceMetrics", "disableKServeMetrics"].filter(
      (flag) => valueAt(config.raw, "spec", "dashboardConfig", flag) === true,
    );
    if (flags.length === 0) return [];
    return [
      {
        id: "TR-11",
        subject: nameOf(config),
        evidence: flags.map((flag) => `${flag}: true`).join(", "),
        cause: "the dashboard hides its pages of metrics",
        rules: [],
        wayOut: `set ${flags.join(" and ")} to false`,
      },
    ];
  });
}

/** The controller makes a Service of metrics only for runtimes whose pods carry the annotation. */
function withoutMetrics(service: SeenObject, objects: readonly SeenObject[]): Diagnosis[] {
  const runtime = runtimeOf(service, objects);
  if (runtime === undefined) return [];
  if (textsAt(runtime.raw, "spec", "annotations")[annotations.prometheusPort] !== undefined) return [];
  const misplaced = runtime.annotations[annotations.prometheusPort] !== undefined;
  return [
    {
      id: "TR-11",
      subject: nameOf(service),
      evidence: `${nameOf(runtime)} has no ${annotations.prometheusPort} in spec.annotations${misplaced ? ", but in metadata.annotations" : ""}`,
      cause: "metrics are collected and shown for preinstalled runtimes and duplicates of them",
      rules: ["obs/scrape-port"],
      wayOut: misplaced
        ? "move the annotations to spec.annotations"
        : "duplicate a preinstalled runtime, or add prometheus.io/port and prometheus.io/path to spec.annotations",
    },
  ];
}

function beforeFirstRequest(service: SeenObject): Diagnosis {
  const url = textAt(service.raw, "status", "address", "url") ?? textAt(service.raw, "status", "url");
  return {
    id: "TR-11",
    subject: nameOf(service),
    evidence: "cannot be seen from here",
    cause: "some metrics of vLLM exist only after the first request",
    rules: [],
    wayOut: `send one request${url === undefined ? "" : ` to ${url}`}, and wait for the next scrape`,
  };
}
