/** Sizes of a workload. Upstream: kserve/kserve `pkg/apis/serving/v1alpha2/llm_inference_service_types_func.go`. */
import { added, field, isUnknown, type Traced } from "../merge/traced";

/** How a workload of several pods is spread; `unknown` where a size is known only after apply. */
export type Spread = "data" | "pipeline" | "none" | "unknown";

/** What decides which preset a workload with workers gets. */
export function spreadOf(workload: Traced | undefined): Spread {
  const parallelism = field(workload, "parallelism");
  const [data, dataLocal, pipeline] = ["data", "dataLocal", "pipeline"].map((name) => field(parallelism, name));
  if (sizeOf(data) > 0 || sizeOf(dataLocal) > 0) return "data";
  if ([data, dataLocal, pipeline].some(isUnknown)) return "unknown";
  return sizeOf(pipeline) > 0 ? "pipeline" : "none";
}

/** Pods of one group, leader included; `undefined` leaves it to LeaderWorkerSet, whose default is 1. */
export function groupSize(workload: Traced | undefined): Traced | undefined {
  const parallelism = field(workload, "parallelism");
  if (isUnknown(parallelism)) return parallelism;
  const spread = spreadOf(workload);
  if (spread === "none") return undefined;
  if (spread === "pipeline") return field(parallelism, "pipeline");
  const [data, dataLocal] = [field(parallelism, "data"), field(parallelism, "dataLocal")];
  const gap = [data, dataLocal].find(isUnknown);
  if (gap !== undefined) return gap;
  const size = Math.floor(Math.max(sizeOf(data), 1) / Math.max(sizeOf(dataLocal), 1));
  return { ...added(Math.max(size, 1)), origin: data?.origin ?? dataLocal?.origin };
}

/** A size; 0 where there is none. */
export function sizeOf(node: Traced | undefined): number {
  return node?.kind === "leaf" && typeof node.value === "number" ? node.value : 0;
}
