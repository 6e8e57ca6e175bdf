import assert from "node:assert/strict";
import fc from "fast-check";
import { onePlace, planWaves } from "../../../../sdk/capacity/rollout/waves";
import type { RunningPod } from "../../../../sdk/capacity/rollout/update";
import { nodesFor, smallCase, update } from "./rolloutCases";
import { chance, play } from "./rolloutSimulation";
import { manyTied, RULES, tied, tiedCase, zoned } from "./tiedCases";

describe("waves", () => {
  const names = (waves: { name: string }[][]) => waves.map((wave) => wave.map(({ name }) => name));

  it("all at once where all fit at once", () => {
    const all = ["a", "b"].map((on) => update({ name: on, gpus: 4, on }));
    const { waves, blocked } = planWaves(all, nodesFor([4, 4, 8], all));
    assert.deepEqual([names(waves), blocked], [[["a", "b"]], []]);
  });

  it("one after another where there is one place", () => {
    const all = ["a", "b"].map((on) => update({ name: on, gpus: 4, on }));
    assert.deepEqual(names(planWaves(all, nodesFor([4, 4, 4], all)).waves), [["a"], ["b"]]);
  });

  it("large pods before small ones, which would break up their place", () => {
    const all = [update({ name: "small", gpus: 1, on: "b" }), update({ name: "large", gpus: 4, on: "a" })];
    assert.deepEqual(names(planWaves(all, nodesFor([4, 1, 4], all)).waves), [["large"], ["small"]]);
  });

  it("one that shrinks goes first where its old places are needed", () => {
    const shrinking = update({ name: "shrinking", gpus: 1, old: 4, on: "a" });
    const all = [update({ name: "stuck", gpus: 4, on: "b" }), shrinking];
    assert.deepEqual(names(planWaves(all, nodesFor([4, 4, 1], all)).waves), [["shrinking"], ["stuck"]]);
  });

  it("what is stuck alone is in no wave, though nothing else there touches its places", () => {
    const inPool = (name: string, pool: string) => {
      const one = update({ name, gpus: 4, on: name });
      return { ...one, pod: { ...one.pod, nodeSelector: { pool } } };
    };
    const all = [inPool("a", "x"), inPool("b", "y")];
    const nodes = nodesFor([4, 4, 4], all).map((node, i) => ({ ...node, labels: { pool: i === 1 ? "y" : "x" } }));
    const { waves, blocked } = planWaves(all, nodes);
    assert.deepEqual([names(waves), blocked.map(({ name }) => name)], [[["a"]], ["b"]]);
  });

  const onHosts = (rules: keyof typeof RULES, sizes: number[], ...on: string[]) => {
    const all = on.map((letters, i) => tied(update({ name: `u${i}`, gpus: 1, on: letters }), RULES[rules]));
    return planWaves(all, zoned(nodesFor(sizes, all), all));
  };

  it("services whose pods must be apart share a wave where enough nodes stay free for each", () => {
    assert.deepEqual(names(onHosts("apart by host", [1, 1, 1, 1, 1], "ab", "c").waves), [["u0", "u1"]]);
    assert.deepEqual(names(onHosts("apart by host", [1, 1, 1, 1], "ab", "c").waves), [["u0"], ["u1"]]);
    assert.deepEqual(names(onHosts("apart by host", [8, 8], "ab").waves), []);
  });

  it("services that spread over zones share a wave where each zone has places for all", () => {
    assert.deepEqual(names(onHosts("spread over zones", [4, 4], "ab", "ab").waves), [["u0", "u1"]]);
    assert.deepEqual(names(onHosts("spread over zones", [3, 3], "ab", "ab").waves), [["u0"], ["u1"]]);
  });

  it("with rules between pods too, no wave gets stuck when it is played", function () {
    this.timeout(120_000);
    const seen = { shared: 0, tied: 0 };
    fc.assert(
      fc.property(fc.oneof(tiedCase, manyTied), fc.nat(), ({ updates, nodes }, seed) => {
        const { waves } = planWaves(updates, nodes);
        const pick = chance(seed);
        let state = nodes;
        for (const wave of waves) {
          const hasRules = wave.some(({ pod }) => pod.labels !== undefined);
          if (hasRules) seen.tied++;
          if (hasRules && wave.length > 1) seen.shared++;
          const played = play(wave, state, pick);
          assert.deepEqual(
            played.completed,
            wave.map(() => true),
          );
          state = played.nodes;
        }
      }),
      { numRuns: 150 },
    );
    assert.ok(seen.shared > 20, `waves of several with rules: ${seen.shared} of ${seen.tied}`);
  });

  it("says how many further places would do", () => {
    const all = ["a", "b"].map((on) => update({ name: on, gpus: 8, on }));
    const { waves, blocked, missing } = planWaves(all, nodesFor([8, 8], all));
    assert.deepEqual([waves, blocked.length], [[], 2]);
    assert.deepEqual(
      missing?.map(({ update: { name }, places }) => [name, places]),
      [["a", 1]],
    );
  });

  it("every update is in exactly one wave, or named as blocked", () => {
    fc.assert(
      fc.property(smallCase, ({ updates, nodes }) => {
        const { waves, blocked } = planWaves(updates, nodes);
        const listed = [...waves.flat(), ...blocked].map(({ name }) => name).sort();
        assert.deepEqual(listed, updates.map(({ name }) => name).sort());
      }),
    );
  });

  it("played one after another, no wave gets stuck, and the pods of a shared wave find their places at once", () => {
    fc.assert(
      fc.property(smallCase, fc.nat(), ({ updates, nodes }, seed) => {
        const { waves } = planWaves(updates, nodes);
        const pick = chance(seed);
        let state = nodes;
        for (const wave of waves) {
          const played = play(wave, state, pick);
          assert.deepEqual(
            played.completed,
            wave.map(() => true),
          );
          for (const node of played.nodes) assert.ok(Object.values(node.free).every((amount) => amount >= 0));
          state = played.nodes;
        }
      }),
      { numRuns: 400 },
    );
  });

  it("the further places do: with them all have a wave, with one fewer they have not", () => {
    fc.assert(
      fc.property(smallCase, ({ updates, nodes }) => {
        const { missing = [] } = planWaves(updates, nodes);
        const added = missing.flatMap(({ update, places }) => Array.from({ length: places }, () => update));
        if (added.length === 0) return;
        const withPlaces = (all: typeof added) => [...nodes, ...all.map((one, i) => onePlace(one, i))];
        assert.deepEqual(planWaves(updates, withPlaces(added)).blocked, []);
        assert.notDeepEqual(planWaves(updates, withPlaces(added.slice(0, -1))).blocked, []);
      }),
      { numRuns: 200 },
    );
  });

  it("keeps the pods of services that are not updated where they are", () => {
    const running: RunningPod[] = [];
    assert.deepEqual(planWaves([{ ...update({ name: "a", gpus: 1, on: "a" }), running, replicas: 0 }], []).blocked, []);
  });
});
