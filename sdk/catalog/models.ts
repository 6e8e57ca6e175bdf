/** Models: their shapes, the bytes of their weights, and the places they are loaded from. */
import checkpoints from "./models.json";
import { nearest } from "./nearest";

/**
 * One checkpoint, as its `config.json` describes it. A value that is not known is absent, never guessed.
 * @requirement MC-14, MC-20
 */
export interface CatalogueModel {
  /** Hugging Face id, such as `RedHatAI/granite-3.1-8b-instruct`. */
  id: string;
  /** Other names people write, with or without an organisation. */
  aliases?: string[];
  /** The model this one was quantised or repackaged from. */
  baseModel?: string;
  /** Image name of its ModelCar, without registry and tag. */
  modelcar?: string;
  /** Image reference of its ModelCar. */
  image?: string;
  /** Class that vLLM looks up, such as `LlamaForCausalLM`. */
  architecture: string;
  modelType: string;
  /** All parameters, those of a vision tower included. */
  parameters: number;
  /** Parameters that one token uses, for mixtures of experts. */
  activeParameters?: number;
  layers: number;
  hiddenSize: number;
  /** Of one expert, for mixtures of experts; a shared expert has the same. */
  intermediateSize: number;
  attentionHeads: number;
  /** Heads of the key and value cache. */
  keyValueHeads: number;
  /** Read from the configuration; not always `hiddenSize / attentionHeads`. */
  headSize: number;
  vocabularySize: number;
  /** Longest request in tokens. */
  contextTokens: number;
  /** Whether the output layer shares the embedding's weights. */
  tiedEmbeddings: boolean;
  /** `bfloat16` or `float16`. */
  dtype: string;
  ropeScaling?: { type: string; factor: number; originalContextTokens: number };
  /** Layers with experts; `shared` ones see every token; other layers are dense. */
  experts?: {
    count: number;
    perToken: number;
    shared: number;
    layers: number;
    denseLayers?: number;
    denseIntermediateSize?: number;
  };
  vision?: VisionTower;
  /** Multi-head latent attention: one compressed vector a token and layer instead of keys and values of each head. */
  mla?: LatentAttention;
  /** Layers that attend to a window or chunk of this many tokens only; the others attend to everything. */
  localAttention?: { kind: "sliding" | "chunked"; windowTokens: number; layers: number };
  quantization?: Quantization;
  /** Bytes of all weights, computed from the parameter count and the precision of each module. */
  weightBytes: number;
  /** What vLLM printed when somebody loaded this checkpoint or one of the same shape. */
  measuredWeights?: { gibPerGpu: number; tensorParallelSize: number; on: string; source: string };
  /** Bytes of the rotary table that every accelerator holds whole. */
  ropeTableBytes: number;
  /** NVIDIA compute capability the number format needs: with its own arithmetic, and with a weight-only kernel. */
  minimumCapability: { native: number; fallback?: number; fallbackNote?: string };
  unsupportedOn?: string[];
  /** Whether Hugging Face hands it out only to accounts that were granted access; as seen in 2024 and 2025. */
  gated?: boolean;
  /** First vLLM release that loads it: architecture, rotary scaling, number format. Absent: 0.2.7 or an older one. */
  minimumVllm?: string;
  notes?: string[];
  source: string;
  confidence: string;
}

/** Widths of DeepSeek's attention. The cache holds `kvLoraRank + qkRopeHeadSize` values a token and layer. */
export interface LatentAttention {
  kvLoraRank: number;
  qkRopeHeadSize: number;
  qkNopeHeadSize: number;
  valueHeadSize: number;
  /** Absent: queries are not compressed. */
  qLoraRank?: number;
}

/** Parts of a model that a quantisation treats alike. The embedding is never quantised. */
export type ModelModule =
  "embedding" | "lmHead" | "attention" | "mlp" | "experts" | "sharedExperts" | "router" | "vision" | "projector";

export interface VisionTower {
  kind: string;
  layers: number;
  hiddenSize: number;
  attentionHeads: number;
  headSize: number;
  intermediateSize: number;
  imageSizePx: number;
  patchSizePx: number;
  parameters?: number;
  projectorParameters?: number;
}

/**
 * How a checkpoint was quantised.
 * @requirement MC-17, VL-23
 */
export interface Quantization {
  /** For people. */
  scheme: string;
  weightBits: number;
  /** Number format of the activations, such as `fp8` or `bf16`. */
  activation: string;
  /** Weights that share one scale. */
  groupSize?: number;
  /** Bits of the scale of one group. */
  scaleBits?: number;
  /** Bits of the zero point of one group; absent where there is none. */
  zeroPointBits?: number;
  /** Number format the checkpoint asks for in the KV cache; absent: that of the activations. */
  kvCacheDtype?: "fp8";
  /** `quant_method` of the checkpoint; absent where it was never read. */
  method?: string;
  /** Modules that are not quantised, besides embedding, output layer, norms and biases, which never are. */
  keptIn16Bit?: ModelModule[];
  confidence: string;
}

export const catalogueModels: readonly CatalogueModel[] = checkpoints as CatalogueModel[];

/**
 * Finds the model behind a storage URI: `oci://` by the image name, `hf://` by the id.
 *
 * @returns `undefined` for any other place or an unknown model; sizes are never guessed from a name
 */
export function findModel(
  uri: string,
  models: readonly CatalogueModel[] = catalogueModels,
): CatalogueModel | undefined {
  if (uri.startsWith("oci://")) return byModelcar(uri.slice("oci://".length), models);
  if (uri.startsWith("hf://")) return byId(uri.slice("hf://".length).replace(/:.*$/, ""), models);
  return undefined;
}

/**
 * Finds a model by what a person writes: a storage URI, a Hugging Face id, a ModelCar image with or without registry
 * and tag, or the name without its organisation. Letter case does not matter.
 *
 * @returns `undefined` for a model that the catalogue does not hold; {@link nearestModel} proposes one
 */
export function findModelByName(
  name: string,
  models: readonly CatalogueModel[] = catalogueModels,
): CatalogueModel | undefined {
  return findModel(name, models) ?? byId(name, models) ?? byModelcar(name, models) ?? byShortName(name, models);
}

/** The known name closest to a misspelt one: an id, or a name without organisation where none was written. */
export function nearestModel(name: string, models: readonly CatalogueModel[] = catalogueModels): string | undefined {
  const ids = models.map(({ id }) => id);
  return nearest(name, name.includes("/") ? ids : [...new Set(models.flatMap(shortNames))]);
}

/** Neural Magic's models moved to Red Hat AI under the same names. */
function byId(written: string, models: readonly CatalogueModel[]): CatalogueModel | undefined {
  const id = written.toLowerCase().replace(/^neuralmagic\//, "redhatai/");
  return models.find((model) => model.id.toLowerCase() === id);
}

function byModelcar(reference: string, models: readonly CatalogueModel[]): CatalogueModel | undefined {
  const name = reference
    .split("/")
    .at(-1)
    ?.replace(/[:@].*$/, "")
    .toLowerCase();
  return models.find(({ modelcar }) => modelcar !== undefined && modelcar.toLowerCase() === name);
}

/** Of several repackagings of one model (same shapes, same bytes) the first one is as good as any. */
function byShortName(name: string, models: readonly CatalogueModel[]): CatalogueModel | undefined {
  return models.find((model) => shortNames(model).some((short) => short.toLowerCase() === name.toLowerCase()));
}

function shortNames({ id, aliases = [] }: CatalogueModel): string[] {
  return [id.slice(id.indexOf("/") + 1), ...aliases];
}
