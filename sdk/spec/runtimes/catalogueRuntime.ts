/** What follows from naming a runtime of the catalogue, and what may be said beside it. */
import { type AcceleratorChoice, findAccelerator } from "../../catalog/accelerators";
import type { Catalog } from "../../catalog/catalog";
import { imageVersions, servingImageFor, type ServingImage } from "../../catalog/servingImages";
import type { CatalogueRuntime } from "../../catalog/servingRuntimes";
import { findServingRuntime, isRemoved, nearestServingRuntime, serverVersionOf } from "../../catalog/servingRuntimes";
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import { catalogOf } from "../catalog/field";
import { isEventual } from "../schema/eventual";
import type { Loose } from "../schema/plain";
import type { EnvironmentVariable } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import { imageProblem } from "../storage/modelSource";
import type { Platform } from "../platform/platform";
import { multiNodeParts } from "./multiNodeParts";
import { hardwareName, versionMissing } from "./runtimeImages";
import type { VllmSettings } from "./vllm";
import { withoutPresets } from "./vllm";

/** What the conditions look at. */
export interface RuntimeChoice {
  runtime?: string | undefined;
  custom?: object | undefined;
  serverVersion?: string | undefined;
  accelerator?: string | undefined;
  acceleratorCount?: number | undefined;
  image?: string | undefined;
  endpoint?: "rest" | "grpc" | undefined;
  autoSelect?: boolean | undefined;
  formats?: readonly unknown[] | undefined;
  env?: Loose<EnvironmentVariable[]> | undefined;
  vllm?: Loose<VllmSettings> | undefined;
  platform?: Loose<Platform> | undefined;
  catalog?: unknown;
}

/** The runtime of the catalogue that the arguments name. */
export function entryOf({ runtime, ...args }: RuntimeChoice): CatalogueRuntime | undefined {
  return runtime === undefined ? undefined : findServingRuntime(runtime, catalogOf(args).servingRuntimes);
}

/** The devices a runtime is for, where it is for one kind. */
export function hardwareOfEntry({ recommendedAccelerators }: CatalogueRuntime): AcceleratorChoice | undefined {
  const [only] = recommendedAccelerators;
  return only === undefined ? undefined : findAccelerator(only);
}

/** Arguments that the runtime starts its server with. */
export function fixedArguments({ spec }: CatalogueRuntime): string[] {
  return spec.containers.find(({ name }) => name === MAIN_CONTAINER)?.args ?? [];
}

/** The image of a container of a runtime, as the catalogue has it. */
export function imageOfEntry(
  entry: CatalogueRuntime,
  { platform, serverVersion }: RuntimeChoice,
  { servingImages }: Catalog,
  container = MAIN_CONTAINER,
): ServingImage | undefined {
  const platformVersion = platform?.version;
  const shippedVersion = platformVersion === undefined ? undefined : serverVersionOf(entry, platformVersion);
  const server = entry.containerServers?.[container] ?? entry.server;
  const wish = { server, vendor: entry.hardware, platformVersion, shippedVersion, serverVersion };
  return servingImageFor(wish, servingImages);
}

export const catalogueRuntimeRules: readonly ((args: RuntimeChoice) => Problem[])[] = [
  runtimeIsKnown,
  oneOrigin,
  stillBrought,
  canBeRendered,
  imageIsKnown,
  hardwareFits,
  endpointExists,
  settingsFitServer,
  sizesOfNodes,
  formatsAreSaid,
];

/** Nearest spelling; a display name is answered with the name behind it. */
function runtimeIsKnown(args: RuntimeChoice): Problem[] {
  const { runtime } = args;
  if (runtime === undefined || entryOf(args) !== undefined) return [];
  const proposal = nearestServingRuntime(runtime, catalogOf(args).servingRuntimes);
  const hint = proposal === undefined ? "see docs/catalog/serving-runtimes.md" : `did you mean ${proposal}?`;
  return at(["runtime"], `${quote(runtime)} is not a runtime of the catalogue; ${hint}`);
}

function oneOrigin({ runtime, custom, image, serverVersion, autoSelect }: RuntimeChoice): Problem[] {
  return [
    ...at(
      ["custom"],
      runtime === undefined || custom === undefined
        ? undefined
        : "cannot be combined with runtime; keep one of the two",
    ),
    ...at(["image"], custom === undefined ? undefined : customImage(image)),
    ...at(
      ["serverVersion"],
      serverVersion === undefined || (image === undefined && custom === undefined)
        ? undefined
        : "cannot be combined with an image, which has one version; keep one of the two",
    ),
    ...at(
      ["autoSelect"],
      custom === undefined || autoSelect === undefined ? undefined : "is said of each format of a custom runtime",
    ),
  ];
}

function customImage(image: string | undefined): string | undefined {
  if (image === undefined) return "is missing; the catalogue has no image of a custom runtime";
  return isEventual(image) ? undefined : imageProblem(image);
}

function stillBrought(args: RuntimeChoice): Problem[] {
  const entry = entryOf(args);
  if (entry?.removedIn === undefined || !isRemoved(entry, args.platform?.version)) return [];
  const message = `${quote(entry.name)} was removed in ${entry.removedIn}; set platform.version to an older release that still has it, or choose another runtime`;
  return at(["runtime"], message);
}

/** The catalogue leaves scripts out; those of the built-in runtimes are written here. */
function canBeRendered(args: RuntimeChoice): Problem[] {
  const entry = entryOf(args);
  if (entry?.omitted === undefined || entry.omitted.length === 0 || entry.name in multiNodeParts) return [];
  return at(
    ["runtime"],
    `${quote(entry.name)} cannot be written whole: the catalogue lacks ${entry.omitted.join(", ")}`,
  );
}

function formatsAreSaid(args: RuntimeChoice): Problem[] {
  const { formats, custom, runtime } = args;
  const entry = entryOf(args);
  if (formats === undefined) {
    const isOpen = entry !== undefined && (entry.spec.supportedModelFormats ?? []).length === 0;
    return at(
      ["formats"],
      isOpen ? `is missing; ${entry.name} serves the model of its image, so name that` : undefined,
    );
  }
  if (custom !== undefined) return at(["formats"], "is said in custom; keep one of the two");
  return at(["formats"], runtime === undefined ? "is for a runtime of the catalogue; vLLM serves vLLM" : undefined);
}

/** @requirement RT-5 */
function imageIsKnown(args: RuntimeChoice): Problem[] {
  const entry = entryOf(args);
  if (entry === undefined) return [];
  const { image, serverVersion } = args;
  if (image !== undefined) return at(["image"], isEventual(image) ? undefined : imageProblem(image));
  const catalog = catalogOf(args);
  if (imageOfEntry(entry, args, catalog) !== undefined) return [];
  const hardware = hardwareName(entry.hardware);
  const versions = imageVersions(entry.server, entry.hardware, catalog.servingImages);
  if (serverVersion !== undefined && versions.length > 0) {
    return versionMissing(`${entry.server} ${serverVersion} for ${hardware}`, versions);
  }
  return at(["image"], `is missing; the catalogue has no image of ${entry.server} for ${hardware}, so name one`);
}

function hardwareFits(args: RuntimeChoice): Problem[] {
  const entry = entryOf(args);
  if (entry === undefined || entry.hardware === "cpu" || args.accelerator === undefined) return [];
  const { servingRuntimes, accelerators } = catalogOf(args);
  const vendor = findAccelerator(args.accelerator, accelerators)?.vendor;
  if (vendor === undefined || vendor === entry.hardware) return [];
  const other = servingRuntimes.find(({ server, hardware }) => server === entry.server && hardware === vendor);
  const hint = other === undefined ? "" : `; did you mean ${other.name}?`;
  const message = `${quote(entry.name)} serves on ${hardwareName(entry.hardware)}, but the hardware is ${hardwareName(vendor)}${hint}`;
  return at(["runtime"], message);
}

function endpointExists(args: RuntimeChoice): Problem[] {
  if (args.endpoint !== "grpc") return [];
  const entry = entryOf(args);
  if (args.runtime !== undefined && entry === undefined) return [];
  if (args.custom !== undefined) return at(["endpoint"], "is said by the first port of a custom runtime; call it h2c");
  if (entry?.endpoints?.grpcPort !== undefined || entry?.apiProtocol === "gRPC") return [];
  return at(["endpoint"], `"grpc" is not spoken by ${entry?.name ?? "vLLM"}, only REST`);
}

function settingsFitServer(args: RuntimeChoice): Problem[] {
  const { custom, vllm = {} } = args;
  const server = custom === undefined ? entryOf(args)?.server : "a server of your own";
  const given = Object.values(vllm).some((value) => value !== undefined);
  if (!given || server === undefined || server === "vllm") return [];
  return at(["vllm"], `holds settings of vLLM, but the runtime starts ${server}; use args`);
}

/**
 * KServe tells the pods of several nodes their sizes itself, and refuses a runtime that says them in variables.
 * With executor `mp` each node holds one pipeline stage, and each of its accelerators one tensor rank.
 */
function sizesOfNodes(args: RuntimeChoice): Problem[] {
  const entry = entryOf(args);
  if (entry?.spec.workerSpec === undefined) return [];
  const ownVariables = (args.env ?? []).flatMap((variable, index) =>
    variable?.name === "TENSOR_PARALLEL_SIZE" || variable?.name === "PIPELINE_PARALLEL_SIZE"
      ? at(["env", index, "name"], `${variable.name} is set by KServe; use vllm.${SETTING[variable.name]} instead`)
      : [],
  );
  const { tensorParallelSize = 1 } = withoutPresets(args.vllm ?? {});
  const count = args.acceleratorCount;
  const isUneven = entry.server === "vllm" && count !== undefined && count !== tensorParallelSize;
  const message = `${count ?? 0} accelerators of each node, but a tensor parallel size of ${tensorParallelSize}: they must be equal`;
  return [...ownVariables, ...at(["acceleratorCount"], isUneven ? message : undefined)];
}

const SETTING = {
  TENSOR_PARALLEL_SIZE: "tensorParallelSize",
  PIPELINE_PARALLEL_SIZE: "pipelineParallelSize",
} as const;
