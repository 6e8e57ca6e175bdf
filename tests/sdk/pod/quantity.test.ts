import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  isCanonical,
  parseQuantity,
  type Quantity,
  QuantityError,
  scaledValue,
} from "../../../sdk/pod/quantity";
// Answers of the real library for fixed and random texts, recorded once by a throw-away Go program that called
// resource.ParseQuantity, String, Cmp and Add of k8s.io/apimachinery v0.34.2; null stands for an error.
import golden from "./golden/quantities.json";

const quantityText = fc
  .tuple(
    fc.constantFrom("", "-", "+"),
    fc.nat(10 ** 9),
    fc.option(fc.stringMatching(/^\d{1,11}$/)),
    fc.constantFrom("n", "u", "m", "", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi", "e3", "e-6"),
  )
  .map(([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === null ? "" : `.${fraction}`}${suffix}`);
const quantity = quantityText.map(parseQuantity);
const same = (left: Quantity, right: Quantity): boolean => compareQuantities(left, right) === 0;

describe("quantity", () => {
  it("prints what apimachinery prints, for every recorded text", () => {
    assert.ok(golden.canonical.length > 900);
    for (const [text, canonical] of golden.canonical) {
      if (canonical === null) assert.throws(() => parseQuantity(text ?? ""), QuantityError, `accepted ${text}`);
      else assert.equal(canonicalQuantity(text ?? ""), canonical, `canonical form of ${text}`);
    }
  });

  it("compares and adds as apimachinery does, for every recorded pair", () => {
    assert.ok(golden.pairs.length >= 500);
    for (const [a, b, order, sum] of golden.pairs) {
      const [left, right] = [parseQuantity(a as string), parseQuantity(b as string)];
      assert.equal(Math.sign(compareQuantities(left, right)), order, `${a} against ${b}`);
      assert.equal(formatQuantity(addQuantities(left, right)), sum, `${a} + ${b}`);
    }
  });

  it("reads its own output back to the same amount, and prints it unchanged", () => {
    fc.assert(
      fc.property(quantityText, (text) => {
        const printed = canonicalQuantity(text);
        assert.ok(same(parseQuantity(printed), parseQuantity(text)));
        assert.ok(isCanonical(printed));
      }),
    );
  });

  it("orders consistently and adds like numbers do", () => {
    fc.assert(
      fc.property(quantity, quantity, quantity, (a, b, c) => {
        assert.equal(Math.sign(compareQuantities(a, b)) + Math.sign(compareQuantities(b, a)), 0);
        assert.equal(
          Math.sign(compareQuantities(addQuantities(a, c), addQuantities(b, c))),
          Math.sign(compareQuantities(a, b)),
        );
        assert.ok(same(addQuantities(a, b), addQuantities(b, a)));
        assert.ok(same(addQuantities(addQuantities(a, b), c), addQuantities(a, addQuantities(b, c))));
      }),
    );
  });

  for (const [text, expected] of [
    ["0.5", false],
    ["500m", true],
    ["1000m", false],
    ["1024Mi", false],
    ["1Gi", true],
    ["1.5Gi", false],
    ["16Gi", true],
    ["2000", false],
    ["", false],
    ["many", false],
    [1, false],
    [undefined, false],
  ] as const) {
    it(`says that ${JSON.stringify(text)} is ${expected ? "" : "not "}canonical`, () => {
      assert.equal(isCanonical(text), expected);
    });
  }

  it("reads numbers as JSON writes them", () => {
    assert.equal(canonicalQuantity(1), "1");
    assert.equal(canonicalQuantity(0.5), "500m");
    assert.equal(canonicalQuantity(1e21), "1e+21");
    assert.throws(() => parseQuantity(Number.NaN), QuantityError);
  });

  it("gives whole and milli units rounded away from zero", () => {
    assert.equal(scaledValue(parseQuantity("1500m"), 0), 2n);
    assert.equal(scaledValue(parseQuantity("-1500m"), 0), -2n);
    assert.equal(scaledValue(parseQuantity("1.5"), -3), 1500n);
    assert.equal(scaledValue(parseQuantity("16Gi"), 0), 17179869184n);
  });

  it("compares amounts too far apart to write out", () => {
    assert.ok(compareQuantities(parseQuantity("1e900000000"), parseQuantity("1")) > 0);
    assert.ok(compareQuantities(parseQuantity("-1e900000000"), parseQuantity("1n")) < 0);
    assert.ok(compareQuantities(parseQuantity("1n"), parseQuantity("0")) > 0);
  });

  for (const [text, nearest] of [
    ["10GB", "10G"],
    ["10GiB", "10Gi"],
    ["10gi", "10Gi"],
    ["4 Gi", "4Gi"],
    ["2K", "2k"],
    ["16 gb", "16G"],
    ["512MB", "512M"],
  ] as const) {
    it(`refuses ${text}, naming it, what is expected, and ${nearest}`, () => {
      assert.throws(
        () => parseQuantity(text),
        (error: unknown) =>
          error instanceof QuantityError &&
          error.message.startsWith(`"${text}" is not a Kubernetes quantity: expected a number`) &&
          error.message.endsWith(`did you mean "${nearest}"?`),
      );
    });
  }
});
