import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as library from "../../index";
import { componentsTable } from "../../tools/docs/componentsTable";

describe("table of components", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "model-serving-components-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (layer: string, text: string): void => {
    mkdirSync(join(folder, layer), { recursive: true });
    writeFileSync(join(folder, layer, "one.ts"), text);
  };

  it("has every component that the package exports", () => {
    const exported = Object.entries(library)
      .filter(([, value]) => typeof value === "function" && "isInstance" in value)
      .map(([name]) => name);
    const rows = [...componentsTable().matchAll(/^\| \[\w+\]\([^)]+\) \| `(\w+)`/gm)].map(([, name]) => name);
    assert.deepEqual([...rows].sort(), exported.sort());
    assert.ok(rows.length > 20);
  });

  it("takes the first sentence, over lines", () => {
    write(
      "storage",
      "/**\n * A bucket\n * of 1.5 kinds. And more.\n */\nexport class Bucket extends pulumi.ComponentResource {}",
    );
    assert.match(componentsTable(folder), /\| \[storage\]\(storage\.md\) \| `Bucket` \| A bucket of 1\.5 kinds\. \|$/);
  });

  it("refuses a component without words, and a layer without a place", () => {
    write("storage", "export class Bucket extends pulumi.ComponentResource {}");
    assert.throws(() => componentsTable(folder), /one\.ts: a component without a word/);
    rmSync(join(folder, "storage"), { recursive: true });
    write("cellar", "/** A thing. */\nexport class Thing extends pulumi.ComponentResource {}");
    assert.throws(() => componentsTable(folder), /components\/cellar has no place/);
  });
});
