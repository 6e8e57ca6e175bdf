import assert from "node:assert/strict";
import { leftoversOf } from "../../../sdk/advice/leftovers";

const object = (kind: string, metadata: object): never => ({ apiVersion: "v1", kind, metadata }) as never;
const OWN = { "app.kubernetes.io/instance": "granite" };
const MADE = { "serving.kserve.io/inferenceservice": "granite" };

/** @covers OP-19 */
describe("leftovers of a deleted model", () => {
  it("are told from other objects, each with its reason", () => {
    const found = leftoversOf("granite", "models", [
      object("Pod", { name: "a", namespace: "models", labels: MADE }),
      object("Service", { name: "b", namespace: "models", labels: MADE, deletionTimestamp: "2026-01-01T00:00:00Z" }),
      object("InferenceService", {
        name: "granite",
        namespace: "models",
        labels: OWN,
        deletionTimestamp: "2026-01-01T00:00:00Z",
        finalizers: ["inferenceservice.finalizers"],
      }),
      object("PersistentVolumeClaim", { name: "granite", namespace: "models", labels: OWN }),
      object("Pod", { name: "other", namespace: "models", labels: { "app.kubernetes.io/instance": "llama" } }),
      object("Pod", { name: "elsewhere", namespace: "others", labels: OWN }),
      object("Pod", { name: "unlabelled", namespace: "models" }),
    ]);
    assert.deepEqual(found, [
      { object: "Pod models/a", reason: "was not deleted; its owner may be gone, so delete it by hand" },
      { object: "Service models/b", reason: "is being deleted" },
      {
        object: "InferenceService models/granite",
        reason: "is being deleted and waits for inferenceservice.finalizers: the controller of the finalizer must run",
      },
      {
        object: "PersistentVolumeClaim models/granite",
        reason: "holds data and is kept on purpose; delete it by hand when the data may go",
      },
    ]);
  });

  it("are none where nothing is left", () => {
    assert.deepEqual(leftoversOf("granite", "models", []), []);
  });
});
