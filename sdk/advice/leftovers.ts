/** What remains of a model after it was deleted. */
import type { KubernetesObject } from "../kubernetes/core";
import { labels } from "../kubernetes/kserve";

/** An object that should be gone, and why it is not. */
export interface Leftover {
  /** `kind namespace/name`. */
  object: string;
  reason: string;
}

/** Label that KServe puts on everything it makes for a service. */
const OWNER = "serving.kserve.io/inferenceservice";
/** Kinds that hold data, which deleting a deployment leaves alone on purpose. */
const KEPT = ["PersistentVolumeClaim", "ObjectBucketClaim"];

interface Deletable extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & { deletionTimestamp?: string; finalizers?: string[] };
}

/**
 * Objects of a model among those that a cluster holds, as `kubectl get all,pvc -o yaml` prints them.
 *
 * @param name of the model
 * @requirement OP-19
 */
export function leftoversOf(name: string, namespace: string, objects: readonly KubernetesObject[]): Leftover[] {
  return objects
    .filter(({ metadata }) => metadata.namespace === namespace)
    .filter(({ metadata }) => metadata.labels?.[labels.instance] === name || metadata.labels?.[OWNER] === name)
    .map((object) => ({
      object: `${object.kind} ${namespace}/${object.metadata.name}`,
      reason: reasonOf(object),
    }));
}

function reasonOf({ kind, metadata }: Deletable): string {
  const { deletionTimestamp, finalizers = [] } = metadata;
  if (deletionTimestamp !== undefined && finalizers.length > 0) {
    return `is being deleted and waits for ${finalizers.join(", ")}: the controller of the finalizer must run`;
  }
  if (deletionTimestamp !== undefined) return "is being deleted";
  if (KEPT.includes(kind)) return "holds data and is kept on purpose; delete it by hand when the data may go";
  return "was not deleted; its owner may be gone, so delete it by hand";
}
