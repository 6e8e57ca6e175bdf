import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../../../policies/pack/settings";
import { findAccelerator } from "../../../sdk/catalog/accelerators";
import { builtInCatalog } from "../../../sdk/catalog/catalog";
import { SECOND_ROUTE } from "./stacks";

describe("settings of the pack", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
    writeFileSync(join(folder, "nodes.yaml"), "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("default to the standard profile without inventory", () => {
    assert.deepEqual(readSettings(new Map(), folder, {}), {
      profile: "standard",
      levels: {},
      exceptions: [],
      inventory: [],
      catalog: builtInCatalog,
    });
  });

  it("read own catalogue entries, relative to the project, and refuse wrong ones", () => {
    const entry = "accelerators: [{name: NVIDIA-L4, usableMemoryGib: 22.1}]";
    writeFileSync(join(folder, "catalog.yaml"), entry);
    writeFileSync(join(folder, "wrong.yaml"), entry.replace("usable", "usabel"));
    const read = (catalog: string) =>
      readSettings(new Map([["pack.settings", { level: "mandatory", properties: { catalog } }]]), folder, {}).catalog;
    assert.equal(findAccelerator("L4", read("catalog.yaml").accelerators)?.product?.usableMemoryGib, 22.1);
    assert.throws(
      () => read("wrong.yaml"),
      /wrong\.yaml: accelerators\[0\]\.usabelMemoryGib: unknown key; did you mean/,
    );
    assert.throws(() => read("no.yaml"), /no\.yaml: cannot be read/);
  });

  it("take levels by policy name, and remediate as mandatory, because nothing here changes resources", () => {
    const config = (level: "advisory" | "disabled" | "remediate") =>
      readSettings(new Map([[SECOND_ROUTE, { level, properties: {} }]]), folder, {}).levels;
    assert.deepEqual(config("disabled"), { "expose/no-second-route": "disabled" });
    assert.deepEqual(config("advisory"), { "expose/no-second-route": "advisory" });
    assert.deepEqual(config("remediate"), { "expose/no-second-route": "mandatory" });
  });

  const inventories: [name: string, properties: Record<string, unknown>, environment: NodeJS.ProcessEnv][] = [
    ["from the configuration", { cluster: ["nodes.yaml"] }, {}],
    [
      "from the configuration before the environment",
      { cluster: ["nodes.yaml"] },
      { MODEL_SERVING_CLUSTER: "no.yaml" },
    ],
    ["from the environment", {}, { MODEL_SERVING_CLUSTER: "nodes.yaml:nodes.yaml" }],
  ];
  for (const [name, properties, environment] of inventories) {
    it(`read the inventory ${name}, relative to the project`, () => {
      const config = new Map([["pack.settings", { level: "mandatory" as const, properties }]]);
      assert.deepEqual(
        readSettings(config, folder, environment).inventory.map(({ object }) => object),
        [{ apiVersion: "v1", kind: "Node", metadata: { name: "a" } }],
      );
    });
  }

  it("are refused with every mistake at once", () => {
    const config = new Map([
      [
        "pack.settings",
        { level: "mandatory" as const, properties: { cluster: ["node.yaml"], clusters: [], exceptions: "e.yaml" } },
      ],
      ["gpu/no-second-route", { level: "mandatory" as const, properties: {} }],
      ["expose/no-second-route", { level: "mandatory" as const, properties: {} }],
      [SECOND_ROUTE, { level: "mandatory" as const, properties: { profile: "strict" } }],
      ["all", { level: "advisory" as const, properties: {} }],
    ]);
    assert.throws(
      () => readSettings(config, folder, {}),
      (error: Error) => {
        const lines = error.message.replaceAll(`${folder}/`, "").split("\n  ").slice(1);
        assert.equal(lines[0], 'pack.settings: there is no setting "clusters"; did you mean "cluster"?');
        assert.match(lines[1] ?? "", /^there is no policy "gpu\/no-second-route"; /);
        assert.equal(lines[2], 'there is no policy "expose/no-second-route"; did you mean "expose.no-second-route"?');
        assert.equal(
          lines[3],
          'expose.no-second-route: there is no setting "profile"; expected one of enforcementLevel',
        );
        assert.equal(lines[4], "node.yaml: there is no such file or folder; did you mean nodes.yaml?");
        assert.match(lines[5] ?? "", /^e\.yaml: cannot be read: ENOENT/);
        assert.equal(lines.length, 6);
        return true;
      },
    );
  });
});
