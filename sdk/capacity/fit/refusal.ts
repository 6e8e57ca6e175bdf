/** Why a server stops. */
export interface Refusal {
  reason: string;
  /** What its log says, where that is a message of its own. Upstream: the file named at the rule. */
  message?: string;
  /** The setting to change, where one alone is at fault. */
  setting?:
    "tensorParallelSize" | "maxModelLen" | "quantization" | "kvCacheDtype" | "dtype" | "pipelineParallelSize" | "vllm";
}
