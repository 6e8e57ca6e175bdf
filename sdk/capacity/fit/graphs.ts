/** Memory that a server sets aside for CUDA graphs before it sizes the cache. */
import { usesSecondRunner } from "./modelRunner";
import type { Start } from "./start";
import { isAtLeast } from "./version";
import type { Stage } from "./weights";

const MIB = 2 ** 20;

/**
 * Bytes set aside, which the server does since 0.20.0 (its log says 0.21): the first graph it captures as a trial, and
 * for every other graph what the second one took. Not in Model Runner V2 before 0.29, nor in AMD builds before 0.28.
 * Upstream: vllm-project/vllm `vllm/v1/worker/gpu_model_runner.py` profile_cudagraph_memory.
 */
export function graphBytes(start: Start, stage: Stage): number {
  const { version, enforceEager, accelerator, maxNumSeqs } = start;
  const since = usesSecondRunner(start) ? "0.29.0" : accelerator.vendor === "amd" ? "0.28.0" : "0.20.0";
  if (enforceEager || !isAtLeast(version, since)) return 0;
  const sizes = captureSizes(Math.min(2 * maxNumSeqs, LARGEST));
  const decoding = sizes.filter((size) => size <= maxNumSeqs);
  const graphs = sizes.length + decoding.length - 2;
  return Math.max(FIRST, splitBytes(start, decoding.length === 0 ? 0 : Math.max(...decoding))) + graphs * each(stage);
}

/** Tokens of the largest graph, unless more is asked for. */
const LARGEST = 512;
/** The first graph of a kind: 84 to 224 MiB in the logs of 47 starts of vLLM 0.19. */
const FIRST = 128 * MIB;

/** Every other graph: 0.12 to 0.2 MiB a layer in the logs of dense models; the driver gives no less than 1 MiB. */
function each({ layers }: Stage): number {
  return Math.max(1, MIB_PER_LAYER * layers) * MIB;
}

const MIB_PER_LAYER = 0.16;

/** Steps a graph is captured for. Upstream: `vllm/config/vllm.py` _set_cudagraph_sizes. */
function captureSizes(largest: number): number[] {
  const steps = [1, 2, 4];
  for (let size = 8; size <= largest; size += size < 256 ? 8 : 16) steps.push(size);
  return steps.filter((size) => size <= largest);
}

/**
 * FlashAttention 3, which Hopper runs, adds up the parts of a long prompt in 32 bit, in up to 32 parts while graphs are
 * captured. Upstream: `vllm/v1/attention/backends/flash_attn.py`, VLLM_FLASH_ATTN_MAX_NUM_SPLITS_FOR_CUDA_GRAPH.
 */
function splitBytes({ model, accelerator, tensorParallelSize }: Start, tokens: number): number {
  if (accelerator.computeCapability !== 9) return 0;
  const width = model.mla?.kvLoraRank ?? model.headSize;
  return (32 * tokens * 4 * model.attentionHeads * width) / tensorParallelSize;
}
