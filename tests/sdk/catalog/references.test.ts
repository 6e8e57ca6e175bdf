import assert from "node:assert/strict";
import { builtInCatalog, type Catalog } from "../../../sdk/catalog/catalog";
import { referenceProblems } from "../../../sdk/spec/catalog/references";

describe("the references between catalogues", () => {
  it("all lead somewhere", () => {
    assert.deepEqual(
      referenceProblems(builtInCatalog).map(({ kind, entry, path, message }) => [kind, entry, path, message]),
      [],
    );
  });

  /** What goes wrong, a change that does it, and the path of the problem. */
  const broken: [string, (catalog: Catalog) => Partial<Catalog>, string][] = [
    [
      "a shape's accelerator",
      ({ machineShapes: [a] }) => ({ machineShapes: [{ ...a!, accelerator: "Tesla-T5" }] }),
      "accelerator",
    ],
    [
      "a label of two products",
      ({ accelerators: [a] }) => ({ accelerators: [a!, { ...a!, name: "x", aliases: [] }] }),
      "name",
    ],
    [
      "an alias of two products",
      ({ accelerators: [a, b] }) => ({ accelerators: [a!, { ...b!, aliases: [a!.name] }] }),
      "name",
    ],
    ["an image's server", ({ servingImages: [a] }) => ({ servingImages: [{ ...a!, server: "vlm" }] }), "server"],
    [
      "an image's release",
      ({ servingImages: [a] }) => ({ servingImages: [{ ...a!, serverVersion: "0.5.0" }] }),
      "serverVersion",
    ],
    ["an image's hardware", ({ servingImages: [a] }) => ({ servingImages: [{ ...a!, vendor: "google" }] }), "vendor"],
    [
      "a runtime's accelerator",
      ({ servingRuntimes: [a] }) => ({ servingRuntimes: [{ ...a!, recommendedAccelerators: ["nvidia.com/gpus"] }] }),
      "recommendedAccelerators.0",
    ],
    [
      "a runtime's release",
      ({ servingRuntimes: [a] }) => ({
        servingRuntimes: [{ ...a!, versions: [{ platformVersion: "3.4", serverVersion: "0.99.0" }] }],
      }),
      "versions.0.serverVersion",
    ],
    [
      "a runtime's argument",
      ({ servingRuntimes: [a] }) => ({
        servingRuntimes: [
          { ...a!, spec: { ...a!.spec, containers: [{ ...a!.spec.containers[0]!, args: ["--device=cuda"] }] } },
        ],
      }),
      "spec.containers.0.args.0",
    ],
    ["a model's release", ({ models: [a] }) => ({ models: [{ ...a!, minimumVllm: "0.99.0" }] }), "minimumVllm"],
    ["a ModelCar's image", ({ models: [a] }) => ({ models: [{ ...a!, modelcar: "modelcar-other" }] }), "image"],
    [
      "a replacement",
      ({ modelServers: [a] }) => ({
        modelServers: [{ ...a!, arguments: [{ flag: "x", kind: "switch", replacements: ["y"] }] }],
      }),
      "arguments.0.replacements",
    ],
  ];
  for (const [what, change, path] of broken) {
    it(`say when ${what} leads nowhere`, () => {
      const problems = referenceProblems({ ...builtInCatalog, ...change(builtInCatalog) });
      assert.ok(
        problems.some((problem) => problem.path.join(".") === path),
        JSON.stringify(problems.slice(0, 3)),
      );
    });
  }
});
