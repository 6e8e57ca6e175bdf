import { nearest } from "../../../sdk/catalog/nearest";
import { annotations } from "../../../sdk/kubernetes/kserve";
import type { Runtime } from "../../../sdk/pod/runtime";
import type { Rule, Verdict } from "../../rule";
import { clusterServingRuntime, servingRuntime } from "../../world/kinds";
import { platformOf } from "../../world/platform";
import { NOT_YET_KNOWN, nameOf, refOf, valueAt } from "../../world/reference";
import type { Workload, World, WorldObject } from "../../world/types";

const PATH = "spec.predictor.model.runtime";

export const runtimeResolves: Rule<Workload> = {
  id: "name/runtime-resolves",
  level: "mandatory",
  title: "Every InferenceService must find a runtime: a ServingRuntime of its namespace or a ClusterServingRuntime",
  why:
    "The name in model.runtime is looked up as metadata.name, first among the ServingRuntimes of the namespace, then among the " +
    'ClusterServingRuntimes. Without a match the service stays at "Waiting for runtime to become available" ' +
    '(RuntimeNotRecognized) with "No ServingRuntimes or ClusterServingRuntimes with the name: ...", and there is no pod.',
  source: "opendatahub-io/odh-dashboard#2211; kserve pkg/controller/v1beta1/inferenceservice/components/predictor.go",
  profile: "minimal",
  subjects: (world) => world.workloads,
  check: (workload, world) => {
    const { resolution, service } = workload;
    if (resolution.outcome === "none") return undefined;
    if (resolution.outcome === "resolved") return [];
    const name = service.spec.predictor.model?.runtime;
    if (name === undefined) return [unselected(workload, world)];
    return [
      resolution.runtime === undefined
        ? unrecognized(name, workload, world)
        : unsuitable(resolution.runtime, resolution),
    ];
  },
};

function unrecognized(name: string, { ref }: Workload, world: World): Verdict {
  const visible = runtimesFor(ref.namespace, world);
  const displayed = visible.find((runtime) => displayName(runtime) === name);
  const elsewhere = world.list(servingRuntime).find((runtime) => runtime.ref.name === name);
  const isCertain = !isObjectName(name) || isListComplete(world);
  const found = [
    ...(displayed === undefined ? [] : [`It is the display name of ${nameOf(displayed.ref)}.`]),
    ...(elsewhere === undefined ? [] : [`${nameOf(elsewhere.ref)} is in another namespace.`]),
    ...(isObjectName(name) ? [] : ["It cannot be a metadata.name: those have only small letters, digits, - and dots."]),
  ];
  return {
    outcome: isCertain ? "fail" : "unknown",
    path: PATH,
    message: [
      `${PATH} is "${name}", and neither a ServingRuntime in namespace ${ref.namespace ?? "default"} nor a ` +
        `ClusterServingRuntime has that metadata.name${isCertain ? "" : " in what was given; it may exist on the cluster"}.`,
      ...found,
      `Without it: "No ServingRuntimes or ClusterServingRuntimes with the name: ${name}" (RuntimeNotRecognized).`,
    ].join(" "),
    fix: [proposal(name, visible), ...(isCertain ? [] : [COMPLETE])].join(" "),
  };
}

const COMPLETE = "Or give the cluster's runtimes (kubectl get servingruntimes,clusterservingruntimes -A -o yaml).";

/** By display name, by a similar name, or the only one there is. */
function proposal(name: string, visible: WorldObject[]): string {
  const names = new Map(
    visible.flatMap((runtime) =>
      [runtime.ref.name, displayName(runtime) ?? []].flat().map((text) => [text, runtime.ref.name]),
    ),
  );
  const close = nearest(name, names.keys());
  const meant =
    names.get(name) ??
    (close === undefined ? undefined : names.get(close)) ??
    (visible.length === 1 ? visible[0]?.ref.name : undefined);
  if (meant !== undefined) return `Set ${PATH} to "${meant}".`;
  if (visible.length > 0) return `Name one that exists (${visible.map(({ ref }) => ref.name).join(", ")}) or add one.`;
  return isObjectName(name)
    ? "Add a ServingRuntime of that name."
    : "Name a runtime by its metadata.name, and add it if it does not exist.";
}

function displayName({ raw }: WorldObject): string | undefined {
  const written = valueAt(raw, "metadata", "annotations", annotations.displayName);
  return typeof written === "string" ? written : undefined;
}

function unselected({ service, ref }: Workload, world: World): Verdict {
  const format = service.spec.predictor.model?.modelFormat;
  const wanted = format?.version === undefined ? (format?.name ?? "") : `${format.name} ${format.version}`;
  const isCertain = isListComplete(world);
  return {
    outcome: isCertain ? "fail" : "unknown",
    path: "spec.predictor.model",
    message:
      `No runtime is named, and none for model format "${wanted}" can be selected automatically in namespace ` +
      `${ref.namespace ?? "default"}${isCertain ? "" : " among those given; the cluster may have one"}: ` +
      '"No runtime found to support specified framework/version" (NoSupportingRuntime).',
    fix: `Name a runtime in ${PATH}, or give one ${wanted} with autoSelect: true (the name is compared with its case).`,
  };
}

function unsuitable(runtime: Runtime, { reason, message }: { reason: string; message: string }): Verdict {
  return {
    outcome: "fail",
    path: PATH,
    message: `${PATH} is "${runtime.metadata.name}", and ${nameOf(refOf(runtime))} exists, but KServe will not use it: "${message}" (${reason}).`,
    fix: "Name another runtime, or change this one so that it is enabled and lists the model's format and protocol.",
  };
}

function runtimesFor(namespace: string | undefined, world: World): WorldObject[] {
  const own = world.list(servingRuntime).filter(({ ref }) => ref.namespace === namespace);
  return [...own, ...world.list(clusterServingRuntime)].filter(({ ref }) => ref.name !== NOT_YET_KNOWN);
}

/**
 * Whether a runtime that is not in the world is not on the cluster either. An empty list prints nothing, so only an
 * inventory that shows some runtimes counts as one of runtimes; OpenShift AI has none for the whole cluster.
 */
function isListComplete(world: World): boolean {
  const namespaced = platformOf(world) === "openshift-ai" && world.inventoryHas(servingRuntime);
  return namespaced || world.inventoryHas(clusterServingRuntime);
}

function isObjectName(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name) && name.length <= 253;
}
