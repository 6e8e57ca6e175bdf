import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../policies/pack/projectFolder";

describe("project folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
    mkdirSync(join(folder, "inner/deep"), { recursive: true });
    mkdirSync(join(folder, "elsewhere/dist"), { recursive: true });
    writeFileSync(join(folder, "Pulumi.yaml"), "name: outer\nruntime: nodejs\n");
    writeFileSync(join(folder, "inner/Pulumi.yml"), "name: inner\nruntime: nodejs\n");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const cases: [name: string, project: string, starts: string[], found: string][] = [
    ["above the program", "inner", ["inner/deep"], "inner"],
    ["past a project of another name", "outer", ["inner/deep"], "."],
    ["above the shell when the program lies elsewhere", "inner", ["elsewhere/dist", "inner"], "inner"],
    ["nowhere: then the first place counts", "other", ["elsewhere/dist", "inner"], "elsewhere/dist"],
  ];
  for (const [name, project, starts, found] of cases) {
    it(`is found ${name}`, () => {
      const paths = starts.map((start) => join(folder, start));
      assert.equal(projectFolder(project, paths), join(folder, found));
    });
  }
});
