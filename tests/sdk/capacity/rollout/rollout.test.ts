import assert from "node:assert/strict";
import fc from "fast-check";
import { rolloutOf } from "../../../../sdk/capacity/rollout/rollout";

const rolling = (maxSurge?: string | number, maxUnavailable?: string | number) => ({
  type: "RollingUpdate",
  rollingUpdate: {
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  },
});

describe("rollout bounds", () => {
  const cases: [string, Parameters<typeof rolloutOf>, number, number][] = [
    ["the default adds one pod to one replica", [undefined, 1], 1, 0],
    ["the default adds one pod to three replicas and keeps all", [undefined, 3], 1, 0],
    ["the default lets one of four replicas go", [undefined, 4], 1, 1],
    ["surge rounds up, unavailability down", [rolling("25%", "25%"), 5], 2, 1],
    ["ten replicas at 25 %", [rolling("25%", "25%"), 10], 3, 2],
    ["a rolling update without bounds has the defaults", [{ type: "RollingUpdate" }, 8], 2, 2],
    ["one bound given, the other default", [rolling(2), 4], 2, 1],
    ["whole numbers as they are", [rolling(3, 2), 4], 3, 2],
    ["both zero means one may be missing", [rolling(0, 0), 4], 0, 1],
    ["both zero after rounding means one may be missing", [rolling("0%", "10%"), 4], 0, 1],
    ["100 % doubles", [rolling("100%", 0), 3], 3, 0],
    ["no more than all can be missing", [rolling(0, 7), 3], 0, 3],
    ["recreate adds none and ends all", [{ type: "Recreate" }, 3], 0, 3],
    ["no replicas", [undefined, 0], 0, 0],
    ["29 % of 100 is 29, whatever floating point says", [rolling("29%", "29%"), 100], 29, 29],
  ];
  for (const [name, args, surge, unavailable] of cases) {
    it(name, () => {
      assert.deepEqual(rolloutOf(...args), { surge, unavailable });
    });
  }

  for (const wrong of ["25", "a%", "-1%", "1.5%", 1.5, -1, ""]) {
    it(`refuses ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => rolloutOf(rolling(wrong), 1), /maxSurge is .*expected a whole number or a percentage/);
    });
  }

  it("can always make progress and matches exact arithmetic", () => {
    const bound = fc.oneof(
      fc.nat(20),
      fc.nat(200).map((percent) => `${percent}%`),
    );
    const exact = (value: string | number, replicas: number, up: boolean) => {
      if (typeof value === "number") return value;
      const product = BigInt(value.slice(0, -1)) * BigInt(replicas);
      return Number(product / 100n) + (up && product % 100n > 0n ? 1 : 0);
    };
    fc.assert(
      fc.property(bound, bound, fc.integer({ min: 1, max: 500 }), (maxSurge, maxUnavailable, replicas) => {
        const { surge, unavailable } = rolloutOf(rolling(maxSurge, maxUnavailable), replicas);
        assert.equal(surge, exact(maxSurge, replicas, true));
        const floor = exact(maxUnavailable, replicas, false);
        assert.equal(unavailable, Math.min(replicas, surge === 0 && floor === 0 ? 1 : floor));
        assert.ok(surge + unavailable >= 1);
      }),
    );
  });
});
