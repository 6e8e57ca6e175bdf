import assert from "node:assert/strict";
import fc from "fast-check";
import { proportionalSizes, scaledDown, scaledUp } from "../../../../sdk/capacity/rollout/deploymentController";

const bounds = (surge: number, unavailable: number) => ({ surge, unavailable });

describe("the Deployment controller's arithmetic", () => {
  // The cases of kubernetes pkg/controller/deployment/rolling_test.go.
  const growth: [surge: number, old: number, fresh: number, expected: number][] = [
    [0, 10, 0, 0],
    [2, 10, 0, 2],
    [2, 5, 0, 7],
    [2, 10, 2, 2],
    [2, 2, 11, 10],
    [20, 10, 0, 10],
  ];
  for (const [surge, old, fresh, expected] of growth) {
    it(`10 replicas with surge ${surge}, ${old} old and ${fresh} new pods: wants ${expected} new ones`, () => {
      assert.equal(scaledUp({ old, oldAvailable: old, fresh, freshAvailable: 0 }, 10, bounds(surge, 1)), expected);
    });
  }

  const ending: [
    unavailable: number,
    old: number,
    fresh: number,
    oldReady: number,
    freshReady: number,
    left: number,
  ][] = [
    [0, 10, 0, 10, 0, 10],
    [2, 10, 0, 10, 0, 8],
    [2, 10, 0, 8, 0, 8],
    [2, 10, 0, 9, 0, 8],
    [2, 8, 2, 8, 0, 8],
    [2, 8, 2, 8, 2, 6],
    // Without room to miss any, only what is available beyond the replicas goes.
    [0, 10, 1, 10, 1, 9],
    // An old pod that cannot start goes as soon as a new one has taken over, and nothing else with it.
    [0, 10, 1, 9, 1, 9],
  ];
  for (const [unavailable, old, fresh, oldAvailable, freshAvailable, left] of ending) {
    it(`10 replicas of which ${unavailable} may miss, ${oldAvailable} of ${old} old and ${freshAvailable} of ${fresh} new ones ready: ${left} old ones stay`, () => {
      assert.equal(scaledDown({ old, oldAvailable, fresh, freshAvailable }, 10, bounds(3, unavailable)), left);
    });
  }

  it("scaled in the middle of an update, each set keeps its share", () => {
    // The example of the Kubernetes documentation: 10 replicas, surge 3, 8 old and 5 new, scaled to 15.
    const sets = [
      { replicas: 5, maxReplicas: 13 },
      { replicas: 8, maxReplicas: 13 },
    ];
    assert.deepEqual(proportionalSizes(sets, 15, bounds(3, 2)), [7, 11]);
    assert.deepEqual(proportionalSizes(sets, 0, bounds(3, 0)), [0, 0]);
    assert.deepEqual(proportionalSizes(sets, 10, bounds(3, 2)), [5, 8]);
  });

  it("what rounding leaves goes to the largest set, and the sum is replicas plus surge", () => {
    const size = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 4 }), size, fc.nat(5), (sizes, replicas, surge) => {
        const before = sizes.reduce((sum, one) => sum + one, 0);
        const sets = sizes.map((one) => ({ replicas: one, maxReplicas: before }));
        const after = proportionalSizes(sets, replicas, bounds(surge, 0));
        assert.equal(
          after.reduce((sum, one) => sum + one, 0),
          replicas + surge,
        );
      }),
    );
  });
});
