import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import goTypesFile from "../../sdk/admission/golang/types.json";
import schemasFile from "../../sdk/admission/schema/schemas.json";
import { crdSchemas } from "../../tools/admission/crdSchemas";
import { repositoryPath } from "../../tools/repository";
import { moduleDir } from "../../tools/toolchain/toolchain";
import { tools } from "../../tools/toolchain/tools";

const STALE = "is stale; write it with: node dist/tools/admission/main.js";
const { version } = tools["kserve-manager"];
/** What sdk/admission/schema knows how to judge. A rule in CEL, for one, is not among it. */
const KEYWORDS = [
  ...["type", "format", "properties", "items", "additionalProperties", "required", "enum", "pattern", "nullable"],
  ...["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default", "anyOf"],
  ...["x-kubernetes-int-or-string", "x-kubernetes-list-type", "x-kubernetes-list-map-keys"],
  ...["x-kubernetes-map-type", "x-kubernetes-preserve-unknown-fields"],
];

describe("what admission knows of KServe", () => {
  it("has the schemas of the pinned KServe's CRDs", async function () {
    this.timeout(300_000);
    const file = repositoryPath("sdk", "admission", "schema", "schemas.json");
    assert.ok(
      readFileSync(file, "utf8") === crdSchemas(await moduleDir("kserve-manager"), version),
      `${file} ${STALE}`,
    );
  });

  it("has Go types of the pinned KServe; tests/tools/goTypes.oracle.test.ts looks inside", () => {
    assert.equal(goTypesFile.madeFrom, `pkg/apis of KServe ${version}`, `golang/types.json ${STALE}`);
  });

  it("judges every keyword that occurs in the schemas", () => {
    const used = new Set(schemasFile.nodes.flatMap((node) => Object.keys(node)));
    assert.deepEqual(
      [...used].filter((keyword) => !KEYWORDS.includes(keyword)),
      [],
    );
  });

  it("knows alternatives only where they tell integers from texts", () => {
    const alternatives = schemasFile.nodes.filter((node) => "anyOf" in node);
    for (const node of alternatives) {
      assert.deepEqual(
        { ...node, pattern: undefined, default: undefined },
        {
          anyOf: [{ type: "integer" }, { type: "string" }],
          "x-kubernetes-int-or-string": true,
          pattern: undefined,
          default: undefined,
        },
      );
    }
    assert.ok(alternatives.length > 0);
  });
});
