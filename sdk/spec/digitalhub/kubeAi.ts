/** What a user may say of DigitalHub's kinds `kubeai-text` and `kubeai-speech`, function and run together. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { dnsLabel, flag, record, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import type { EnvironmentSource } from "../kubeai/environment";
import { ModelEngine, type ModelFeature } from "../kubeai/features";
import {
  type KubeAiModelArgs,
  kubeAiModelSchema,
  type ModelAdapter,
  type ModelFile,
  modelNameProblem,
  settingsRules,
  settingsShape,
} from "../kubeai/kubeAiModel";
import type { LoadBalancing, ModelReplicas } from "../kubeai/scaling";
import { loadBalancingSchema, replicaShape } from "../kubeai/scaling";
import { choice } from "../schema/fields";
import type { Plain } from "../schema/plain";
import {
  isStoreReference,
  platformObject,
  resolveStore,
  storePathsAreUsed,
  storePathsField,
  storeProblem,
} from "./fields";

/** Engines that `kubeai-text` offers. */
export const TextEngine = {
  /** For GPUs. */
  VLLM: ModelEngine.VLLM,
  /** For tests without a GPU. */
  OLlama: ModelEngine.OLlama,
  /** Embeddings only. */
  Infinity: ModelEngine.Infinity,
} as const;
export type TextEngine = (typeof TextEngine)[keyof typeof TextEngine];

/** Scaling of a run. As of KubeAI, but one pod stays up unless said otherwise. */
export interface RunScaling extends ModelReplicas {
  /** Default: `LeastLoad`. DigitalHub writes the hash settings in a spelling that the Model drops; here they count. */
  loadBalancing?: LoadBalancing;
}

/** What both kinds take. */
export interface KubeAiServeArgs {
  /** Name of the Model; at most 40 characters. Default: `modelName`. */
  name?: string;
  /** Namespace of KubeAI itself: its controller looks at no other. */
  namespace: Input<string>;
  /** Place of the model: `store://<project>/model/huggingface/<name>`, or as KubeAiModel takes it. */
  url: Input<string>;
  /** What the store says of its models: `path` by `store://` reference, which only DigitalHub could look up. */
  storePaths?: Record<string, Input<string>>;
  /** What callers write as `model`; at most 40 characters. Default: the component's name. */
  modelName?: string;
  /** Image of the server. Default: that of engine and profile. */
  image?: Input<string>;
  /** LoRA adapters, each a model of its own for callers. Engine VLLM only. */
  adapters?: ModelAdapter[];
  /** Further arguments of the server, one token each: `--flag=value`. */
  args?: Input<string>[];
  /** Environment of the server, in the clear. */
  envs?: Record<string, Input<string>>;
  /** Secrets and ConfigMaps of the same namespace whose keys become variables. */
  envFrom?: EnvironmentSource[];
  /** Variables such as `HF_TOKEN` that are put into a Secret of the model's own. */
  secrets?: Record<string, Input<string>>;
  /** At most 10. */
  files?: ModelFile[];
  /** Cache of the installation that keeps the files. */
  cacheProfile?: string;
  /** Resource profile of the installation, without a count. Default: `cpu`. */
  profile?: string;
  /** How many of the profile one pod gets. Default: 1. */
  processors?: number;
  /** Default: one pod at least, no upper limit. */
  scaling?: RunScaling;
  /** Base URL of the OpenAI API. Default: `http://kubeai.<namespace>.svc.cluster.local/openai/v1`. */
  endpoint?: Input<string>;
  /** Whether Pulumi waits for the model's pods, as far as their number is fixed. Default: true. */
  awaitReady?: boolean;
  /** Seconds Pulumi waits. Default: 3600. */
  readyTimeoutSeconds?: number;
}

/**
 * Arguments of the KubeAiText component: text generation or embeddings by the KubeAI operator.
 *
 * @requirement DH-4, DH-5, DH-6, DH-8, DH-9, DH-12
 */
export interface KubeAiTextArgs extends KubeAiServeArgs {
  /** Server: `VLLM` for GPUs, `OLlama` for tests without, `Infinity` for embeddings only. */
  engine: TextEngine;
  /** Default: `TextGeneration`. */
  features?: ModelFeature[];
}

/** Arguments of the KubeAiSpeech component: speech to text, by engine FasterWhisper. */
export type KubeAiSpeechArgs = KubeAiServeArgs;

const scalingSchema = platformObject({
  ...replicaShape,
  minReplicas: whole(0).default(1),
  loadBalancing: loadBalancingSchema.prefault({}),
}) satisfies SchemaOf<RunScaling>;

const serveShape = {
  name: dnsLabel("a model name").optional(),
  namespace: kubeAiModelSchema.shape.namespace,
  url: text("a URL"),
  storePaths: storePathsField,
  modelName: dnsLabel("a model name").optional(),
  image: settingsShape.image,
  adapters: settingsShape.adapters,
  args: settingsShape.args,
  envs: record(text("a value"), "values").optional(),
  envFrom: settingsShape.envFrom,
  secrets: settingsShape.secrets,
  files: settingsShape.files,
  cacheProfile: settingsShape.cacheProfile,
  profile: textLike(/^[a-zA-Z0-9][\w.-]*$/, "the name of a resource profile, without a count", profileOf).default(
    "cpu",
  ),
  processors: whole(1).default(1),
  scaling: scalingSchema.prefault({}),
  endpoint: kubeAiModelSchema.shape.endpoint,
  awaitReady: flag.default(true),
  readyTimeoutSeconds: whole(1).default(3600),
};

export const kubeAiTextSchema = platformObject({
  ...serveShape,
  engine: choice(Object.values(TextEngine), { FasterWhisper: "speech is what KubeAiSpeech is for" }),
  features: settingsShape.features,
}) satisfies SchemaOf<KubeAiTextArgs>;

export const kubeAiSpeechSchema = platformObject(serveShape) satisfies SchemaOf<KubeAiSpeechArgs>;

function profileOf(value: string): string | undefined {
  return value.split(":")[0];
}

type Serve = Loose<KubeAiServeArgs & { engine?: ModelEngine; features?: ModelFeature[] }>;

/** The conditions of `kubeai-text` under a component's name. */
export function kubeAiTextRules(componentName: string): readonly SpecRule<KubeAiTextArgs>[] {
  return [(args) => serveProblems(componentName, args)];
}

/** The conditions of `kubeai-speech` under a component's name. */
export function kubeAiSpeechRules(componentName: string): readonly SpecRule<KubeAiSpeechArgs>[] {
  return [(args) => serveProblems(componentName, { ...args, engine: "FasterWhisper" })];
}

/** What the Model would have against it, told of the fields it came from. */
function serveProblems(componentName: string, args: Serve): Problem[] {
  const { url, adapters = [], storePaths, modelName, name } = args;
  const stored = [url, ...adapters.map((adapter) => adapter?.url)];
  const unresolved = stored.flatMap((place, index) => {
    const path = index === 0 ? ["url"] : ["adapters", index - 1, "url"];
    return at(path, place === undefined ? undefined : storeProblem(place, storePaths));
  });
  const called = [name, modelName].filter((given) => given !== undefined);
  const [chosen = componentName] = called;
  const differ = new Set(called).size > 1;
  const named = name === undefined && modelName !== undefined ? "modelName" : "name";
  return [
    ...unresolved,
    ...within(["storePaths"], storePathsAreUsed(storePaths ?? {}, stored)),
    ...at([named], modelNameProblem(chosen)),
    ...at(
      ["modelName"],
      differ ? `${quote(modelName)} is not name, ${quote(name)}; KubeAI serves a Model under its own name` : undefined,
    ),
    ...settingsRules.flatMap((rule) => rule(settingsOf(args))).map(ofServe),
  ];
}

/** The part of the arguments that the rules of a Model judge, with what the store knows in place. */
function settingsOf({ envs, scaling, engine, features, storePaths, ...args }: Serve): Loose<KubeAiModelArgs> {
  const place = (url: string | undefined): string | undefined => {
    const known = url === undefined ? undefined : (storePaths?.[url] ?? url);
    return known === undefined || isStoreReference(known) ? undefined : known;
  };
  return {
    ...args,
    ...scaling,
    minReplicas: scaling?.minReplicas ?? 1,
    url: place(args.url),
    engine,
    features: features ?? (engine === "FasterWhisper" ? undefined : ["TextGeneration"]),
    env: envs,
    adapters: args.adapters?.map((adapter) => ({ ...adapter, url: place(adapter?.url) })),
  };
}

const SCALING_FIELDS = new Set(Object.keys(scalingSchema.shape));

function ofServe({ path, message }: Problem): Problem {
  const [first = "", ...rest] = path;
  if (SCALING_FIELDS.has(String(first))) return { path: ["scaling", ...path], message };
  if (first === "env") return { path: ["envs", ...rest], message: message.replace("in env,", "in envs,") };
  return { path, message };
}

/** Arguments of the Model that does what the function and its run say. Pure; secrets stay beside it. */
export function kubeAiModelOf(
  componentName: string,
  args: Omit<z.output<typeof kubeAiTextSchema>, "engine"> & { engine: ModelEngine },
): Plain<KubeAiModelArgs> {
  const { name, modelName, url, storePaths, adapters, envs, profile, processors, scaling, features, ...same } = args;
  const { loadBalancing, ...replicas } = scaling;
  return {
    ...same,
    ...replicas,
    // The defaults of hashing are filled in again where it is used, and refused where it is not.
    loadBalancing: loadBalancing.strategy === "PrefixHash" ? loadBalancing : { strategy: loadBalancing.strategy },
    name: name ?? modelName ?? componentName,
    url: resolveStore(url, storePaths),
    adapters: adapters?.map((adapter) => ({ ...adapter, url: resolveStore(adapter.url, storePaths) })),
    features: features ?? [args.engine === "FasterWhisper" ? "SpeechToText" : "TextGeneration"],
    resourceProfile: `${profile}:${processors}`,
    args: quietArguments(args.engine, args.args ?? []),
    env: { ...(args.engine === "OLlama" ? OLLAMA_ENVIRONMENT : {}), ...envs },
  };
}

/** What DigitalHub sets for OLlama: little log, and answers to browsers. */
const OLLAMA_ENVIRONMENT = { OLLAMA_DEBUG: "false", GIN_MODE: "release", OLLAMA_ORIGINS: "*" };

/** DigitalHub keeps vLLM's log of requests short, unless an argument says otherwise. */
function quietArguments(engine: ModelEngine, args: string[]): string[] {
  const said = args.some((argument) => /^--uvicorn[-_]log[-_]level(=|$)/.test(argument));
  return engine === "VLLM" && !said ? ["--uvicorn-log-level=warning", ...args] : args;
}
