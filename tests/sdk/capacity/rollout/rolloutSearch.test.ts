import assert from "node:assert/strict";
import { rolloutFates, type Participant } from "../../../../sdk/capacity/rollout/rolloutSearch";
import { GPU } from "../nodes";

/** Pods of some accelerators on numbered nodes. */
function participant(old: number, fresh: number, held: number[], change: Partial<Participant> = {}): Participant {
  return {
    replicas: held.reduce((sum, count) => sum + count, 0),
    update: { surge: 0, unavailable: 1 },
    old: { [GPU]: old },
    fresh: { [GPU]: fresh },
    held,
    waiting: 0,
    admits: held.map(() => true),
    weight: { old, fresh },
    ...change,
  };
}

const nodes = (...sizes: number[]) => sizes.map((size) => ({ [GPU]: size }));

describe("the walk through all orders of an update", () => {
  it("ends a pod on the node with most pods of its Deployment first", () => {
    // Only the hole on the first node takes a new pod; were the other one to go first, none would ever start.
    const fates = rolloutFates([participant(2, 3, [2, 1])], nodes(5, 2), 1000);
    assert.deepEqual(fates?.each, [{ completes: false, sticks: true, waits: true, peak: { most: 7, least: 7 } }]);
  });

  it("among equals either may go", () => {
    const fates = rolloutFates([participant(2, 3, [1, 1])], nodes(3, 2), 1000);
    assert.deepEqual(fates?.each[0]?.peak, { most: 5, least: 4 });
  });

  it("lets a pod that waits take a place that others leave", () => {
    const waiting = participant(4, 4, [0], { replicas: 1, update: "steady", waiting: 1 });
    const shrinking = participant(4, 1, [1]);
    const fates = rolloutFates([shrinking, waiting], nodes(4), 1000);
    assert.deepEqual(
      fates?.each.map(({ completes, sticks }) => [completes, sticks]),
      // Either the new pod or the one that waits gets the place.
      [
        [true, true],
        [true, true],
      ],
    );
  });

  it("begins a later wave once the ones before are over", () => {
    const shrinking = (wave: number) => participant(4, 1, [1, 0], { wave });
    const growing = (wave: number) => participant(1, 4, [0, 1], { wave });
    const ends = (...all: Participant[]) => rolloutFates(all, nodes(5, 1), 1000)?.each.map(({ sticks }) => sticks);
    assert.deepEqual(ends(shrinking(0), growing(1)), [false, false]);
    assert.deepEqual(ends(shrinking(1), growing(0)), [true, true]);
  });

  it("starts no pod of a later wave before its time", () => {
    const update = { surge: 1, unavailable: 0 };
    const all = (wave: number) => [
      participant(4, 4, [1, 0, 0], { update }),
      participant(1, 1, [0, 0, 1], { update, wave }),
    ];
    const sticks = (wave: number) => rolloutFates(all(wave), nodes(4, 4, 1), 1000)?.each.map((fate) => fate.sticks);
    assert.deepEqual(sticks(1), [false, false]);
    assert.deepEqual(sticks(0), [true, false]);
  });

  it("gives up at its limit", () => {
    assert.equal(rolloutFates([participant(1, 1, [2, 2])], nodes(4, 4), 3), undefined);
  });
});
