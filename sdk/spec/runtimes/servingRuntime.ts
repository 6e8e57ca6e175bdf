/** What a user may say of a serving runtime. */
import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { AcceleratorChoice } from "../../catalog/accelerators";
import type { Vendor } from "../../catalog/acceleratorFamilies";
import { familyOfVendor } from "../../catalog/acceleratorFamilies";
import { findAccelerator } from "../../catalog/accelerators";
import { defaultServingImage, findServingImage, type ServingImage } from "../../catalog/servingImages";
import type { Catalog } from "../../catalog/catalog";
import { catalogField, catalogIsSound, catalogOf, type WithCatalog } from "../catalog/field";
import { isEventual } from "../schema/eventual";
import { bytes, dnsLabel, flag, list, object, text, whole } from "../schema/fields";
import { acceleratorProblems } from "../profiles/hardwareProfile";
import { imageProblem } from "../storage/modelSource";
import type { Loose, Plain, SchemaOf } from "../schema/plain";
import type { Platform } from "../platform/platform";
import { ingressFitsPlatform, platformField } from "../platform/platform";
import type { EnvironmentVariable, NodeAffinity, NodeToleration, ResourceSettings } from "../schema/pods";
import { affinity, check, coreObject, environment, environmentIsSound, isLess, nodeSelector } from "../schema/pods";
import { requestsWithinLimits, resourcesSchema, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import { repeatsSetting } from "../inference/serviceRules";
import type { VllmSettings } from "./vllm";
import { useAllAccelerators, vllmArguments, vllmSchema, worldSize } from "./vllm";
import type { SpecRule } from "../schema/validate";

/** Arguments of the ServingRuntime component: a vLLM server for one kind of hardware. */
export interface ServingRuntimeArgs extends WithCatalog {
  /** Name of the object, which services refer to. Default: the component's name. */
  name?: string;
  /** Namespace of the object. */
  namespace: Input<string>;
  /** Default: OpenShift AI. */
  platform?: Platform;
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
  /** Node labels for every service of this runtime. */
  nodeSelector?: Record<string, string>;
  /** Affinity for every service of this runtime. */
  affinity?: NodeAffinity;
  /** Tolerations, used only by services that have none of their own. */
  tolerations?: NodeToleration[];
}

export const servingRuntimeSchema = object({
  name: dnsLabel("a runtime name").optional(),
  namespace: dnsLabel("a namespace"),
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

type Args = Loose<ServingRuntimeArgs>;

/** A runtime with everything that follows from its arguments. */
export interface ServingRuntimeSpec extends Omit<z.output<typeof servingRuntimeSchema>, "name" | "image"> {
  name: string;
  image: string;
  /** Interpreter inside the image. */
  python: string;
  /** vLLM version inside the image, where known. */
  vllmVersion?: string;
  hardware?: AcceleratorChoice;
  /** Absent for a device of an unknown maker. */
  vendor?: Vendor | "cpu";
}

export const servingRuntimeRules: readonly SpecRule<ServingRuntimeArgs>[] = [
  catalogIsSound,
  (args) => acceleratorProblems(args, ["accelerator"]),
  ({ resources }) => check(resources, ["resources"], requestsWithinLimits),
  ({ env }) => check(env, ["env"], environmentIsSound),
  imageIsUsable,
  ({ args, vllm }) => repeatsSetting(args, [...TEMPLATE_ARGS, ...vllmArguments(vllm ?? {})], "the runtime"),
  ({ vllm, acceleratorCount }) => everyAcceleratorUsed(vllm, acceleratorCount),
  ({ sharedMemory, resources, ...args }) => sharedMemoryFits(sharedMemory, runtimeCount(args), resources),
  ingressFitsPlatform,
];

/** Arguments every vLLM runtime starts with; the name expands to that of the InferenceService. */
export const TEMPLATE_ARGS = ["--port=8080", "--model=/mnt/models", "--served-model-name={{.Name}}"] as const;

/** Accelerators the runtime reckons with. */
function runtimeCount({ accelerator, acceleratorCount }: Args): number {
  return accelerator === undefined ? 0 : (acceleratorCount ?? 1);
}

/** Fills in what follows from the arguments. */
export function resolveServingRuntime(name: string, spec: z.output<typeof servingRuntimeSchema>): ServingRuntimeSpec {
  const catalog = catalogOf(spec);
  const hardware = spec.accelerator === undefined ? undefined : findAccelerator(spec.accelerator, catalog.accelerators);
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  const image = chooseImage(spec.image, vendor, spec.platform.version, catalog);
  return {
    ...spec,
    name: spec.name ?? name,
    image: image?.image ?? spec.image ?? "",
    python: image?.python ?? "python3",
    ...(image?.serverVersion === undefined ? {} : { vllmVersion: image.serverVersion }),
    ...(hardware === undefined ? {} : { hardware }),
    ...(vendor === undefined ? {} : { vendor }),
    vllm: useAllAccelerators(spec.vllm, spec.acceleratorCount ?? 0),
    autoSelect: spec.autoSelect ?? vendor !== "intel",
    sharedMemory: spec.sharedMemory ?? usualSharedMemory(runtimeCount(spec)),
  };
}

/** Tensor times pipeline parallel size is the number of accelerators: more cannot start, fewer leaves some idle. */
export function everyAcceleratorUsed(vllm: Loose<VllmSettings> | undefined, count: number | undefined): Problem[] {
  const { tensorParallelSize, pipelineParallelSize } = vllm ?? {};
  // On CPUs the sizes divide sockets, which no resource counts.
  if (count === undefined || count === 0) return [];
  if (tensorParallelSize === undefined && pipelineParallelSize === undefined) return [];
  const used = worldSize(useAllAccelerators(vllm ?? {}, count));
  if (used === count) return [];
  const [tensor, pipeline] = [tensorParallelSize ?? 1, pipelineParallelSize ?? 1];
  const consequence = used > count ? "the server cannot start" : `${count - used} would stay idle`;
  const has = count === 1 ? "1 accelerator" : `${count} accelerators`;
  const message = `${tensor} (tensor) x ${pipeline} (pipeline) = ${tensor * pipeline}, but a replica has ${has}: ${consequence}`;
  return [
    { path: ["vllm", tensorParallelSize === undefined ? "pipelineParallelSize" : "tensorParallelSize"], message },
  ];
}

/** Size of `/dev/shm`, through which the processes of a replica exchange data; without it there are 64Mi. */
export function usualSharedMemory(count: number): string | undefined {
  return count === 0 ? undefined : count === 1 ? "2Gi" : "16Gi";
}

/** `/dev/shm` counts against the memory limit. */
export function sharedMemoryFits(
  given: string | undefined,
  count: number,
  resources: Loose<ResourceSettings> | undefined,
): Problem[] {
  const limit = resources?.limits?.memory ?? resources?.requests?.memory;
  const size = given ?? usualSharedMemory(count);
  if (size === undefined || limit === undefined || isLess(size, limit)) return [];
  const origin =
    given === undefined ? ` (the default for ${count === 1 ? "one accelerator" : "several accelerators"})` : "";
  return at(["sharedMemory"], `${size}${origin} leaves nothing of the memory limit, ${limit}`);
}

/** An image is built for one kind of hardware. */
export function imageFits(
  image: string | undefined,
  hardware: AcceleratorChoice | undefined,
  { servingImages }: Catalog,
): Problem[] {
  if (image === undefined || isEventual(image)) return [];
  const form = imageProblem(image);
  if (form !== undefined) return at(["image"], form);
  const built = findServingImage(image, servingImages)?.vendor;
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  if (built === undefined || vendor === undefined || built === vendor) return [];
  return at(
    ["image"],
    `${quote(image)} is built for ${hardwareName(built)}, but the hardware is ${hardwareName(vendor)}`,
  );
}

/** What people call the hardware of a vendor. */
export function hardwareName(vendor: Vendor | "cpu"): string {
  return vendor === "cpu" ? "CPU" : (familyOfVendor(vendor)?.displayName ?? vendor);
}

/** The catalogue must have an image for the hardware when the user names none. */
export function imageExists(
  hardware: AcceleratorChoice | undefined,
  version: string | undefined,
  { servingImages }: Catalog,
): Problem[] {
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  if (vendor !== undefined && defaultServingImage("vllm", vendor, version, servingImages) !== undefined) return [];
  const name = hardware === undefined ? "CPU" : `${hardware.displayName} (${hardware.resource})`;
  return [{ path: ["image"], message: `is missing; the catalogue has no vLLM image for ${name}, so name one` }];
}

function imageIsUsable({ image, accelerator, platform, ...args }: Args): Problem[] {
  const catalog = catalogOf(args);
  const hardware = accelerator === undefined ? undefined : findAccelerator(accelerator, catalog.accelerators);
  if (accelerator !== undefined && hardware === undefined) return [];
  return image === undefined ? imageExists(hardware, platform?.version, catalog) : imageFits(image, hardware, catalog);
}

function chooseImage(
  image: string | undefined,
  vendor: Vendor | "cpu" | undefined,
  version: string | undefined,
  { servingImages }: Catalog,
): ServingImage | undefined {
  if (image !== undefined) return findServingImage(image, servingImages);
  return vendor === undefined ? undefined : defaultServingImage("vllm", vendor, version, servingImages);
}
