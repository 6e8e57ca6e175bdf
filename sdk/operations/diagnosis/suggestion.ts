/** Why the deployment wizard of the dashboard suggests no runtime, seen from the objects of a cluster. */
import type { HardwareIdentifier } from "../../kubernetes/hardwareProfile";
import { type PlatformRuntime, readPlatformRuntime } from "../../pod/platformRuntime";
import { type NoSuggestion, suggestRuntime } from "../../selection/suggestRuntime";
import { listAt, ofKind, seen, textAt, valueAt, type SeenObject } from "../seen";

/** What the wizard was told. */
export interface SuggestionQuestion {
  modelType: "predictive" | "generative";
  /** Of a predictive model. */
  format?: { name: string; version?: string };
  /** The hardware profile that was chosen. */
  profile?: { namespace: string; name: string };
}

/** Why there is no suggestion, or which runtime it is. */
export interface SuggestionAnswer {
  /** Row of the requirements that states the reason; undefined where there is a suggestion. */
  reason?: "AS-3" | "AS-4" | "AS-5";
  explanation: string;
  /** The runtime that is suggested, or those to choose from. */
  candidates: string[];
}

/**
 * Asks {@link suggestRuntime} about the Templates of a cluster and the ServingRuntimes of its projects, with the
 * accelerator of a hardware profile that is there.
 * @requirement TR-10
 */
export function whyNoSuggestion(question: SuggestionQuestion, values: readonly unknown[]): SuggestionAnswer {
  const objects = seen(values);
  const { modelType, format } = question;
  const profile = identifiersOf(question, objects);
  const suggestion = suggestRuntime({ modelType, ...(format && { format }), profile }, runtimesOf(objects));
  if (suggestion.outcome === "llm-inference-service") {
    return { explanation: "an LLMInferenceService serves the model, which needs no runtime", candidates: [] };
  }
  if (suggestion.outcome === "runtime") {
    const { runtime } = suggestion;
    return { explanation: `${runtime} is the only match, so it is suggested`, candidates: [runtime] };
  }
  const { message, candidates } = suggestion;
  return { reason: rowOf(suggestion.reason, profile), explanation: message, candidates: [...candidates] };
}

function rowOf(reason: NoSuggestion, profile: readonly HardwareIdentifier[]): "AS-3" | "AS-4" | "AS-5" {
  if (reason === "no-format") return "AS-4";
  return profile.length === 0 ? "AS-3" : "AS-5";
}

/** The accelerator of the profile; empty where it has none, or is not there. */
function identifiersOf({ profile }: SuggestionQuestion, objects: readonly SeenObject[]): HardwareIdentifier[] {
  const found = ofKind(objects, "HardwareProfile", "infrastructure.opendatahub.io").find(
    ({ namespace, name }) => profile?.name === name && profile.namespace === namespace,
  );
  const device = listAt(found?.raw, "spec", "identifiers").find((one) => textAt(one, "resourceType") === "Accelerator");
  const identifier = textAt(device, "identifier");
  if (identifier === undefined) return [];
  return [{ displayName: identifier, identifier, minCount: 0, defaultCount: 0, resourceType: "Accelerator" }];
}

function runtimesOf(objects: readonly SeenObject[]): PlatformRuntime[] {
  const templates = ofKind(objects, "Template", "template.openshift.io").flatMap((template) =>
    seen(listAt(template.raw, "objects")).map((runtime) => readRuntime(runtime, template.annotations)),
  );
  const own = ofKind(objects, "ServingRuntime", "serving.kserve.io").map((runtime) => readRuntime(runtime));
  return [...templates, ...own];
}

/** What a cluster holds may be malformed; what is no format counts as none. */
function readRuntime({ namespace, name, annotations, raw }: SeenObject, template?: Readonly<Record<string, string>>) {
  const supportedModelFormats = listAt(raw, "spec", "supportedModelFormats").flatMap((one) => {
    const [format, version] = [textAt(one, "name"), textAt(one, "version")];
    return format === undefined ? [] : [{ name: format, ...(version !== undefined && { version }) }];
  });
  const disabled = valueAt(raw, "spec", "disabled") === true;
  return readPlatformRuntime(
    { metadata: { namespace, name, annotations }, spec: { containers: [], supportedModelFormats, disabled } },
    template,
  );
}
