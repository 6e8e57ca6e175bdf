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

/** One runtime as its project ships it. */
export interface CatalogueRuntime {
  /** `metadata.name` of the runtime, which services refer to. */
  name: string;
  /** OpenShift Template that holds it. */
  template?: string;
  kind: "ServingRuntime" | "ClusterServingRuntime";
  /** What the dashboard calls it. */
  displayName: string;
  distribution: "openshift-ai" | "kserve" | "own";
  /** Who answers for it; `removed`: an earlier release brought it along, see `removedIn`. */
  support: "preinstalled" | "technology-preview" | "tested-and-verified" | "upstream" | "removed" | "custom";
  /** Model server inside, such as `vllm`; its arguments are in `serverArguments`. */
  server: string;
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
  /** As the newest release ships it. */
  spec: RuntimeTemplateSpec;
  /** Paths in `spec` that are scripts, which this catalogue does not carry: the runtime cannot be rendered whole. */
  omitted?: string[];
  notes?: string[];
  source: string;
  confidence: string;
}

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
  const shown = known.find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  return (
    shown?.name ??
    nearest(
      name,
      known.map((runtime) => runtime.name),
    )
  );
}

/**
 * Version of the server that a platform release ships with a runtime; a patch release counts as its minor.
 *
 * @returns `undefined` where nobody read it
 */
export function serverVersionOf({ versions = [] }: CatalogueRuntime, platformVersion: string): string | undefined {
  const release = parseRelease(platformVersion);
  if (release === undefined) return undefined;
  const [major, minor] = release;
  return versions.find((entry) => compareReleases(entry.platformVersion, [major, minor, 0]) === 0)?.serverVersion;
}

/** The annotations of the ServingRuntime object, as the dashboard reads them. */
export function runtimeAnnotations(runtime: CatalogueRuntime, platformVersion?: string): Record<string, string> {
  const version = platformVersion === undefined ? undefined : serverVersionOf(runtime, platformVersion);
  const ofDashboard: Record<string, string> = {
    [annotations.displayName]: runtime.displayName,
    ...(version !== undefined && { [annotations.runtimeVersion]: `v${version}` }),
    ...(runtime.recommendedAccelerators.length > 0 && {
      [annotations.recommendedAccelerators]: JSON.stringify(runtime.recommendedAccelerators),
    }),
  };
  return { ...(runtime.distribution === "openshift-ai" && ofDashboard), ...runtime.annotations };
}

/** The annotations of the OpenShift Template around it; none for a runtime without a template. */
export function templateAnnotations(runtime: CatalogueRuntime): Record<string, string> {
  if (runtime.template === undefined) return {};
  return {
    [annotations.displayName]: runtime.displayName,
    "opendatahub.io/modelServingSupport": JSON.stringify(["single"]),
    "opendatahub.io/apiProtocol": runtime.apiProtocol ?? "REST",
    [annotations.modelType]: JSON.stringify(runtime.modelTypes),
  };
}
