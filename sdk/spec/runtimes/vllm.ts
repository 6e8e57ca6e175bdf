/** vLLM settings with a meaning of their own, and the flags they become. */
import { choice, flag, fraction, object, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";

/** Number format of the activations. */
export const Dtype = { Auto: "auto", Float16: "float16", Bfloat16: "bfloat16", Float32: "float32" } as const;
export type Dtype = (typeof Dtype)[keyof typeof Dtype];

/** How vLLM serves the model. What is left out keeps vLLM's own default. Upstream: vllm `vllm/engine/arg_utils.py`. */
export interface VllmSettings {
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
}

export const vllmSchema = object(
  {
    maxModelLen: whole(1).optional(),
    gpuMemoryUtilization: fraction(0, 1).optional(),
    maxNumSeqs: whole(1).optional(),
    dtype: choice(Object.values(Dtype)).optional(),
    tensorParallelSize: whole(1).optional(),
    pipelineParallelSize: whole(1).optional(),
    enablePrefixCaching: flag.optional(),
  },
  "vLLM settings",
) satisfies SchemaOf<VllmSettings>;

const FLAGS: readonly [keyof VllmSettings, string][] = [
  ["maxModelLen", "--max-model-len"],
  ["gpuMemoryUtilization", "--gpu-memory-utilization"],
  ["maxNumSeqs", "--max-num-seqs"],
  ["dtype", "--dtype"],
  ["tensorParallelSize", "--tensor-parallel-size"],
  ["pipelineParallelSize", "--pipeline-parallel-size"],
  ["enablePrefixCaching", "--enable-prefix-caching"],
];

/** The settings as arguments of the server, one token each. */
export function vllmArguments(settings: Loose<VllmSettings>): string[] {
  return FLAGS.flatMap(([key, name]) => {
    const value = settings[key];
    if (value === undefined) return [];
    if (typeof value !== "boolean") return [`${name}=${value}`];
    return [value ? name : name.replace("--", "--no-")];
  });
}

/** The setting that a flag given as free text repeats. */
export function settingOfFlag(flagName: string): keyof VllmSettings | undefined {
  return FLAGS.find(([, name]) => name === flagName)?.[0];
}

/** How many accelerators the engine uses: tensor x pipeline parallel size. */
export function worldSize({ tensorParallelSize, pipelineParallelSize }: Loose<VllmSettings>): number {
  return (tensorParallelSize ?? 1) * (pipelineParallelSize ?? 1);
}

/** The settings with every accelerator of the replica put to use, unless the user divided the work. */
export function useAllAccelerators(settings: Loose<VllmSettings>, count: number): Loose<VllmSettings> {
  if (count <= 1 || settings.tensorParallelSize !== undefined) return settings;
  const tensorParallelSize = count / (settings.pipelineParallelSize ?? 1);
  return Number.isInteger(tensorParallelSize) ? { ...settings, tensorParallelSize } : settings;
}
