/** The memory of one accelerator, part by part, on the stage that leaves the least for the cache. */
import { activationBytes } from "./activation";
import { errorBarBytes } from "./errorBar";
import { graphBytes } from "./graphs";
import { bytesPerRequest, bytesPerToken, BLOCK_TOKENS, longestRequest } from "./kvCache";
import { nonTorchBytes } from "./nonTorch";
import type { Start } from "./start";
import { loadingBytes, rankWeightBytes, stages, type Stage } from "./weights";

export const GIB = 2 ** 30;

/** GiB of one accelerator. `weights + activation + nonTorch + graphs + kvCache` is `budget`. */
export interface MemoryParts {
  /** What the server can use at all. */
  usable: number;
  /** `usable` times the utilisation. */
  budget: number;
  weights: number;
  activation: number;
  nonTorch: number;
  graphs: number;
  /** What is left; below zero when nothing is. */
  kvCache: number;
  /** How far `kvCache` may be off, either way. */
  errorBar: number;
}

export interface Estimate {
  memory: MemoryParts;
  /** GiB of cache that one request of `maxModelLen` tokens needs. */
  needed: number;
  /** Tokens the cache holds when all layers keep every token, as the server's log counts them. */
  kvCacheTokens: number;
  /** Requests of full length that the cache holds at once, fractions included. */
  fullLengthRequests: number;
  /** The longest request that the cache holds. */
  longestRequest: number;
  /** GiB on the accelerator while weights are loaded. */
  loading: number;
}

/**
 * Computes the parts. The stage that leaves the least beyond one request is shown; the fewest tokens of any stage count,
 * as they do in the server. Upstream: vllm-project/vllm `vllm/v1/worker/gpu_worker.py` determine_available_memory.
 */
export function estimate(start: Start): Estimate {
  const each = stages(start).map((stage) => estimateStage(start, stage));
  const [first, ...others] = each;
  if (first === undefined) throw new RangeError("a pipeline has at least one stage");
  return {
    ...others.reduce((least, other) => (isTighter(other, least) ? other : least), first),
    kvCacheTokens: Math.min(...each.map(({ kvCacheTokens }) => kvCacheTokens)),
    fullLengthRequests: Math.min(...each.map(({ fullLengthRequests }) => fullLengthRequests)),
    longestRequest: Math.min(...each.map((stage) => stage.longestRequest)),
    loading: Math.max(...each.map(({ loading }) => loading)),
  };
}

function isTighter(one: Estimate, other: Estimate): boolean {
  return one.memory.kvCache - one.needed < other.memory.kvCache - other.needed;
}

function estimateStage(start: Start, stage: Stage): Estimate {
  const budget = start.usableGib * start.gpuMemoryUtilization;
  const weights = rankWeightBytes(start, stage) / GIB;
  const activation = activationBytes(start, stage) / GIB;
  const nonTorch = nonTorchBytes(start) / GIB;
  const graphs = graphBytes(start, stage) / GIB;
  const kvCache = budget - weights - activation - nonTorch - graphs;
  const cacheBytes = Math.max(0, kvCache) * GIB;
  const request = bytesPerRequest(start, stage, start.maxModelLen);
  return {
    memory: {
      usable: start.usableGib,
      budget,
      weights,
      activation,
      nonTorch,
      graphs,
      kvCache,
      errorBar: errorBarBytes(start, stage) / GIB,
    },
    needed: request / GIB,
    kvCacheTokens: Math.floor(cacheBytes / (bytesPerToken(start, stage) * BLOCK_TOKENS)) * BLOCK_TOKENS,
    fullLengthRequests: cacheBytes / request,
    longestRequest: longestRequest(start, stage, cacheBytes),
    loading: loadingBytes(start, stage) / GIB + nonTorch,
  };
}
