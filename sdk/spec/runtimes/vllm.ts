/** vLLM settings with a meaning of their own, and the flags they become. */
import { findVllmPreset } from "../../catalog/vllmPresets";
import { choice, flag, fraction, list, object, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";

/** Number format of the activations. */
export const Dtype = { Auto: "auto", Float16: "float16", Bfloat16: "bfloat16", Float32: "float32" } as const;
export type Dtype = (typeof Dtype)[keyof typeof Dtype];

/** Recommended settings by size and purpose of a model; see `sdk/catalog/vllmPresets.json`. */
export const VllmPreset = {
  /** Models of 7 to 8 billion parameters on one accelerator. */
  Small: "small",
  /** Models of 70 billion parameters and more on two accelerators. */
  Large: "large",
  /** Quantised models of 70 billion parameters on one accelerator of 80 GB. */
  QuantizedLarge: "quantized-large",
  /** Bounds the requests in progress. */
  Production: "production",
  /** Short requests, few at once. */
  Development: "development",
  /** Models of up to 8 billion parameters without accelerators. */
  Cpu: "cpu",
} as const;
export type VllmPreset = (typeof VllmPreset)[keyof typeof VllmPreset];

/** What starts and joins the processes of a replica with several accelerators. */
export const ExecutorBackend = { Mp: "mp", Ray: "ray", Uni: "uni" } as const;
export type ExecutorBackend = (typeof ExecutorBackend)[keyof typeof ExecutorBackend];

/**
 * How vLLM serves the model. What is left out keeps vLLM's own default. Upstream: vllm `vllm/engine/arg_utils.py`.
 *
 * @requirement VL-4, VL-5, VL-6, VL-7, VL-8, VL-9, VL-10, VL-11, VL-12, VL-14
 */
export interface VllmSettings {
  /** Recommended settings, a later one before an earlier one; what is set here itself goes before all of them. */
  presets?: VllmPreset[];
  /** Longest request with its answer, in tokens. Default: the model's context, which may not fit the memory. */
  maxModelLen?: number;
  /** Share of the accelerator's memory vLLM may use, above 0 and at most 1. Default: 0.90, from vLLM 0.21 on 0.92. */
  gpuMemoryUtilization?: number;
  /** Most requests in progress at once. */
  maxNumSeqs?: number;
  /** Number format. Default: that of the checkpoint. */
  dtype?: Dtype;
  /** Accelerators that share each layer. Default: all of the replica's accelerators. */
  tensorParallelSize?: number;
  /** Groups of accelerators that follow one another. Default: 1. */
  pipelineParallelSize?: number;
  /** Keeps the work done for a common beginning of prompts. Default: vLLM's. */
  enablePrefixCaching?: boolean;
  /** Does without CUDA graphs: starts sooner and takes less memory, answers slower. Default: false. */
  enforceEager?: boolean;
  /**
   * Method of quantisation. Default: that of the checkpoint, which is always right; another one ends the start with an
   * error, except where it quantises a checkpoint that is not quantised.
   */
  quantization?: string;
  /** Attention kernels, such as `FLASHINFER`. vLLM 0.13 or newer. Default: vLLM's choice for the hardware. */
  attentionBackend?: string;
  /** Default: vLLM's choice, `mp` on one node. Never needed for several accelerators of one node. */
  distributedExecutorBackend?: ExecutorBackend;
}

const word = (what: string): ReturnType<typeof textLike> => textLike(/^[\w.-]+$/, what);

export const vllmSchema = object(
  {
    presets: list(choice(Object.values(VllmPreset)), "presets").optional(),
    maxModelLen: whole(1).optional(),
    gpuMemoryUtilization: fraction(0, 1).optional(),
    maxNumSeqs: whole(1).optional(),
    dtype: choice(Object.values(Dtype)).optional(),
    tensorParallelSize: whole(1).optional(),
    pipelineParallelSize: whole(1).optional(),
    enablePrefixCaching: flag.optional(),
    enforceEager: flag.optional(),
    quantization: word("a method of quantisation").optional(),
    attentionBackend: word("an attention backend").optional(),
    distributedExecutorBackend: choice(Object.values(ExecutorBackend)).optional(),
  },
  "vLLM settings",
) satisfies SchemaOf<VllmSettings>;

type VllmFlag = Exclude<keyof VllmSettings, "presets">;

// In the order of the community guide's example; vLLM minds none.
const FLAGS: readonly [VllmFlag, string][] = [
  ["maxModelLen", "--max-model-len"],
  ["maxNumSeqs", "--max-num-seqs"],
  ["gpuMemoryUtilization", "--gpu-memory-utilization"],
  ["dtype", "--dtype"],
  ["tensorParallelSize", "--tensor-parallel-size"],
  ["pipelineParallelSize", "--pipeline-parallel-size"],
  ["enforceEager", "--enforce-eager"],
  ["enablePrefixCaching", "--enable-prefix-caching"],
  ["quantization", "--quantization"],
  ["attentionBackend", "--attention-backend"],
  ["distributedExecutorBackend", "--distributed-executor-backend"],
];

/** Settings that are flags, each at most once. */
export type VllmFlags = Omit<Loose<VllmSettings>, "presets">;

/** The settings with those of their presets in place, and no preset left. */
export function withoutPresets({ presets = [], ...own }: Loose<VllmSettings>): VllmFlags {
  const recommended = presets.map((name) => (name === undefined ? {} : findVllmPreset(name)?.vllm));
  const given = Object.entries(own).filter(([, value]) => value !== undefined);
  return Object.assign({}, ...recommended, Object.fromEntries(given)) as VllmFlags;
}

/** The settings as arguments of the server, one token each. */
export function vllmArguments(given: Loose<VllmSettings>): string[] {
  const settings = withoutPresets(given);
  return FLAGS.flatMap(([key, name]) => {
    const value = settings[key];
    if (value === undefined) return [];
    if (typeof value !== "boolean") return [`${name}=${value}`];
    // vLLM 0.6 knows no `--no-enforce-eager`, and leaves the graphs on anyway.
    if (key === "enforceEager") return value ? [name] : [];
    return [value ? name : name.replace("--", "--no-")];
  });
}

/** The setting that a flag given as free text repeats. */
export function settingOfFlag(flagName: string): VllmFlag | undefined {
  return FLAGS.find(([, name]) => name === flagName)?.[0];
}

/** How many accelerators the engine uses: tensor x pipeline parallel size. */
export function worldSize(settings: Loose<VllmSettings>): number {
  const { tensorParallelSize, pipelineParallelSize } = withoutPresets(settings);
  return (tensorParallelSize ?? 1) * (pipelineParallelSize ?? 1);
}

/** The settings with every accelerator of the replica put to use, unless the user divided the work. */
export function useAllAccelerators(given: Loose<VllmSettings>, count: number): VllmFlags {
  const settings = withoutPresets(given);
  if (count <= 1 || settings.tensorParallelSize !== undefined) return settings;
  const tensorParallelSize = count / (settings.pipelineParallelSize ?? 1);
  return Number.isInteger(tensorParallelSize) ? { ...settings, tensorParallelSize } : settings;
}
