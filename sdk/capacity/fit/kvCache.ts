/**
 * The KV cache: bytes a token takes on one rank, and bytes that one request of full length takes.
 * Upstream: vllm-project/vllm `vllm/v1/kv_cache_interface.py`, `vllm/v1/core/kv_cache_utils.py`.
 */
import type { CatalogueModel } from "../../catalog/models";
import type { Start } from "./start";
import { isAtLeast } from "./version";
import type { Stage } from "./weights";

/** Tokens of a block, unless a backend asks for another size. */
export const BLOCK_TOKENS = 16;

/** Bytes that one token takes in one layer on one rank. Keys and values of a head are never cut, only copied. */
export function bytesPerTokenAndLayer({
  model,
  tensorParallelSize,
  kvCacheBytes,
}: Pick<Start, "model" | "tensorParallelSize" | "kvCacheBytes">): number {
  const { mla, headSize } = model;
  if (mla !== undefined) return (mla.kvLoraRank + mla.qkRopeHeadSize) * kvCacheBytes;
  return 2 * keyValueHeadsPerRank(model, tensorParallelSize) * headSize * kvCacheBytes;
}

/** Bytes that one token takes on one rank of a stage when every layer keeps it. */
export function bytesPerToken(start: Start, { layers }: Stage): number {
  return bytesPerTokenAndLayer(start) * layers;
}

/** Bytes that one request of `length` tokens takes on one rank of a stage. */
export function bytesPerRequest(start: Start, stage: Stage, length: number): number {
  const local = localLayers(start) * (stage.layers / start.model.layers);
  const full = stage.layers - local;
  const tokens = full * inBlocks(length) + local * localTokens(start, length);
  return bytesPerTokenAndLayer(start) * tokens;
}

/** Tokens that a window or chunk keeps while a step is under way; a window may begin within a block. */
function localTokens({ model, maxNumBatchedTokens }: Start, length: number): number {
  const { kind, windowTokens } = model.localAttention ?? { kind: "chunked", windowTokens: length };
  const isSliding = kind === "sliding";
  const kept = Math.min(windowTokens - Number(isSliding) + maxNumBatchedTokens, length);
  return Math.min(inBlocks(kept) + (isSliding ? BLOCK_TOKENS : 0), inBlocks(length));
}

/** The longest request whose bytes a cache holds, in whole blocks; 0 when it holds none. */
export function longestRequest(start: Start, stage: Stage, cacheBytes: number): number {
  let [fits, fails] = [0, Math.ceil(start.model.contextTokens / BLOCK_TOKENS) + 1];
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (bytesPerRequest(start, stage, middle * BLOCK_TOKENS) <= cacheBytes) fits = middle;
    else fails = middle;
  }
  return Math.min(fits * BLOCK_TOKENS, start.model.contextTokens);
}

/** Heads of keys and values on one rank; with more ranks than heads, each rank keeps a copy of one. */
export function keyValueHeadsPerRank({ keyValueHeads }: CatalogueModel, tensorParallelSize: number): number {
  return Math.max(1, Math.floor(keyValueHeads / tensorParallelSize));
}

/**
 * Layers that are charged for their window or chunk only. Sliding windows since 0.9.1; chunks in 0.10.0, then only when
 * asked for, and by default again since 0.14.0. Not on AMD builds before V1, nor in V0.
 */
function localLayers({ model, version, engine }: Start): number {
  const { localAttention } = model;
  if (localAttention === undefined || engine === "V0") return 0;
  const isFreed =
    localAttention.kind === "sliding"
      ? isAtLeast(version, "0.9.1")
      : isAtLeast(version, "0.14.0") || (isAtLeast(version, "0.10.0") && !isAtLeast(version, "0.10.1"));
  return isFreed ? localAttention.layers : 0;
}

function inBlocks(tokens: number): number {
  return Math.ceil(tokens / BLOCK_TOKENS) * BLOCK_TOKENS;
}
