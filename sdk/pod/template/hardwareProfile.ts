/**
 * What the hardware profile webhook writes into an InferenceService.
 * Upstream: opendatahub-io/odh-model-controller `internal/webhook/serving/hardwareprofile/injector.go`; no part of KServe.
 */
import { annotations as keys } from "../../kubernetes/kserve";
import { decode } from "../merge/decode";
import { changeField, field, isUnknown, items, plain, text, type Traced, withField } from "../merge/traced";

const QUEUE_LABEL = "kueue.x-k8s.io/queue-name";

/** The service with the profile's resources and scheduling joined in, as on its first admission. */
export function applyHardwareProfile(service: Traced, profile: Traced): Traced {
  const named = withProfileNamespace(service, profile);
  const sized = changeField(named, ["spec", "predictor", "model"], (model) => withIdentifiers(model, profile));
  const queue = field(profile, "spec", "scheduling", "kueue", "localQueueName");
  if (queue !== undefined) {
    return changeField(sized, ["metadata"], (metadata) =>
      withField(metadata, "labels", withField(field(metadata, "labels"), QUEUE_LABEL, queue)),
    );
  }
  const node = field(profile, "spec", "scheduling", "node");
  return changeField(sized, ["spec", "predictor"], (predictor) => withNodeScheduling(predictor, node));
}

/** The webhook notes the namespace where the service leaves it to the default. */
function withProfileNamespace(service: Traced, profile: Traced): Traced {
  return changeField(service, ["metadata"], (metadata) => {
    const written = field(metadata, "annotations");
    if (field(written, keys.hardwareProfileNamespace) !== undefined) return metadata;
    const namespace = field(profile, "metadata", "namespace");
    return withField(metadata, "annotations", withField(written, keys.hardwareProfileNamespace, namespace));
  });
}

/** Requests where the service gives none; limits, where it gives none, follow the request. */
function withIdentifiers(model: Traced, profile: Traced): Traced {
  let resources = field(model, "resources");
  const identifiers = field(profile, "spec", "identifiers");
  if (isUnknown(identifiers)) return withField(model, "resources", identifiers);
  for (const identifier of items(identifiers)) {
    const name = text(field(identifier, "identifier"));
    if (name === undefined) continue;
    const count = field(resources, "requests", name) ?? field(identifier, "defaultCount");
    const requests = withField(field(resources, "requests"), name, count);
    resources = withField(resources, "requests", decode(requests, "requests"));
    const limit = field(resources, "limits", name) ?? field(resources, "requests", name);
    resources = withField(resources, "limits", withField(field(resources, "limits"), name, limit));
  }
  return withField(model, "resources", resources);
}

/** The profile's tolerations first, then the service's others; the profile's selectors over the service's. */
function withNodeScheduling(predictor: Traced, node: Traced | undefined): Traced {
  if (node === undefined) return predictor;
  if (isUnknown(node)) return withField(withField(predictor, "nodeSelector", node), "tolerations", node);
  let result = predictor;
  const selector = field(node, "nodeSelector");
  for (const [key, value] of selector?.kind === "map" ? selector.fields : []) {
    result = withField(result, "nodeSelector", withField(field(result, "nodeSelector"), key, value));
  }
  return withField(result, "tolerations", joinTolerations(field(node, "tolerations"), field(result, "tolerations")));
}

function joinTolerations(profile: Traced | undefined, service: Traced | undefined): Traced | undefined {
  if (profile === undefined || service === undefined) return profile ?? service;
  if (isUnknown(profile) || isUnknown(service)) return isUnknown(profile) ? profile : service;
  const known = new Set(items(profile).map(tolerationKey));
  const others = items(service).filter((toleration) => !known.has(tolerationKey(toleration)));
  return { kind: "list", items: [...items(profile), ...others], origin: profile.origin };
}

function tolerationKey(toleration: Traced): string {
  const parts = ["key", "operator", "value", "effect", "tolerationSeconds"];
  const values = parts.map((part) => field(toleration, part)).map((value) => (value === undefined ? "" : plain(value)));
  return values.map(String).join(":");
}
