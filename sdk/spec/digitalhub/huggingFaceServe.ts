/** What a user may say of DigitalHub's deprecated kind `huggingfaceserve`, function and run together. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { defaultServingImage } from "../../catalog/servingImages";
import { catalogIsSound, catalogOf } from "../catalog/field";
import { argumentsAreTokens, modelBytes, repeatsSetting } from "../inference/serviceRules";
import { imageFits } from "../runtimes/servingRuntime";
import { isEventual } from "../schema/eventual";
import { choice, flag, list, text, textLike, toLabel, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import {
  isStoreReference,
  platformObject,
  resolveStore,
  storePathsAreUsed,
  storePathsField,
  storeProblem,
} from "./fields";
import type { ServeHardware, ServeSettings } from "./serving";
import { hardwareOf, placeProblem, serveProblems, serveShape } from "./serving";
import { HuggingFaceTask } from "./tasks";

/** Engine inside KServe's Hugging Face server. */
export const HuggingFaceBackend = {
  /** vLLM where it knows the model's architecture, else Hugging Face. */
  Auto: "auto",
  Vllm: "vllm",
  /** KServe's own, on the Transformers library. */
  HuggingFace: "huggingface",
} as const;
export type HuggingFaceBackend = (typeof HuggingFaceBackend)[keyof typeof HuggingFaceBackend];

/** Number formats that KServe's Hugging Face server knows. */
export const HuggingFaceDtype = {
  Auto: "auto",
  Float16: "float16",
  Float32: "float32",
  Bfloat16: "bfloat16",
  Float: "float",
  Half: "half",
} as const;
export type HuggingFaceDtype = (typeof HuggingFaceDtype)[keyof typeof HuggingFaceDtype];

/**
 * Arguments of the HuggingFaceServe component. Deprecated: VllmServe takes its place.
 *
 * @requirement DH-24, DH-25, DH-26, DH-27, DH-28, DH-30
 */
export interface HuggingFaceServeArgs extends ServeSettings {
  /**
   * Place of the model: `huggingface://organisation/model[:revision]` or `hf://`, `pvc://claim/path`, or
   * `store://<project>/model/huggingface/<name>` with `storePaths`.
   */
  path: string;
  /** What the store says of its models: `path` by `store://` reference, which only DigitalHub could look up. */
  storePaths?: Record<string, string>;
  /** What callers write as `model`. Default: the component's name. The guide calls it `model`; the field never was. */
  modelName?: string;
  /** An image of `kserve/huggingfaceserver`, with its tag. Default: the catalogue's for the hardware. */
  image?: Input<string>;
  /** Default: `auto`. */
  backend?: HuggingFaceBackend;
  /** Default: `text_generation`. */
  task?: HuggingFaceTask;
  /** Longest request in tokens. Default: the model's. */
  maxLength?: number;
  /** Default: `auto`. */
  dtype?: HuggingFaceDtype;
  /** Revision of the tokenizer. Default: that of the model. */
  tokenizerRevision?: string;
  /** Whether code from the model's repository is run. Default: false; DigitalHub's is true. */
  trustRemoteCode?: boolean;
  /** Keeps capitals when text is cut into tokens. */
  disableLowerCase?: boolean;
  /** Leaves out the tokens that mark beginning and end. */
  disableSpecialTokens?: boolean;
  /** Inputs of the model, such as `input_ids`. */
  tensorInputNames?: string[];
  returnTokenTypeIds?: boolean;
  /** Probabilities instead of classes. */
  returnProbabilities?: boolean;
  /** Keeps requests out of the log. */
  disableLogRequests?: boolean;
  /** Characters of a prompt in the log. Default: all. */
  maxLogLength?: number;
  /** Further arguments of server and engine, one token each: `--flag=value`. */
  args?: Input<string>[];
}

/** Names that documents give to fields which are called otherwise. */
const ADVICE = {
  model:
    "unknown key; the guide's `model` never was a field of the function: it is DigitalHub's model_name, and modelName here",
  url: "unknown key; this kind calls the place of the model path",
  huggingface_task: "unknown key; DigitalHub's huggingface_task is called task here; did you mean task?",
  max_log_len: "unknown key; DigitalHub's max_log_len is called maxLogLength here; did you mean maxLogLength?",
};

export const huggingFaceServeSchema = platformObject(
  {
    ...serveShape,
    path: text("a place"),
    storePaths: storePathsField,
    modelName: textLike(/^[\w.-]+$/, "a model name (letters, digits, dots, dashes, underscores)", toLabel).optional(),
    image: text("an image of kserve/huggingfaceserver").optional(),
    backend: choice(Object.values(HuggingFaceBackend)).default("auto"),
    task: choice(Object.values(HuggingFaceTask)).default("text_generation"),
    maxLength: whole(1).optional(),
    dtype: choice(Object.values(HuggingFaceDtype)).optional(),
    tokenizerRevision: text("a revision").optional(),
    trustRemoteCode: flag.default(false),
    disableLowerCase: flag.default(false),
    disableSpecialTokens: flag.default(false),
    tensorInputNames: list(text("a name"), "names").optional(),
    returnTokenTypeIds: flag.default(false),
    returnProbabilities: flag.default(false),
    disableLogRequests: flag.default(false),
    maxLogLength: whole(0).optional(),
    args: list(text("one argument"), "arguments").default([]),
  },
  "an object",
  ADVICE,
) satisfies SchemaOf<HuggingFaceServeArgs>;

type Args = Loose<HuggingFaceServeArgs>;

/** A server with everything that follows from its arguments. */
export interface HuggingFaceServeSpec extends Omit<
  z.output<typeof huggingFaceServeSchema>,
  "name" | "modelName" | "image"
> {
  name: string;
  image: string;
  modelName: string;
  hardware: ServeHardware;
  /** Bytes of the model's files, where known. */
  modelBytes?: number;
}

/** The conditions between the arguments of a server of that name. */
export function huggingFaceServeRules(componentName: string): readonly SpecRule<HuggingFaceServeArgs>[] {
  return [
    catalogIsSound,
    (args) => serveProblems(componentName, args),
    placeIsLoadable,
    imageIsUsable,
    backendDoesTask,
    probabilitiesAreClasses,
    argumentsAreTokens,
    ({ args }) => repeatsSetting(args, OWN_ARGUMENTS, "HuggingFaceServe"),
  ];
}

/** What the component itself tells the server; the settings of the same names are there for these. */
const OWN_ARGUMENTS = [
  "--model_name",
  "--model_id",
  "--model_dir",
  "--model_revision",
  "--tokenizer_revision",
  "--max_length",
  "--max_model_len",
  "--backend",
  "--task",
  "--dtype",
  "--http_port",
  "--grpc_port",
];

function placeIsLoadable({ path, storePaths = {} }: Args): Problem[] {
  if (path === undefined) return [];
  const unresolved = isStoreReference(path) && storePaths[path] === undefined;
  const message = unresolved
    ? storeProblem(path, storePaths)
    : placeProblem(storePaths[path] ?? path, ["huggingface", "hf", "pvc"], "a model");
  return [...at(["path"], message), ...within(["storePaths"], storePathsAreUsed(storePaths, [path]))];
}

function imageIsUsable({ image, accelerator, catalog }: Args): Problem[] {
  const { choice: hardware } = hardwareOf({ accelerator, catalog });
  if (accelerator !== undefined && hardware === undefined) return [];
  if (image !== undefined) {
    const foreign = !isEventual(image) && !/(^|\/)kserve\/huggingfaceserver(:|@|$)/.test(image);
    const message = foreign ? `${quote(image)} is not an image of kserve/huggingfaceserver` : undefined;
    return [...at(["image"], message), ...imageFits(image, hardware, catalogOf({ catalog }))];
  }
  if (usualImage(hardware, catalog) !== undefined) return [];
  const name = hardware?.displayName ?? "CPU";
  return at(["image"], `is missing; the catalogue has no Hugging Face server for ${name}, so name one`);
}

function usualImage(hardware: ServeHardware["choice"], catalog: unknown): string | undefined {
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  if (vendor === undefined) return undefined;
  return defaultServingImage("huggingfaceserver", vendor, undefined, catalogOf({ catalog }).servingImages)?.image;
}

/** vLLM writes text and embeds it; the rest is done by KServe's own engine. */
function backendDoesTask({ backend, task = "text_generation" }: Args): Problem[] {
  const able = ["text_generation", "text2text_generation", "text_embedding"];
  if (backend !== "vllm" || able.includes(task)) return [];
  return at(["backend"], `"vllm" does no ${task}; write "huggingface", or leave backend out`);
}

function probabilitiesAreClasses({ returnProbabilities, task = "text_generation" }: Args): Problem[] {
  const classes = ["sequence_classification", "token_classification", "fill_mask"];
  if (returnProbabilities !== true || classes.includes(task)) return [];
  return at(["returnProbabilities"], `counts only with the tasks ${classes.join(", ")}, not with ${task}`);
}

/** Fills in what follows from the arguments. */
export function resolveHuggingFaceServe(
  name: string,
  spec: z.output<typeof huggingFaceServeSchema>,
): HuggingFaceServeSpec {
  const path = resolveStore(spec.path, spec.storePaths);
  const uri = path.replace(/^huggingface:/, "hf:");
  const hardware = hardwareOf(spec);
  const weights = modelBytes({ source: { uri }, modelSize: spec.modelSize, catalog: spec.catalog });
  return {
    ...spec,
    name: spec.name ?? name,
    modelName: spec.modelName ?? name,
    path,
    image: spec.image ?? usualImage(hardware.choice, spec.catalog) ?? "",
    hardware,
    ...(weights === undefined ? {} : { modelBytes: weights }),
  };
}
