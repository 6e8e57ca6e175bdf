import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repositoryPath } from "../../../tools/repository";
import { startPack, type TestPack } from "./packClient";

describe("executable of the pack", function () {
  this.timeout(20_000);
  const folder = repositoryPath("policies", "pack");
  const executable = join(folder, "model-serving-policies");
  let elsewhere: string;
  let pack: TestPack | undefined;

  beforeEach(() => {
    elsewhere = mkdtempSync(join(tmpdir(), "pack-"));
  });

  afterEach(() => {
    pack?.close();
    pack = undefined;
    rmSync(elsewhere, { recursive: true });
  });

  it("starts from any folder and through a link", async () => {
    symlinkSync(executable, join(elsewhere, "policies"));
    pack = await startPack(join(elsewhere, "policies"), ["127.0.0.1:1"], { cwd: elsewhere });
    assert.equal((await pack.info()).name, "model-serving");
  });

  it("says what is missing when there is no Node.js", () => {
    const { status, stderr } = spawnSync("/bin/sh", [executable], { env: { PATH: "/nowhere" }, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /^the model-serving policy pack needs Node\.js 20 or newer/);
  });

  it("starts as a folder through the language host's runner", async () => {
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    pack = await startPack(process.execPath, [runner, "127.0.0.1:1", folder], { cwd: folder });
    assert.equal((await pack.info()).name, "model-serving");
  });
});
