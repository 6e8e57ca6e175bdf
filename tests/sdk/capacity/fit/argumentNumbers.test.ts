import assert from "node:assert/strict";
import { isAutomatic, readWhole } from "../../../../sdk/capacity/fit/argumentNumbers";
import { parseVersion } from "../../../../sdk/capacity/fit/version";

const LENGTH = "max-model-len";
const STEP = "max-num-batched-tokens";

describe("whole numbers of vLLM's arguments", () => {
  const right: [string, string, string, number][] = [
    [LENGTH, "8192", "0.6.4", 8192],
    [LENGTH, " 8192 ", "0.6.4", 8192],
    [LENGTH, "131_072", "0.6.4", 131072],
    [LENGTH, "8k", "0.8.4", 8000],
    [LENGTH, "8K", "0.8.4", 8192],
    [LENGTH, "25.6k", "0.21.0", 25600],
    [LENGTH, "1.5m", "0.21.0", 1_500_000],
    [LENGTH, "1M", "0.21.0", 1_048_576],
    [STEP, "2K", "0.9.1", 2048],
  ];
  for (const [flag, text, version, value] of right) {
    it(`reads --${flag} "${text}" under ${version} as ${value}`, () => {
      assert.deepEqual(readWhole(flag, text, parseVersion(version)), { value });
    });
  }

  const wrong: [string, string, string, RegExp, RegExp?][] = [
    [LENGTH, "8k", "0.8.3", /0\.8\.4 on only; write 8000/, /^argument --max-model-len: invalid int value: '8k'$/],
    [STEP, "8k", "0.9.0", /0\.9\.1 on only/, /invalid int value/],
    ["max-num-seqs", "1K", "0.33.0", /plain number: 1024/, /invalid int value: '1K'/],
    [LENGTH, "8.5K", "0.21.0", /write 8\.5k for 8500, or 8704/, /Did you mean to use 8\.5k instead\?/],
    [LENGTH, "8.5", "0.21.0", /no whole number/, /invalid human_readable_int_or_auto value: '8\.5'/],
    [STEP, "8.5", "0.21.0", /no whole number/, /invalid human_readable_int value: '8\.5'/],
    [LENGTH, "8 k", "0.21.0", /no whole number/],
    [LENGTH, "8kb", "0.21.0", /no whole number/],
    [LENGTH, "-8", "0.21.0", /no whole number/],
    [LENGTH, "", "0.21.0", /no whole number/],
    [LENGTH, "0", "0.21.0", /not above 0/],
    [LENGTH, "0.0001k", "0.21.0", /not above 0/],
  ];
  for (const [flag, text, version, problem, message] of wrong) {
    it(`does not take --${flag} "${text}" under ${version}`, () => {
      const found = readWhole(flag, text, parseVersion(version));
      assert.ok("problem" in found);
      assert.match(found.problem, problem);
      if (message !== undefined) assert.match(found.message ?? "", message);
    });
  }

  const automatic: [string, string, string, boolean][] = [
    [LENGTH, "auto", "0.14.0", true],
    [LENGTH, "-1", "0.21.0", true],
    [LENGTH, "auto", "0.13.0", false],
    [STEP, "auto", "0.21.0", false],
    [LENGTH, "8192", "0.21.0", false],
  ];
  for (const [flag, text, version, expected] of automatic) {
    it(`--${flag} ${text} under ${version} ${expected ? "asks" : "does not ask"} for any length that fits`, () => {
      assert.equal(isAutomatic(flag, text, parseVersion(version)), expected);
    });
  }
});
