/** What decides where a pod may run, taken from its spec. */
import type { ObjectMeta, PodSpec } from "../../kubernetes/core";
import type { Amounts } from "../amounts";
import { hostPorts, type HostPort } from "./hostPorts";
import { podRequests } from "./requests";

type Rules = "nodeSelector" | "affinity" | "tolerations" | "topologySpreadConstraints" | "schedulingGates";

/** What decides where a pod may run, and where others may run because of it. */
export interface PodShape extends Pick<PodSpec, Rules> {
  requests: Amounts;
  /** Default `default`. Rules about other pods look at it. */
  namespace?: string;
  labels?: Readonly<Record<string, string>>;
  hostPorts?: readonly HostPort[];
}

/**
 * The shape of a pod.
 *
 * @param metadata namespace and labels; without them no rule about other pods can see this one
 * @throws QuantityError
 */
export function podShape(spec: PodSpec, { namespace, labels }: Partial<ObjectMeta> = {}): PodShape {
  const { nodeSelector, affinity, tolerations = [], topologySpreadConstraints, schedulingGates } = spec;
  const ports = hostPorts(spec);
  return {
    requests: podRequests(spec),
    tolerations,
    ...(nodeSelector !== undefined && { nodeSelector }),
    ...(affinity !== undefined && { affinity }),
    ...(topologySpreadConstraints !== undefined && { topologySpreadConstraints }),
    ...(schedulingGates !== undefined && schedulingGates.length > 0 && { schedulingGates }),
    ...(ports.length > 0 && { hostPorts: ports }),
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
  };
}

/** Copies of one pod that need a place. */
export interface PodGroup {
  pod: PodShape;
  count: number;
}
