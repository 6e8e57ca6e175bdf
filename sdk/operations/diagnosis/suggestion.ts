/** Why the deployment wizard of the dashboard suggests no runtime, seen from the objects of a cluster. */
import { annotations } from "../../kubernetes/kserve";
import { listAt, ofKind, seen, textAt, type SeenObject } from "../seen";

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
  /** Runtimes that would do. */
  candidates: string[];
}

/**
 * Follows the wizard: by model type, by format, by the accelerator of the profile, and then only a single match counts.
 * Runtimes are those of Templates and the ServingRuntimes of projects; each name counts once.
 * @requirement TR-10
 */
export function whyNoSuggestion(question: SuggestionQuestion, values: readonly unknown[]): SuggestionAnswer {
  const objects = seen(values);
  const { modelType, format } = question;
  if (modelType === "predictive" && format === undefined) {
    const explanation = "a predictive model has no suggestion before its model framework is chosen";
    return { reason: "AS-4", explanation, candidates: [] };
  }
  const accelerator = acceleratorOf(question, objects);
  const wanted = modelType === "generative" ? { name: "vLLM" } : (format ?? { name: "" });
  const matches = offeredRuntimes(objects).filter(
    ({ runtime, modelTypes }) =>
      (modelTypes.length === 0 || modelTypes.includes(modelType)) &&
      listsFormat(runtime, wanted) &&
      (accelerator === undefined ||
        textList(runtime.annotations[annotations.recommendedAccelerators]).includes(accelerator)),
  );
  const candidates = [...new Set(matches.map(({ runtime }) => runtime.name))];
  return { ...judged(candidates, accelerator, wanted.name), candidates };
}

function judged(
  candidates: readonly string[],
  accelerator: string | undefined,
  format: string,
): Omit<SuggestionAnswer, "candidates"> {
  const [first, ...others] = candidates;
  if (first !== undefined && others.length === 0)
    return { explanation: `${first} is the only match, so it is suggested` };
  if (accelerator === undefined) {
    const number = candidates.length === 0 ? "no runtime takes" : `${candidates.length} runtimes take`;
    const explanation = `the hardware profile has no accelerator, so nothing is chosen by it, and ${number} ${format}: name the runtime`;
    return { reason: "AS-3", explanation };
  }
  const number = candidates.length === 0 ? "no runtime takes" : `${candidates.length} runtimes take`;
  return {
    reason: "AS-5",
    explanation: `${number} ${format} on ${accelerator}, and only a single match is suggested: name the runtime`,
  };
}

function acceleratorOf({ profile }: SuggestionQuestion, objects: readonly SeenObject[]): string | undefined {
  const found = ofKind(objects, "HardwareProfile", "infrastructure.opendatahub.io").find(
    ({ namespace, name }) => profile?.name === name && profile.namespace === namespace,
  );
  const device = listAt(found?.raw, "spec", "identifiers").find((one) => textAt(one, "resourceType") === "Accelerator");
  return textAt(device, "identifier");
}

interface OfferedRuntime {
  runtime: SeenObject;
  /** None: any. */
  modelTypes: string[];
}

function offeredRuntimes(objects: readonly SeenObject[]): OfferedRuntime[] {
  const templates = ofKind(objects, "Template", "template.openshift.io").flatMap((template) =>
    seen(listAt(template.raw, "objects")).map((runtime) => ({
      runtime,
      modelTypes: textList(template.annotations[annotations.modelType]),
    })),
  );
  const own = ofKind(objects, "ServingRuntime", "serving.kserve.io");
  return [
    ...templates,
    ...own.map((runtime) => ({ runtime, modelTypes: textList(runtime.annotations[annotations.modelType]) })),
  ];
}

function listsFormat(runtime: SeenObject, { name, version }: { name: string; version?: string }): boolean {
  return listAt(runtime.raw, "spec", "supportedModelFormats").some(
    (one) => textAt(one, "name") === name && (version === undefined || textAt(one, "version") === version),
  );
}

/** A JSON list of texts, as the dashboard keeps them in annotations; anything else is no list. */
function textList(json: string | undefined): string[] {
  try {
    const value: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
