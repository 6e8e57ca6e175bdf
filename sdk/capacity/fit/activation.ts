/**
 * The peak of a profiling run: the server runs one full step with dummy tokens and remembers the largest amount of
 * memory torch held beside the weights. Two moments compete: the widest layer, and the sampler at the end.
 * Upstream: vllm-project/vllm `vllm/v1/worker/gpu_model_runner.py` profile_run, `vllm/v1/sample/ops/topk_topp_sampler.py`.
 */
import { usesSecondRunner } from "./modelRunner";
import type { Start } from "./start";
import { isAtLeast } from "./version";
import type { Stage } from "./weights";

const GIB = 2 ** 30;

/** Bytes of a value in 16 bit. */
const HALF = 2;

/** Bytes at the peak on one rank of a stage. */
export function activationBytes(start: Start, stage: Stage): number {
  const encoder = encoderBytes(start, stage);
  const last = stage.isLast ? Math.max(samplerBytes(start), outputLayerBytes(start)) : 0;
  const text = Math.max(forwardBytes(start), last) + expertsWorkspace(start);
  const handedOn = stage.isFirst ? 0 : 2 * HALF * start.maxNumBatchedTokens * start.model.hiddenSize;
  const counted = stage.isLast ? penaltyBytes(start) : 0;
  return Math.max(encoder.peak, text + encoder.cached + handedOn) + counted;
}

/**
 * Per dummy sequence and word of the vocabulary: logits in 16 bit (2) and 32 bit (4), then until 0.16 the sort: sorted
 * values (4), their places (8), and as much again plus places to sort into (20). Since 0.17 a kernel needs no sort:
 * probabilities (4) and noise (4). 0.21 changed the kernel, not the bytes. Ranks do not share this work.
 */
function samplerBytes(start: Start): number {
  const { model, version, maxNumBatchedTokens } = start;
  const sequences = Math.min(start.maxNumSeqs, maxNumBatchedTokens);
  const sorts = !isAtLeast(version, "0.17.0");
  const hidden = HALF * model.hiddenSize * (maxNumBatchedTokens + 2 * sequences);
  const buffer = sorts ? 0 : TRITON_PROGRAMS * 4 * model.vocabularySize;
  return (sorts ? SORTING : KERNEL) * sequences * model.vocabularySize + hidden + buffer + SMALL_TENSORS;
}

const SORTING = 38;
const KERNEL = 14;
/** The kernel keeps a row of the vocabulary for each multiprocessor of the device. */
const TRITON_PROGRAMS = 132;
/** What five published runs show beyond the tensors that are accounted for; the same in all of them. */
const SMALL_TENSORS = 0.037 * GIB;

/**
 * Model Runner V2 peaks at the size of the output layer, where it is not the embedding: seven published runs of three
 * models under 0.23 to 0.31 show it, also cut by ranks and alone on the last stage.
 */
function outputLayerBytes(start: Start): number {
  const { model, tensorParallelSize } = start;
  if (model.tiedEmbeddings || !usesSecondRunner(start)) return 0;
  return (HALF * model.vocabularySize * model.hiddenSize) / tensorParallelSize;
}

/**
 * Model Runner V2 counts each token of each sequence for penalties: 4 bytes and a bit. They are taken before the run and
 * seen since 0.27, which measures all that was taken. Upstream: `vllm/v1/worker/gpu/sample/penalties.py`.
 */
function penaltyBytes(start: Start): number {
  if (!usesSecondRunner(start) || !isAtLeast(start.version, "0.27.0")) return 0;
  return (4 + 1 / 8) * start.maxNumSeqs * start.model.vocabularySize;
}

/**
 * What experts write to is kept between layers since 0.13: gate and up, and their product, each no narrower than the
 * output. MXFP4 kernels have none. Upstream: `vllm/v1/worker/workspace.py`, `fused_moe/fused_moe.py` workspace_shapes.
 */
function expertsWorkspace({ model, version, tensorParallelSize, maxNumBatchedTokens }: Start): number {
  const { experts, hiddenSize, intermediateSize, quantization } = model;
  if (experts === undefined || quantization?.method === "mxfp4" || !isAtLeast(version, "0.13.0")) return 0;
  const inner = intermediateSize / tensorParallelSize;
  const width = Math.max(inner, hiddenSize) + Math.max(2 * inner, hiddenSize);
  return maxNumBatchedTokens * HALF * experts.perToken * width;
}

/** The widest layer: its input, residual and output, and the inner width of the feed-forward part or of attention. */
function forwardBytes(start: Start): number {
  const { model, tensorParallelSize: tp, maxNumBatchedTokens } = start;
  const { experts, hiddenSize, intermediateSize } = model;
  const dense = 3 * (experts?.denseIntermediateSize ?? (experts === undefined ? intermediateSize : 0));
  const isTransient = experts !== undefined && expertsWorkspace(start) === 0;
  const routed = !isTransient ? 0 : experts.perToken * routedWidth(intermediateSize / tp, hiddenSize);
  const shared = (3 * (experts?.shared ?? 0) * intermediateSize) / tp;
  const width = Math.max(dense / tp, routed + shared, attentionWidth(model) / tp);
  return maxNumBatchedTokens * HALF * (width + 4 * hiddenSize);
}

/** Of one expert a token: gate and up, or the output in the same place, and their product. */
function routedWidth(intermediate: number, hidden: number): number {
  return Math.max(2 * intermediate, hidden) + intermediate;
}

function attentionWidth({ attentionHeads, keyValueHeads, headSize, mla }: Start["model"]): number {
  const expanded =
    mla === undefined ? 0 : attentionHeads * (2 * (mla.qkNopeHeadSize + mla.qkRopeHeadSize) + mla.valueHeadSize);
  return Math.max((2 * attentionHeads + 2 * keyValueHeads) * headSize, expanded);
}

/**
 * The vision encoder is run over as many images as a step may hold, before the text; what it returns stays.
 * `peak` counts sixteen tensors of the encoder's width, which the one published run that shows it needs.
 */
function encoderBytes(
  { model, imagesAllowed, maxNumBatchedTokens }: Start,
  stage: Stage,
): { peak: number; cached: number } {
  const { vision } = model;
  if (vision === undefined || !imagesAllowed || !stage.isFirst) return { peak: 0, cached: 0 };
  const patches = Math.max((vision.imageSizePx / vision.patchSizePx) ** 2, maxNumBatchedTokens * MERGED_PATCHES);
  const tokens = Math.max(maxNumBatchedTokens, patches / MERGED_PATCHES);
  return {
    peak: patches * vision.hiddenSize * HALF * ENCODER_TENSORS,
    cached: tokens * model.hiddenSize * HALF,
  };
}

/** Encoders join four patches into one token. */
const MERGED_PATCHES = 4;
const ENCODER_TENSORS = 16;
