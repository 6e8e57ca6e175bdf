/** What an InferenceService says of itself, and what keeps one from going away. */
import { labels } from "../../kubernetes/kserve";
import { heldBy } from "../leftovers";
import { conditionOf, listAt, nameOf, ofKind, textAt, valueAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";

const SERVING = "serving.kserve.io";

type Found = Omit<Diagnosis, "subject" | "evidence">;

/** `status.modelStatus.lastFailureInfo.reason` of KServe (`pkg/apis/serving/v1beta1/inference_service_status.go`). */
const FAILURES: Readonly<Record<string, Found>> = {
  RuntimeNotRecognized: {
    id: "TR-2",
    cause: "model.runtime names no runtime of this namespace or of the cluster",
    rules: ["name/runtime-resolves", "name/runtime-not-display-name"],
    wayOut: "the metadata.name of a runtime, not its display name",
  },
  RuntimeDisabled: {
    id: "TR-2",
    cause: "the runtime that model.runtime names is disabled",
    rules: ["name/runtime-enabled"],
    wayOut: "take spec.disabled out of the runtime, or name another",
  },
  NoSupportingRuntime: {
    id: "TR-2",
    cause: "no runtime supports this model format with automatic selection",
    rules: ["runtime/format-supported"],
    wayOut: "name the runtime, or correct modelFormat.name; its case counts",
  },
  InvalidPredictorSpec: {
    id: "TR-2",
    cause: "the predictor does not describe one model and its location",
    rules: ["runtime/one-implementation", "runtime/storage-exclusive"],
    wayOut: "one implementation, and one of storageUri, storage and storageUris",
  },
  ModelLoadFailed: {
    id: "TR-2",
    cause: "the model did not load",
    rules: [],
    wayOut: "look at the logs: kubectl logs <pod> -c storage-initializer, then -c kserve-container --previous",
  },
  RuntimeUnhealthy: {
    id: "TR-2",
    cause: "the containers of the runtime do not start or do not stay up",
    rules: [],
    wayOut: "look at the logs: kubectl logs <pod> -c kserve-container --previous",
  },
};

/**
 * What services say is wrong with them, and what holds those that are being deleted.
 * @requirement TR-2
 */
export function diagnoseServices(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "InferenceService", SERVING).flatMap((service) => [
    ...failed(service),
    ...held(service),
    ...withoutAddress(service, objects),
  ]);
}

function failed(service: SeenObject): Diagnosis[] {
  const failure = valueAt(service.raw, "status", "modelStatus", "lastFailureInfo");
  const found = FAILURES[textAt(failure, "reason") ?? ""];
  if (found === undefined || textAt(conditionOf(service, "Ready"), "status") === "True") return [];
  const evidence = [textAt(failure, "reason"), textAt(failure, "message")].filter((text) => text !== undefined);
  return [{ ...found, subject: nameOf(service), evidence: evidence.join(": ") }];
}

function held(service: SeenObject): Diagnosis[] {
  const finalizers = heldBy(service);
  if (finalizers.length === 0) return [];
  return [
    {
      id: "TR-14",
      subject: nameOf(service),
      evidence: `deleted at ${textAt(service.raw, "metadata", "deletionTimestamp") ?? ""}, finalizers ${finalizers.join(", ")}`,
      cause: "the controller that set a finalizer has not let go of the service",
      rules: [],
      wayOut: "see that the controller runs and read its log; docs/operations.md has the last resort",
    },
  ];
}

/** Open Data Hub removes a Route named like the service unless the label asks for one. */
function withoutAddress(service: SeenObject, objects: readonly SeenObject[]): Diagnosis[] {
  const route = ofKind(objects, "Route", "route.openshift.io").find(
    (one) => one.namespace === service.namespace && textAt(one.raw, "spec", "to", "name")?.startsWith(service.name),
  );
  if (route === undefined || service.labels[labels.visibility] === "exposed") return [];
  const own = listAt(route.raw, "metadata", "ownerReferences").length > 0;
  if (own || textAt(route.raw, "spec", "to", "name") !== `${service.name}-predictor`) return [];
  return [
    {
      id: "TR-15",
      subject: nameOf(service),
      evidence: `${nameOf(route)} leads to it, and it has no label ${labels.visibility}: exposed`,
      cause:
        "OpenShift AI reports an address, and keeps a Route of the service's name, only for services with the label",
      rules: ["expose/visibility-label", "expose/no-second-route"],
      wayOut: "expose the model (exposure), and leave the Route to the controller",
    },
  ];
}
