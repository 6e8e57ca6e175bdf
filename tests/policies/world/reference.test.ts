import assert from "node:assert/strict";
import { capitalized, listed } from "../../../policies/world/reference";

describe("naming for people", () => {
  for (const [names, text] of [
    [[], ""],
    [["a"], "a"],
    [["a", "b"], "a and b"],
    [["a", "b", "c"], "a, b and c"],
    [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
  ] as const) {
    it(`lists ${names.length} names`, () => {
      assert.equal(listed(names), text);
    });
  }

  it("begins a sentence with a capital", () => {
    assert.deepEqual(["workers", ""].map(capitalized), ["Workers", ""]);
  });
});
