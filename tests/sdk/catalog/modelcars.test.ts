import assert from "node:assert/strict";
import { modelcars, modelcarUri } from "../../../sdk/catalog/modelcars";
import { catalogueModels } from "../../../sdk/catalog/models";

const QUANTISED = ["-FP8-dynamic", "-quantized.w8a8", "-quantized.w4a16"];
const uri = (name: string, tag = "1.5"): string => `oci://registry.redhat.io/rhelai1/modelcar-${name}:${tag}`;

/** Every family of the appendix: ids below `RedHatAI/`, and the image of the first; the others follow by the rule. */
const FAMILIES: readonly (readonly [image: string, id: string, suffixes: readonly string[]])[] = [
  ["llama-4-scout-17b-16e-instruct", "Llama-4-Scout-17B-16E-Instruct", ["", "-FP8-dynamic", "-quantized.w4a16"]],
  ["llama-4-maverick-17b-128e-instruct", "Llama-4-Maverick-17B-128E-Instruct", ["", "-FP8"]],
  ["mistral-small-3-1-24b-instruct-2503", "Mistral-Small-3.1-24B-Instruct-2503", ["", ...QUANTISED]],
  ["mistral-small-24b-instruct-2501", "Mistral-Small-24B-Instruct-2501", ["", ...QUANTISED]],
  ["phi-4", "phi-4", ["", ...QUANTISED]],
  ["llama-3-3-70b-instruct", "Llama-3.3-70B-Instruct", ["", ...QUANTISED]],
  ["granite-3-1-8b-instruct", "granite-3.1-8b-instruct", ["", ...QUANTISED]],
  ["granite-3-1-8b-base-quantized-w4a16", "granite-3.1-8b-base-quantized.w4a16", [""]],
  ["qwen2-5-7b-instruct", "Qwen2.5-7B-Instruct", ["", ...QUANTISED]],
  ["llama-3-1-8b-instruct", "Llama-3.1-8B-Instruct", [""]],
  ["llama-3-1-8b-instruct", "Meta-Llama-3.1-8B-Instruct", QUANTISED],
  ["llama-3-1-nemotron-70b-instruct-hf", "Llama-3.1-Nemotron-70B-Instruct-HF", ["", "-FP8-dynamic"]],
  ["mixtral-8x7b-instruct-v0-1", "Mixtral-8x7B-Instruct-v0.1", [""]],
  ["gemma-2-9b-it", "gemma-2-9b-it", ["", "-FP8"]],
];

describe("ModelCars", () => {
  /** @covers MC-1, MC-2, MC-3, MC-4, MC-5, MC-6, MC-7, MC-8, MC-9, MC-10, MC-11, MC-12, MC-13, MC-15 */
  for (const [image, id, suffixes] of FAMILIES) {
    it(`are found by id: ${id}`, () => {
      for (const suffix of suffixes) {
        const name = image + suffix.toLowerCase().replaceAll(".", "-");
        assert.equal(modelcarUri(`RedHatAI/${id}${suffix}`), uri(name, id.startsWith("Mixtral") ? "1.4" : "1.5"));
      }
    });
  }

  /** @covers MC-14 */
  it("are 39, with everything that sizing needs", () => {
    const cars = modelcars();
    assert.equal(cars.length, 39);
    const ids = FAMILIES.flatMap(([, id, suffixes]) => suffixes.map((suffix) => `RedHatAI/${id}${suffix}`));
    assert.deepEqual(cars.map(({ id }) => id).sort(), ids.sort());
    for (const car of cars) {
      const figures = [
        car.parameters,
        car.contextTokens,
        car.attentionHeads,
        car.keyValueHeads,
        car.layers,
        car.weightBytes,
      ];
      assert.ok(
        figures.every((figure) => figure > 0),
        car.id,
      );
      assert.equal(car.quantization === undefined, !/FP8|w8a8|w4a16/.test(car.id), car.id);
    }
  });

  /** @covers MC-13 */
  it("have names in lower case, since registries know no other", () => {
    for (const { id, image = "" } of modelcars()) assert.equal(image, image.toLowerCase(), id);
  });

  /** @covers MC-17, VL-23 */
  it("say by which scheme they are quantised, and how many bits a weight has", () => {
    const schemes = (suffix: string): (number | undefined)[] =>
      modelcars()
        .filter(({ id }) => id.endsWith(suffix))
        .map(({ quantization }) => quantization?.weightBits);
    assert.deepEqual(new Set(schemes("-FP8-dynamic")), new Set([8]));
    assert.deepEqual(new Set(schemes("-FP8")), new Set([8]));
    assert.deepEqual(new Set(schemes("w8a8")), new Set([8]));
    assert.deepEqual(new Set(schemes("w4a16")), new Set([4]));
  });

  /** @covers MC-15 */
  it("take another tag, a name in any case, and the image itself", () => {
    assert.equal(modelcarUri("RedHatAI/phi-4", "1.6"), uri("phi-4", "1.6"));
    assert.equal(modelcarUri("redhatai/PHI-4"), uri("phi-4"));
    assert.equal(modelcarUri(uri("phi-4", "1.4")), uri("phi-4"));
  });

  it("are not made up for what does not come as one", () => {
    assert.equal(modelcarUri("Qwen/Qwen3-32B"), undefined);
    assert.equal(modelcarUri("nobody/nothing"), undefined);
    assert.ok(catalogueModels.length > modelcars().length);
  });
});
