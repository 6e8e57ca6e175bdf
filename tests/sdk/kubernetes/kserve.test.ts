/** The types of KServe's two defining kinds, held against KServe's schemas and the real API server. */
import assert from "node:assert/strict";
import { customKind, fieldSchema, schemaAt, type Schema } from "../../../sdk/admission/schema/schemas";
import { inNamespace, objectApi, testCluster } from "../../cluster/harness";
import { lost } from "../../cluster/lost";
import { FRAMEWORKS, fullRuntime, fullService, predictors, scaling } from "./fullObjects";

function schemaOf(apiVersion: string, kind: string, ...path: readonly string[]): Schema {
  const custom = customKind(apiVersion, kind) ?? assert.fail(kind);
  return path.reduce<Schema | undefined>(fieldSchema, schemaAt(custom.schema)) ?? assert.fail(path.join("."));
}

const keysOf = (schema: Schema): string[] => Object.keys(schema.properties ?? {}).sort();
const service = (...path: readonly string[]): Schema =>
  schemaOf("serving.kserve.io/v1beta1", "InferenceService", "spec", ...path);

/** What the schema knows and none of the objects says. */
function unsaid(schema: Schema, said: readonly (object | undefined)[]): string[] {
  const keys = new Set(said.flatMap((object) => Object.keys(object ?? {})));
  return keysOf(schema).filter((key) => !keys.has(key));
}

describe("types of KServe", () => {
  /** @covers PL-10 */
  it("know every field of a ServingRuntime, of the cluster or not", () => {
    const { spec } = fullRuntime("models");
    for (const kind of ["ServingRuntime", "ClusterServingRuntime"]) {
      const path = ["serving.kserve.io/v1alpha1", kind, "spec"] as const;
      assert.deepEqual(unsaid(schemaOf(...path), [spec]), []);
      assert.deepEqual(unsaid(schemaOf(...path, "builtInAdapter"), [spec.builtInAdapter]), []);
    }
  });

  /** @covers PL-10 */
  it("know every field of a predictor and its model but those of any pod and container", () => {
    const said = Object.values(predictors);
    const ofPods = new Set(keysOf(service("transformer")));
    for (const key of Object.keys(scaling)) ofPods.delete(key);
    ofPods.delete("storageUris");
    const frameworks = FRAMEWORKS.map((framework) => ({ [framework]: {} }));
    const open = unsaid(service("predictor"), [...said, ...frameworks]).filter((key) => !ofPods.has(key));
    assert.deepEqual(open, []);
    const container = new Set(keysOf(service("predictor", "sklearn")));
    for (const key of ["storage", "storageUri", "runtimeVersion", "protocolVersion"]) container.delete(key);
    const models = said.map(({ model }) => model);
    assert.deepEqual(
      unsaid(service("predictor", "model"), models).filter((key) => !container.has(key)),
      [],
    );
    assert.deepEqual(
      unsaid(
        service("predictor", "model", "storage"),
        models.map((model) => model?.storage),
      ),
      [],
    );
  });
});

describe("types of KServe on a cluster", function () {
  this.timeout(180_000);

  /** @covers PL-10 */
  it("write objects that the API server accepts, and of which it drops nothing", () =>
    inNamespace(async (namespace) => {
      const api = objectApi(await testCluster());
      const legacy = FRAMEWORKS.map((framework) =>
        fullService(namespace, { [framework]: { storageUri: "s3://models/a", protocolVersion: "v2" } }, framework),
      );
      const objects = [
        fullRuntime(namespace),
        ...Object.values(predictors).map((predictor) => fullService(namespace, predictor)),
      ];
      for (const object of objects) assert.deepEqual(lost(object, await api.create(object, undefined, "All")), []);
      // The webhook turns these into `model`.
      for (const object of legacy) await api.create(object, undefined, "All");
    }));
});
