/** Which of vLLM's two model runners serves a model when nothing else is asked for; they profile memory differently. */
import type { Start } from "./start";
import { isAtLeast } from "./version";

/** Architectures that run on the second runner before it became the rule, by the release that added them. */
const PIONEERS: { since: string; architectures: string[] }[] = [
  { since: "0.22.0", architectures: ["Qwen3ForCausalLM"] },
  { since: "0.23.0", architectures: ["LlamaForCausalLM", "MistralForCausalLM"] },
  { since: "0.24.0", architectures: ["DeepseekV2ForCausalLM", "Qwen2MoeForCausalLM", "GraniteMoeForCausalLM"] },
];

/**
 * Whether Model Runner V2 serves the model: single architectures since 0.22 (quantised ones since 0.24), everything
 * without experts since 0.25, everything since 0.29. Upstream: vllm-project/vllm `vllm/config/vllm.py`
 * use_v2_model_runner.
 */
export function usesSecondRunner({ model, version, onlineQuantization }: Start): boolean {
  if (isAtLeast(version, "0.29.0")) return true;
  if (isAtLeast(version, "0.25.0") && model.experts === undefined) return true;
  const isQuantised = model.quantization !== undefined || onlineQuantization !== undefined;
  if (isQuantised && !isAtLeast(version, "0.24.0")) return false;
  return PIONEERS.some(
    ({ since, architectures }) => isAtLeast(version, since) && architectures.includes(model.architecture),
  );
}
