import type { CatalogueRuntime, ImagelessContainer } from "../../sdk/catalog/servingRuntimes";
import { runtimeAnnotations, versionText } from "../../sdk/catalog/servingRuntimes";
import type { Container, ContainerPort, Volume } from "../../sdk/kubernetes/core";
import type { ServingRuntime, WorkerSpec } from "../../sdk/kubernetes/kserve";
import { annotations, MAIN_CONTAINER, SERVING_V1ALPHA1 } from "../../sdk/kubernetes/kserve";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import { catalogOf } from "../../sdk/spec/catalog/field";
import { imageOfEntry } from "../../sdk/spec/runtimes/catalogueRuntime";
import { multiNodeParts } from "../../sdk/spec/runtimes/multiNodeParts";
import type { ServingRuntimeSpec } from "../../sdk/spec/runtimes/servingRuntime";
import { vllmArguments, withoutPresets } from "../../sdk/spec/runtimes/vllm";
import {
  forPlatform,
  healthProbes,
  mergedEnvironment,
  mergedMounts,
  mergedResources,
  mergedVolumes,
  runtimeLabels,
} from "./runtimeContainer";

/**
 * A copy of a runtime of the catalogue, with its metrics annotations, and with what the user changes.
 *
 * Beyond what its project ships it has: probes where there are none, the port by name, and the port of the metrics as
 * it is.
 *
 * @requirement RT-18, RT-22, RT-25, RT-38, RT-42, RT-47, OP-12
 */
export function catalogueRuntimeManifest(runtime: ServingRuntimeSpec, entry: CatalogueRuntime): ServingRuntime {
  const { spec } = entry;
  const { nodeSelector, affinity, tolerations } = runtime;
  const secrets = (runtime.imagePullSecrets ?? []).map((name) => ({ name }));
  const formats = runtime.formats ?? spec.supportedModelFormats ?? [];
  return {
    apiVersion: SERVING_V1ALPHA1,
    kind: "ServingRuntime",
    metadata: {
      name: runtime.name,
      namespace: runtime.namespace,
      labels: runtimeLabels(runtime, entry.hidden),
      annotations: metadataAnnotations(runtime, entry),
    },
    spec: present({
      ...spec,
      annotations: forPlatform(podAnnotations(entry), runtime),
      multiModel: false,
      supportedModelFormats: formats.map((format) => ({
        ...present(format),
        ...(runtime.autoSelect !== undefined && { autoSelect: runtime.autoSelect }),
      })),
      containers: spec.containers.map((container) => containerOf(container, runtime, entry)),
      volumes: mergedVolumes(spec.volumes ?? [], runtime),
      workerSpec: workerOf(runtime, entry),
      imagePullSecrets: nonEmpty([...(spec.imagePullSecrets ?? []), ...secrets]),
      nodeSelector: nodeSelector ?? spec.nodeSelector,
      affinity: affinity ?? spec.affinity,
      tolerations: tolerations ?? spec.tolerations,
    }),
  };
}

/**
 * What the dashboard writes into a copy of a template.
 *
 * @requirement RT-2, RT-48
 */
function metadataAnnotations(runtime: ServingRuntimeSpec, entry: CatalogueRuntime): Record<string, string> {
  const { serverVersion = imageVersion(runtime, entry) } = runtime;
  // A template says nothing of itself; the dashboard writes that into the copies.
  const isCopy = entry.template !== undefined && runtime.scope === "namespace";
  const version = serverVersion && versionText(entry, serverVersion.replace(/^v/, ""));
  return forPlatform(
    present({
      ...runtimeAnnotations(entry),
      [annotations.displayName]: runtime.displayName ?? entry.displayName,
      [annotations.runtimeVersion]: entry.distribution === "openshift-ai" ? version : undefined,
      [annotations.apiProtocol]: isCopy ? protocolOf(runtime, entry) : undefined,
      [annotations.templateName]: isCopy ? entry.template : undefined,
      [annotations.templateDisplayName]: isCopy ? entry.displayName : undefined,
      [annotations.runtimeScope]: isCopy ? "global" : undefined,
    }),
    runtime,
  );
}

function protocolOf({ endpoint }: ServingRuntimeSpec, { apiProtocol = "REST" }: CatalogueRuntime): string {
  return endpoint === "grpc" ? "gRPC" : apiProtocol;
}

/** Version inside the image in use, where it is known. */
function imageVersion(runtime: ServingRuntimeSpec, entry: CatalogueRuntime): string | undefined {
  const { servingImages } = catalogOf(runtime);
  const server = entry.containerServers?.[MAIN_CONTAINER] ?? entry.server;
  return servingImages.find((known) => known.image === runtime.image && known.server === server)?.serverVersion;
}

/** Spyre's templates name a port of the metrics that the server does not listen on. */
function podAnnotations({ spec, endpoints }: CatalogueRuntime): Record<string, string> {
  const corrected = endpoints?.metricsPort;
  return { ...spec.annotations, ...(corrected !== undefined && { [annotations.prometheusPort]: String(corrected) }) };
}

function containerOf(container: ImagelessContainer, runtime: ServingRuntimeSpec, entry: CatalogueRuntime): Container {
  if (container.name !== MAIN_CONTAINER) {
    const image = imageOfEntry(entry, runtime, catalogOf(runtime), container.name)?.image;
    return { ...container, ...(image !== undefined && { image }) };
  }
  const isMultiNode = entry.spec.workerSpec !== undefined;
  const settings = isMultiNode ? withoutSizes(runtime) : runtime.vllm;
  return present({
    ...filledContainer(container, runtime, entry.spec.volumes ?? []),
    // Each image has its own name for the interpreter.
    command: container.command?.map((word, index) => (index === 0 && word === "python" ? runtime.python : word)),
    ...multiNodeParts[entry.name]?.head,
    args: nonEmpty([...(container.args ?? []), ...vllmArguments(settings), ...runtime.args]),
    ports: portsOf(container, runtime, entry),
    ...missingProbes(container, entry),
  });
}

/** The sizes of a model on several nodes are KServe's to tell the pods. */
function withoutSizes({ vllm }: ServingRuntimeSpec): ServingRuntimeSpec["vllm"] {
  const sizes = ["tensorParallelSize", "pipelineParallelSize"];
  const others = Object.entries(withoutPresets(vllm)).filter(([key]) => !sizes.includes(key));
  return Object.fromEntries(others);
}

function filledContainer(
  container: ImagelessContainer,
  runtime: ServingRuntimeSpec,
  volumes: readonly Volume[],
): Container {
  return present({
    ...container,
    image: runtime.image,
    env: mergedEnvironment(container.env ?? [], runtime),
    resources: mergedResources(container.resources, runtime),
    volumeMounts: mergedMounts(container.volumeMounts ?? [], volumes, runtime),
  });
}

/** The first port is the one that services reach; KServe copies its name. */
function portsOf(
  { ports = [] }: ImagelessContainer,
  { endpoint }: ServingRuntimeSpec,
  { endpoints, spec }: CatalogueRuntime,
): ContainerPort[] | undefined {
  if (endpoint === "grpc" && endpoints?.grpcPort !== undefined) {
    return [{ name: "h2c", containerPort: endpoints.grpcPort, protocol: "TCP" }];
  }
  // Another container of the pod is the one that is reached.
  if (ports.length === 0 && spec.containers.length > 1) return undefined;
  if (ports.length > 0) return ports.map((port, index) => (index === 0 ? { name: "http", ...port } : port));
  return endpoints === undefined ? undefined : [{ name: "http", containerPort: endpoints.port, protocol: "TCP" }];
}

function missingProbes(container: ImagelessContainer, { endpoints }: CatalogueRuntime): Partial<Container> {
  const has = container.readinessProbe ?? container.livenessProbe ?? container.startupProbe;
  if (endpoints?.health === undefined || has !== undefined) return {};
  return healthProbes({ ...endpoints.health, port: endpoints.port });
}

function workerOf(runtime: ServingRuntimeSpec, { name, spec }: CatalogueRuntime): WorkerSpec | undefined {
  if (spec.workerSpec === undefined) return undefined;
  const { containers, volumes = [], ...rest } = spec.workerSpec;
  const { tensorParallelSize, pipelineParallelSize } = withoutPresets(runtime.vllm);
  return present({
    ...rest,
    ...present({ tensorParallelSize, pipelineParallelSize }),
    containers: containers.map((container) => ({
      ...filledContainer(container, runtime, volumes),
      ...multiNodeParts[name]?.worker,
    })),
    volumes: mergedVolumes(volumes, runtime),
  });
}
