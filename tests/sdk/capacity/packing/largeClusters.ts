/** What makes a cluster too large to search, and pods with rules about each other. */
import { freeNode } from "../nodes";

/** Nodes that take nothing, so many that arrangements are not searched. */
export const full = Array.from({ length: 65 }, (_, i) => freeNode(`full-${i}`, 0, { free: { pods: 0 } }));
export const ZONE = "zone";
export const inZone = (name: string, zone: string, gpus = 8) => freeNode(name, gpus, { labels: { [ZONE]: zone } });
const rule = { topologyKey: ZONE, labelSelector: { matchLabels: { app: "x" } } };
export const required = { requiredDuringSchedulingIgnoredDuringExecution: [rule] };
export const labels = { app: "x" };
export const spread = {
  labels,
  topologySpreadConstraints: [{ ...rule, maxSkew: 1, whenUnsatisfiable: "DoNotSchedule" }],
};

export const near = { affinity: { podAffinity: required } };
