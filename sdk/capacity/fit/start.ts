/** What a server is started with, and what it makes of what is not said. */
import type { Accelerator } from "../../catalog/accelerators";
import type { CatalogueModel } from "../../catalog/models";
import { isAtLeast, parseVersion, type VllmVersion } from "./version";

/** The arguments of a server that bear on its memory. What is absent takes the default of the version and device. */
export interface FitSettings {
  tensorParallelSize?: number;
  pipelineParallelSize?: number;
  /** Tokens; absent: the model's context. */
  maxModelLen?: number;
  maxNumSeqs?: number;
  maxNumBatchedTokens?: number;
  /** Fraction of the accelerator's memory, above 0 and up to 1. */
  gpuMemoryUtilization?: number;
  /** `auto`, `fp8`, `fp8_e4m3`, `fp8_e5m2`, `bfloat16`, `float16`. */
  kvCacheDtype?: string;
  /** As `--quantization`; absent: what the checkpoint declares. */
  quantization?: string;
  /** As `--dtype`; absent: what the checkpoint declares. */
  dtype?: string;
  enforceEager?: boolean;
  /** Experts are spread over the ranks instead of being cut; the bytes on each rank are the same. */
  enableExpertParallel?: boolean;
  /** False: images are limited to 0 and the vision encoder is not profiled. Default: true. */
  imagesAllowed?: boolean;
  /** VLLM_ALLOW_LONG_MAX_MODEL_LEN=1. */
  allowLongMaxModelLen?: boolean;
  /** Image reference the model is loaded from, where it comes from one. */
  modelImage?: string;
  /** Copies of the server in one pod, each with ranks of its own. Default: 1. */
  dataParallelSize?: number;
  /** Accelerators the pod asks for; absent: exactly what the ranks need. */
  accelerators?: number;
}

/** A model on an accelerator under a version of vLLM. */
export interface FitInput extends FitSettings {
  model: CatalogueModel;
  accelerator: Accelerator;
  /** Multi-Instance GPU slice of the accelerator, such as `3g.40gb`. */
  migProfile?: string;
  vllm: string;
}

/** Everything decided. */
export interface Start {
  model: CatalogueModel;
  accelerator: Accelerator;
  version: VllmVersion;
  engine: "V0" | "V1";
  /** Memory the server multiplies by its utilisation, GiB per rank. */
  usableGib: number;
  /** How far `usableGib` may be off, as a share of it; 0 where a log shows it. */
  usableUncertainty: number;
  tensorParallelSize: number;
  pipelineParallelSize: number;
  maxModelLen: number;
  maxNumSeqs: number;
  maxNumBatchedTokens: number;
  gpuMemoryUtilization: number;
  kvCacheBytes: number;
  /** `--quantization` when it quantises a 16-bit checkpoint while loading. */
  onlineQuantization?: string;
  enforceEager: boolean;
  imagesAllowed: boolean;
}

/** Settings of a server whose version cannot be read or whose memory is not known: no estimate is possible. */
export interface NoStart {
  unknown: string;
}

/** Fills in the defaults of the version and device. Upstream: vllm-project/vllm `vllm/engine/arg_utils.py`. */
export function resolveStart(input: FitInput): Start | NoStart {
  const version = parseVersion(input.vllm);
  if (version === undefined) return { unknown: `"${input.vllm}" is no vLLM version, such as 0.21.0` };
  const memory = usableMemory(input);
  if ("unknown" in memory) return memory;
  const { model, accelerator } = input;
  const tensorParallelSize = input.tensorParallelSize ?? 1;
  const pipelineParallelSize = input.pipelineParallelSize ?? 1;
  const maxModelLen = input.maxModelLen ?? model.contextTokens;
  const engine = engineOf(version, accelerator);
  const online = onlineQuantization(input);
  return {
    model,
    accelerator,
    version,
    engine,
    ...memory,
    tensorParallelSize,
    pipelineParallelSize,
    maxModelLen,
    ...batch(input, { version, engine, usableGib: memory.usableGib, maxModelLen }),
    gpuMemoryUtilization: input.gpuMemoryUtilization ?? (isAtLeast(version, "0.20.0") ? 0.92 : 0.9),
    kvCacheBytes: /^(?:fp8|int8)/.test(cacheType(input, version)) ? 1 : 2,
    ...(online !== undefined && { onlineQuantization: online }),
    enforceEager: input.enforceEager ?? false,
    imagesAllowed: input.imagesAllowed ?? true,
  };
}

/** What torch reports is a little below what the driver reports. */
const TORCH_SHARE = 0.985;

function usableMemory({ accelerator, migProfile }: FitInput): Pick<Start, "usableGib" | "usableUncertainty"> | NoStart {
  const { name, vendor, usableMemoryGib, reportedMemoryMib, migProfiles } = accelerator;
  if (vendor !== "nvidia" && vendor !== "amd") {
    return { unknown: `vLLM divides the memory of ${name} by rules of its own, which are not modelled` };
  }
  if (migProfile !== undefined) {
    const listed = migProfiles?.find(({ profile }) => profile === migProfile)?.memoryGib;
    if (listed !== undefined) return { usableGib: listed, usableUncertainty: LISTED_SLICE };
    const gigabytes = Number(/\.(\d+)gb/.exec(migProfile)?.[1]);
    return Number.isNaN(gigabytes)
      ? { unknown: `the memory of the slice ${migProfile} is not known` }
      : { usableGib: gigabytes * MIG_SHARE, usableUncertainty: 0.04 };
  }
  if (usableMemoryGib !== undefined) return { usableGib: usableMemoryGib, usableUncertainty: 0 };
  if (reportedMemoryMib !== undefined) {
    return { usableGib: (reportedMemoryMib / 1024) * TORCH_SHARE, usableUncertainty: 0.01 };
  }
  return { unknown: `the catalogue does not know the usable memory of ${name}` };
}

/** A slice has between 0.92 and 1 GiB for each GB in its name. */
const MIG_SHARE = 0.96;
/** What the driver lists for a slice is in eighths of a GiB, a little off what a process is told. */
const LISTED_SLICE = 0.01;

/**
 * V1 became the default with 0.8.0 and V0 was removed with 0.11.0; between the two, GPUs below compute capability 8.0
 * fell back to V0.
 */
function engineOf(version: VllmVersion, { vendor, computeCapability }: Accelerator): "V0" | "V1" {
  if (isAtLeast(version, "0.11.0")) return "V1";
  if (!isAtLeast(version, "0.8.0")) return "V0";
  return vendor === "nvidia" && computeCapability !== undefined && computeCapability < 8 ? "V0" : "V1";
}

/** `--quantization fp8` and its newer names, given for a checkpoint that is not quantised. */
function onlineQuantization({ model, quantization }: FitInput): string | undefined {
  if (quantization === undefined || model.quantization !== undefined) return undefined;
  return /^(?:fp8|online|fp8_per_\w+|int8_per_channel_weight_only|experts_int8|mxfp8)$/.test(quantization)
    ? quantization
    : undefined;
}

/** Since 0.14.0 `auto` is what the checkpoint asks for. Upstream: `vllm/utils/torch_utils.py`. */
function cacheType({ model, kvCacheDtype = "auto" }: FitInput, version: VllmVersion): string {
  const asked = isAtLeast(version, "0.14.0") ? model.quantization?.kvCacheDtype : undefined;
  return kvCacheDtype === "auto" ? (asked ?? "auto") : kvCacheDtype;
}

type Device = Pick<Start, "version" | "engine" | "usableGib" | "maxModelLen">;

/** Sequences and tokens of one step of the OpenAI server. */
function batch(input: FitInput, device: Device): Pick<Start, "maxNumSeqs" | "maxNumBatchedTokens"> {
  const { version, engine, maxModelLen } = device;
  const standard = engine === "V0" ? v0Batch(input, device) : v1Batch(input.accelerator, device);
  const tokens = input.maxNumBatchedTokens ?? standard.maxNumBatchedTokens;
  // Since 0.10.2 the default of sequences never exceeds the tokens of a step; before, such a start is refused.
  const most = isAtLeast(version, "0.10.2") ? tokens : Infinity;
  const maxNumSeqs = input.maxNumSeqs ?? Math.min(standard.maxNumSeqs, most);
  const capped = input.maxNumBatchedTokens === undefined && isAtLeast(version, "0.12.0");
  return { maxNumSeqs, maxNumBatchedTokens: capped ? Math.min(tokens, maxNumSeqs * maxModelLen) : tokens };
}

const LARGE = { maxNumSeqs: 1024, maxNumBatchedTokens: 8192 };
const SMALL = { maxNumSeqs: 256, maxNumBatchedTokens: 2048 };

function v1Batch({ name, computeCapability }: Accelerator, { version, usableGib }: Device): typeof LARGE {
  const device = name.toLowerCase();
  if (!isAtLeast(version, "0.8.5")) return /h100|h200/.test(device) ? LARGE : SMALL;
  if (isAtLeast(version, "0.28.0") && usableGib >= 160) return { ...LARGE, maxNumBatchedTokens: 16384 };
  const isA100 = isAtLeast(version, "0.9.0") && device.includes("a100");
  const isGb10 = isAtLeast(version, "0.29.0") && computeCapability === 12.1;
  return usableGib >= 70 && !isA100 && !isGb10 ? LARGE : SMALL;
}

/** V0 runs whole prompts, so a step holds at least one; beyond 32,768 tokens it cuts them, where nothing forbids it. */
function v0Batch({ model, accelerator }: FitInput, { version, maxModelLen }: Device): typeof SMALL {
  const cutsPrompts =
    maxModelLen > 32768 &&
    accelerator.vendor === "nvidia" &&
    model.vision === undefined &&
    !(model.localAttention?.kind === "sliding");
  const chunk = isAtLeast(version, "0.6.4") ? 2048 : 512;
  return { maxNumSeqs: 256, maxNumBatchedTokens: cutsPrompts ? chunk : Math.max(maxModelLen, 2048) };
}
