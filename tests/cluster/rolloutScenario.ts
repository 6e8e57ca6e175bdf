/** Generated updates on generated nodes, for holding our judgement against the real controllers. */
import fc from "fast-check";
import type { DeploymentStrategy } from "../../sdk/kubernetes/core";

export interface DeploymentCase {
  name: string;
  replicas: number;
  /** Accelerators of a pod before and after. */
  gpus: { old: number; fresh: number };
  strategy: DeploymentStrategy;
  updated: boolean;
}

export interface Scenario {
  /** Accelerators of each node, and those of them that other pods hold. */
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

const anyScenario = fc
  .record({
    nodes: fc.oneof(fc.array(node, { minLength: 1, maxLength: 4 }), fc.array(node, { minLength: 1, maxLength: 12 })),
    deployments: fc.oneof(
      { weight: 3, arbitrary: fc.array(deployment, { minLength: 1, maxLength: 2 }) },
      { weight: 2, arbitrary: fc.array(deployment, { minLength: 2, maxLength: 6 }) },
    ),
  })
  .map(({ nodes, deployments }): Scenario => {
    const named = deployments.map((one, i) => ({ ...one, name: `d${i}` }));
    const none = named.every(({ updated }) => !updated);
    return { nodes, deployments: none ? named.map((one) => ({ ...one, updated: true })) : named };
  });

/** Scenarios of a seed; the same ones every time. */
export function scenarios(seed: number, count: number): Scenario[] {
  return fc.sample(anyScenario, { seed, numRuns: count, endOnFailure: true });
}
