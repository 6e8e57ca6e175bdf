import assert from "node:assert/strict";
import { builtInCatalog } from "../../../../sdk/catalog/catalog";
import { catalogProblems } from "../../../../sdk/spec/catalog/check";

describe("the check of a whole catalogue", () => {
  it("finds nothing wrong with the built-in one", () => {
    assert.deepEqual(catalogProblems(builtInCatalog), []);
  });

  it("names the entry and the key that its schema does not know", () => {
    const [first, ...others] = builtInCatalog.models;
    const models = [{ ...first!, layrs: 1 }, ...others];
    assert.deepEqual(catalogProblems({ ...builtInCatalog, models }), [
      `models: ${first!.id}: layrs: unknown key; did you mean layers?`,
    ]);
  });

  it("names the entry whose reference leads nowhere", () => {
    const [first, ...others] = builtInCatalog.machineShapes;
    const machineShapes = [{ ...first!, accelerator: "Tesla-T5" }, ...others];
    const [problem = ""] = catalogProblems({ ...builtInCatalog, machineShapes });
    assert.ok(problem.startsWith(`machineShapes: ${first!.cloud} ${first!.name}: accelerator: "Tesla-T5"`), problem);
  });
});
