/** What is still there after a model was deleted, and who shares a runtime. */
import { labels } from "../kubernetes/kserve";
import { listAt, nameOf, ofKind, seen, textAt, type SeenObject } from "./seen";
import { runtimeOf } from "./listing";

/** One object that outlived its model. */
export interface Leftover {
  /** `Kind namespace/name`. */
  object: string;
  kind: "child" | "claim" | "finalizer";
  /** What it means, and what to do. */
  meaning: string;
}

/** KServe puts it on what it makes for a service. */
const CHILD_LABEL = "serving.kserve.io/inferenceservice";

/**
 * What is left of a model: children that nobody deletes, claims that are kept for their files, and the service itself
 * where a finalizer holds it.
 * @requirement OP-19
 */
export function leftovers(model: { namespace: string; name: string }, values: readonly unknown[]): Leftover[] {
  return seen(values)
    .filter((object) => object.namespace === model.namespace)
    .flatMap((object) => leftover(object, model.name));
}

function leftover(object: SeenObject, model: string): Leftover[] {
  const named = nameOf(object);
  const finalizers = heldBy(object);
  if (object.kind === "InferenceService" && object.name === model) {
    if (finalizers.length === 0) return [{ object: named, kind: "child", meaning: "it was not deleted" }];
    const meaning = `deleted, and held by ${finalizers.join(", ")}: the controller that owns it must run to let go of it`;
    return [{ object: named, kind: "finalizer", meaning }];
  }
  if (!belongsTo(object, model)) return [];
  if (object.kind === "PersistentVolumeClaim") {
    const meaning = "claims outlive their model, as they hold its files; delete it once nobody needs them";
    return [{ object: named, kind: "claim", meaning }];
  }
  if (finalizers.length > 0) {
    return [{ object: named, kind: "finalizer", meaning: `deleted, and held by ${finalizers.join(", ")}` }];
  }
  return [{ object: named, kind: "child", meaning: "its service is gone; it can be deleted" }];
}

function belongsTo({ labels: own, raw }: SeenObject, model: string): boolean {
  const owned = listAt(raw, "metadata", "ownerReferences").some(
    (owner) => textAt(owner, "kind") === "InferenceService" && textAt(owner, "name") === model,
  );
  return owned || [CHILD_LABEL, labels.instance, labels.inferenceServiceName].some((label) => own[label] === model);
}

/** Finalizers of an object that is being deleted. */
export function heldBy({ raw }: SeenObject): string[] {
  if (textAt(raw, "metadata", "deletionTimestamp") === undefined) return [];
  return listAt(raw, "metadata", "finalizers").filter((finalizer) => typeof finalizer === "string");
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
