import assert from "node:assert/strict";
import { disruptionsAllowed, type PodDisruptionBudget } from "../../../../sdk/capacity/inventory/disruptionBudgets";
import { budget, cluster } from "../services";

describe("disruptions that a budget allows", () => {
  const pods = cluster({ "a/granite-1": 1, "a/granite-2": 1, "a/granite-3": 1 }, { a: "x" })[0]!.bound;
  const cases: [PodDisruptionBudget["spec"], number][] = [
    [{ minAvailable: 1 }, 2],
    [{ minAvailable: 3 }, 0],
    [{ minAvailable: "50%" }, 1],
    [{ maxUnavailable: "34%" }, 2],
    [{ maxUnavailable: 5 }, 3],
    [{ maxUnavailable: 0 }, 0],
    [{}, 0],
    [{ maxUnavailable: "100%" }, 3],
    [{ minAvailable: 5 }, 0],
  ];
  for (const [spec, expected] of cases) {
    it(`of three pods with ${JSON.stringify(spec)}: ${expected}`, () => {
      assert.equal(disruptionsAllowed(budget("granite", spec), pods), expected);
    });
  }

  it("are none without pods, and unreadable bounds are refused", () => {
    assert.equal(disruptionsAllowed(budget("granite", { maxUnavailable: 1 }), []), 0);
    assert.throws(
      () => disruptionsAllowed(budget("granite", { minAvailable: "half" }), pods),
      /expected a whole number/,
    );
  });
});
