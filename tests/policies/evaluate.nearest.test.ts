import assert from "node:assert/strict";
import fc from "fast-check";
import { editDistance, nearest } from "../../policies/nearest";

describe("nearest name", () => {
  const cases: [string, string[], string | undefined][] = [
    ["vllm-runtme", ["vllm-runtime", "kserve-ovms"], "vllm-runtime"],
    ["VLLM-runtime", ["vllm-runtime"], "vllm-runtime"],
    ["vlmm", ["vllm"], "vllm"],
    ["granite", ["kserve-ovms", "vllm"], undefined],
    ["ab", ["aa", "ac"], "aa"],
    ["x", [], undefined],
  ];
  for (const [name, candidates, expected] of cases) {
    it(`of ${name} among ${candidates.join(", ")} is ${expected ?? "none"}`, () => {
      assert.equal(nearest(name, candidates), expected);
    });
  }

  it("counts edits", () => {
    assert.deepEqual(
      [
        editDistance("", "abc"),
        editDistance("abc", "abc"),
        editDistance("kitten", "sitting"),
        editDistance("ab", "ba"),
      ],
      [3, 0, 3, 1],
    );
  });

  it("counts the same in both directions", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 8 }),
        fc.string({ maxLength: 8 }),
        (a, b) => editDistance(a, b) === editDistance(b, a),
      ),
    );
  });
});
