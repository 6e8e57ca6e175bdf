import assert from "node:assert/strict";
import fc from "fast-check";
import { onePlace, planWaves } from "../../../../sdk/capacity/rollout/waves";
import { judgeRollouts } from "../../../../sdk/capacity/rollout/rolloutJudgement";
import type { RunningPod, Update } from "../../../../sdk/capacity/rollout/update";
import { gpuPod } from "../nodes";
import { nodesFor, smallCase, update } from "./rolloutCases";
import { chance, play } from "./rolloutSimulation";

const podOnNode = { namespace: "models", labels: { app: "two" }, requests: gpuPod(1).requests, priority: 0 };

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

  /** Each of its pods on a node of its own. */
  const apart = (one: Update): Update => {
    const labelSelector = { matchLabels: { app: one.name } };
    const requiredDuringSchedulingIgnoredDuringExecution = [{ labelSelector, topologyKey: "kubernetes.io/hostname" }];
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution } };
    return { ...one, pod: { ...one.pod, namespace: "models", labels: { app: one.name }, affinity } };
  };

  it("pods that must be apart have no wave beside others, and alone one only where they are sure to go", () => {
    fc.assert(
      fc.property(smallCase, fc.infiniteStream(fc.boolean()), ({ updates, nodes }, choice) => {
        const hosts = nodes.map((node) => ({ ...node, labels: { "kubernetes.io/hostname": node.name } }));
        const mixed = updates.map((one) => (choice.next().value === true ? apart(one) : one));
        const { waves } = planWaves(mixed, hosts);
        const stuck = judgeRollouts(mixed, hosts).filter(({ outcome }) =>
          ["deadlocks", "may-deadlock"].includes(outcome),
        );
        const tied = waves.flat().filter(({ pod }) => pod.affinity !== undefined);
        assert.ok(tied.length === 0 || mixed.length === 1);
        assert.ok(!tied.some((one) => stuck.some(({ update }) => update === one)));
      }),
    );
    const two = [apart(update({ name: "two", gpus: 1, on: "ab" }))];
    const hosts = nodesFor([8, 8], two).map((node) => ({ ...node, labels: { "kubernetes.io/hostname": node.name } }));
    const bound = hosts.map((node) => ({ ...node, bound: [{ ...podOnNode, name: node.name }] }));
    assert.deepEqual(planWaves(two, bound).waves, []);
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
