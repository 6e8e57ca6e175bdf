/** What a user may say of a model that KubeAI serves. Upstream: kubeai `api/k8s/v1/model_types.go`, v0.22.1. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { LONGEST_MODEL_NAME } from "../../kubernetes/kubeai";
import { argumentsAreTokens, repeatsSetting } from "../inference/serviceRules";
import { isEventual } from "../schema/eventual";
import {
  choice,
  credentials,
  dnsLabel,
  flag,
  list,
  object,
  record,
  text,
  textLike,
  toLabel,
  whole,
} from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import { check } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import {
  environmentProblems,
  type EnvironmentSource,
  environmentSourceSchema,
  secretProblems,
  sourcesAreSound,
} from "./environment";
import { featuresFitEngine, ModelEngine, ModelFeature, usualFeatures } from "./features";
import { adapterUrlProblem, modelUrlProblem, urlFitsEngine } from "./modelUrl";
import {
  boundsHoldReplicas,
  type LoadBalancing,
  loadBalancingSchema,
  type ModelReplicas,
  replicaShape,
} from "./scaling";

/** A LoRA adapter on top of a model; callers ask for `<model>_<adapter>`. Engine VLLM only. */
export interface ModelAdapter {
  /** Lower case letters, digits and dashes; at most 63. Unique. */
  name: string;
  /** `hf://`, `s3://`, `gs://` or `oss://`. */
  url: Input<string>;
}

/** A file in the pods of a model. */
export interface ModelFile {
  /** Absolute, without `:`; at most 1024 characters. Unique. */
  path: string;
  /** At most 100 000 characters. Readable by everyone who may read the Model: no place for secrets. */
  content: Input<string>;
}

/** Everything about a Model but its name, in terms of the resource. */
export interface KubeAiModelSettings extends ModelReplicas {
  /**
   * Where the model is loaded from: `hf://`, `pvc://`, `s3://`, `gs://`, `oss://`, or `ollama://` for engine `OLlama`.
   * With `cacheProfile` a change replaces the Model.
   */
  url: Input<string>;
  /** Server: `VLLM`, `OLlama` (also without GPU), `Infinity` (embeddings), `FasterWhisper` (speech). */
  engine: ModelEngine;
  /** What the model can do. Default: `TextGeneration`; for Infinity `TextEmbedding`, for FasterWhisper `SpeechToText`. */
  features?: ModelFeature[];
  /** `<profile>:<count>`, such as `nvidia-gpu-l4:2`: a profile of the KubeAI installation, so many times. */
  resourceProfile: string;
  /** Cache of the installation that keeps the files. A change replaces the Model: the resource refuses it. */
  cacheProfile?: string;
  /** Engine VLLM only. Default: none. */
  adapters?: ModelAdapter[];
  /** Image of the server. Default: that of engine and profile. */
  image?: Input<string>;
  /** Further arguments of the server, one token each: `--flag=value`. */
  args?: Input<string>[];
  /** Environment of the server, in the clear; credentials belong into `secrets` or `envFrom`. */
  env?: Record<string, Input<string>>;
  /** Secrets and ConfigMaps of the same namespace whose keys become variables. */
  envFrom?: EnvironmentSource[];
  /** Variables such as `HF_TOKEN` that are put into a Secret of the model's own. */
  secrets?: Record<string, Input<string>>;
  /** At most 10. */
  files?: ModelFile[];
  /** Default: `LeastLoad`. */
  loadBalancing?: LoadBalancing;
  /** A PriorityClass that exists. */
  priorityClassName?: string;
}

/** A Model wherever it is made: what it is, and how Pulumi treats it. */
export interface KubeAiModelOptions extends KubeAiModelSettings {
  /** Base URL of the OpenAI API. Default: `http://kubeai.<namespace>.svc.cluster.local/openai/v1`. */
  endpoint?: Input<string>;
  /** Further labels. */
  labels?: Record<string, Input<string>>;
  /** Name shown by KubeAI's list of models. Deprecated upstream. */
  owner?: string;
  /** Whether Pulumi waits for the model's pods, as far as their number is fixed. Default: true. */
  awaitReady?: boolean;
  /** Seconds Pulumi waits. Default: 3600. */
  readyTimeoutSeconds?: number;
}

/**
 * Arguments of the KubeAiModel component.
 *
 * @requirement DH-4, DH-5, DH-6, DH-8, DH-9
 */
export interface KubeAiModelArgs extends KubeAiModelOptions {
  /** Name of the object, which is what callers write as `model`; at most 40 characters. Default: the component's name. */
  name?: string;
  /** Namespace of KubeAI itself: its controller looks at no other. */
  namespace: Input<string>;
}

const adapterSchema = object({
  name: textLike(/^[a-z0-9-]{1,63}$/, "an adapter name (lower case letters, digits, dashes; at most 63)", toLabel),
  url: text("a URL"),
}) satisfies SchemaOf<ModelAdapter>;

const fileSchema = object({
  path: textLike(/^\/[^:]{0,1023}$/, "an absolute path without a colon, of at most 1024 characters"),
  content: text("the content of the file"),
}) satisfies SchemaOf<ModelFile>;

/** Form of a resource profile; a bare name is taken for one of it. */
export const resourceProfileField = textLike(
  /^[a-zA-Z0-9][\w.-]*:[1-9]\d*$/,
  'a resource profile and how many of it, such as "nvidia-gpu-l4:1"',
  (value) => `${value}:1`,
);

/** Fields of a Model that are the same whoever describes it. */
export const settingsShape = {
  ...replicaShape,
  url: text("a URL"),
  engine: choice(Object.values(ModelEngine)),
  features: list(choice(Object.values(ModelFeature)), "features").optional(),
  resourceProfile: resourceProfileField,
  cacheProfile: dnsLabel("the name of a cache profile").optional(),
  adapters: list(adapterSchema, "adapters").optional(),
  image: text("an image reference").optional(),
  args: list(text("one argument"), "arguments").optional(),
  env: record(text("a value"), "values").optional(),
  envFrom: list(environmentSourceSchema, "Secrets and ConfigMaps").optional(),
  secrets: credentials("a value").optional(),
  files: list(fileSchema, "files").optional(),
  loadBalancing: loadBalancingSchema.prefault({}),
  priorityClassName: text("the name of a priority class").optional(),
};

export const kubeAiModelSchema = object({
  ...settingsShape,
  name: dnsLabel("a model name").optional(),
  namespace: dnsLabel("a namespace"),
  endpoint: text("a base URL").optional(),
  labels: record(text("a label value"), "label values").optional(),
  owner: text("a name").optional(),
  awaitReady: flag.default(true),
  readyTimeoutSeconds: whole(1).default(3600),
}) satisfies SchemaOf<KubeAiModelArgs>;

/** A Model with everything that follows from its arguments. */
export type KubeAiModelSpec = Omit<z.output<typeof kubeAiModelSchema>, "name" | "features"> & {
  name: string;
  features: ModelFeature[];
};

type Settings = Loose<KubeAiModelSettings>;

/** Conditions that hold for every Model; paths begin at the settings. */
export const settingsRules: readonly SpecRule<KubeAiModelSettings>[] = [
  ({ url }) => at(["url"], url === undefined ? undefined : modelUrlProblem(url)),
  urlFitsEngine,
  ({ engine, features }) => featuresFitEngine(engine, features),
  adaptersAreSound,
  boundsHoldReplicas,
  ({ env }) => check(env, ["env"], environmentProblems),
  ({ envFrom }) => check(envFrom, ["envFrom"], sourcesAreSound),
  ({ secrets, env }) => check(secrets, ["secrets"], (values) => secretProblems(values, env)),
  filesAreSound,
  argumentsAreTokens,
  ({ args, engine }) => (engine === "VLLM" ? repeatsSetting(args, OWN_ARGUMENTS, "KubeAI") : []),
];

/** What KubeAI itself tells vLLM. */
const OWN_ARGUMENTS = ["--model", "--served-model-name", "--enable-lora"];

/** The conditions between the arguments of a model of that name. */
export function kubeAiModelRules(componentName: string): readonly SpecRule<KubeAiModelArgs>[] {
  return [({ name }) => at(["name"], modelNameProblem(name ?? componentName)), ...settingsRules];
}

/** KubeAI serves a Model under the name of the object. */
export function modelNameProblem(name: string): string | undefined {
  if (isEventual(name)) return "is known only after apply, but names the model at preview; expected a plain value";
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    const proposal = toLabel(name);
    const hint = proposal === "" ? "" : `; did you mean ${proposal}?`;
    return `${quote(name)} is not a model name (lower case letters, digits, dashes)${hint}`;
  }
  if (name.length <= LONGEST_MODEL_NAME) return undefined;
  return `${quote(name)} has ${name.length} characters; a Model's name has at most ${LONGEST_MODEL_NAME}`;
}

/** Fills in what follows from the arguments. */
export function resolveKubeAiModel(name: string, spec: z.output<typeof kubeAiModelSchema>): KubeAiModelSpec {
  return { ...spec, name: spec.name ?? name, features: spec.features ?? usualFeatures(spec.engine) };
}

/**
 * Adapters belong to vLLM and are told apart by their names.
 *
 * @requirement DH-7
 */
function adaptersAreSound({ adapters = [], engine }: Settings): Problem[] {
  const names = adapters.map((adapter) => adapter?.name);
  const misfit = adapters.length > 0 && engine !== undefined && engine !== "VLLM";
  const advice = `only engine VLLM serves adapters, not ${engine}; leave them out, or write engine: "VLLM"`;
  const each = adapters.flatMap((adapter, index) => {
    const repeated = adapter?.name !== undefined && names.indexOf(adapter.name) !== index;
    return [
      ...at(["adapters", index, "name"], repeated ? `${quote(adapter.name)} is named twice` : undefined),
      ...at(["adapters", index, "url"], adapter?.url === undefined ? undefined : adapterUrlProblem(adapter.url)),
    ];
  });
  return [...at(["adapters"], misfit ? advice : undefined), ...each];
}

const MOST_FILES = 10;
const LONGEST_CONTENT = 100_000;

function filesAreSound({ files = [] }: Settings): Problem[] {
  const paths = files.map((file) => file?.path);
  const tooMany = files.length > MOST_FILES ? `${files.length} files; a Model has at most ${MOST_FILES}` : undefined;
  const each = files.flatMap((file, index) => {
    const repeated = file?.path !== undefined && paths.indexOf(file.path) !== index;
    const length = file?.content?.length ?? 0;
    return [
      ...at(["files", index, "path"], repeated ? `${quote(file.path)} is written twice` : undefined),
      ...at(
        ["files", index, "content"],
        length > LONGEST_CONTENT ? `has ${length} characters; a file has at most ${LONGEST_CONTENT}` : undefined,
      ),
    ];
  });
  return [...at(["files"], tooMany), ...each];
}
