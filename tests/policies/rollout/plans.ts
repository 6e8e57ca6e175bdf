/** Nodes, pods and quotas of small clusters, and the plan of a service on them. */
import assert from "node:assert/strict";
import { rolloutPlan } from "../../../policies/rollout/rolloutPlan";
import { buildWorld } from "../../../policies/world/world";
import { changed, granite, graniteRuntime, inCluster, inStack } from "../rules/granite";

export type Service = ReturnType<typeof granite>;

export const gpus = (count: number) => ({ cpu: "4", memory: "16Gi", "nvidia.com/gpu": String(count) });

export const node = (name: string, count: number, more: object = {}, labels: object = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  status: { allocatable: { cpu: "64", memory: "512Gi", pods: "110", "nvidia.com/gpu": String(count), ...more } },
});

let number = 0;
export const pod = (
  on: string | undefined,
  count: number,
  labels: Record<string, string>,
  more: object = gpus(count),
) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `pod-${(number += 1)}`, namespace: "models", labels },
  spec: {
    ...(on !== undefined && { nodeName: on }),
    containers: [{ name: "main", resources: { requests: more, limits: more } }],
  },
  status: { phase: on === undefined ? "Pending" : "Running" },
});

export const predictor = (on: string | undefined, count: number, service = "granite") =>
  pod(on, count, { "serving.kserve.io/inferenceservice": service, component: "predictor" });

export const quota = (hard: object, used?: object) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "gpus", namespace: "models" },
  spec: { hard },
  ...(used !== undefined && { status: { hard, used } }),
});

export function planOf(judged: readonly object[], cluster: readonly object[]) {
  return rolloutPlan(buildWorld([...inStack(...judged), ...inCluster(...cluster)]));
}

/** The plan of granite, with its outcome and reason. */
export function graniteOn(cluster: readonly object[], change: (service: Service) => void = () => undefined) {
  const plan = planOf([changed(granite(), change), graniteRuntime()], cluster);
  const [service] = plan.services;
  assert.ok(service);
  return { ...service.rollout, placed: service.steady.placed, pools: plan.pools, waves: plan.waves };
}
