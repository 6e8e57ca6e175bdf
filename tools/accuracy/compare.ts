/** Published vLLM starts beside what the estimator says of them. */
import { accelerators, type Accelerator } from "../../sdk/catalog/accelerators";
import { catalogueModels, type CatalogueModel } from "../../sdk/catalog/models";
import { fit, type FitVerdict } from "../../sdk/capacity/fit/fit";
import { GIB } from "../../sdk/capacity/fit/estimate";
import { bytesPerTokenAndLayer } from "../../sdk/capacity/fit/kvCache";
import { type FitInput, type FitSettings, resolveStart } from "../../sdk/capacity/fit/start";
import { isAtLeast } from "../../sdk/capacity/fit/version";
import starts from "./publishedStarts.json";

/** One start somebody published. What it does not state is absent. */
export interface PublishedStart {
  model: string;
  /** Entry of the catalogue with this model's shapes; `null` where there is none. */
  catalogueModel: string | null;
  /** Products the GPU may be; none when it is not stated. */
  accelerators: string[];
  gpu: string | null;
  /** As the log prints it, GiB; absent: that of the product. */
  usableMemoryGib?: number;
  /** Releases it may be, where the version is not stated. */
  vllm: string[];
  settings: FitSettings;
  /** Whether every argument is published, so that what is not said is the default. */
  wholeCommand: boolean;
  published: {
    /** `loaded`: only that the weights were loaded is known. */
    outcome: "started" | "refused" | "loaded";
    weightsGib?: number;
    activationGib?: number;
    nonTorchGib?: number;
    graphsGib?: number;
    kvCacheGib?: number;
    kvCacheTokens?: number;
    error?: string;
  };
  source: string;
  /** Many starts that one publisher made on one machine: one source, however many rows. */
  series?: string;
  notes?: string;
}

export interface Comparison {
  start: PublishedStart;
  /** Dense text model: neither experts nor vision nor compressed attention. */
  isDenseText: boolean;
  /** What the start leaves open; empty when one prediction can be made. */
  open: string[];
  /** GiB of cache: with the defaults for what is open, and over all it may be. Absent when nothing can be said. */
  predicted?: { expected: number; low: number; high: number; errorBar: number };
  /** Verdicts over all it may be. */
  verdicts: FitVerdict[];
  /** GiB by which the prediction exceeds the published figure; negative is pessimistic. */
  error?: number;
  /** GiB of weights a rank, predicted. */
  weights?: number;
  /** Why nothing can be predicted; absent where something is. */
  unpredicted?: string;
  /** Bytes of cache a token takes on a rank: published and predicted, where both can be told. */
  tokenBytes?: { published: number; predicted: number };
}

export const publishedStarts = starts as PublishedStart[];

/** Compares every start; none is left out. */
export function compareAll(): Comparison[] {
  return publishedStarts.map(compare);
}

/** One start beside the estimate. */
export function compare(start: PublishedStart): Comparison {
  const model = catalogueModels.find(({ id }) => id === start.catalogueModel);
  const open = openPoints(start);
  if (model === undefined) {
    return { start, isDenseText: false, open, verdicts: [], unpredicted: "checkpoint not in the catalogue" };
  }
  const known = { start, isDenseText: isDenseText(model), open, ...tokenBytes(start, model) };
  if (start.accelerators.length === 0) {
    const unpredicted = start.gpu === null ? "GPU not stated" : `GPU not in the catalogue: ${start.gpu}`;
    return { ...known, verdicts: [], unpredicted };
  }
  const inputs = candidates(start, model);
  const answers = inputs.map((input) => fit(input));
  const caches = answers.flatMap(({ memory }) => memory?.kvCache ?? []);
  // A release whose memory is not modelled predicts nothing.
  const expected = answers.find(({ memory }) => memory !== undefined);
  const memory = expected?.memory;
  const { kvCacheGib } = start.published;
  return {
    ...known,
    verdicts: [...new Set(answers.map(({ verdict }) => verdict))],
    ...(memory === undefined && { unpredicted: answers[0]?.reasons[0] ?? "nothing to estimate" }),
    ...(memory !== undefined && {
      weights: memory.weights,
      predicted: {
        expected: memory.kvCache,
        low: Math.min(...caches),
        high: Math.max(...caches),
        errorBar: memory.errorBar,
      },
      ...(kvCacheGib !== undefined && { error: memory.kvCache - kvCacheGib }),
    }),
  };
}

function tokenBytes({ published, settings }: PublishedStart, model: CatalogueModel): Pick<Comparison, "tokenBytes"> {
  const { kvCacheGib, kvCacheTokens } = published;
  const { tensorParallelSize, kvCacheDtype } = settings;
  if (kvCacheGib === undefined || kvCacheTokens === undefined || tensorParallelSize === undefined) return {};
  const kvCacheBytes = kvCacheDtype === "fp8" ? 1 : 2;
  const predicted = bytesPerTokenAndLayer({ model, tensorParallelSize, kvCacheBytes }) * model.layers;
  return { tokenBytes: { published: (kvCacheGib * GIB) / kvCacheTokens, predicted } };
}

/** The start with defaults for what is open comes first. */
function candidates(start: PublishedStart, model: CatalogueModel): FitInput[] {
  return start.accelerators
    .flatMap((name) => {
      const product = accelerators.find((known) => known.name === name);
      return product === undefined ? [] : [withMemory(product, start)];
    })
    .flatMap((accelerator) => start.vllm.map((vllm) => ({ ...start.settings, model, accelerator, vllm })))
    .flatMap((input) => variants(input, start));
}

function withMemory(accelerator: Accelerator, { usableMemoryGib }: PublishedStart): Accelerator {
  return usableMemoryGib === undefined ? accelerator : { ...accelerator, usableMemoryGib };
}

/** Everything a start may have been given without saying so. */
function variants(input: FitInput, { wholeCommand, settings }: PublishedStart): FitInput[] {
  if (wholeCommand) return [input];
  const open = <K extends keyof FitSettings>(key: K, values: FitSettings[K][]): Partial<FitSettings>[] =>
    settings[key] === undefined ? [{}, ...values.map((value) => ({ [key]: value }))] : [{}];
  const start = resolveStart(input);
  const tokens = "unknown" in start ? 2048 : Math.max(2048, start.maxNumBatchedTokens);
  const lengths = open("maxModelLen", [2048]);
  return lengths
    .flatMap((length) => open("maxNumSeqs", [8]).map((seqs) => ({ ...length, ...seqs })))
    .flatMap((sofar) => open("gpuMemoryUtilization", [0.9, 0.95]).map((share) => ({ ...sofar, ...share })))
    .flatMap((sofar) => open("maxNumBatchedTokens", [2048, tokens]).map((batch) => ({ ...sofar, ...batch })))
    .map((sofar) => ({ ...input, ...sofar }))
    .filter((variant) => !isImpossible(variant));
}

/** V0 needs a step for the whole prompt. */
function isImpossible(input: FitInput): boolean {
  const start = resolveStart(input);
  if ("unknown" in start || start.engine === "V1") return false;
  return start.maxNumBatchedTokens < start.maxModelLen && start.maxModelLen <= 32768;
}

function openPoints({ accelerators: gpus, vllm, settings, wholeCommand }: PublishedStart): string[] {
  const isOpen = (key: keyof FitSettings): boolean => settings[key] === undefined && !wholeCommand;
  const hasGpu = gpus.length === 1;
  return [
    ...(hasGpu ? [] : ["GPU"]),
    ...(vllm.length === 1 || sameRules(vllm) ? [] : ["version"]),
    ...(isOpen("gpuMemoryUtilization") ? ["utilisation"] : []),
    ...(isOpen("maxNumSeqs") ? ["sequences"] : []),
    ...(isOpen("maxModelLen") ? ["length"] : []),
  ];
}

/** Releases of the V0 engine differ only in how long prompts are cut. */
function sameRules(vllm: readonly string[]): boolean {
  return vllm.every((release) => !isAtLeast([0, Number(release.split(".")[1]), 0], "0.8.0"));
}

function isDenseText({ experts, vision, mla }: CatalogueModel): boolean {
  return experts === undefined && vision === undefined && mla === undefined;
}
