/** Whatever the cluster: what lint says of a service follows from what plan says of it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { evaluate } from "../../../policies/evaluate";
import { gpuHeadroom } from "../../../policies/rules/rollout/gpu-headroom";
import { outlookOf } from "../../../policies/rollout/outlook";
import { rolloutPlan } from "../../../policies/rollout/rolloutPlan";
import { steadyState, type ServiceUpdate } from "../../../policies/rollout/updates";
import type { World } from "../../../policies/world/types";
import { buildWorld } from "../../../policies/world/world";
import { cordoned, of, other, recreate, replicas, rolling, service, type Change } from "./outlooks";
import { node } from "./plans";
import { graniteRuntime, inCluster, inStack } from "../rules/granite";

const NAMES = ["s0", "s1", "s2"];

const strategy: fc.Arbitrary<Change> = fc.oneof(
  fc.constant(recreate),
  fc.tuple(fc.constantFrom(0, 1, 2, "25%"), fc.constantFrom(0, 1, "25%")).map(([surge, unavailable]) => {
    return surge === 0 && unavailable === 0 ? rolling(1, 0) : rolling(surge, unavailable);
  }),
);
const count = fc.integer({ min: 1, max: 3 });
const gpus = fc.constantFrom(1, 2, 4, 8);
const services = fc.array(fc.record({ gpus, old: gpus, count, strategy, running: fc.boolean() }), {
  minLength: 1,
  maxLength: NAMES.length,
});
const nodes = fc.array(
  fc.record({ total: fc.constantFrom(4, 8), held: fc.constantFrom(0, 0, 2), isCordoned: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

function worldOf(given: Given, cluster: Cluster) {
  const free = cluster.map(({ total, held }) => total - held);
  const judged = given.map((one, i) => {
    const change: Change = (copy) => {
      replicas(one.count)(copy);
      one.strategy(copy);
    };
    return service(one.gpus, change, NAMES[i]);
  });
  // Old pods where they fit first.
  const bound = given.flatMap((one, i) =>
    Array.from({ length: one.running ? one.count : 0 }).flatMap(() => {
      const at = free.findIndex((amount) => amount >= one.old);
      if (at < 0) return [];
      free[at] = (free[at] ?? 0) - one.old;
      return [of(NAMES[i] ?? "", `n${at}`, one.old)];
    }),
  );
  const objects = cluster.flatMap(({ total, held, isCordoned }, i) => [
    (isCordoned ? cordoned : node)(`n${i}`, total),
    ...(held > 0 ? [other(`n${i}`, held)] : []),
  ]);
  return buildWorld([...inStack(...judged, graniteRuntime()), ...inCluster(...objects, ...bound)]);
}

type Given = { gpus: number; old: number; count: number; strategy: Change; running: boolean }[];
type Cluster = { total: number; held: number; isCordoned: boolean }[];

const half = { old: 1, count: 2, running: false };
const empty = { total: 4, held: 0, isCordoned: false };
/** Found once: pods that do not run yet leave a place for each further one only if they are put tightly. */
const slowerOnlyIfSpread: [Given, Cluster] = [
  [
    { ...half, gpus: 1, strategy: rolling(1, 1) },
    { ...half, gpus: 2, strategy: rolling(1, 1) },
  ],
  [empty, empty],
];

describe("what lint and plan say of generated clusters", function () {
  this.timeout(120_000);

  it("agrees: a deadlock is a mandatory finding, what goes well is none", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(services, nodes, (given, cluster) => {
        const world = worldOf(given, cluster);
        const { findings } = evaluate(world, { rules: [gpuHeadroom] });
        for (const { name, rollout, steady } of rolloutPlan(world).services) {
          const found = findings.find(({ resource }) => resource.name === name);
          const said = found === undefined ? "nothing" : found.outcome === "fail" ? found.level : found.outcome;
          const { doubt, parts } = outlookOf(serviceOf(world, name), world);
          // Recreate ends the pods that take the places of those that wait.
          const stays = parts.some(({ judgement }) => judgement.outcome !== "recreate");
          const isShort = stays && steady.placed < (steady.wanted ?? 0);
          seen.add(`${rollout.outcome} ${said}`);
          const told = `${name}: ${rollout.outcome}, ${said}: ${rollout.reason}\n${found?.message ?? ""}`;
          assert.ok(allowed(rollout.outcome, isShort, doubt?.why === "unproven").includes(said), told);
        }
      }),
      { numRuns: 120, examples: [slowerOnlyIfSpread] },
    );
    for (const kind of [
      "deadlocks mandatory",
      "may-deadlock advisory",
      "slower advisory",
      "completes nothing",
      "recreate nothing",
    ])
      assert.ok(seen.has(kind), `${kind} of ${[...seen].join()}`);
  });
});

function serviceOf(world: World, name: string): ServiceUpdate {
  const found = steadyState(world).services.find(({ service: { ref } }) => ref.name === name);
  assert.ok(found !== undefined);
  return found;
}

function allowed(outcome: string, isShort: boolean, isUnproven: boolean): string[] {
  if (outcome === "deadlocks") return ["mandatory"];
  // What only the plan's own arrangement leaves in doubt is no finding: plan says what it assumed, lint would cry wolf.
  const silent = isUnproven ? ["nothing"] : [];
  if (outcome === "slower") return ["advisory", ...silent];
  // Where the services ask for more than there is, the finding is for one whose pods find no place.
  if (outcome === "may-deadlock")
    return isShort ? ["advisory", "unknown", "mandatory", ...silent] : ["advisory", "unknown", "nothing"];
  // Updates at once may still wait for each other.
  return ["nothing", "advisory"];
}
