/** What an estimate does not know of a start: with any of it, the start cannot be said to fit. */
import { pluginWords } from "./argumentWords";
import { coverageOf, coverageRemark } from "./coverage";
import type { FitInput, Start } from "./start";
import { isAtLeast } from "./version";

export interface Doubt {
  reason: string;
  /** Whether the weights take at least what the estimate says, so that those alone may still be too much. */
  keepsWeights: boolean;
}

/** Every doubt; with none the estimate decides. */
export function doubts(input: FitInput, start: Start): Doubt[] {
  const { version } = start;
  const coverage = coverageOf(version);
  const isUncovered = coverage === "otherwise" || coverage === "too-new";
  return [
    ...asDoubts(true, isUncovered ? (coverageRemark(version) ?? []) : []),
    ...asDoubts(false, pluginWords(input)),
    ...asDoubts(false, methodDoubt(input)),
    ...asDoubts(true, typeDoubt(input)),
    ...asDoubts(true, cacheDoubt(input, start)),
    ...asDoubts(false, expertsDoubt(input)),
  ];
}

function asDoubts(keepsWeights: boolean, reasons: string | readonly string[]): Doubt[] {
  return [reasons].flat().map((reason) => ({ reason, keepsWeights }));
}

/** Methods of which it is known what they make of a 16-bit checkpoint. */
const MODELLED = /^(?:none|fp8|fp8_per_\w+|int8_per_channel_weight_only|mxfp8)$/i;

function methodDoubt({ model, quantization }: FitInput): string[] {
  if (quantization === undefined || model.quantization !== undefined || MODELLED.test(quantization)) return [];
  return [`--quantization ${quantization} quantises the checkpoint in ways that are not modelled`];
}

function typeDoubt({ dtype = "auto" }: FitInput): string[] {
  if (!/^float(?:32)?$/.test(dtype)) return [];
  return [`--dtype ${dtype} doubles weights, steps and cache, and takes kernels that are not modelled`];
}

const CACHE_TYPES = ["auto", "bfloat16", "float16", "fp8", "fp8_e4m3", "fp8_e5m2"];

/**
 * Until 0.11 V1 had a kernel for 8-bit caches on Hopper only, and fell back to V0 elsewhere; since then GPUs without 8-bit
 * arithmetic get one that may not compile. Upstream: `vllm/engine/arg_utils.py` _is_v1_supported_oracle,
 * `vllm/platforms/cuda.py` get_attn_backend_cls.
 */
function cacheDoubt(
  { kvCacheDtype: type = "auto", accelerator }: FitInput,
  { version, kvCacheBytes }: Start,
): string[] {
  if (!CACHE_TYPES.includes(type)) return [`the size of a cache in ${type} is not modelled`];
  const { computeCapability: has, vendor } = accelerator;
  if (kvCacheBytes !== 1 || vendor !== "nvidia" || has === undefined || !isAtLeast(version, "0.8.0")) return [];
  const isServed = isAtLeast(version, "0.11.0") ? has >= 8.9 : has === 9;
  if (isServed) return [];
  const device = `compute capability ${has.toFixed(1)}`;
  return [
    `which kernel serves an 8-bit KV cache on ${device} under vLLM ${version.join(".")}, if any, is not modelled`,
  ];
}

/** Copies of a server share out the experts. Upstream: `vllm/model_executor/layers/fused_moe/config.py`. */
function expertsDoubt({ model, dataParallelSize = 1 }: FitInput): string[] {
  if (dataParallelSize === 1 || model.experts === undefined) return [];
  return [`how data parallel size ${dataParallelSize} deals the experts out is not modelled`];
}
