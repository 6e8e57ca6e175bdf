import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PRESETS_FILE, readPresets } from "../../tools/presets/presets";
import { moduleDir } from "../../tools/toolchain/toolchain";

describe("presets of LLMInferenceServices", function () {
  this.timeout(600_000);

  it("are those of the pinned KServe module; write them with: node dist/tools/presets/main.js", async () => {
    const stored: unknown = JSON.parse(readFileSync(PRESETS_FILE, "utf8"));
    assert.deepEqual(stored, readPresets(await moduleDir("kserve-manager")));
  });
});
