/** Bytes of a model's weights, by module and precision, and what one rank of one stage holds of them. */
import type { CatalogueModel, ModelModule, Quantization } from "../../catalog/models";
import { isAtLeast } from "./version";
import type { Start } from "./start";

/** Parameters of every module; `other` are norms, biases and small vectors: what the known matrices leave over. */
export type ModuleCounts = Record<ModelModule | "other", number>;

/** Counts parameters from the shapes; the sum is the model's parameter count. */
export function countParameters(model: CatalogueModel): ModuleCounts {
  const { experts, vision, layers, hiddenSize, intermediateSize, vocabularySize } = model;
  const feedForward = 3 * hiddenSize * intermediateSize;
  const sparse = experts?.layers ?? 0;
  const counts = {
    embedding: vocabularySize * hiddenSize,
    lmHead: model.tiedEmbeddings ? 0 : vocabularySize * hiddenSize,
    attention: layers * attentionParameters(model),
    mlp:
      experts === undefined
        ? layers * feedForward
        : (experts.denseLayers ?? 0) * 3 * hiddenSize * (experts.denseIntermediateSize ?? 0),
    experts: sparse * (experts?.count ?? 0) * feedForward,
    sharedExperts: sparse * (experts?.shared ?? 0) * feedForward,
    router: sparse * (experts?.count ?? 0) * hiddenSize,
    vision: vision?.parameters ?? 0,
    projector: vision?.projectorParameters ?? 0,
  };
  return { ...counts, other: model.parameters - sum(Object.values(counts)) };
}

/** Bytes of every module as the checkpoint stores it. */
export function moduleBytes(model: CatalogueModel): ModuleCounts {
  const counts = countParameters(model);
  return mapModules(counts, (count, module) => (count * bitsOf(module, model.quantization)) / 8);
}

/** What each stage of a pipeline holds. Upstream: `vllm/distributed/utils.py` get_pp_indices. */
export interface Stage {
  layers: number;
  isFirst: boolean;
  isLast: boolean;
}

/** Layers are dealt evenly; the rest goes to the stages before the last, backwards (before 0.7: to the last). */
export function stages({ model, pipelineParallelSize, version }: Start): Stage[] {
  const base = Math.floor(model.layers / pipelineParallelSize);
  const rest = model.layers % pipelineParallelSize;
  return Array.from({ length: pipelineParallelSize }, (_, index) => {
    const fromEnd = pipelineParallelSize - 1 - index;
    const extra = isAtLeast(version, "0.7.0") ? Number(fromEnd >= 1 && fromEnd <= rest) : fromEnd === 0 ? rest : 0;
    return { layers: base + extra, isFirst: index === 0, isLast: fromEnd === 0 };
  });
}

/**
 * Bytes of the weights of one rank of a stage, with the rotary table, which every rank holds whole.
 * Matrices are cut by the tensor parallel size; heads of keys and values no further than there are any; router,
 * compressed projections, norms and biases not at all.
 */
export function rankWeightBytes(start: Start, stage: Stage): number {
  const { model, tensorParallelSize: tp } = start;
  const bytes = start.onlineQuantization === undefined ? moduleBytes(model) : onlineBytes(model);
  const share = stage.layers / model.layers;
  const attention = bytes.attention * (cutShare(model) / tp + (1 - cutShare(model)) / keyValueCut(model, tp));
  const layered =
    attention + (bytes.mlp + bytes.sharedExperts + bytes.experts * padding(start)) / tp + bytes.router + bytes.other;
  const embedding = stage.isFirst || (stage.isLast && model.tiedEmbeddings) ? bytes.embedding : 0;
  const ends = (embedding + (stage.isLast ? bytes.lmHead : 0)) / tp;
  const vision = stage.isFirst ? (bytes.vision + bytes.projector) / tp : 0;
  return layered * share + ends + vision + model.ropeTableBytes;
}

/** Bytes on the rank while a checkpoint is loaded that is quantised only afterwards, as vLLM did before 0.14. */
export function loadingBytes(start: Start, stage: Stage): number {
  const { onlineQuantization, ...plain } = start;
  if (onlineQuantization === undefined || isAtLeast(start.version, "0.14.0")) return rankWeightBytes(start, stage);
  return rankWeightBytes(plain, stage);
}

function attentionParameters({ hiddenSize, attentionHeads, keyValueHeads, headSize, mla }: CatalogueModel): number {
  if (mla === undefined) return 2 * hiddenSize * headSize * (attentionHeads + keyValueHeads);
  const { kvLoraRank, qkRopeHeadSize, qkNopeHeadSize, valueHeadSize, qLoraRank } = mla;
  const queryWidth = attentionHeads * (qkNopeHeadSize + qkRopeHeadSize);
  const queries = qLoraRank === undefined ? hiddenSize * queryWidth : hiddenSize * qLoraRank + qLoraRank * queryWidth;
  const compressed = hiddenSize * (kvLoraRank + qkRopeHeadSize);
  const expanded = kvLoraRank * attentionHeads * (qkNopeHeadSize + valueHeadSize);
  return queries + compressed + expanded + attentionHeads * valueHeadSize * hiddenSize;
}

/** Share of the attention weights that is cut by the tensor parallel size without limit. */
function cutShare({ attentionHeads, keyValueHeads, hiddenSize, mla, ...model }: CatalogueModel): number {
  if (mla === undefined) return attentionHeads / (attentionHeads + keyValueHeads);
  const whole = hiddenSize * (mla.kvLoraRank + mla.qkRopeHeadSize + (mla.qLoraRank ?? 0));
  return 1 - whole / attentionParameters({ attentionHeads, keyValueHeads, hiddenSize, mla, ...model });
}

/** Into how many parts the rest is cut: one a head of keys and values; the compressed projections of MLA not at all. */
function keyValueCut({ keyValueHeads, mla }: CatalogueModel, tp: number): number {
  return mla === undefined ? Math.min(tp, keyValueHeads) : 1;
}

/** MXFP4 kernels want widths in whole tiles. Upstream: `layers/fused_moe/oracle/mxfp4.py`. */
function padding({ model, accelerator, tensorParallelSize }: Start): number {
  if (model.quantization?.method !== "mxfp4") return 1;
  const tiles = mxfp4Tiles(accelerator.computeCapability ?? 0);
  const width = model.intermediateSize / tensorParallelSize;
  return (roundUp(width, tiles.intermediate) / width) * (roundUp(model.hiddenSize, tiles.hidden) / model.hiddenSize);
}

function mxfp4Tiles(capability: number): { intermediate: number; hidden: number } {
  if (capability >= 9 && capability < 10) return { intermediate: 256, hidden: 1 };
  if (capability >= 10 && capability < 11) return { intermediate: 256, hidden: 256 };
  return { intermediate: 128, hidden: 256 };
}

/** A 16-bit checkpoint whose linear layers are quantised to 8 bit while loading. */
function onlineBytes(model: CatalogueModel): ModuleCounts {
  const kept = new Set<string>(["embedding", "lmHead", "router", "vision", "projector", "other"]);
  return mapModules(countParameters(model), (count, module) => count * (kept.has(module) ? 2 : 1));
}

function bitsOf(module: ModelModule | "other", quantization: Quantization | undefined): number {
  const never = ["embedding", "lmHead", "router", "other"];
  if (quantization === undefined || never.includes(module)) return 16;
  if (quantization.keptIn16Bit?.some((kept) => kept === module) === true) return 16;
  const { weightBits, groupSize, scaleBits = 0, zeroPointBits = 0 } = quantization;
  return weightBits + (groupSize === undefined ? 0 : (scaleBits + zeroPointBits) / groupSize);
}

function mapModules(
  counts: ModuleCounts,
  change: (count: number, module: ModelModule | "other") => number,
): ModuleCounts {
  const entries = Object.entries(counts) as [ModelModule | "other", number][];
  return Object.fromEntries(entries.map(([module, count]) => [module, change(count, module)])) as ModuleCounts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
