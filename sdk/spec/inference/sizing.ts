/**
 * What hardware a model needs where nobody says it, and whether it starts on what is said. Every figure comes from the
 * catalogue, the memory estimate or vLLM's documentation, and every choice is told in a sentence.
 */
import { findAccelerator, type Accelerator } from "../../catalog/accelerators";
import { findModel, type CatalogueModel } from "../../catalog/models";
import { findVllmPreset } from "../../catalog/vllmPresets";
import { defaultServingImage, findServingImage } from "../../catalog/servingImages";
import { fit, type Fit, type FitVerdict } from "../../capacity/fit/fit";
import type { FitInput, FitSettings } from "../../capacity/fit/start";
import { formatQuantityGi } from "./sizeFormat";
import { catalogOf } from "../catalog/field";
import type { HardwareProfileSpec } from "../profiles/hardwareProfile";
import { usualSharedMemory } from "../runtimes/servingRuntime";
import { useAllAccelerators } from "../runtimes/vllm";
import type { Loose } from "../schema/plain";
import type { ResourceSettings } from "../schema/pods";
import { storageUri } from "../storage/modelSource";
import { parseQuantity, scaledValue } from "../../pod/quantity";
import { argumentSettings } from "./sizingArguments";
import type { ModelSettings, Surroundings } from "./modelSettings";
import { modelBytes } from "./serviceRules";
import { modelTypeOf } from "./serviceSettings";

type Model = Loose<ModelSettings> & { catalog?: unknown; platform?: { version?: string | undefined } | undefined };

/** What was chosen for a model, and what is known of its start. */
export interface Sizing {
  /** Present where the user gives none and they could be told. */
  resources?: ResourceSettings;
  acceleratorCount?: number;
  maxModelLen?: number;
  /** Each choice, with what it rests on. */
  sentences: string[];
  /** Why resources could not be chosen. */
  reason?: string;
  /** Whether the server starts; absent where that cannot be told. */
  fit?: Fit;
}

/** Numbers of accelerators in one replica that are tried. */
const COUNTS = [1, 2, 4, 8];

/** Chooses what the user leaves open, and judges the start. */
export function sizingOf(model: Model, surroundings: Surroundings): Sizing {
  const { profile } = surroundings;
  const { requests = {} } = model.resources ?? {};
  const isOpen = profile === undefined && (requests.cpu === undefined || requests.memory === undefined);
  const question = questionOf(model, surroundings);
  if (typeof question === "string")
    return isOpen ? unjudged(withResources(model, profile, question), question) : { sentences: [] };
  // What fits too closely may run already, and another argument would restart it; what does not fit never ran.
  if (!isOpen) return judgeStart(question, ["does-not-fit"]);
  const start = chooseStart(model, question);
  const { acceleratorCount, maxModelLen } = start;
  const chosen = withResources(
    { ...model, ...(acceleratorCount !== undefined && { acceleratorCount }) },
    profile,
    undefined,
  );
  return {
    ...start,
    ...chosen,
    ...(maxModelLen !== undefined && { maxModelLen }),
    sentences: [...start.sentences, ...(chosen.sentences ?? [])],
  };
}

function unjudged({ sentences = [], ...chosen }: Partial<Sizing>, reason: string): Sizing {
  return {
    ...chosen,
    sentences: sentences.length === 0 ? [] : [...sentences, `whether it starts is not judged: ${reason}`],
  };
}

/** The model with every choice filled in. */
export function sizedModel<M extends Model>(model: M, surroundings: Surroundings): M {
  const { resources, acceleratorCount, maxModelLen } = sizingOf(model, surroundings);
  const filled = { ...model };
  if (acceleratorCount !== undefined) filled.acceleratorCount = acceleratorCount;
  if (maxModelLen !== undefined) filled.vllm = { ...filled.vllm, maxModelLen };
  if (resources !== undefined) filled.resources = mergeResources(model.resources, resources);
  return filled;
}

function mergeResources(own: Loose<ResourceSettings> | undefined, chosen: ResourceSettings): Loose<ResourceSettings> {
  const requests = { ...chosen.requests, ...defined(own?.requests) };
  // A limit that was chosen for a request that the user replaced would say nothing.
  const open = Object.entries(chosen.limits ?? {}).filter(([key]) => own?.requests?.[key as "cpu"] === undefined);
  return { requests, limits: { ...Object.fromEntries(open), ...defined(own?.limits) } };
}

function defined<T extends object>(value: T | undefined): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, inner]) => inner !== undefined)) as never;
}

/** What the estimate is asked, or why it cannot be. */
function questionOf(model: Model, surroundings: Surroundings): FitInput | string {
  if (modelTypeOf(model) === "predictive") return "the memory of predictive models is not modelled";
  const catalogue =
    model.source === undefined ? undefined : findModel(storageUri(model.source), catalogOf(model).models);
  if (catalogue === undefined) return "the catalogue does not know the model; give modelSize, or extend the catalogue";
  const product = productOf(model, surroundings);
  if (product === undefined) return "no product of the catalogue is named as accelerator, such as NVIDIA-L4";
  const vllm = versionOf(model, surroundings, product);
  if (vllm === undefined) return "the vLLM version of the image is not known";
  const written = argumentSettings([...(surroundings.runtime?.args ?? []), ...(model.args ?? [])], model.env ?? []);
  if (typeof written === "string") return written;
  return question(model, surroundings, { model: catalogue, accelerator: product, vllm }, written);
}

function question(
  model: Model,
  { profile, runtime }: Surroundings,
  subject: { model: CatalogueModel; accelerator: Accelerator; vllm: string },
  written: FitSettings,
): FitInput {
  const count = model.acceleratorCount ?? profile?.count ?? 1;
  const vllm = useAllAccelerators({ ...runtime?.vllm, ...defined(model.vllm) }, count);
  const { tensorParallelSize, pipelineParallelSize, maxModelLen, maxNumSeqs, gpuMemoryUtilization, dtype } = vllm;
  const image = model.source === undefined ? "" : storageUri(model.source);
  const settings = defined({ tensorParallelSize, pipelineParallelSize, maxModelLen, maxNumSeqs, gpuMemoryUtilization });
  return {
    ...subject,
    ...settings,
    ...(dtype !== undefined && { dtype }),
    ...written,
    ...(image.startsWith("oci://") && { modelImage: image.slice("oci://".length) }),
    accelerators: count,
  };
}

function productOf(model: Model, { profile }: Surroundings): Accelerator | undefined {
  const named =
    model.accelerator === undefined ? undefined : findAccelerator(model.accelerator, catalogOf(model).accelerators);
  return profile?.accelerator?.product ?? named?.product;
}

function versionOf(model: Model, { runtime }: Surroundings, { vendor }: Accelerator): string | undefined {
  if (model.runtimeName !== undefined) return undefined;
  const { servingImages } = catalogOf(model);
  const image = runtime?.image ?? model.image;
  if (image === undefined)
    return defaultServingImage("vllm", vendor, model.platform?.version, servingImages)?.serverVersion;
  return (
    findServingImage(image, servingImages)?.serverVersion ?? /vllm-openai[\w-]*:v(\d+\.\d+\.\d+)$/.exec(image)?.[1]
  );
}

/** As few accelerators as the weights allow, and the longest requests that they hold. */
function chooseStart(model: Model, question: FitInput): Sizing {
  const { tensorParallelSize, pipelineParallelSize } = question;
  const fixed = [model.acceleratorCount, tensorParallelSize, pipelineParallelSize].some((size) => size !== undefined);
  const counts = fixed ? [question.accelerators ?? 1] : COUNTS;
  for (const count of counts) {
    const input = fixed ? question : { ...question, accelerators: count, tensorParallelSize: count };
    const judged = judgeStart(input, ["does-not-fit", "too-close"]);
    if (judged.fit?.verdict === "unknown") return judged;
    if (judged.fit?.verdict !== "fits") continue;
    if (fixed) return judged;
    const told =
      count === 1 ? [] : [`acceleratorCount ${count}: the fewest of ${COUNTS.join(", ")} on which it starts`];
    return { ...judged, acceleratorCount: count, sentences: [...told, ...judged.sentences] };
  }
  return { sentences: [], fit: fit(question) };
}

/** The start as it is asked for, or with the longest requests that fit, where nobody says how long they may be. */
function judgeStart(input: FitInput, shortened: readonly FitVerdict[]): Sizing {
  const judged = fit(input);
  const shorter = judged.waysOut.find(({ settings }) => Object.keys(settings).join() === "maxModelLen");
  const maxModelLen = shorter?.settings.maxModelLen;
  if (maxModelLen === undefined || input.maxModelLen !== undefined || !shortened.includes(judged.verdict)) {
    return { sentences: [], fit: judged };
  }
  const context = `the model's context of ${input.model.contextTokens} tokens does not`;
  const sentence = `vllm.maxModelLen ${maxModelLen}: the longest that fits; ${context}`;
  return { maxModelLen, sentences: [sentence], fit: fit({ ...input, maxModelLen }) };
}

/**
 * What cannot be told is what the presets recommend, the last one first.
 *
 * @requirement VL-17, VL-18, VL-19, BP-4
 */
function asRecommended({ vllm }: Model, reason: string): Partial<Sizing> {
  const presets = (vllm?.presets ?? []).flatMap((name) => (name === undefined ? [] : [findVllmPreset(name)]));
  const preset = presets.findLast((one) => one?.resources !== undefined);
  if (preset?.resources === undefined) return { reason };
  const { cpu, memory } = preset.resources.requests;
  const sentence = `${cpu} CPU cores and ${memory} of memory: what the preset ${preset.name} recommends, since ${reason}`;
  return { resources: preset.resources, sentences: [sentence] };
}

/** Cores: one for the API server, one for the engine, one for each accelerator. Upstream: vllm `docs/configuration/optimization.md`. */
const SHARED_CORES = 2;

/**
 * CPU and host memory. Twice the cores are allowed, since what is counted are physical ones. The memory holds the files
 * once, which is what loading them whole takes, and `/dev/shm`, which counts as memory; half as much again is allowed, as in
 * the product documentation's samples (16Gi and 24Gi for 8B).
 */
function withResources(
  model: Model,
  profile: HardwareProfileSpec | undefined,
  reason: string | undefined,
): Partial<Sizing> {
  const bytes = modelBytes(model);
  if (modelTypeOf(model) === "predictive") return {};
  if (model.accelerator === undefined) return asRecommended(model, "what vLLM needs on CPUs is not modelled");
  if (bytes === undefined) return asRecommended(model, reason ?? "the size of the model is not known");
  const count = model.acceleratorCount ?? profile?.count ?? 1;
  const shared = model.sharedMemory ?? usualSharedMemory(count) ?? "0";
  const needed = bytes + Number(scaledValue(parseQuantity(shared), 0));
  const cores = SHARED_CORES + count;
  const [memory, most] = [formatQuantityGi(needed), formatQuantityGi(needed * 1.5)];
  const files = `${(bytes / 2 ** 30).toFixed(1)} GiB of files and ${shared} of shared memory`;
  return {
    resources: { requests: { cpu: cores, memory }, limits: { cpu: 2 * cores, memory: most } },
    sentences: [
      `${cores} CPU cores: API server, engine and ${count === 1 ? "one worker" : `${count} workers`}`,
      `${memory} of memory: ${files}`,
    ],
  };
}
