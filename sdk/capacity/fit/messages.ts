/** What the server logs when the cache is too small. Upstream: vllm-project/vllm `vllm/v1/core/kv_cache_utils.py`. */
import type { Estimate } from "./estimate";
import type { Start } from "./start";
import { isAtLeast } from "./version";

/** The message of this version; the figures in it are those of the estimate. */
export function cacheMessage({ version, engine, maxModelLen }: Start, { memory, needed, ...cache }: Estimate): string {
  if (memory.kvCache <= 0) {
    return "No available memory for the cache blocks. Try increasing `gpu_memory_utilization` when initializing the engine.";
  }
  const advice = "Try increasing `gpu_memory_utilization` or decreasing `max_model_len` when initializing the engine.";
  if (engine === "V0") {
    return `The model's max seq len (${maxModelLen}) is larger than the maximum number of tokens that can be stored in KV cache (${cache.kvCacheTokens}). ${advice}`;
  }
  const [wanted, has] = [needed.toFixed(2), memory.kvCache.toFixed(2)];
  const isNew = isAtLeast(version, "0.11.0");
  const request = isNew
    ? `the model's max seq len (${maxModelLen}), ${wanted} GiB KV cache is needed`
    : `the models's max seq len (${maxModelLen}), (${wanted} GiB KV cache is needed`;
  const estimated = `Based on the available memory, the estimated maximum model length is ${cache.longestRequest}.`;
  const room = `which is larger than the available KV cache memory (${has} GiB)`;
  return `To serve at least one request with ${request}, ${room}. ${estimated} ${advice}`;
}
