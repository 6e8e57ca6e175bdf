/** The object of a runtime in its scope, whatever it is made from. */
import { templateAnnotations } from "../../sdk/catalog/servingRuntimes";
import type { ClusterServingRuntime, ServingRuntime } from "../../sdk/kubernetes/kserve";
import { annotations, labels, SERVING_V1ALPHA1 } from "../../sdk/kubernetes/kserve";
import { ownership } from "../../sdk/kubernetes/ownership";
import type { Template } from "../../sdk/kubernetes/template";
import { TEMPLATE_V1 } from "../../sdk/kubernetes/template";
import type { ServingRuntimeSpec } from "../../sdk/spec/runtimes/servingRuntime";
import { catalogueRuntimeManifest } from "./catalogueRuntimeManifest";
import { customRuntimeManifest } from "./customRuntimeManifest";
import { servingRuntimeManifest } from "./servingRuntimeManifest";

export type RuntimeObject = ServingRuntime | ClusterServingRuntime | Template;

/**
 * What is created for a runtime: itself, one of the cluster, or a template that the dashboard offers.
 *
 * @requirement RT-17, RT-42
 */
export function runtimeManifest(runtime: ServingRuntimeSpec): RuntimeObject {
  const object = namespacedManifest(runtime);
  const enabled = runtime.disabled === undefined ? object : withDisabled(object, runtime.disabled);
  switch (runtime.scope) {
    case "namespace":
      return enabled;
    case "cluster":
      return ofCluster(enabled);
    case "global-template":
    case "project-template":
      return templateOf(enabled, runtime);
  }
}

function namespacedManifest(runtime: ServingRuntimeSpec): ServingRuntime {
  if (runtime.custom !== undefined) return customRuntimeManifest(runtime, runtime.custom);
  if (runtime.entry !== undefined) return catalogueRuntimeManifest(runtime, runtime.entry);
  return servingRuntimeManifest(runtime);
}

function withDisabled(object: ServingRuntime, disabled: boolean): ServingRuntime {
  return { ...object, spec: { ...object.spec, disabled } };
}

function ofCluster({ metadata, spec }: ServingRuntime): ClusterServingRuntime {
  const unplaced = Object.entries(metadata).filter(([key]) => key !== "namespace");
  const own = Object.fromEntries(unplaced) as ClusterServingRuntime["metadata"];
  return { apiVersion: SERVING_V1ALPHA1, kind: "ClusterServingRuntime", metadata: own, spec };
}

/** The runtime inside has no namespace: the dashboard makes it in that of the model. */
function templateOf(
  { metadata, ...runtime }: ServingRuntime,
  { entry, custom, ...spec }: ServingRuntimeSpec,
): Template {
  const { name, namespace, annotations: own = {}, labels: ownLabels = {} } = metadata;
  const isShown = ownLabels[labels.dashboard] ?? "true";
  return {
    apiVersion: TEMPLATE_V1,
    kind: "Template",
    metadata: {
      name: `${name}-template`,
      namespace,
      labels: { ...ownership(spec.name), [labels.dashboard]: isShown },
      annotations: {
        [annotations.modelServingSupport]: JSON.stringify(["single"]),
        [annotations.modelType]: JSON.stringify(
          custom?.modelTypes ?? ["generative", ...(custom ? ["predictive"] : [])],
        ),
        ...(entry === undefined ? {} : templateAnnotations(entry)),
        [annotations.apiProtocol]: spec.endpoint === "grpc" ? "gRPC" : (entry?.apiProtocol ?? "REST"),
        [annotations.displayName]: own[annotations.displayName] ?? name,
      },
    },
    objects: [{ ...runtime, metadata: { name, labels: { [labels.dashboard]: isShown }, annotations: own } }],
  };
}
