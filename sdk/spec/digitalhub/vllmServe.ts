/** What a user may say of DigitalHub's kinds `vllmserve-*`, function and run together. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { defaultServingImage, type ServingImage } from "../../catalog/servingImages";
import { compareReleases, parseRelease } from "../../catalog/versions";
import { catalogIsSound, catalogOf } from "../catalog/field";
import { modelBytes, repeatsSetting } from "../inference/serviceRules";
import { argumentsAreTokens } from "../inference/serviceRules";
import { everyAcceleratorUsed, imageExists, imageFits, sharedMemoryFits } from "../runtimes/servingRuntime";
import type { VllmSettings } from "../runtimes/vllm";
import { useAllAccelerators, vllmArguments, vllmSchema } from "../runtimes/vllm";
import { isEventual } from "../schema/eventual";
import { choice, flag, list, object, text, textLike, toLabel } from "../schema/fields";
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
import type { ServeAdapter, ServeHardware, ServeSettings } from "./serving";
import { DEFAULT_MEMORY, hardwareOf, placeProblem, serveProblems, serveShape } from "./serving";
import { VllmTask } from "./tasks";

/**
 * Arguments of the VllmServe component: a vLLM server of its own, without an operator, on any cluster.
 *
 * @requirement DH-15, DH-16, DH-17, DH-18, DH-19
 */
export interface VllmServeArgs extends ServeSettings {
  /** Kind of server. Default: `text`. */
  task?: VllmTask;
  /**
   * Place of the model: `hf://organisation/model[:revision]`, `pvc://claim/path`, `s3://bucket/path` (streamed), or
   * `store://<project>/model/huggingface/<name>` with `storePaths`.
   */
  url: string;
  /** What the store says of its models: `path` by `store://` reference, which only DigitalHub could look up. */
  storePaths?: Record<string, string>;
  /** Version of DigitalHub whose rules the arguments are to obey. Default: none; any place and image will do. */
  digitalHubVersion?: string;
  /** What callers write as `model`. Default: the component's name. */
  modelName?: string;
  /** Image of the server. Default: the catalogue's for the hardware. */
  image?: Input<string>;
  /** LoRA adapters from `hf://` or `pvc://`; each is a model of its own for callers, under its own name. */
  adapters?: ServeAdapter[];
  /** vLLM settings with a meaning of their own. */
  vllm?: VllmSettings;
  /** Further arguments of the server, one token each: `--flag=value`. */
  args?: Input<string>[];
  /**
   * Whether traces go to `otlpEndpoint`, and usage statistics to vLLM's authors as vLLM has it. Default: false; nothing
   * leaves the server.
   */
  enableTelemetry?: boolean;
  /** OpenTelemetry collector, such as `http://collector:4317`. Only with `enableTelemetry`. */
  otlpEndpoint?: Input<string>;
  /** Serves on CPU: the image for CPUs, and no accelerator even where one is named. Default: false. */
  useCpuImage?: boolean;
}

const adapterSchema = object({
  name: textLike(/^[\w.-]+$/, "an adapter name (letters, digits, dots, dashes, underscores)", toLabel),
  url: text("a URL"),
}) satisfies SchemaOf<ServeAdapter>;

export const vllmServeSchema = platformObject({
  ...serveShape,
  task: choice(Object.values(VllmTask)).default("text"),
  url: text("a URL"),
  storePaths: storePathsField,
  digitalHubVersion: textLike(/^v?\d+\.\d+(\.\d+)?([-.\w]*)$/, "a version such as 0.15.0").optional(),
  modelName: text("a name").optional(),
  image: text("an image reference").optional(),
  adapters: list(adapterSchema, "adapters").default([]),
  vllm: vllmSchema.prefault({}),
  args: list(text("one argument"), "arguments").default([]),
  enableTelemetry: flag.default(false),
  otlpEndpoint: text("a URL").optional(),
  useCpuImage: flag.default(false),
}) satisfies SchemaOf<VllmServeArgs>;

type Args = Loose<VllmServeArgs>;

/** A server with everything that follows from its arguments. */
export interface VllmServeSpec extends Omit<z.output<typeof vllmServeSchema>, "name" | "image" | "modelName" | "vllm"> {
  name: string;
  modelName: string;
  image: string;
  /** Interpreter inside the image. */
  python: string;
  hardware: ServeHardware;
  memory: string;
  vllm: Loose<VllmSettings>;
  /** Bytes of the model's files, where known. */
  modelBytes?: number;
}

/** The conditions between the arguments of a server of that name. */
export function vllmServeRules(componentName: string): readonly SpecRule<VllmServeArgs>[] {
  return [
    catalogIsSound,
    (args) => serveProblems(componentName, args),
    placesAreLoadable,
    obeysDigitalHub,
    hardwareIsChosen,
    imageIsUsable,
    telemetryHasPlace,
    adaptersHaveNames,
    argumentsAreTokens,
    ({ args, ...settings }) =>
      repeatsSetting(args, [...OWN_ARGUMENTS, ...vllmArguments(settings.vllm ?? {})], "VllmServe"),
    (args) => everyAcceleratorUsed(args.vllm, deviceCount(args)),
    (args) => sharedMemoryFits(args.sharedMemory, deviceCount(args), withDefaultMemory(args.resources)),
  ];
}

/** What the component itself tells vLLM. */
const OWN_ARGUMENTS = [
  "--model",
  "--revision",
  "--served-model-name",
  "--host",
  "--port",
  "--enable-lora",
  "--lora-modules",
  "--otlp-traces-endpoint",
];
const MODEL_SCHEMES = ["hf", "huggingface", "pvc", "s3"] as const;
const ADAPTER_SCHEMES = ["hf", "huggingface", "pvc"] as const;

/** Accelerators of a replica. */
function deviceCount({ accelerator, acceleratorCount = 1, useCpuImage }: Args): number {
  return accelerator === undefined || useCpuImage === true ? 0 : acceleratorCount;
}

function withDefaultMemory(resources: Args["resources"]): Args["resources"] {
  const memory = resources?.requests?.memory ?? DEFAULT_MEMORY;
  return { ...resources, requests: { ...resources?.requests, memory } };
}

function placesAreLoadable({ url, adapters = [], storePaths = {} }: Args): Problem[] {
  const problem = (place: string | undefined, schemes: readonly string[], what: string): string | undefined => {
    if (place === undefined) return undefined;
    if (isStoreReference(place) && storePaths[place] === undefined) return storeProblem(place, storePaths);
    return placeProblem(storePaths[place] ?? place, schemes, what);
  };
  return [
    ...at(["url"], problem(url, MODEL_SCHEMES, "a model")),
    ...adapters.flatMap((adapter, index) =>
      at(["adapters", index, "url"], problem(adapter?.url, ADAPTER_SCHEMES, "an adapter")),
    ),
    ...within(["storePaths"], storePathsAreUsed(storePaths, [url, ...adapters.map((adapter) => adapter?.url)])),
  ];
}

/** First release that takes models and adapters from its store only (digitalhub-core 94438060c of 2026-05-21). */
const STORE_ONLY = "0.15.0";

/**
 * What DigitalHub's own function of this kind would refuse.
 *
 * @requirement DH-20
 */
function obeysDigitalHub({ digitalHubVersion, url, adapters = [], image }: Args): Problem[] {
  if (digitalHubVersion === undefined) return [];
  const foreign = image !== undefined && !isEventual(image) && !/^vllm\/vllm-openai(:.*)?$/.test(image);
  const problems = at(
    ["image"],
    foreign ? `${quote(image)}: DigitalHub takes images of vllm/vllm-openai only` : undefined,
  );
  const release = parseRelease(digitalHubVersion.replace(/-.*$/, ""));
  if (release === undefined || compareReleases(release, STORE_ONLY) < 0) return problems;
  const places = [url, ...adapters.map((adapter) => adapter?.url)];
  const outside = places.flatMap((place, index) => {
    if (place === undefined || isEventual(place) || isStoreReference(place)) return [];
    const message = `${quote(place)}: since ${STORE_ONLY} DigitalHub takes store://<project>/model/huggingface/<name> only; log the model there, use KubeAiText, or leave digitalHubVersion out`;
    return at(index === 0 ? ["url"] : ["adapters", index - 1, "url"], message);
  });
  return [...problems, ...outside];
}

function hardwareIsChosen({ accelerator, useCpuImage }: Args): Problem[] {
  if (accelerator !== undefined || useCpuImage === true) return [];
  const message = 'is missing; name one, such as "nvidia.com/gpu", or set useCpuImage: true to serve on CPU';
  return at(["accelerator"], message);
}

function imageIsUsable(args: Args): Problem[] {
  const { accelerator, useCpuImage, image } = args;
  if (accelerator === undefined && useCpuImage !== true) return [];
  const catalog = catalogOf(args);
  const { choice: known } = useCpuImage === true ? {} : hardwareOf({ accelerator, catalog: args.catalog });
  if (known === undefined && useCpuImage !== true) return [];
  return image === undefined ? imageExists(known, undefined, catalog) : imageFits(image, known, catalog);
}

/**
 * Traces need a place to go to.
 *
 * @requirement DH-23
 */
function telemetryHasPlace({ enableTelemetry = false, otlpEndpoint }: Args): Problem[] {
  if (enableTelemetry && otlpEndpoint === undefined) {
    return at(["otlpEndpoint"], 'is missing; say where traces go, such as "http://collector:4317"');
  }
  return at(
    ["otlpEndpoint"],
    !enableTelemetry && otlpEndpoint !== undefined ? "counts only with enableTelemetry: true" : undefined,
  );
}

function adaptersHaveNames({ adapters = [], modelName }: Args): Problem[] {
  const names = adapters.map((adapter) => adapter?.name);
  return names.flatMap((name, index) => {
    if (name === undefined) return [];
    const path = ["adapters", index, "name"];
    if (name === modelName) return at(path, `${quote(name)} is the name of the model itself`);
    return at(path, names.indexOf(name) === index ? undefined : `${quote(name)} is named twice`);
  });
}

/** Fills in what follows from the arguments. */
export function resolveVllmServe(name: string, spec: z.output<typeof vllmServeSchema>): VllmServeSpec {
  const { servingImages } = catalogOf(spec);
  const hardware = spec.useCpuImage
    ? hardwareOf({ tolerations: spec.tolerations, nodeSelector: spec.nodeSelector })
    : hardwareOf(spec);
  const vendor = hardware.choice === undefined ? "cpu" : hardware.choice.vendor;
  const usual: ServingImage | undefined =
    vendor === undefined ? undefined : defaultServingImage("vllm", vendor, undefined, servingImages);
  const known =
    servingImages.find((entry) => entry.image === spec.image) ?? (spec.image === undefined ? usual : undefined);
  const url = resolveStore(spec.url, spec.storePaths);
  const weights = modelBytes({ source: { uri: url }, modelSize: spec.modelSize, catalog: spec.catalog });
  return {
    ...spec,
    name: spec.name ?? name,
    modelName: spec.modelName ?? name,
    url,
    adapters: spec.adapters.map((adapter) => ({ ...adapter, url: resolveStore(adapter.url, spec.storePaths) })),
    image: spec.image ?? usual?.image ?? "",
    python: known?.python ?? "python3",
    hardware,
    memory: spec.resources?.limits?.memory ?? spec.resources?.requests?.memory ?? DEFAULT_MEMORY,
    vllm: useAllAccelerators(spec.vllm, hardware.count),
    ...(weights === undefined ? {} : { modelBytes: weights }),
  };
}
