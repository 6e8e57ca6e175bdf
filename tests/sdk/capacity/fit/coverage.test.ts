import assert from "node:assert/strict";
import { compareReleases } from "../../../../sdk/catalog/versions";
import { coverageOf, LAST_SHOWN } from "../../../../sdk/capacity/fit/coverage";
import { fit, type FitVerdict } from "../../../../sdk/capacity/fit/fit";
import type { FitSettings } from "../../../../sdk/capacity/fit/start";
import { parseVersion } from "../../../../sdk/capacity/fit/version";
import { catalogueModels } from "../../../../sdk/catalog/models";
import { accelerators } from "../../../../sdk/catalog/accelerators";
import { compareAll, publishedStarts } from "../../../../tools/accuracy/compare";
import { A100, H100, question } from "./inputs";

const MISTRAL = "mistralai/Mistral-7B-Instruct-v0.2";

describe("releases that the estimate speaks for", () => {
  const releases: [string, ReturnType<typeof coverageOf>][] = [
    ["0.4.0", "otherwise"],
    ["0.6.3", "otherwise"],
    ["0.6.4", "shown"],
    ["0.31.9", "shown"],
    ["0.32.0", "newer"],
    ["0.43.1", "newer"],
    ["0.44.0", "too-new"],
    ["1.0.0", "too-new"],
  ];
  for (const [release, coverage] of releases) {
    it(`${release} is ${coverage}`, () => {
      assert.equal(coverageOf(parseVersion(release) ?? [0, 0, 0]), coverage);
    });
  }

  it("end with the last one of which a start is published", () => {
    const last = publishedStarts.flatMap(({ vllm }) => vllm).reduce((a, b) => (compareReleases(a, b) < 0 ? b : a));
    assert.deepEqual(parseVersion(last)?.slice(0, 2), LAST_SHOWN);
  });

  const length: FitSettings = { maxModelLen: 8192 };
  const verdicts: [string, string, FitSettings, FitVerdict, RegExp][] = [
    ["0.31.0", H100, length, "fits", /GiB are left/],
    ["0.33.0", H100, length, "fits", /newer than 0\.31/],
    ["0.99.0", H100, length, "unknown", /too far beyond 0\.31/],
    ["0.4.0", H100, length, "unknown", /counts memory otherwise/],
    ["0.4.0", "Tesla-T4", { ...length, dtype: "half" }, "unknown", /counts memory otherwise/],
  ];
  for (const [vllm, accelerator, settings, verdict, reason] of verdicts) {
    it(`answers ${verdict} for ${vllm} on ${accelerator}`, () => {
      const answer = fit(question(MISTRAL, accelerator, vllm, settings), accelerators);
      assert.equal(answer.verdict, verdict);
      assert.match(answer.reasons.join("\n"), reason);
      if (verdict === "unknown") assert.deepEqual([answer.memory, answer.waysOut], [undefined, []]);
    });
  }

  it("refuses weights that no accounting can make fit, whatever the release", () => {
    for (const vllm of ["0.5.5", "0.31.0", "0.33.0", "0.99.0"]) {
      const { verdict, reasons } = fit(question("meta-llama/Llama-3.1-70B-Instruct", A100, vllm, length));
      assert.equal(verdict, "does-not-fit");
      if (vllm !== "0.31.0" && vllm !== "0.5.5") assert.match(reasons.join("\n"), /0\.31/);
    }
  });

  it("are followed by ones whose bar is wider by more than the step's peak", () => {
    const [shown, newer] = ["0.31.0", "0.32.0"].map((vllm) => fit(question(MISTRAL, H100, vllm, length)).memory);
    assert.ok(shown !== undefined && newer !== undefined);
    assert.ok(newer.errorBar > shown.errorBar + shown.activation);
    assert.equal(newer.kvCache, shown.kvCache);
  });

  it("show that a bar as wide as that covers what newer releases changed: older rules on every start that states all", () => {
    let compared = 0;
    for (const { start, open } of compareAll()) {
      const { kvCacheGib } = start.published;
      const model = catalogueModels.find(({ id }) => id === start.catalogueModel);
      const product = accelerators.find(({ name }) => name === start.accelerators[0]);
      const minor = parseVersion(start.vllm[0] ?? "")?.[1] ?? 0;
      if (open.length > 0 || kvCacheGib === undefined || model === undefined || product === undefined) continue;
      const { usableMemoryGib } = start;
      const accelerator = usableMemoryGib === undefined ? product : { ...product, usableMemoryGib };
      // Before 0.11 there were two engines; what is about to come has one.
      for (let older = 11; older < minor; older++) {
        const { memory } = fit({ ...start.settings, model, accelerator, vllm: `0.${older}.0` });
        if (memory === undefined) continue;
        const error = Math.abs(memory.kvCache - kvCacheGib);
        assert.ok(
          error <= memory.errorBar + memory.activation + 0.5,
          `${start.model} ${start.vllm[0] ?? ""} by 0.${older}`,
        );
        compared++;
      }
    }
    assert.ok(compared > 500, String(compared));
  });
});
