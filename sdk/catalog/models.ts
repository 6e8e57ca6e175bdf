/** Models: their shapes, the bytes of their weights, and the places they are loaded from. */
import models from "./models.json";

/** One checkpoint, as its `config.json` describes it. A value that is not known is absent, never guessed. */
export interface CatalogueModel {
  /** Hugging Face id, such as `RedHatAI/granite-3.1-8b-instruct`. */
  id: string;
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
  /** Of one expert, for mixtures of experts. */
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
  notes?: string[];
  source: string;
  confidence: string;
}

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

export interface Quantization {
  /** For people. */
  scheme: string;
  weightBits: number;
  /** Number format of the activations, such as `fp8` or `bf16`. */
  activation: string;
  /** Weights that share one scale. */
  groupSize?: number;
  /** `quant_method` of the checkpoint; absent where it was never read. */
  method?: string;
  /** Modules that are not quantised. */
  keptIn16Bit?: string[];
  confidence: string;
}

export const catalogueModels: readonly CatalogueModel[] = models as CatalogueModel[];

/**
 * Finds the model behind a storage URI: `oci://` by the image name, `hf://` by the id.
 *
 * @returns `undefined` for any other place or an unknown model; sizes are never guessed from a name
 */
export function findModel(uri: string): CatalogueModel | undefined {
  if (uri.startsWith("oci://")) {
    const name = uri
      .slice("oci://".length)
      .split("/")
      .at(-1)
      ?.replace(/[:@].*$/, "");
    return catalogueModels.find((model) => model.modelcar === name);
  }
  if (uri.startsWith("hf://")) {
    const id = uri.slice("hf://".length).replace(/:.*$/, "").toLowerCase();
    return catalogueModels.find((model) => model.id.toLowerCase() === id);
  }
  return undefined;
}
