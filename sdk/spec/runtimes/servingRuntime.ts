/** What a user may say of a serving runtime. */
import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { AcceleratorChoice } from "../../catalog/accelerators";
import type { Vendor } from "../../catalog/acceleratorFamilies";
import { findAccelerator } from "../../catalog/accelerators";
import { findServingImage, type ServingImage } from "../../catalog/servingImages";
import type { CatalogueRuntime } from "../../catalog/servingRuntimes";
import { findVllmPreset } from "../../catalog/vllmPresets";
import { catalogField, catalogIsSound, catalogOf, type WithCatalog } from "../catalog/field";
import { isEventual } from "../schema/eventual";
import { bytes, choice, dnsLabel, flag, list, object, text, whole } from "../schema/fields";
import { acceleratorProblems } from "../profiles/hardwareProfile";
import type { Loose, Plain, SchemaOf } from "../schema/plain";
import type { Platform } from "../platform/platform";
import { ingressFitsPlatform, platformField } from "../platform/platform";
import type { EnvironmentVariable, NodeAffinity, NodeToleration, ResourceSettings } from "../schema/pods";
import { affinity, check, coreObject, environment, environmentIsSound, nodeSelector } from "../schema/pods";
import { requestsWithinLimits, resourcesSchema, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";
import { repeatsSetting } from "../inference/serviceRules";
import type { SpecRule } from "../schema/validate";
import { catalogueRuntimeRules, entryOf, fixedArguments, hardwareOfEntry, imageOfEntry } from "./catalogueRuntime";
import { customIsSound, customRuntimeSchema, type CustomRuntime } from "./customRuntime";
import { formatsAgree, formatsSchema, type RuntimeFormat } from "./runtimeFormats";
import { imageExists, imageFits, vllmImage } from "./runtimeImages";
import { RuntimeEndpoint, RuntimeScope, scopeRules } from "./runtimeScope";
import { sharedMemoryFits, usualSharedMemory } from "./sharedMemory";
import type { VllmSettings } from "./vllm";
import { useAllAccelerators, vllmArguments, vllmSchema } from "./vllm";
import { everyAcceleratorUsed, knownToRelease } from "./vllmRules";

export { hardwareName, imageExists, imageFits } from "./runtimeImages";
export { sharedMemoryFits, usualSharedMemory } from "./sharedMemory";
export { everyAcceleratorUsed } from "./vllmRules";

/** What a runtime is, wherever it is made. */
export interface ServingRuntimeSettings {
  /** Runtime of the catalogue, such as `kserve-ovms`; see docs/catalog. Default: vLLM for the `accelerator`. */
  runtime?: string;
  /** Version of the server, of which the catalogue has an image. Default: the one that the platform version brings. */
  serverVersion?: string;
  /** Kinds of model it serves. Default: those of the catalogue's runtime; NIM has none, so give that of the model. */
  formats?: RuntimeFormat[];
  /** Intel Gaudi: answers sooner after a start, and slowly at first. Not for production. Default: false. */
  skipWarmup?: boolean;
  /** A server that the catalogue does not hold; needs an `image`. */
  custom?: CustomRuntime;
  /** Who may use the runtime. Default: services of the namespace. */
  scope?: RuntimeScope;
  /** Kept, but neither picked nor accepted when named. Default: false. */
  disabled?: boolean;
  /** False, the only mode: a pod serves one model. */
  multiModel?: boolean;
  /** What services reach, where a server speaks both. Default: `rest`. */
  endpoint?: RuntimeEndpoint;
  /** Name for people. Default: that of OpenShift AI's own template for the hardware. */
  displayName?: Input<string>;
  /** Hardware the runtime is for: a product or a resource name; decides the image. Default: CPU. */
  accelerator?: string;
  /** Accelerators of each pod, written into the runtime. Default: none written; the service says how many. */
  acceleratorCount?: number;
  /** Serving image. Default: the catalogue's for hardware and platform version. */
  image?: Input<string>;
  /** vLLM settings for every service of this runtime. */
  vllm?: VllmSettings;
  /** Further arguments of the server, one token each: `--flag=value`. */
  args?: Input<string>[];
  /** Further environment variables of the server. */
  env?: EnvironmentVariable[];
  /** CPU and memory, where services give none. */
  resources?: ResourceSettings;
  /** Size of `/dev/shm`. Default: 2Gi, 16Gi for several accelerators, none without accelerators. */
  sharedMemory?: string;
  /** Whether KServe may pick this runtime for services that name none. Default: true, except on Gaudi. */
  autoSelect?: boolean;
  /** Further volumes. */
  volumes?: Input<types.input.core.v1.Volume>[];
  /** Further mounts of the serving container. */
  volumeMounts?: Input<types.input.core.v1.VolumeMount>[];
  /** Secrets for private registries. */
  imagePullSecrets?: Input<string>[];
  /**
   * Node labels for every service of this runtime, such as the product of a GPU.
   *
   * @requirement VL-28
   */
  nodeSelector?: Record<string, string>;
  /** Affinity for every service of this runtime. */
  affinity?: NodeAffinity;
  /** Tolerations, used only by services that have none of their own. */
  tolerations?: NodeToleration[];
}

/**
 * Arguments of the ServingRuntime component: vLLM for one kind of hardware, a runtime of the catalogue, or one's own.
 *
 * @requirement RT-1, RT-16, RT-41
 */
export interface ServingRuntimeArgs extends ServingRuntimeSettings, WithCatalog {
  /** Name of the object, which services refer to. Default: the component's name. */
  name?: string;
  /** Namespace of the object. Default: that of the platform for a global template, none for the whole cluster. */
  namespace?: Input<string>;
  /** Default: OpenShift AI. */
  platform?: Platform;
}

const namespaceField = dnsLabel("a namespace");

export const servingRuntimeSchema = object({
  name: dnsLabel("a runtime name").optional(),
  namespace: namespaceField.optional(),
  runtime: text("the name of a runtime of the catalogue").optional(),
  serverVersion: text("a version of the server").optional(),
  formats: formatsSchema.optional(),
  skipWarmup: flag.optional(),
  custom: customRuntimeSchema.optional(),
  scope: choice(Object.values(RuntimeScope)).default("namespace"),
  disabled: flag.optional(),
  multiModel: flag.optional(),
  endpoint: choice(Object.values(RuntimeEndpoint)).default("rest"),
  platform: platformField,
  displayName: text("a name").optional(),
  accelerator: text("an accelerator").optional(),
  acceleratorCount: whole(1, 64).optional(),
  image: text("an image reference").optional(),
  vllm: vllmSchema.prefault({}),
  args: list(text("one argument"), "arguments").default([]),
  env: environment.default([]),
  resources: resourcesSchema.prefault({}),
  sharedMemory: bytes.optional(),
  autoSelect: flag.optional(),
  volumes: list(coreObject<Plain<types.input.core.v1.Volume>>("a volume"), "volumes").default([]),
  volumeMounts: list(coreObject<Plain<types.input.core.v1.VolumeMount>>("a volume mount"), "volume mounts").default([]),
  imagePullSecrets: list(dnsLabel("the name of a Secret"), "Secret names").optional(),
  nodeSelector: nodeSelector.optional(),
  affinity: affinity.optional(),
  tolerations: tolerations.optional(),
  catalog: catalogField,
}) satisfies SchemaOf<ServingRuntimeArgs>;

export type Args = Loose<ServingRuntimeArgs>;

/** A runtime with everything that follows from its arguments. */
export interface ServingRuntimeSpec extends Omit<
  z.output<typeof servingRuntimeSchema>,
  "name" | "namespace" | "image"
> {
  name: string;
  /** Empty for one of the whole cluster. */
  namespace: string;
  image: string;
  /** Interpreter inside the image. */
  python: string;
  /** vLLM version inside the image, where known. */
  vllmVersion?: string;
  hardware?: AcceleratorChoice;
  /** The runtime of the catalogue that this one is made from. */
  entry?: CatalogueRuntime;
  /** Absent for a device of an unknown maker. */
  vendor?: Vendor | "cpu";
}

export const servingRuntimeRules: readonly SpecRule<ServingRuntimeArgs>[] = [
  catalogIsSound,
  (args) => acceleratorProblems(args, ["accelerator"]),
  ({ resources }) => check(resources, ["resources"], requestsWithinLimits),
  ({ env }) => check(env, ["env"], environmentIsSound),
  imageIsUsable,
  settingsFitImage,
  (args) => repeatsSetting(args.args, fixedBy(args), "the runtime"),
  (args) => (isMultiNode(args) ? [] : everyAcceleratorUsed(args.vllm, args.acceleratorCount)),
  ({ sharedMemory, resources, ...args }) => sharedMemoryFits(sharedMemory, sharingCount(args), resources),
  ({ custom }) => check(custom, ["custom"], customIsSound),
  ({ formats }) => check(formats, ["formats"], formatsAgree),
  warmupFits,
  ...catalogueRuntimeRules,
  ...scopeRules,
  ingressFitsPlatform,
];

/** Arguments every vLLM runtime starts with; the name expands to that of the InferenceService. */
export const TEMPLATE_ARGS = ["--port=8080", "--model=/mnt/models", "--served-model-name={{.Name}}"] as const;

/** Accelerators the runtime reckons with. */
function runtimeCount({ accelerator, acceleratorCount }: Args): number {
  return accelerator === undefined ? 0 : (acceleratorCount ?? 1);
}

/** Accelerators whose processes exchange data through `/dev/shm` by default: those of vLLM. */
function sharingCount(args: Args): number {
  const entry = entryOf(args);
  if (args.custom !== undefined || (entry !== undefined && entry.server !== "vllm")) return 0;
  if (entry === undefined) return runtimeCount(args);
  return entry.hardware === "cpu" ? 0 : (args.acceleratorCount ?? 1);
}

function isMultiNode(args: Args): boolean {
  return entryOf(args)?.spec.workerSpec !== undefined;
}

/** What the server is told before the user's own arguments. */
function fixedBy(args: Args): string[] {
  if (args.custom !== undefined) return [];
  const entry = entryOf(args);
  if (args.runtime !== undefined && entry === undefined) return [];
  return [...(entry === undefined ? TEMPLATE_ARGS : fixedArguments(entry)), ...vllmArguments(args.vllm ?? {})];
}

/** Fills in what follows from the arguments. */
export function resolveServingRuntime(name: string, spec: z.output<typeof servingRuntimeSchema>): ServingRuntimeSpec {
  const { custom } = spec;
  const { entry, hardware, image, vendor } = foundOf(spec);
  const isVllm = custom === undefined && (entry === undefined || entry.server === "vllm");
  return {
    ...spec,
    name: spec.name ?? name,
    namespace: spec.namespace ?? (spec.scope === "global-template" ? spec.platform.applicationsNamespace : ""),
    image: image?.image ?? spec.image ?? "",
    python: image?.python ?? (entry === undefined ? "python3" : "python"),
    ...(image?.serverVersion === undefined || !isVllm ? {} : { vllmVersion: image.serverVersion }),
    ...(hardware === undefined ? {} : { hardware }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(entry === undefined ? {} : { entry }),
    vllm: isMultiNode(spec) ? spec.vllm : useAllAccelerators(spec.vllm, spec.acceleratorCount ?? 0),
    resources: resourcesOf(spec),
    env: spec.skipWarmup === true ? [...spec.env, { name: SKIP_WARMUP, value: "true" }] : spec.env,
    autoSelect: spec.autoSelect ?? (entry === undefined ? vendor !== "intel" : undefined),
    sharedMemory: spec.sharedMemory ?? usualSharedMemory(sharingCount(spec)),
  };
}

interface Found {
  entry?: CatalogueRuntime;
  hardware: AcceleratorChoice | undefined;
  vendor: Vendor | "cpu" | undefined;
  image: ServingImage | undefined;
}

/** What the catalogue says of the runtime, its hardware and its image. */
function foundOf(spec: z.output<typeof servingRuntimeSchema>): Found {
  const catalog = catalogOf(spec);
  const entry = entryOf(spec);
  const named = spec.accelerator === undefined ? undefined : findAccelerator(spec.accelerator, catalog.accelerators);
  const given = spec.image === undefined ? undefined : findServingImage(spec.image, catalog.servingImages);
  if (entry !== undefined) {
    const hardware = named ?? hardwareOfEntry(entry);
    const image = spec.image === undefined ? imageOfEntry(entry, spec, catalog) : given;
    // A server of CPUs that is offered for accelerators as well runs on either.
    const isOpen = entry.hardware === "cpu" && (entry.recommendedAccelerators.length > 0 || named !== undefined);
    return { entry, hardware, image, vendor: isOpen ? undefined : entry.hardware };
  }
  const vendor = named === undefined ? "cpu" : named.vendor;
  if (spec.custom !== undefined)
    return { hardware: named, image: given, vendor: named === undefined ? undefined : vendor };
  const usual = vendor && vllmImage(vendor, spec.platform.version, catalog, spec.serverVersion);
  return { hardware: named, vendor, image: spec.image === undefined ? usual : given };
}

/** What is given, else what the presets recommend. */
function resourcesOf({ resources, vllm }: z.output<typeof servingRuntimeSchema>): ServingRuntimeSpec["resources"] {
  if (Object.keys(resources).length > 0) return resources;
  const recommended = (vllm.presets ?? []).map((preset) => findVllmPreset(preset)?.resources);
  return recommended.findLast((one) => one !== undefined) ?? resources;
}

const SKIP_WARMUP = "VLLM_SKIP_WARMUP";

/**
 * Only vLLM for Gaudi warms up by running every shape of request once.
 *
 * @requirement AC-7
 */
function warmupFits(args: Args): Problem[] {
  if (args.skipWarmup === undefined) return [];
  const { accelerators } = catalogOf(args);
  const named = args.accelerator === undefined ? undefined : findAccelerator(args.accelerator, accelerators)?.vendor;
  const isGaudi = (entryOf(args)?.hardware ?? named) === "intel" && args.custom === undefined;
  const index = (args.env ?? []).findIndex((variable) => variable?.name === SKIP_WARMUP);
  return [
    ...at(["skipWarmup"], isGaudi ? undefined : "is for vLLM on Intel Gaudi; leave it out"),
    ...at(
      ["env", index, "name"],
      index < 0 ? undefined : `${SKIP_WARMUP} is what skipWarmup sets; keep one of the two`,
    ),
  ];
}

function imageIsUsable({ image, accelerator, platform, serverVersion, ...args }: Args): Problem[] {
  if (args.runtime !== undefined || args.custom !== undefined) return [];
  const catalog = catalogOf(args);
  const hardware = accelerator === undefined ? undefined : findAccelerator(accelerator, catalog.accelerators);
  if (accelerator !== undefined && hardware === undefined) return [];
  if (image === undefined) return imageExists(hardware, platform?.version, catalog, serverVersion);
  return imageFits(image, hardware, catalog);
}

/** Each setting is an argument that the release inside the image has. */
function settingsFitImage({ image, vllm, platform, serverVersion, ...args }: Args): Problem[] {
  if (vllm === undefined || args.custom !== undefined || isEventual(image)) return [];
  const catalog = catalogOf(args);
  const entry = entryOf(args);
  const hardware = args.accelerator === undefined ? undefined : findAccelerator(args.accelerator, catalog.accelerators);
  const vendor = entry?.hardware ?? (args.accelerator === undefined ? "cpu" : hardware?.vendor);
  const usual = vendor && vllmImage(vendor, platform?.version, catalog, serverVersion);
  const used = image === undefined ? usual : findServingImage(image, catalog.servingImages);
  return knownToRelease(vllm, used?.serverVersion, catalog.modelServers);
}
