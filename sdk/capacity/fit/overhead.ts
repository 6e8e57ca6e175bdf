/** Memory beside weights, activations and cache, and how far the estimate may be off. */
import type { Start } from "./start";
import { isAtLeast } from "./version";
import type { Stage } from "./weights";

const GIB = 2 ** 30;

/**
 * Bytes outside torch: the CUDA context, and the buffers of NCCL, which grow with the ranks. Published: 0.05 to 0.15 GiB
 * for one rank, 0.54 and 0.55 for two, 0.34 to 0.43 for four, 2.1 for eight and for ranks on several nodes.
 */
export function nonTorchBytes({ tensorParallelSize, pipelineParallelSize }: Start): number {
  const known = NON_TORCH_GIB.find(({ ranks }) => tensorParallelSize <= ranks) ?? MANY_RANKS;
  return (known.gib + (pipelineParallelSize > 1 ? PIPELINE_GIB : 0)) * GIB;
}

const MANY_RANKS = { ranks: 8, gib: 2.2 };
const NON_TORCH_GIB = [{ ranks: 1, gib: 0.13 }, { ranks: 2, gib: 0.55 }, { ranks: 4, gib: 0.8 }, MANY_RANKS];
const PIPELINE_GIB = 0.3;

/**
 * Bytes that the server sets aside for CUDA graphs before it sizes the cache, which it does since 0.20.0 (its log says
 * 0.21). They grow with the layers: two published runs show 0.014 GiB a layer. AMD builds estimate nothing before 0.29.
 */
export function graphBytes({ version, enforceEager, accelerator, tensorParallelSize }: Start, stage: Stage): number {
  const estimates = isAtLeast(version, accelerator.vendor === "amd" ? "0.29.0" : "0.20.0");
  if (!estimates || enforceEager) return 0;
  return stage.layers * (tensorParallelSize > 1 ? 1.2 : 1) * GRAPH_GIB_PER_LAYER * GIB;
}

const GRAPH_GIB_PER_LAYER = 0.014;

/**
 * How far the cache may be off, either way. Each term names what is known least: a term that published runs of plain
 * text models on one device pin down is small, one that no run shows is large.
 */
export function errorBarBytes(start: Start, stage: Stage): number {
  const { model, version, usableGib, usableUncertainty, accelerator, tensorParallelSize: tp } = start;
  const terms = [
    0.3,
    tp === 1 ? 0 : tp === 2 ? 0.1 : tp <= 4 ? 0.4 : 0.8,
    start.pipelineParallelSize > 1 ? 0.5 : 0,
    isAtLeast(version, "0.17.0") ? 0.3 : 0,
    (graphBytes(start, stage) / GIB) * 0.5,
    model.experts === undefined ? 0 : 1,
    model.mla === undefined ? 0 : 0.5,
    model.vision !== undefined && start.imagesAllowed ? 2.7 : 0,
    usableGib * usableUncertainty,
    accelerator.vendor === "amd" ? 1.5 : 0,
    model.confidence === "low" ? 0.5 : 0,
  ];
  return terms.reduce((sum, term) => sum + term, 0) * GIB;
}
