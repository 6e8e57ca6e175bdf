/** What the memory estimate is asked about a service: its model, accelerator, version and arguments, as far as they can be told. */
import { findServingImage } from "../../sdk/catalog/servingImages";
import type { Accelerator } from "../../sdk/catalog/accelerators";
import { findModelByName } from "../../sdk/catalog/models";
import { selectsNode } from "../../sdk/capacity/placement/scheduling";
import type { FitInput, FitSettings } from "../../sdk/capacity/fit/start";
import { UnknownValueError } from "../../sdk/pod/unknown";
import { isMultiNode, isVllm } from "./parallelism";
import type { Workload, World } from "./types";

/** The question, or why there is none. */
export type FitQuestion = { input: FitInput } | { unknown: string };

/** What a person says beside the objects; it wins. */
export interface FitAnswers {
  accelerator?: Accelerator;
  migProfile?: string;
  vllm?: string;
  settings?: FitSettings;
}

/** Reads the question from the effective pod; a value known only after apply leaves it unknown. */
export function fitQuestion(workload: Workload, world: World, answers: FitAnswers = {}): FitQuestion {
  try {
    return ask(workload, world, answers);
  } catch (error) {
    if (error instanceof UnknownValueError) return { unknown: error.message };
    throw error;
  }
}

function ask(workload: Workload, world: World, answers: FitAnswers): FitQuestion {
  const { pod } = workload;
  if (pod === undefined) return { unknown: "the service has no runtime, so there is no server to judge" };
  if (isMultiNode(workload)) return { unknown: "the server runs on several pods, whose shares KServe decides" };
  if (!isVllm(workload)) return { unknown: "the server is not vLLM" };
  const unmodelled = UNMODELLED.filter((flag) => workload.arguments.get(flag) !== undefined);
  if (unmodelled.length > 0)
    return { unknown: `--${unmodelled.join(", --")} changes memory in ways that are not modelled` };
  const model = modelOf(workload, world);
  if (typeof model === "string") return { unknown: model };
  const device = answers.accelerator ?? acceleratorOf(workload, world);
  if (typeof device === "string") return { unknown: device };
  const settings = settingsOf(workload);
  if (typeof settings === "string") return { unknown: settings };
  const version = answers.vllm ?? versionOf(pod.main.image, world);
  if (version === undefined) {
    return { unknown: `the vLLM version of the image ${pod.main.image ?? "(none)"} is not known; name it with --vllm` };
  }
  const migProfile = answers.migProfile ?? migProfileOf(workload);
  return {
    input: {
      model,
      accelerator: device,
      vllm: version,
      ...(migProfile !== undefined && { migProfile }),
      ...settings,
      ...answers.settings,
    },
  };
}

/** Flags that move memory about: adapters, drafts, offloading, caches of fixed size, contexts cut over ranks. */
const UNMODELLED = [
  "enable-lora",
  "speculative-config",
  "speculative-model",
  "cpu-offload-gb",
  "kv-cache-memory-bytes",
  "num-gpu-blocks-override",
  "decode-context-parallel-size",
  "prefill-context-parallel-size",
];

function modelOf({ service, arguments: args }: Workload, { catalog }: World): FitInput["model"] | string {
  const { storageUri } = service.spec.predictor.model ?? {};
  const named = args.model;
  const names = [storageUri, named].filter((name) => name !== undefined && !name.startsWith("/"));
  for (const name of names) {
    const model = findModelByName(name ?? "", catalog.models);
    if (model !== undefined) return model;
  }
  const written = names.join(", ");
  return written === ""
    ? "which model is served cannot be told from the service"
    : `the catalogue does not know the model ${written}`;
}

/** By node selector or required affinity, else by the nodes of the inventory that the pod may run on. */
function acceleratorOf({ pod, accelerators: asked }: Workload, world: World): Accelerator | string {
  const resource = asked[0]?.resource;
  if (resource === undefined) return "the pod asks for no accelerator";
  const selected = selectedProducts(pod?.spec.nodeSelector ?? {}, world);
  const [product] = selected;
  if (product !== undefined) return product;
  const spec = pod?.spec ?? { containers: [] };
  const nodes = world.nodes.filter((node) => (node.allocatable[resource] ?? 0) > 0 && selectsNode(spec, node));
  const offered = [...new Set(nodes.flatMap(({ labels }) => selectedProducts(labels, world)))];
  const [only, ...others] = offered;
  if (only === undefined) return `which product ${resource} is cannot be told; name it with --accelerator`;
  if (others.length === 0) return only;
  return `the pod may run on ${offered.map(({ name }) => name).join(" or ")}; choose with --accelerator`;
}

/** Products whose label is among some labels; time-slicing and MIG add a suffix to the value. */
function selectedProducts(labels: Readonly<Record<string, string>>, { catalog }: World): Accelerator[] {
  return catalog.accelerators.filter(({ productLabel }) => {
    const value = productLabel === undefined ? undefined : labels[productLabel.key];
    return value !== undefined && value.replace(/-(?:SHARED|MIG-.*)$/, "") === productLabel?.value;
  });
}

function migProfileOf({ accelerators: asked }: Workload): string | undefined {
  return /\/mig-(.+)$/.exec(asked[0]?.resource ?? "")?.[1];
}

/** The tag of vLLM's own images is the version. */
function versionOf(image: string | undefined, { catalog }: World): string | undefined {
  if (image === undefined) return undefined;
  return (
    findServingImage(image, catalog.servingImages)?.serverVersion ??
    /(?:^|\/)vllm\/vllm-openai[\w-]*:v(\d+\.\d+\.\d+)/.exec(image)?.[1]
  );
}

const NUMBERS: Readonly<Record<string, keyof FitSettings>> = {
  "tensor-parallel-size": "tensorParallelSize",
  "pipeline-parallel-size": "pipelineParallelSize",
  "max-num-seqs": "maxNumSeqs",
  "max-num-batched-tokens": "maxNumBatchedTokens",
  "max-model-len": "maxModelLen",
  "gpu-memory-utilization": "gpuMemoryUtilization",
};
const TEXTS: Readonly<Record<string, keyof FitSettings>> = {
  "kv-cache-dtype": "kvCacheDtype",
  quantization: "quantization",
  dtype: "dtype",
};

/** The flags that bear on memory, or why one cannot be read. */
function settingsOf(workload: Workload): FitSettings | string {
  const { arguments: args, pod, accelerators: asked } = workload;
  const settings: Record<string, number | string | boolean> = {};
  for (const [flag, setting] of Object.entries(NUMBERS)) {
    const written = args.get(flag)?.value;
    if (written === undefined) continue;
    const value = humanNumber(written);
    if (value === undefined) return `--${flag} ${written} is no number that can be judged`;
    settings[setting] = value;
  }
  for (const [flag, setting] of Object.entries(TEXTS)) {
    const written = args.get(flag)?.value;
    if (written !== undefined) settings[setting] = written;
  }
  const isOn = (flag: string): boolean => args.get(flag) !== undefined && args.get(flag)?.value !== "false";
  const images = args.get("limit-mm-per-prompt")?.value ?? "";
  return {
    ...settings,
    enforceEager: isOn("enforce-eager"),
    enableExpertParallel: isOn("enable-expert-parallel"),
    imagesAllowed: !/image"?\s*[:=]\s*0\b/.test(images) && !isOn("language-model-only"),
    allowLongMaxModelLen: pod?.main.env?.some(({ name, value }) => name === LONG && value === "1") === true,
    ...(asked[0] !== undefined && { accelerators: asked[0].count }),
    ...modelImageOf(workload),
  };
}

function modelImageOf({ service }: Workload): Pick<FitSettings, "modelImage"> {
  const { storageUri } = service.spec.predictor.model ?? {};
  return storageUri?.startsWith("oci://") === true ? { modelImage: storageUri.slice("oci://".length) } : {};
}

const LONG = "VLLM_ALLOW_LONG_MAX_MODEL_LEN";

/** `8192`, `32k` (thousands), `32K` (1,024 each), `0.9`. */
function humanNumber(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(text);
  if (found === null) return undefined;
  const factor = { "": 1, k: 1000, K: 1024, m: 1e6, M: 2 ** 20 }[found[2] ?? ""] ?? 1;
  return Math.floor(Number(found[1]) * factor) === 0 ? Number(found[1]) : Number(found[1]) * factor;
}
