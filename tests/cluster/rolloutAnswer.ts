/** What we say about a scenario, from the places its pods have when the update begins. */
import { rolloutOf } from "../../sdk/capacity/rollout/rollout";
import { judgeTogether, type TogetherJudgement } from "../../sdk/capacity/rollout/rolloutTogether";
import type { ClusterNode } from "../../sdk/capacity/inventory/inventory";
import type { Update } from "../../sdk/capacity/rollout/update";
import { RULES, tied, zoned } from "../sdk/capacity/rollout/tiedCases";
import type { Start } from "./rolloutRun";
import type { DeploymentCase, Scenario } from "./rolloutScenario";

const GPU = "nvidia.com/gpu";
const PODS_OF_A_NODE = 110;

export function answerTo({ nodes, deployments }: Scenario, start: Start): TogetherJudgement {
  const bare = nodes.map(({ gpus, used }, i): ClusterNode => {
    const own = deployments.map((one) => countOn(start, one, i) * one.gpus.old).reduce((sum, count) => sum + count, 0);
    const held = deployments.reduce((sum, one) => sum + countOn(start, one, i), used > 0 ? 1 : 0);
    return {
      name: `n${i}`,
      labels: {},
      taints: [],
      unschedulable: false,
      allocatable: { [GPU]: gpus, pods: PODS_OF_A_NODE },
      free: { [GPU]: gpus - used - own, pods: PODS_OF_A_NODE - held },
      bound: [],
    };
  });
  const [changed, others] = [true, false].map((updated) =>
    deployments.filter((one) => one.updated === updated).map((one) => updateOf(one, start)),
  );
  const cluster = zoned(bare, [...(changed ?? []), ...(others ?? [])]);
  return judgeTogether(changed ?? [], cluster, others);
}

function updateOf(one: DeploymentCase, start: Start): Update {
  const update: Update = {
    name: one.name,
    replicas: one.replicas,
    strategy: one.strategy.type === "Recreate" ? "Recreate" : rolloutOf(one.strategy, one.replicas),
    pod: { requests: { [GPU]: one.updated ? one.gpus.fresh : one.gpus.old } },
    old: { [GPU]: one.gpus.old },
    running: (start[one.name] ?? []).map((node) => ({ node: `n${node}`, requests: { [GPU]: one.gpus.old } })),
  };
  return one.rules === undefined ? update : tied(update, RULES[one.rules]);
}

function countOn(start: Start, { name }: DeploymentCase, node: number): number {
  return (start[name] ?? []).filter((at) => at === node).length;
}
