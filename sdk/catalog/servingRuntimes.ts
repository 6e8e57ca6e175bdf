/** Serving runtimes that platforms bring along: OpenShift AI's templates and KServe's own ClusterServingRuntimes. */
import { annotations, type ServingRuntimeSpec, type WorkerSpec } from "../kubernetes/kserve";
import type { Container } from "../kubernetes/core";
import type { Vendor } from "./acceleratorFamilies";
import { nearest } from "./nearest";
import runtimes from "./servingRuntimes.json";
import { compareReleases, parseRelease } from "./versions";

/** A container without its image, which depends on platform and version: see `servingImages`. */
export type ImagelessContainer = Omit<Container, "image">;

/** `spec` of the runtime, without images. */
export type RuntimeTemplateSpec = Omit<ServingRuntimeSpec, "containers" | "workerSpec"> & {
  containers: ImagelessContainer[];
  workerSpec?: Omit<WorkerSpec, "containers"> & { containers: ImagelessContainer[] };
};

/** Who answers for a runtime; `removed`: an earlier release brought it along, see `removedIn`. */
export type RuntimeSupport =
  "preinstalled" | "technology-preview" | "tested-and-verified" | "upstream" | "removed" | "custom";

/** How a server is reached and watched. */
export interface RuntimeEndpoints {
  /** Port of REST requests, or of the only protocol there is. */
  port: number;
  grpcPort?: number;
  /** Port of the metrics, where the template's annotation says another one than the server listens on. */
  metricsPort?: number;
  /** Paths that answer 200 while the server lives, and once it has loaded its model. */
  health?: { live?: string; ready: string };
  source: string;
}

/** One runtime as its project ships it. */
export interface CatalogueRuntime {
  /** `metadata.name` of the runtime, which services refer to. */
  name: string;
  /** OpenShift Template that holds it. */
  template?: string;
  kind: "ServingRuntime" | "ClusterServingRuntime";
  /** What the dashboard calls it. */
  displayName: string;
  /** What earlier releases and their documentation call it. */
  formerDisplayNames?: string[];
  /** Not shown in the dashboard. */
  hidden?: boolean;
  distribution: "openshift-ai" | "kserve" | "own";
  support: RuntimeSupport;
  /** Releases of OpenShift AI with a level of their own. */
  supportByVersion?: { platformVersion: string; support: RuntimeSupport }[];
  /** Model server inside, such as `vllm`; its arguments are in `serverArguments`. */
  server: string;
  /** Servers of the containers, where several differ. */
  containerServers?: Record<string, string>;
  /** The annotation of the version has no `v` in front. */
  bareVersion?: boolean;
  modelTypes: ("generative" | "predictive")[];
  apiProtocol?: "REST" | "gRPC";
  /** CPU architectures of the nodes, where not all. */
  architectures?: string[];
  /** Resource names of the accelerators that the dashboard offers it for. */
  recommendedAccelerators: string[];
  /** Hardware its image is built for. */
  hardware: Vendor | "cpu";
  /** Open Data Hub release that no longer brings it. */
  removedIn?: string;
  /** Where models may be loaded from. */
  storage: ("oci" | "s3" | "pvc" | "hf" | "uri")[];
  /** Version of the server by release of Open Data Hub, whose numbers OpenShift AI shares since 3.0; newest last. */
  versions?: { platformVersion: string; serverVersion?: string }[];
  /** Further annotations of the object, beside those that {@link runtimeAnnotations} derives. */
  annotations?: Record<string, string>;
  endpoints?: RuntimeEndpoints;
  /** As the newest release ships it. */
  spec: RuntimeTemplateSpec;
  /** Paths in `spec` that are scripts, which this catalogue does not carry: the runtime cannot be rendered whole. */
  omitted?: string[];
  notes?: string[];
  source: string;
  confidence: string;
}

/**
 * Every runtime that platforms bring along.
 *
 * @requirement AC-4, AC-6, AC-10, AC-11, RT-18, RT-19, RT-20, RT-21, RT-22, RT-23, RT-24, RT-26, RT-35
 */
export const servingRuntimes: readonly CatalogueRuntime[] = runtimes as CatalogueRuntime[];

/**
 * Finds a runtime by its name or that of its template, ignoring case.
 *
 * @returns `undefined` for a runtime that the catalogue does not hold; {@link nearestServingRuntime} proposes one
 */
export function findServingRuntime(
  name: string,
  known: readonly CatalogueRuntime[] = servingRuntimes,
): CatalogueRuntime | undefined {
  const wanted = name.toLowerCase();
  return known.find((runtime) => runtime.name === wanted || runtime.template === wanted);
}

/** The known name closest to a misspelt one; a display name is answered with the name behind it. */
export function nearestServingRuntime(
  name: string,
  known: readonly CatalogueRuntime[] = servingRuntimes,
): string | undefined {
  const shown = known.find((runtime) =>
    displayNamesOf(runtime).some((one) => one.toLowerCase() === name.toLowerCase()),
  );
  return (
    shown?.name ??
    nearest(
      name,
      known.map((runtime) => runtime.name),
    )
  );
}

/** What people may have read in the dashboard of this or an earlier release. */
export function displayNamesOf({ displayName, formerDisplayNames = [] }: CatalogueRuntime): string[] {
  return [displayName, ...formerDisplayNames];
}

/** Where the vendor lists which runtime it supports on which release and accelerator. */
export const SUPPORTED_CONFIGURATIONS = "https://access.redhat.com/articles/rhoai-supported-configs";

/**
 * Who answers for a runtime on a release of OpenShift AI, with the accelerators and the version of the server there.
 *
 * @requirement RT-39, RT-40
 */
export function supportOf(
  runtime: CatalogueRuntime,
  platformVersion: string,
): { support: RuntimeSupport; accelerators: readonly string[]; serverVersion?: string; source: string } {
  const { support, supportByVersion = [], recommendedAccelerators: accelerators } = runtime;
  const own = supportByVersion.find((entry) => isSameMinor(entry.platformVersion, platformVersion))?.support;
  const serverVersion = serverVersionOf(runtime, platformVersion);
  return {
    support: isRemoved(runtime, platformVersion)
      ? "removed"
      : (own ?? (support === "removed" ? "preinstalled" : support)),
    accelerators,
    ...(serverVersion !== undefined && { serverVersion }),
    source: SUPPORTED_CONFIGURATIONS,
  };
}

/** Whether a release no longer brings the runtime; without a release, whether the newest one does not. */
export function isRemoved({ removedIn }: CatalogueRuntime, platformVersion?: string): boolean {
  if (removedIn === undefined) return false;
  return platformVersion === undefined || compareReleases(platformVersion, removedIn) >= 0;
}

function isSameMinor(one: string, other: string): boolean {
  const [left, right] = [parseRelease(one), parseRelease(other)];
  return left !== undefined && left[0] === right?.[0] && left[1] === right[1];
}

/**
 * Version of the server that a platform release ships with a runtime; a patch release counts as its minor.
 *
 * @returns `undefined` where nobody read it
 */
export function serverVersionOf({ versions = [] }: CatalogueRuntime, platformVersion: string): string | undefined {
  return versions.find((entry) => isSameMinor(entry.platformVersion, platformVersion))?.serverVersion;
}

/** The annotations of the ServingRuntime object, as the dashboard reads them. */
export function runtimeAnnotations(runtime: CatalogueRuntime, platformVersion?: string): Record<string, string> {
  const version = platformVersion === undefined ? undefined : serverVersionOf(runtime, platformVersion);
  const ofDashboard: Record<string, string> = {
    [annotations.displayName]: runtime.displayName,
    ...(version !== undefined && { [annotations.runtimeVersion]: versionText(runtime, version) }),
    ...(runtime.recommendedAccelerators.length > 0 && {
      [annotations.recommendedAccelerators]: JSON.stringify(runtime.recommendedAccelerators),
    }),
  };
  return { ...(runtime.distribution === "openshift-ai" && ofDashboard), ...runtime.annotations };
}

/** A version as the runtime's project writes it into the annotation. */
export function versionText({ bareVersion }: CatalogueRuntime, version: string): string {
  return bareVersion === true ? version : `v${version}`;
}

/** The annotations of the OpenShift Template around it; none for a runtime without a template. */
export function templateAnnotations(runtime: CatalogueRuntime): Record<string, string> {
  if (runtime.template === undefined) return {};
  return {
    [annotations.displayName]: runtime.displayName,
    [annotations.modelServingSupport]: JSON.stringify(["single"]),
    [annotations.apiProtocol]: runtime.apiProtocol ?? "REST",
    [annotations.modelType]: JSON.stringify(runtime.modelTypes),
  };
}
