/** Number formats against device and version. Upstream: vllm-project/vllm `vllm/model_executor/layers/quantization/`. */
import { wordRefusals, wordsOf } from "./argumentWords";
import type { Refusal } from "./refusal";
import type { FitInput } from "./start";
import { isAtLeast, parseVersion, type VllmVersion } from "./version";

/**
 * Refusals of `--quantization`, `--dtype` and of the checkpoint's own format on this device.
 * @requirement VL-26
 */
export function formatRefusals(input: FitInput): Refusal[] {
  const version = parseVersion(input.vllm);
  if (version === undefined) return [];
  return [
    ...wordRefusals(input),
    ...methodRefusals(input),
    ...typeRefusals(input, version),
    ...capabilityRefusals(input, version),
  ];
}

/** Names under which vLLM runs a method's checkpoints faster. */
const OVERRIDES: Readonly<Record<string, readonly string[]>> = {
  gptq: ["gptq_marlin", "marlin", "auto_gptq", "moe_wna16"],
  awq: ["awq_marlin", "auto_awq", "moe_wna16"],
  mxfp4: ["gpt_oss_mxfp4"],
};
/** Methods that read how a checkpoint was quantised, and stop where nothing says so. */
const READS_CHECKPOINT =
  /^(?:compressed-tensors|fbgemm_fp8|qqq|hqq|squeezellm|auto-round|moe_wna16|modelopt(?:_\w+)?|(?:\w+_)?(?:awq|gptq|marlin|bitblas)(?:_\w+)?)$/;

/** Upstream: `vllm/config/model.py` _verify_quantization, `vllm/model_executor/model_loader/weight_utils.py` get_quant_config. */
function methodRefusals({ model, vllm, quantization: asked }: FitInput): Refusal[] {
  if (asked === undefined || !wordsOf("quantization", vllm).values.includes(asked)) return [];
  const declared = model.quantization?.method;
  if (model.quantization === undefined) {
    if (!READS_CHECKPOINT.test(asked)) return [];
    return [{ reason: `--quantization ${asked}, but the checkpoint is not quantised`, setting: "quantization" }];
  }
  if (declared === undefined || asked === declared || OVERRIDES[declared]?.includes(asked) === true) return [];
  return [
    {
      reason: `--quantization ${asked}, but the checkpoint declares ${declared}; leave the flag out`,
      message: `Quantization method specified in the model config (${declared}) does not match the quantization method specified in the \`quantization\` argument (${asked}).`,
      setting: "quantization",
    },
  ];
}

const NO_FLOAT16 = ["gemma2", "gemma3", "gemma3_text"];

/** Upstream: `vllm/config/model.py` _get_and_verify_dtype, `vllm/platforms/cuda.py` check_if_supports_dtype. */
function typeRefusals({ model, accelerator, dtype = "auto" }: FitInput, version: VllmVersion): Refusal[] {
  const { computeCapability, vendor } = accelerator;
  const isOld = vendor === "nvidia" && computeCapability !== undefined && computeCapability < 8;
  const chosen = dtype !== "auto" ? dtype : isOld && isAtLeast(version, "0.9.1") ? "float16" : model.dtype;
  const refusals: Refusal[] = [...methodTypeRefusals(model, dtype, chosen)];
  if (chosen === "bfloat16" && isOld) {
    refusals.push({
      reason: `bfloat16 on compute capability ${computeCapability.toFixed(1)}; it needs 8.0, or --dtype=half`,
      message: `Bfloat16 is only supported on GPUs with compute capability of at least 8.0.`,
      setting: "dtype",
    });
  }
  if (/^(?:half|float16)$/.test(chosen) && NO_FLOAT16.includes(model.modelType) && isAtLeast(version, "0.9.1")) {
    refusals.push({
      reason: `${model.modelType} is not stable in float16, and vLLM refuses it from 0.9.1 on`,
      message: `The model type '${model.modelType}' does not support float16. Reason: Numerical instability. Please use bfloat16 or float32 instead.`,
      setting: "dtype",
    });
  }
  return refusals;
}

/** Number formats a method computes in, where they are not all. Upstream: get_supported_act_dtypes of each method. */
const METHOD_TYPES: Readonly<Record<string, string[]>> = {
  mxfp4: ["bfloat16"],
  ...Object.fromEntries(
    ["awq", "gptq", "fp8", "fbgemm_fp8", "modelopt"].map((name) => [name, ["bfloat16", "float16"]]),
  ),
};

function methodTypeRefusals({ quantization }: FitInput["model"], asked: string, chosen: string): Refusal[] {
  const method = quantization?.method;
  const types = method === undefined ? undefined : METHOD_TYPES[method];
  const type = { half: "float16", float: "float32" }[chosen] ?? chosen;
  if (method === undefined || types === undefined || types.includes(type)) return [];
  const written = asked === "auto" ? `${type}, which this accelerator gets,` : `--dtype ${asked}`;
  const message = `torch.${type} is not supported for quantization method ${method}. Supported dtypes: [${types.map((one) => `torch.${one}`).join(", ")}]`;
  return [
    {
      reason: `${method} computes in ${types.join(" or ")}, not in ${written}`.replace(/,$/, ""),
      message,
      setting: "dtype",
    },
  ];
}

/** Compute capability a method needs, from and below, and the releases that say so. */
function capabilityRefusals({ model, accelerator, quantization: asked }: FitInput, version: VllmVersion): Refusal[] {
  const { computeCapability: has, vendor, name } = accelerator;
  const { quantization, experts } = model;
  const format = quantization ?? onlineFormat(asked);
  if (format === undefined) return [];
  if (vendor === "amd") return amdRefusals(name, format.activation);
  if (has === undefined) return [];
  const needed = minimumCapability(format, version);
  if (needed !== undefined && has < needed) return [tooOld(format.method ?? format.activation, has, needed)];
  if (format.activation === "int8" && has >= 10) {
    const reason = "8-bit integer arithmetic does not exist on Blackwell; take the FP8 or 4-bit checkpoint";
    return [{ reason, message: "Int8 not supported for this architecture" }];
  }
  if (format.activation === "fp8" && experts !== undefined && has < 8.9 && !isAtLeast(version, "0.9.0")) {
    return [{ reason: `FP8 experts need compute capability 8.9 before vLLM 0.9.0, found ${has.toFixed(1)}` }];
  }
  return [];
}

function tooOld(method: string, has: number, needed: number): Refusal {
  return {
    reason: `${method} needs compute capability ${needed.toFixed(1)}, found ${has.toFixed(1)}`,
    message: `The quantization method ${method} is not supported for the current GPU. Minimum capability: ${needed * 10}. Current capability: ${has * 10}.`,
  };
}

interface Format {
  method?: string;
  activation: string;
  weightBits: number;
}

function onlineFormat(asked: string | undefined): Format | undefined {
  return asked !== undefined && /^(?:fp8|fp8_per_\w+)$/.test(asked)
    ? { method: "fp8", activation: "fp8", weightBits: 8 }
    : undefined;
}

/** Below the native capability there is a weight-only kernel; below this, nothing. */
function minimumCapability({ method, activation, weightBits }: Format, version: VllmVersion): number | undefined {
  const ofMethod = method === undefined ? undefined : METHOD_CAPABILITY[method];
  if (ofMethod !== undefined) return ofMethod;
  if (method === "modelopt") return isAtLeast(version, "0.29.0") ? 8 : 8.9;
  if (activation === "fp8") return isAtLeast(version, "0.13.0") ? 7.5 : 8;
  if (activation === "int8") return 7.5;
  if (weightBits === 4) return isAtLeast(version, "0.11.0") ? 7.5 : 8;
  return undefined;
}

const METHOD_CAPABILITY: Readonly<Record<string, number>> = { gptq: 6, awq: 7.5, fbgemm_fp8: 8, mxfp4: 8 };

function amdRefusals(name: string, activation: string): Refusal[] {
  if (activation !== "fp8" || !/MI2\d\d/i.test(name)) return [];
  return [{ reason: `FP8 needs CDNA3 or newer, found ${name}` }];
}
