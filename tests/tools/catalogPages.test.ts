import assert from "node:assert/strict";
import { load } from "js-yaml";
import { fit } from "../../sdk/capacity/fit/fit";
import { findAccelerator } from "../../sdk/catalog/accelerators";
import { findModelByName } from "../../sdk/catalog/models";
import { extendCatalog } from "../../sdk/spec/catalog/extend";
import { requiredFields } from "../../tools/docs/catalog/ownEntries";
import { builtInCatalog } from "../../sdk/catalog/catalog";
import { catalogPages } from "../../tools/docs/catalog/pages";

describe("pages of the catalogue", () => {
  const pages = catalogPages(builtInCatalog);
  const { accelerators, machineShapes, models, servingRuntimes, servingImages, modelServers } = builtInCatalog;

  it("are all linked from the first one, which counts the entries", () => {
    const readme = pages["README.md"] ?? "";
    const linked = [...readme.matchAll(/\]\((?<file>[\w-]+\.md)(?:#[\w-]+)?\)/g)].map(({ groups }) => groups?.file);
    assert.deepEqual(
      [...new Set(linked)].toSorted(),
      Object.keys(pages)
        .filter((name) => name !== "README.md")
        .toSorted(),
    );
    assert.ok(readme.includes(`| \`models\` | ${models.length} |`));
  });

  const lists: [string, string[]][] = [
    ["accelerators.md", accelerators.map(({ name }) => `| \`${name}\` | `)],
    ["machine-shapes.md", machineShapes.map(({ name }) => `| \`${name}\` | `)],
    ["models.md", models.map(({ id }) => `| \`${id.slice(id.indexOf("/") + 1)}\` | `)],
    ["serving-runtimes.md", servingRuntimes.map(({ name }) => `| \`${name}\` | `)],
    ["serving-runtimes.md", servingImages.map(({ image }) => `| \`${image.replace(/(@sha256:.{8}).*/, "$1…")}\` | `)],
    ["server-arguments.md", modelServers.map(({ server }) => `| \`${server}\` | `)],
  ];
  for (const [file, rows] of lists) {
    it(`${file} leaves none of ${rows.length} entries out`, () => {
      const missing = rows.filter((row) => !pages[file]?.includes(row));
      assert.deepEqual(missing, []);
    });
  }

  it("give every row as many cells as its table has columns", () => {
    for (const [name, text] of Object.entries(pages)) {
      const tables = text.split(/\n\n/).filter((block) => block.startsWith("| "));
      for (const block of tables) {
        const widths = new Set(block.split("\n").map((line) => line.replaceAll("\\|", "").split("|").length));
        assert.equal(widths.size, 1, `${name}: ${block.slice(0, 200)}`);
      }
    }
  });

  it("say of a machine what joins its accelerators, and what it leaves for pods", () => {
    const row = pages["machine-shapes.md"]?.split("\n").find((line) => line.includes("`a3-ultragpu-8g`"));
    assert.equal(
      row,
      "| `a3-ultragpu-8g` | 8 x NVIDIA-H200 | NVLink | 224 | 223.37 | 2952 | 2664.9 | 3600 | RoCE, 8 x 400G GPU NICs |",
    );
  });

  it("give an example of own entries that is complete: fit can tell whether a model goes on the new accelerator", () => {
    const example = /```yaml\n(?<yaml>[^`]*)```/.exec(pages["README.md"] ?? "")?.groups?.yaml ?? "";
    const { catalog, problems } = extendCatalog(builtInCatalog, load(example));
    assert.deepEqual(problems, []);
    const added = catalog.accelerators.filter((one) => findAccelerator(one.name) === undefined);
    const model = findModelByName("phi-4");
    assert.ok(model !== undefined);
    const verdicts = added.map((accelerator) => fit({ model, accelerator, vllm: "0.21.0", maxModelLen: 8192 }).verdict);
    assert.deepEqual(verdicts, ["fits"]);
    assert.ok(catalog.machineShapes.some(({ accelerator }) => accelerator === added[0]?.name));
  });

  it("say what a new entry must hold: leaving any of it out is refused, and nothing else is missed", () => {
    assert.deepEqual(requiredFields("accelerators"), ["name", "vendor"]);
    assert.deepEqual(requiredFields("servingImages"), ["image", "server", "vendor"]);
    const whole = { cloud: "own", name: "z", accelerator: "NVIDIA-L4", acceleratorCount: 1, vcpu: 8 };
    assert.deepEqual(requiredFields("machineShapes"), Object.keys(whole));
    assert.deepEqual(extendCatalog(builtInCatalog, { machineShapes: [whole] }).problems, []);
    assert.ok(pages["README.md"]?.includes("`accelerator`, `acceleratorCount`, `vcpu`"));
  });
});
