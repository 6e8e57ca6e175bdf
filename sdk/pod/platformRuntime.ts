/**
 * Which runtime OpenShift AI's dashboard picks for a deployment, by model type, model format and hardware profile. KServe
 * itself chooses otherwise, see `runtime.ts`.
 * Upstream: opendatahub-io/odh-dashboard `packages/kserve/src/wizardFields/servingRuntime/KServeServingRuntimeField.tsx`
 * (computeSuggestion) and `packages/model-serving/.../ModelFormatField.tsx`.
 */
import type { CatalogueRuntime } from "../catalog/servingRuntimes";
import type { HardwareIdentifier } from "../kubernetes/hardwareProfile";
import { annotations, type ModelFormat, type ServingRuntime } from "../kubernetes/kserve";

export type ModelType = "generative" | "predictive";

/** What the dashboard looks at in a template or a runtime. */
export interface PlatformRuntime {
  name: string;
  displayName: string;
  /** Empty: for every type. */
  modelTypes: readonly string[];
  formats: readonly ModelFormat[];
  recommendedAccelerators: readonly string[];
  /** Switched off by the administrator; never offered. */
  disabled?: boolean;
  /** `opendatahub.io/support-status: unsupported`; offered only to who accepts that. */
  unsupported?: boolean;
}

/** What a person asks for. */
export interface RuntimeWish {
  modelType: ModelType;
  /** Generative models: `vLLM`, unless another one is given. */
  format?: ModelFormat;
  /** Identifiers of the hardware profile. */
  profile?: readonly HardwareIdentifier[];
  /** A runtime by name; overrides everything else. */
  runtime?: string;
  acceptUnsupported?: boolean;
  /** The administrator's default: generative models become an LLMInferenceService. */
  distributedByDefault?: boolean;
}

/** Why there is no choice. */
export type NoChoice = "no-such-runtime" | "type" | "format" | "accelerator" | "format-missing" | "several";

export type PlatformChoice =
  | { outcome: "chosen"; runtime: string; because: "named" | "only-match" }
  /** No runtime: an LLMInferenceService serves the model. */
  | { outcome: "distributed" }
  | { outcome: "none"; reason: NoChoice; candidates: readonly string[]; message: string };

/** The only runtime that fits, or why none is chosen and which ones a person may choose from. */
export function choosePlatformRuntime(wish: RuntimeWish, runtimes: readonly PlatformRuntime[]): PlatformChoice {
  const offered = runtimes.filter(
    ({ disabled, unsupported }) => disabled !== true && (unsupported !== true || wish.acceptUnsupported === true),
  );
  if (wish.runtime !== undefined) return named(wish.runtime, offered);
  if (wish.distributedByDefault === true && wish.modelType === "generative") return { outcome: "distributed" };
  return onlyMatch(wish, offered);
}

/** The dashboard's view of a runtime of the catalogue. */
export function platformRuntimeOf(runtime: CatalogueRuntime): PlatformRuntime {
  const { name, displayName, modelTypes, recommendedAccelerators, spec } = runtime;
  return { name, displayName, modelTypes, recommendedAccelerators, formats: spec.supportedModelFormats ?? [] };
}

/** The dashboard's view of a runtime in the cluster, with the annotations of its template where there is one. */
export function readPlatformRuntime(
  { metadata, spec }: Pick<ServingRuntime, "metadata" | "spec">,
  template: Readonly<Record<string, string>> = {},
): PlatformRuntime {
  const all = { ...template, ...metadata.annotations };
  const { name } = metadata;
  return {
    name,
    displayName: all[annotations.displayName] ?? name,
    modelTypes: readList(all[annotations.modelType]),
    formats: spec.supportedModelFormats ?? [],
    recommendedAccelerators: readList(metadata.annotations?.[annotations.recommendedAccelerators]),
    disabled: spec.disabled === true,
    unsupported: all["opendatahub.io/support-status"] === "unsupported",
  };
}

function named(name: string, offered: readonly PlatformRuntime[]): PlatformChoice {
  if (offered.some((runtime) => runtime.name === name)) return { outcome: "chosen", runtime: name, because: "named" };
  return none("no-such-runtime", offered, `no runtime called ${JSON.stringify(name)} is offered`);
}

function onlyMatch(wish: RuntimeWish, offered: readonly PlatformRuntime[]): PlatformChoice {
  const { modelType } = wish;
  const format = wish.format ?? (modelType === "generative" ? { name: "vLLM" } : undefined);
  const accelerator = wish.profile?.find(({ resourceType }) => resourceType === "Accelerator")?.identifier;
  const ofType = offered.filter(({ modelTypes }) => modelTypes.length === 0 || modelTypes.includes(modelType));
  const ofFormat = ofType.filter(({ formats }) => format === undefined || formats.some((one) => isSame(one, format)));
  const fitting = ofFormat.filter(
    ({ recommendedAccelerators }) => accelerator === undefined || recommendedAccelerators.includes(accelerator),
  );
  const [only] = fitting;
  // A project's copy of a template has its name, and is the same choice.
  if (only !== undefined && fitting.every(({ name }) => name === only.name)) {
    return { outcome: "chosen", runtime: only.name, because: "only-match" };
  }
  if (ofType.length === 0) return none("type", offered, `no runtime is for ${modelType} models`);
  if (ofFormat.length === 0) return none("format", ofType, `no runtime lists the format ${describe(format)}`);
  if (fitting.length === 0) {
    const message = `no runtime for the format ${describe(format)} recommends ${accelerator ?? "the accelerator"}`;
    return none("accelerator", ofFormat, message);
  }
  if (format === undefined) return none("format-missing", fitting, "several runtimes fit; name the model format");
  const cause = accelerator === undefined ? "no hardware profile with an accelerator tells them apart" : "name one";
  return none("several", fitting, `several runtimes fit: ${namesOf(fitting).join(", ")}; ${cause}`);
}

function none(reason: NoChoice, candidates: readonly PlatformRuntime[], message: string): PlatformChoice {
  return { outcome: "none", reason, candidates: namesOf(candidates), message };
}

function namesOf(runtimes: readonly PlatformRuntime[]): string[] {
  return [...new Set(runtimes.map(({ name }) => name))];
}

/** Name and version must both agree, a missing version only with a missing one. */
function isSame(one: ModelFormat, other: ModelFormat): boolean {
  return one.name === other.name && one.version === other.version;
}

function describe(format: ModelFormat | undefined): string {
  if (format === undefined) return "of the model";
  return JSON.stringify([format.name, format.version].filter((part) => part !== undefined).join(" "));
}

/** An annotation that holds a JSON list; anything else is an empty list, as in the dashboard. */
function readList(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}
