/** Shape of the catalogue's entries for models. */
import type { CatalogueModel, ModelModule } from "../../catalog/models";
import { choice, flag, list, object, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { amount, provenance } from "./hardware";

const ropeScalingSchema = object({ type: text("a kind of scaling"), factor: amount, originalContextTokens: whole(1) });

const expertsSchema = object({
  count: whole(1),
  perToken: whole(1),
  shared: whole(0),
  layers: whole(1),
  denseLayers: whole(0).optional(),
  denseIntermediateSize: whole(1).optional(),
});

const visionSchema = object({
  kind: text("a kind of tower"),
  layers: whole(1),
  hiddenSize: whole(1),
  attentionHeads: whole(1),
  headSize: whole(1),
  intermediateSize: whole(1),
  imageSizePx: whole(1),
  patchSizePx: whole(1),
  parameters: whole(1).optional(),
  projectorParameters: whole(1).optional(),
});

const mlaSchema = object({
  kvLoraRank: whole(1),
  qkRopeHeadSize: whole(1),
  qkNopeHeadSize: whole(1),
  valueHeadSize: whole(1),
  qLoraRank: whole(1).optional(),
});

const MODULES = [
  "embedding",
  "lmHead",
  "attention",
  "mlp",
  "experts",
  "sharedExperts",
  "router",
  "vision",
  "projector",
] as const satisfies readonly ModelModule[];

const quantizationSchema = object({
  scheme: text("a scheme"),
  weightBits: whole(1, 16),
  activation: text("a number format"),
  groupSize: whole(1).optional(),
  scaleBits: whole(1).optional(),
  zeroPointBits: whole(1).optional(),
  method: text("a quantisation method").optional(),
  keptIn16Bit: list(choice(MODULES), "modules").optional(),
  kvCacheDtype: choice(["fp8"]).optional(),
  confidence: text("how sure this is"),
});

const measuredWeightsSchema = object({
  gibPerGpu: amount,
  tensorParallelSize: whole(1),
  on: text("an accelerator"),
  source: text("where it was read"),
});

export const modelEntrySchema = object({
  id: textLike(/^[^\s/]+\/[^\s/]+$/, "a Hugging Face id such as ibm-granite/granite-3.1-8b-instruct"),
  aliases: list(text("a name"), "names").optional(),
  baseModel: text("a Hugging Face id").optional(),
  modelcar: text("an image name").optional(),
  image: text("an image reference").optional(),
  architecture: text("a class such as LlamaForCausalLM"),
  modelType: text("a model type"),
  parameters: whole(1),
  activeParameters: whole(1).optional(),
  layers: whole(1),
  hiddenSize: whole(1),
  intermediateSize: whole(1),
  attentionHeads: whole(1),
  keyValueHeads: whole(1),
  headSize: whole(1),
  vocabularySize: whole(1),
  contextTokens: whole(1),
  tiedEmbeddings: flag,
  dtype: choice(["bfloat16", "float16", "float32"]),
  ropeScaling: ropeScalingSchema.optional(),
  experts: expertsSchema.optional(),
  vision: visionSchema.optional(),
  mla: mlaSchema.optional(),
  localAttention: object({
    kind: choice(["sliding", "chunked"]),
    windowTokens: whole(1),
    layers: whole(1),
  }).optional(),
  quantization: quantizationSchema.optional(),
  weightBytes: whole(1),
  measuredWeights: measuredWeightsSchema.optional(),
  ropeTableBytes: whole(0),
  minimumCapability: object({
    native: amount,
    fallback: amount.optional(),
    fallbackNote: text("a note").optional(),
  }),
  unsupportedOn: list(text("hardware"), "kinds of hardware").optional(),
  gated: flag.optional(),
  minimumVllm: textLike(/^\d+\.\d+(\.\d+)*$/, 'a release such as "0.21.0"').optional(),
  ...provenance,
}) satisfies SchemaOf<CatalogueModel>;
