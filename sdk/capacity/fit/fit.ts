/** Will this server start on this accelerator, as far as memory and shapes decide? */
import type { Accelerator } from "../../catalog/accelerators";
import type { CatalogueModel } from "../../catalog/models";
import { coverageRemark } from "./coverage";
import { doubts } from "./doubts";
import { estimate, type Estimate, type MemoryParts } from "./estimate";
import gaudi from "./gaudi.json";
import { cacheMessage } from "./messages";
import type { Refusal } from "./refusal";
import { copiesHeads, staticRefusals } from "./refusals";
import { type FitInput, resolveStart, type Start } from "./start";
import { findWaysOut, type WayOut } from "./waysOut";

/** `too-close`: within the error bar of the estimate. `unknown`: something the answer needs is not known. */
export type FitVerdict = "fits" | "does-not-fit" | "too-close" | "unknown";

export interface Fit {
  verdict: FitVerdict;
  /** GiB of one accelerator, on the stage that leaves the least; absent where it cannot be told. */
  memory?: MemoryParts;
  /** GiB of cache that one request of full length needs. */
  needed?: number;
  /** Tokens the cache holds. */
  kvCacheTokens?: number;
  /** Requests of full length that the cache holds at once. */
  fullLengthRequests?: number;
  /** Why, in sentences; the first one decides. */
  reasons: string[];
  /** What the server is predicted to log when it stops. */
  messages: string[];
  /** Single changes after which the same question is answered with "fits"; none unless it is refused or too close. */
  waysOut: WayOut[];
}

/**
 * Judges a start. It is refused only for a reason of shape or format, or when memory falls short by more than the error
 * bar of the estimate; it fits only with more than the error bar to spare.
 *
 * More memory, a higher utilisation that leaves room for the context, shorter requests, fewer sequences, smaller steps,
 * an 8-bit cache that a kernel serves, no graphs and no images never turn a fit into anything else, other settings given.
 * More ranks may: heads cannot always be cut, what is copied (heads of keys and values beyond their number, MLA's cache,
 * tables, the sampler) does not shrink, and NCCL's buffers grow. In the V0 engine a shorter length may, too: beyond 32,768
 * tokens prompts are cut, below they are run whole.
 *
 * @param alternatives accelerators to propose when this one does not do, any order
 * @param models among which to look for the same model in smaller numbers, any order
 * @requirement VL-20, VL-21, VL-22
 */
export function fit(
  input: FitInput,
  alternatives: readonly Accelerator[] = [],
  models: readonly CatalogueModel[] = [],
): Fit {
  const judged = judge(input);
  if (judged.verdict === "fits" || judged.verdict === "unknown") return judged;
  return {
    ...judged,
    waysOut: findWaysOut(input, alternatives, models, (changed) => judge(changed).verdict === "fits"),
  };
}

/** The answer when model, accelerator or version are not known. */
export function unknownFit(reason: string): Fit {
  return { verdict: "unknown", reasons: [reason], messages: [], waysOut: [] };
}

/** The answer when the server stops before it looks at any memory. */
export function refusedFit(refusals: readonly Refusal[]): Fit {
  return refused(refusals, undefined);
}

function judge(input: FitInput): Fit {
  const refusals = staticRefusals(input);
  const start = resolveStart(input);
  if (refusals.length > 0) return refused(refusals, "unknown" in start ? undefined : readable(input, start));
  if ("unknown" in start) return unknownFit([start.unknown, ...validated(input)].join("; "));
  const result = estimate(start);
  const open = doubts(input, start);
  const areWeightsTooMuch = loadsTooMuch(result) && open.every(({ keepsWeights }) => keepsWeights);
  if (open.length > 0 && !areWeightsTooMuch) {
    return { ...unknownFit(""), reasons: open.map(({ reason }) => reason) };
  }
  const verdict = verdictOf(result);
  return {
    verdict,
    ...figuresOf(result),
    reasons: [...memoryReasons(start, result, verdict), ...remarks(input, start)],
    messages: verdict === "does-not-fit" ? [loadsTooMuch(result) ? OUT_OF_MEMORY : cacheMessage(start, result)] : [],
    waysOut: [],
  };
}

const OUT_OF_MEMORY = "torch.OutOfMemoryError: CUDA out of memory.";

/** An estimate for shapes that can be cut at all, where nothing it needs is in doubt. */
function readable(input: FitInput, start: Start): Estimate | undefined {
  const isOpen = doubts(input, start).length > 0;
  return isOpen || start.pipelineParallelSize > input.model.layers ? undefined : estimate(start);
}

function refused(refusals: readonly Refusal[], figures: Estimate | undefined): Fit {
  return {
    verdict: "does-not-fit",
    ...(figures !== undefined && figuresOf(figures)),
    reasons: refusals.map(({ reason }) => reason),
    messages: refusals.flatMap(({ message }) => message ?? []),
    waysOut: [],
  };
}

function figuresOf({
  memory,
  needed,
  kvCacheTokens,
  fullLengthRequests,
}: Estimate): Omit<Fit, "verdict" | "reasons" | "messages" | "waysOut"> {
  return { memory, needed, kvCacheTokens, fullLengthRequests };
}

function verdictOf(result: Estimate): FitVerdict {
  const { memory, needed } = result;
  const spare = memory.kvCache - needed;
  if (spare < -memory.errorBar || memory.kvCache < -memory.errorBar || loadsTooMuch(result)) return "does-not-fit";
  return spare > memory.errorBar ? "fits" : "too-close";
}

function loadsTooMuch({ loading, memory }: Estimate): boolean {
  return loading > memory.usable + memory.errorBar;
}

function memoryReasons(start: Start, result: Estimate, verdict: FitVerdict): string[] {
  const { memory, needed, fullLengthRequests, kvCacheTokens } = result;
  const left = `${gib(memory.kvCache)} ± ${gib(memory.errorBar)} GiB are left for the KV cache`;
  const request = `one request of ${start.maxModelLen} tokens needs ${gib(needed)} GiB`;
  if (verdict === "does-not-fit" && loadsTooMuch(result)) {
    return [`loading takes ${gib(result.loading)} GiB of ${gib(memory.usable)} GiB`];
  }
  if (verdict === "does-not-fit" && memory.kvCache <= 0) return [`nothing is left for the KV cache: ${left}`];
  if (verdict === "does-not-fit") return [`${request}, ${left}`];
  if (verdict === "too-close") return [`${request} and ${left}: too close to call`];
  const waits = fullLengthRequests < start.maxNumSeqs ? "; more wait for their turn" : "";
  return [
    `${left}, ${request}`,
    `${kvCacheTokens} tokens of cache hold ${fullLengthRequests.toFixed(1)} requests of full length at once${waits}`,
  ];
}

/** What else a reader should know of the figures. */
function remarks(input: FitInput, start: Start): string[] {
  const { model, maxModelLen, usableUncertainty, usableGib, maxNumSeqs, maxNumBatchedTokens } = start;
  return [
    ...(input.maxModelLen === undefined
      ? [`max-model-len is not given: the model's context of ${maxModelLen} tokens counts`]
      : []),
    ...(input.maxNumSeqs === undefined
      ? [
          `max-num-seqs is not given: this version takes ${maxNumSeqs} on this accelerator, with ${maxNumBatchedTokens} tokens a step`,
        ]
      : []),
    ...idleAccelerators(input),
    ...(usableUncertainty === 0 ? [] : [`the usable memory of ${gib(usableGib)} GiB is derived, not read from a log`]),
    ...(copiesHeads(input) ? ["ranks hold copies of the cache: more of them do not shrink it"] : []),
    ...(model.confidence === "low" ? ["the catalogue is not sure of this model's figures"] : []),
    ...[coverageRemark(start.version) ?? []].flat(),
  ];
}

function idleAccelerators(input: FitInput): string[] {
  const { tensorParallelSize = 1, pipelineParallelSize = 1, dataParallelSize = 1, accelerators } = input;
  const ranks = tensorParallelSize * pipelineParallelSize * dataParallelSize;
  if (accelerators === undefined || accelerators <= ranks) return [];
  return [`the pod has ${accelerators} accelerators, and the server uses ${ranks} of them`];
}

/**
 * For hardware whose memory is not modelled: what its maker has tried.
 * @requirement AC-8
 */
function validated({ model, accelerator, tensorParallelSize = 1 }: FitInput): string[] {
  if (accelerator.vendor !== "intel") return [];
  const known = gaudi.find(({ family }) => model.id.endsWith(`/${family}`));
  if (known?.tensorParallelSizes.includes(tensorParallelSize) !== true) return ["no published validation covers it"];
  return [`its maker has validated ${known.family} with tensor parallel size ${tensorParallelSize}`];
}

function gib(value: number): string {
  return value.toFixed(2);
}
