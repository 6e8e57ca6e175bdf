/** What must be on a cluster before a model is deployed, told from the objects of an inventory. */
import { deviceCount, ofKind, seen, textAt, valueAt, type SeenObject } from "./seen";

/** What a deployment relies on. */
export interface PrerequisiteQuestion {
  /** Namespace of the deployment. */
  namespace: string;
  /** Whether an LLMInferenceService is deployed instead of an InferenceService. Default: false. */
  llmInferenceService?: boolean;
  /** ServingRuntime or ClusterServingRuntime that is named. */
  runtimeName?: string;
  /** Secret with the connection to the storage. */
  connectionSecret?: string;
  /** PersistentVolumeClaim with the model. */
  claimName?: string;
  /** Resource of the accelerators asked for, such as `nvidia.com/gpu`. */
  acceleratorResource?: string;
}

/** One thing that is not there. */
export interface MissingPrerequisite {
  /** Such as `namespace`; the same for every occurrence. */
  what: "kserve" | "platform" | "namespace" | "runtime" | "connection" | "volume" | "accelerator";
  /** What is missing, by name, and who could make it. */
  message: string;
}

/**
 * What is missing, all of it. A kind of which the inventory holds no object at all, CRDs and nodes excepted, counts as
 * missing too: an inventory has what `docs/guard.md` lists.
 *
 * @requirement PL-12
 */
export function missingPrerequisites(
  values: readonly unknown[],
  question: PrerequisiteQuestion,
): MissingPrerequisite[] {
  const objects = seen(values);
  const { namespace } = question;
  const has = (kind: string, name: string, place = ""): boolean =>
    objects.some((one) => one.kind === kind && one.name === name && one.namespace === place);
  const missing: MissingPrerequisite[] = [...missingPlatform(objects, question)];
  if (!has("Namespace", namespace)) {
    missing.push({ what: "namespace", message: `namespace ${namespace} does not exist; make it before its models` });
  }
  const { runtimeName, connectionSecret, claimName, acceleratorResource } = question;
  if (runtimeName !== undefined) {
    const runtime = objects.find(
      (one) =>
        one.name === runtimeName &&
        ((one.kind === "ServingRuntime" && one.namespace === namespace) || one.kind === "ClusterServingRuntime"),
    );
    const problem =
      runtime === undefined
        ? "does not exist"
        : valueAt(runtime.raw, "spec", "disabled") === true
          ? "is disabled"
          : undefined;
    if (problem !== undefined) {
      missing.push({
        what: "runtime",
        message: `serving runtime ${runtimeName} ${problem} for namespace ${namespace}`,
      });
    }
  }
  if (connectionSecret !== undefined && !has("Secret", connectionSecret, namespace)) {
    missing.push({
      what: "connection",
      message: `Secret ${connectionSecret} of the connection is not in namespace ${namespace}`,
    });
  }
  if (claimName !== undefined && !has("PersistentVolumeClaim", claimName, namespace)) {
    missing.push({ what: "volume", message: `PersistentVolumeClaim ${claimName} is not in namespace ${namespace}` });
  }
  const offers = (node: SeenObject, resource: string): boolean => deviceCount(node, "allocatable", resource) > 0;
  const nodes = ofKind(objects, "Node", "");
  if (acceleratorResource !== undefined && !nodes.some((node) => offers(node, acceleratorResource))) {
    const message = `no node offers ${acceleratorResource}; is the operator of the accelerators installed and ready?`;
    missing.push({ what: "accelerator", message });
  }
  return missing;
}

function missingPlatform(
  objects: readonly SeenObject[],
  { llmInferenceService }: PrerequisiteQuestion,
): MissingPrerequisite[] {
  const plural = llmInferenceService === true ? "llminferenceservices" : "inferenceservices";
  const missing: MissingPrerequisite[] = [];
  const defined = objects.some(
    ({ kind, name }) => kind === "CustomResourceDefinition" && name === `${plural}.serving.kserve.io`,
  );
  const runs = objects.some(({ kind, name }) => kind === "Deployment" && name === "kserve-controller-manager");
  if (!defined && !runs) {
    missing.push({
      what: "kserve",
      message: `KServe is not installed: neither ${plural}.serving.kserve.io nor kserve-controller-manager exists`,
    });
  }
  for (const cluster of objects.filter(({ kind }) => kind === "DataScienceCluster")) {
    const state = textAt(cluster.raw, "spec", "components", "kserve", "managementState");
    if (state === "Managed") continue;
    const message = `DataScienceCluster ${cluster.name} has kserve ${state ?? "Removed"}; expected Managed`;
    missing.push({ what: "platform", message });
  }
  return missing;
}
