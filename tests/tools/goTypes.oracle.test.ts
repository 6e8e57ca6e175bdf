/** The recorded Go types against those of the pinned KServe. `make test` only looks at the version, see admission.test.ts. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { goTypes } from "../../tools/admission/goTypes";
import { repositoryPath } from "../../tools/repository";
import { tools } from "../../tools/toolchain/tools";

describe("Go types of KServe", () => {
  it("are those that sdk/admission holds", async function () {
    // Compiling KServe's packages takes minutes the first time.
    if (process.env.ORACLE !== "full") this.skip();
    this.timeout(900_000);
    const file = repositoryPath("sdk", "admission", "golang", "types.json");
    const current = await goTypes(tools["kserve-manager"].version);
    assert.ok(
      readFileSync(file, "utf8") === current,
      `${file} is stale; write it with: node dist/tools/admission/main.js`,
    );
  });
});
