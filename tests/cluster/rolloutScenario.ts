/** Generated updates on generated nodes, for holding our judgement against the real controllers. */
import fc from "fast-check";
import type { DeploymentStrategy } from "../../sdk/kubernetes/core";
import { RULES } from "../sdk/capacity/rollout/tiedCases";

export interface DeploymentCase {
  name: string;
  replicas: number;
  /** Accelerators of a pod before and after. */
  gpus: { old: number; fresh: number };
  strategy: DeploymentStrategy;
  updated: boolean;
  /** Between its own pods. */
  rules?: keyof typeof RULES;
}

export interface Scenario {
  /** Accelerators of each node, and those of them that other pods hold; two zones in turn. */
  nodes: { gpus: number; used: number }[];
  deployments: DeploymentCase[];
}

const bound = fc.constantFrom<string | number>(0, 1, 2, 3, "10%", "25%", "34%", "50%", "75%", "100%");
const isZero = (value: string | number) => value === 0;

/** Strategies that the API server accepts. */
const strategy = fc.oneof(
  { weight: 3, arbitrary: fc.constant<DeploymentStrategy>({ type: "RollingUpdate" }) },
  { weight: 2, arbitrary: fc.constant<DeploymentStrategy>({ type: "Recreate" }) },
  {
    weight: 5,
    arbitrary: fc
      .record({ maxSurge: bound, maxUnavailable: bound })
      .filter(({ maxSurge, maxUnavailable }) => !(isZero(maxSurge) && isZero(maxUnavailable)))
      .map((rollingUpdate): DeploymentStrategy => ({ type: "RollingUpdate", rollingUpdate })),
  },
);

const size = fc.constantFrom(1, 1, 1, 2, 2, 3, 4, 4, 5, 6, 8);

/** Most updates change no resources; the others grow or shrink. */
const gpus = fc.oneof(
  { weight: 3, arbitrary: size.map((one) => ({ old: one, fresh: one })) },
  { weight: 1, arbitrary: fc.record({ old: size, fresh: size }) },
);

const node = fc
  .record({ gpus: fc.constantFrom(1, 2, 4, 4, 8, 8, 8), part: fc.constantFrom(0, 0, 0.25, 0.5, 0.75, 1) })
  .map(({ gpus, part }) => ({ gpus, used: Math.floor(gpus * part) }));

const deployment = fc.record({ replicas: fc.integer({ min: 1, max: 4 }), gpus, strategy, updated: fc.boolean() });

/** Nodes of any size beside deployments of any size: often some old pods have no place to begin with. */
const looseScenario = fc
  .record({
    nodes: fc.oneof(fc.array(node, { minLength: 1, maxLength: 4 }), fc.array(node, { minLength: 1, maxLength: 12 })),
    deployments: fc.oneof(
      { weight: 3, arbitrary: fc.array(deployment, { minLength: 1, maxLength: 2 }) },
      { weight: 2, arbitrary: fc.array(deployment, { minLength: 2, maxLength: 6 }) },
    ),
  })
  .map(({ nodes, deployments }): Scenario => ({ nodes, deployments: named(deployments) }));

/**
 * Nodes made for the old pods, with a few accelerators to spare here and there: whether an update ends is a matter of
 * the controller's arithmetic and of where the free accelerators are.
 */
const tightScenario = fc
  .record({
    deployments: fc.oneof(
      { weight: 4, arbitrary: fc.array(deployment, { minLength: 1, maxLength: 1 }) },
      { weight: 2, arbitrary: fc.array(deployment, { minLength: 2, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.array(deployment, { minLength: 3, maxLength: 6 }) },
    ),
    capacity: fc.constantFrom(4, 8, 8),
    spare: fc.array(fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4), { minLength: 12, maxLength: 12 }),
    further: fc.array(fc.constantFrom(1, 2, 4), { maxLength: 1 }),
  })
  .map(({ deployments, capacity, spare, further }): Scenario => {
    const all = named(deployments).map((one) => ({ ...one, gpus: within(one.gpus, capacity) }));
    const nodes = filled(all, capacity).map((held, i) => ({
      gpus: capacity,
      used: Math.max(0, capacity - held - (spare[i] ?? 0)),
    }));
    return { nodes: [...nodes, ...further.map((gpus) => ({ gpus, used: 0 }))].slice(0, MOST_NODES), deployments: all };
  });

const MOST_NODES = 12;

function within({ old, fresh }: DeploymentCase["gpus"], capacity: number): DeploymentCase["gpus"] {
  return { old: Math.min(old, capacity), fresh: Math.min(fresh, capacity) };
}

/** Accelerators that the old pods hold of each node when the largest go first, each to the first node with room. */
function filled(deployments: readonly DeploymentCase[], capacity: number): number[] {
  const pods = deployments.flatMap(({ replicas, gpus }) => Array.from({ length: replicas }, () => gpus.old));
  const held: number[] = [];
  for (const gpus of pods.sort((a, b) => b - a)) {
    const at = held.findIndex((taken) => taken + gpus <= capacity);
    if (at < 0) held.push(gpus);
    else held[at] = (held[at] ?? 0) + gpus;
  }
  return held;
}

/** With a name each, and at least one of them updated. */
function named(deployments: readonly Omit<DeploymentCase, "name">[]): DeploymentCase[] {
  const none = deployments.every(({ updated }) => !updated);
  return deployments.map((one, i) => ({ ...one, name: `d${i}`, updated: none || one.updated }));
}

/** Few pods on few nodes, most of them with rules about each other. */
const tiedScenario = fc
  .record({
    nodes: fc.array(fc.record({ gpus: fc.constantFrom(1, 2, 2, 4), part: fc.constantFrom(0, 0, 0, 0.5) }), {
      minLength: 2,
      maxLength: 6,
    }),
    deployments: fc.array(
      fc.record({
        replicas: fc.integer({ min: 1, max: 3 }),
        gpus: fc.constantFrom({ old: 1, fresh: 1 }, { old: 1, fresh: 1 }, { old: 2, fresh: 2 }, { old: 1, fresh: 2 }),
        strategy,
        updated: fc.boolean(),
        rules: fc.constantFrom(...(Object.keys(RULES) as (keyof typeof RULES)[])),
        isFree: fc.constantFrom(true, false, false, false),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ nodes, deployments }): Scenario => {
    const all = deployments.map(({ isFree, rules, ...one }) => (isFree ? one : { ...one, rules }));
    return { nodes: nodes.map(({ gpus, part }) => ({ gpus, used: Math.floor(gpus * part) })), deployments: named(all) };
  });

const anyScenario = fc.oneof(
  { weight: 3, arbitrary: tightScenario },
  { weight: 1, arbitrary: looseScenario },
  { weight: 2, arbitrary: tiedScenario },
);

/** Scenarios of a seed; the same ones every time. */
export function scenarios(seed: number, count: number): Scenario[] {
  return fc.sample(anyScenario, { seed, numRuns: count, endOnFailure: true });
}
