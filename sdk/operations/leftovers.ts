/** What is still there after a model was deleted, and who shares a runtime. */
import { labels } from "../kubernetes/kserve";
import { listAt, nameOf, ofKind, seen, textAt, type SeenObject } from "./seen";
import { runtimeOf } from "./listing";

/** One object that outlived its model. */
export interface Leftover {
  /** `Kind namespace/name`. */
  object: string;
  kind: "child" | "claim" | "deleting" | "finalizer";
  /** What it means, and what to do. */
  meaning: string;
}

/** KServe puts it on what it makes for a service. */
const CHILD_LABEL = "serving.kserve.io/inferenceservice";
const SERVICES = ["InferenceService", "LLMInferenceService"];
/** Kinds that hold data, which deleting a model leaves alone on purpose. */
const CLAIMS = ["PersistentVolumeClaim", "ObjectBucketClaim"];

/**
 * What is left of a model among the objects that a cluster holds, as `kubectl get all,pvc -o yaml` prints them: children
 * that nobody deletes, claims that are kept for their files, and what a finalizer holds.
 * @requirement OP-19
 */
export function leftovers(model: { namespace: string; name: string }, values: readonly unknown[]): Leftover[] {
  return seen(values)
    .filter((object) => object.namespace === model.namespace && belongsTo(object, model.name))
    .map((object) => ({ object: nameOf(object), ...stateOf(object) }));
}

function stateOf(object: SeenObject): Pick<Leftover, "kind" | "meaning"> {
  const finalizers = heldBy(object);
  if (finalizers.length > 0) {
    const meaning = `deleted, and held by ${finalizers.join(", ")}: the controller that owns it must run to let go of it`;
    return { kind: "finalizer", meaning };
  }
  if (isDeleted(object)) return { kind: "deleting", meaning: "is being deleted" };
  if (SERVICES.includes(object.kind)) return { kind: "child", meaning: "it was not deleted" };
  if (!CLAIMS.includes(object.kind)) return { kind: "child", meaning: "its service is gone; it can be deleted" };
  const meaning = "claims outlive their model, as they hold its files; delete it once nobody needs them";
  return { kind: "claim", meaning };
}

function belongsTo({ kind, name, labels: own, raw }: SeenObject, model: string): boolean {
  if (SERVICES.includes(kind)) return name === model;
  const owned = listAt(raw, "metadata", "ownerReferences").some(
    (owner) => SERVICES.includes(textAt(owner, "kind") ?? "") && textAt(owner, "name") === model,
  );
  return owned || [CHILD_LABEL, labels.instance, labels.inferenceServiceName].some((label) => own[label] === model);
}

/** Finalizers of an object that is being deleted. */
export function heldBy(object: SeenObject): string[] {
  if (!isDeleted(object)) return [];
  return listAt(object.raw, "metadata", "finalizers").filter((finalizer) => typeof finalizer === "string");
}

function isDeleted({ raw }: SeenObject): boolean {
  return textAt(raw, "metadata", "deletionTimestamp") !== undefined;
}

/**
 * The services that a change to a runtime rolls, as `namespace/name`. A runtime of a namespace hides one of the cluster
 * with the same name.
 * @requirement OP-13
 */
export function runtimeUsers(runtime: { namespace?: string; name: string }, values: readonly unknown[]): string[] {
  const objects = seen(values);
  return ofKind(objects, "InferenceService", "serving.kserve.io")
    .filter((service) => {
      const used = runtimeOf(service, objects);
      return used?.name === runtime.name && used.namespace === (runtime.namespace ?? "");
    })
    .map(({ namespace, name }) => `${namespace}/${name}`);
}
