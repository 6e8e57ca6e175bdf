/** Starts that end in an error whatever the memory: shapes that cannot be cut, limits that are exceeded. */
import { keyValueHeadsPerRank } from "./kvCache";
import { formatRefusals } from "./formats";
import type { Refusal } from "./refusal";
import { type FitInput, resolveStart } from "./start";
import { isAtLeast, parseVersion } from "./version";

/**
 * Every refusal that needs no memory arithmetic; none means nothing is known against the start.
 * @requirement VL-24
 */
export function staticRefusals(input: FitInput): Refusal[] {
  return [
    ...cutRefusals(input),
    ...groupRefusals(input),
    ...deviceRefusals(input),
    ...lengthRefusals(input),
    ...batchRefusals(input),
    ...releaseRefusals(input),
    ...imageRefusals(input),
    ...formatRefusals(input),
  ];
}

/** Upstream: `vllm/config/model.py` verify_with_parallel_config; `vllm/model_executor/models/llama.py`. */
function cutRefusals({
  model,
  tensorParallelSize: tp = 1,
  pipelineParallelSize: pp = 1,
  ...input
}: FitInput): Refusal[] {
  const { attentionHeads: heads, keyValueHeads, mla, vision } = model;
  const refusals: Refusal[] = [];
  const add = (reason: string, message?: string): void => {
    refusals.push({ reason, setting: "tensorParallelSize", ...(message !== undefined && { message }) });
  };
  if (heads % tp !== 0) {
    add(
      `${heads} attention heads cannot be divided by tensor parallel size ${tp}`,
      `Total number of attention heads (${heads}) must be divisible by tensor parallel size (${tp}).`,
    );
  } else if (mla === undefined && Math.max(tp, keyValueHeads) % Math.min(tp, keyValueHeads) !== 0) {
    add(`${keyValueHeads} key and value heads can neither be divided by nor copied to ${tp} ranks`, "AssertionError");
  }
  if (vision !== undefined && input.imagesAllowed !== false && vision.attentionHeads % tp !== 0) {
    add(`${vision.attentionHeads} heads of the vision encoder cannot be divided by tensor parallel size ${tp}`);
  }
  if (pp > model.layers) {
    refusals.push({
      reason: `${model.layers} layers cannot be dealt to ${pp} stages`,
      setting: "pipelineParallelSize",
    });
  }
  return refusals;
}

/** Upstream: `layers/quantization/utils/marlin_utils.py`, `layers/quantization/fp8.py`. */
function groupRefusals({ model, tensorParallelSize: tp = 1, enableExpertParallel = false }: FitInput): Refusal[] {
  const { quantization, experts, intermediateSize, attentionHeads, headSize, mla } = model;
  if (quantization?.groupSize === undefined || quantization.method === "mxfp4") return [];
  const isBlock = quantization.weightBits === 8;
  const group = isBlock ? Math.sqrt(quantization.groupSize) : quantization.groupSize;
  const isKept = (module: string): boolean => quantization.keptIn16Bit?.some((kept) => kept === module) === true;
  const widths: [string, number][] = [];
  const cutsExperts = experts !== undefined && !enableExpertParallel && !isKept("experts");
  if (cutsExperts || (experts === undefined && !isKept("mlp"))) widths.push(["feed-forward width", intermediateSize]);
  if (experts?.denseIntermediateSize !== undefined && !isKept("mlp")) {
    widths.push(["dense feed-forward width", experts.denseIntermediateSize]);
  }
  if (mla === undefined && !isKept("attention")) widths.push(["attention width", attentionHeads * headSize]);
  return widths.flatMap(([name, width]) => {
    const part = width / tp;
    if (part % group === 0) return [];
    const message = isBlock
      ? `Weight output_size_per_partition = ${part} is not divisible by weight quantization block_n = ${group}.`
      : `Weight input_size_per_partition = ${part} is not divisible by min_thread_k = ${group}. Consider reducing tensor_parallel_size or running with --quantization gptq.`;
    const reason = `the ${name} ${width} cut ${tp} ways is no multiple of the quantisation's groups of ${group}`;
    return [{ reason, message, setting: "tensorParallelSize" as const }];
  });
}

/** Upstream: `vllm/config/parallel.py`. Slices of a GPU cannot reach each other. */
function deviceRefusals(input: FitInput): Refusal[] {
  const { tensorParallelSize: tp = 1, pipelineParallelSize: pp = 1, dataParallelSize: dp = 1 } = input;
  const { accelerators, migProfile } = input;
  const world = tp * pp;
  const refusals: Refusal[] = [];
  if (migProfile !== undefined && world > 1) {
    refusals.push({
      reason: `${world} ranks on MIG slices, which cannot reach each other`,
      setting: "tensorParallelSize",
    });
  }
  if (accelerators !== undefined && world * dp > accelerators) {
    const copies = dp === 1 ? "" : ` times data parallel size ${dp}`;
    refusals.push({
      reason: `tensor parallel size ${tp} times pipeline parallel size ${pp}${copies} needs ${world * dp} accelerators, the pod has ${accelerators}`,
      ...(world > accelerators && {
        message: `World size (${world}) is larger than the number of available GPUs (${accelerators}) in this node.`,
      }),
    });
  }
  return refusals;
}

/** Upstream: `vllm/config/model.py` _get_and_verify_max_len. */
function lengthRefusals({ model, maxModelLen, allowLongMaxModelLen = false }: FitInput): Refusal[] {
  if (maxModelLen === undefined || maxModelLen <= model.contextTokens || allowLongMaxModelLen) return [];
  return [
    {
      reason: `max-model-len ${maxModelLen} is longer than the model's context of ${model.contextTokens} tokens, and VLLM_ALLOW_LONG_MAX_MODEL_LEN is not set`,
      message: `User-specified max_model_len (${maxModelLen}) is greater than the derived max_model_len (max_position_embeddings=${model.contextTokens} or model_max_length=None in model's config.json).`,
      setting: "maxModelLen",
    },
  ];
}

/** Every release compares what it has settled on, defaults included. Upstream: `vllm/config/scheduler.py`. */
function batchRefusals(input: FitInput): Refusal[] {
  const start = resolveStart(input);
  if ("unknown" in start) return [];
  const { maxNumBatchedTokens: tokens, maxNumSeqs: seqs, maxModelLen: length, engine } = start;
  if (tokens < seqs) {
    const message = `max_num_batched_tokens (${tokens}) must be greater than or equal to max_num_seqs (${seqs}).`;
    return [{ reason: `a step of ${tokens} tokens cannot serve ${seqs} sequences`, message }];
  }
  if (engine === "V1" || tokens >= length || length > 32768) return [];
  const reason = `the V0 engine runs whole prompts: a step of ${tokens} tokens cannot hold a request of ${length}`;
  const message = `max_num_batched_tokens (${tokens}) is smaller than max_model_len (${length}).`;
  return [{ reason, message, setting: "maxModelLen" }];
}

/** Upstream: distribution/reference `regexp.go`. */
function imageRefusals({ modelImage = "" }: FitInput): Refusal[] {
  const repository = modelImage.replace(/@.*$/, "").replace(/:[^/]*$/, "");
  const path = repository.slice(repository.indexOf("/") + 1);
  if (path === path.toLowerCase()) return [];
  const reason = `the image reference ${modelImage} has upper-case letters in its repository, which no registry has; write ${path.toLowerCase()}`;
  return [{ reason }];
}

function releaseRefusals({ model, vllm }: FitInput): Refusal[] {
  const version = parseVersion(vllm);
  const { minimumVllm } = model;
  if (version === undefined || minimumVllm === undefined || isAtLeast(version, minimumVllm)) return [];
  return [
    {
      reason: `vLLM ${vllm} cannot load ${model.id} (${model.architecture}); ${minimumVllm} is the first that can`,
      setting: "vllm",
    },
  ];
}

/** Whether each rank would hold a copy of a head that another one holds too. */
export function copiesHeads({ model, tensorParallelSize = 1 }: FitInput): boolean {
  if (model.mla !== undefined) return tensorParallelSize > 1;
  return keyValueHeadsPerRank(model, tensorParallelSize) * tensorParallelSize > model.keyValueHeads;
}
