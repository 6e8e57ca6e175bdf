import assert from "node:assert/strict";
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
});
