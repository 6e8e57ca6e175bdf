/**
 * The inventory of a cluster: ordinary Kubernetes objects, cut down to what placement and runtime look-up read.
 *
 * Never a Secret; never the environment of a pod; of runtimes and services no value whose name says that it is secret.
 */
import { renameSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { KubeConfig, KubernetesObjectApi, type KubernetesObject as ApiObject } from "@kubernetes/client-node";
import { dump } from "js-yaml";
import type { Container, KubernetesObject, PodSpec } from "../../sdk/kubernetes/core";

/** What an inventory holds, and what it could not. */
export interface Inventory {
  objects: KubernetesObject[];
  /** Kinds that the user may not list, with the server's reason. */
  leftOut: { kind: string; reason: string }[];
}

interface StoredObject extends KubernetesObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

/** A kind to list, and the part of an object to keep; undefined drops the object. */
interface Listing {
  apiVersion: string;
  kind: string;
  keep: (object: StoredObject) => Record<string, unknown> | undefined;
}

/** Deployments whose presence tells which platform runs. */
const CONTROLLERS = new Set(["kserve-controller-manager", "odh-model-controller"]);

const nameOnly = () => ({});
const whole = ({ spec }: StoredObject) => ({ spec });
const withoutSecrets = ({ spec }: StoredObject) => ({ spec: redact(spec) });

const LISTINGS: Listing[] = [
  { apiVersion: "v1", kind: "Node", keep: keepNode },
  { apiVersion: "v1", kind: "Pod", keep: keepPod },
  { apiVersion: "apps/v1", kind: "DaemonSet", keep: keepTemplate },
  { apiVersion: "apps/v1", kind: "Deployment", keep: keepController },
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", keep: keepPriority },
  { apiVersion: "v1", kind: "ResourceQuota", keep: ({ spec, status }) => ({ spec, status }) },
  { apiVersion: "v1", kind: "LimitRange", keep: whole },
  { apiVersion: "v1", kind: "Namespace", keep: nameOnly },
  { apiVersion: "policy/v1", kind: "PodDisruptionBudget", keep: ({ spec, status }) => ({ spec, status }) },
  { apiVersion: "karpenter.sh/v1", kind: "NodePool", keep: ({ spec, status }) => ({ spec, status }) },
  { apiVersion: "machine.openshift.io/v1beta1", kind: "MachineSet", keep: keepMachineSet },
  { apiVersion: "autoscaling.openshift.io/v1beta1", kind: "MachineAutoscaler", keep: whole },
  { apiVersion: "kueue.x-k8s.io/v1beta1", kind: "ResourceFlavor", keep: whole },
  { apiVersion: "kueue.x-k8s.io/v1beta1", kind: "ClusterQueue", keep: ({ spec, status }) => ({ spec, status }) },
  { apiVersion: "kueue.x-k8s.io/v1beta1", kind: "LocalQueue", keep: whole },
  { apiVersion: "serving.kserve.io/v1alpha1", kind: "ClusterServingRuntime", keep: withoutSecrets },
  { apiVersion: "serving.kserve.io/v1alpha1", kind: "ServingRuntime", keep: withoutSecrets },
  { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", keep: withoutSecrets },
  { apiVersion: "infrastructure.opendatahub.io/v1", kind: "HardwareProfile", keep: whole },
  { apiVersion: "datasciencecluster.opendatahub.io/v1", kind: "DataScienceCluster", keep: nameOnly },
  { apiVersion: "dscinitialization.opendatahub.io/v1", kind: "DSCInitialization", keep: nameOnly },
];

/**
 * Writes the inventory as one YAML file of `kind: List`, readable by its owner only.
 *
 * @param kubeconfig file; `context` is one of its contexts, the current one when absent
 * @throws Error when the cluster cannot be reached
 */
export async function writeInventory(kubeconfig: string, file: string, context?: string): Promise<Inventory> {
  const inventory = await readInventory(kubeconfig, context);
  const notes = inventory.leftOut.map(({ kind, reason }) => `# left out: ${kind} (${reason.replace(/\s+/g, " ")})\n`);
  const list = { apiVersion: "v1", kind: "List", items: inventory.objects };
  writeFileSync(`${file}.new`, notes.join("") + dump(list, { noRefs: true }), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return inventory;
}

/** Lists the objects of an inventory, in a stable order. */
export async function readInventory(kubeconfig: string, context?: string): Promise<Inventory> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const api = KubernetesObjectApi.makeApiClient(config);
  const inventory: Inventory = { objects: [], leftOut: [] };
  const results = await Promise.all(LISTINGS.map((listing) => list(api, listing)));
  for (const [index, result] of results.entries()) {
    if (Array.isArray(result)) inventory.objects.push(...result);
    else inventory.leftOut.push({ kind: LISTINGS[index]?.kind ?? "", reason: result.reason });
  }
  return inventory;
}

async function list(
  api: KubernetesObjectApi,
  { apiVersion, kind, keep }: Listing,
): Promise<KubernetesObject[] | { reason: string }> {
  try {
    const { items } = await listPatiently(api, apiVersion, kind);
    return items.flatMap((item) => {
      const object = plain(item);
      const kept = keep(object);
      return kept === undefined ? [] : [{ apiVersion, kind, metadata: keepMetadata(object), ...kept }];
    });
  } catch (error) {
    const { code, message } = error as { code?: number; message: string };
    if (code === 403) return { reason: "not allowed" };
    // A cluster without that API has no objects of it.
    if (code === 404 || message.startsWith("Unrecognized API version and kind")) return [];
    throw new Error(`cannot list ${kind} objects: ${message.split("\n")[0] ?? ""}`, { cause: error });
  }
}

/** An API server that has just started answers 429 "storage is (re)initializing" for custom resources. */
async function listPatiently(api: KubernetesObjectApi, apiVersion: string, kind: string) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await api.list(apiVersion, kind);
    } catch (error) {
      if ((error as { code?: number }).code !== 429 || attempt === 60) throw error;
      await delay(500);
    }
  }
}

/** What the server sent, without the client's Date objects and undefined fields. */
function plain(object: ApiObject): StoredObject {
  return JSON.parse(JSON.stringify(object)) as StoredObject;
}

function keepMetadata({ metadata }: StoredObject): KubernetesObject["metadata"] {
  const { name, namespace, labels, ownerReferences } = metadata as KubernetesObject["metadata"] & {
    ownerReferences?: { apiVersion: string; kind: string; name: string }[];
  };
  const annotations = Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).filter(
      ([key]) => key !== "kubectl.kubernetes.io/last-applied-configuration",
    ),
  );
  return {
    name,
    ...(namespace !== undefined && { namespace }),
    ...(labels !== undefined && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(ownerReferences !== undefined && {
      ownerReferences: ownerReferences.map((owner) => ({
        apiVersion: owner.apiVersion,
        kind: owner.kind,
        name: owner.name,
      })),
    }),
  };
}

function keepNode({ spec = {}, status = {} }: StoredObject): Record<string, unknown> {
  const conditions = (status.conditions ?? []) as { type: string; status: string }[];
  return {
    spec: pick(spec, ["taints", "unschedulable", "providerID"]),
    status: {
      ...pick(status, ["capacity", "allocatable"]),
      conditions: conditions.map(({ type, status: value }) => ({ type, status: value })),
    },
  };
}

/** Only pods that hold resources of a node. */
function keepPod({ spec = {}, status = {} }: StoredObject): Record<string, unknown> | undefined {
  if (spec.nodeName === undefined || status.phase === "Succeeded" || status.phase === "Failed") return undefined;
  return { spec: { nodeName: spec.nodeName, ...keepPodSpec(spec) }, status: { phase: status.phase } };
}

function keepTemplate({ spec = {} }: StoredObject): Record<string, unknown> {
  const template = spec.template as { metadata?: { labels?: unknown }; spec: Record<string, unknown> };
  return {
    spec: { template: { metadata: { labels: template.metadata?.labels ?? {} }, spec: keepPodSpec(template.spec) } },
  };
}

/** Not what a provider needs to make a machine: user data, credentials, disks. */
function keepMachineSet({ spec = {} }: StoredObject): Record<string, unknown> {
  const { spec: machine = {} } = (spec.template ?? {}) as { spec?: Record<string, unknown> };
  const { value = {} } = (machine.providerSpec ?? {}) as { value?: Record<string, unknown> };
  const providerSpec = { value: pick(value, ["instanceType", "vmSize", "machineType", "placement"]) };
  return {
    spec: {
      ...pick(spec, ["replicas"]),
      template: { spec: { ...pick(machine, ["metadata", "taints"]), providerSpec } },
    },
  };
}

function keepController({ metadata }: StoredObject): Record<string, unknown> | undefined {
  return CONTROLLERS.has(metadata.name) ? {} : undefined;
}

function keepPriority(object: StoredObject): Record<string, unknown> {
  return pick({ ...object }, ["value", "globalDefault", "preemptionPolicy"]);
}

/** What the scheduler counts: requests and where the pod may run; no image, command or environment. */
function keepPodSpec(spec: Record<string, unknown>): Record<string, unknown> {
  const { containers = [], initContainers = [] } = spec as Partial<PodSpec>;
  const keep = (container: Container) => pick({ ...container }, ["name", "resources", "restartPolicy", "ports"]);
  return {
    containers: containers.map(keep),
    ...(initContainers.length > 0 && { initContainers: initContainers.map(keep) }),
    ...pick(spec, [
      "resources",
      "overhead",
      "hostNetwork",
      "topologySpreadConstraints",
      "priority",
      "priorityClassName",
      "nodeSelector",
      "affinity",
      "tolerations",
    ]),
  };
}

function pick(object: Record<string, unknown>, keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => object[key] !== undefined).map((key) => [key, object[key]]));
}

const SECRET_NAME = /token|secret|password|passwd|credential|api[-_]?key|access[-_]?key/i;

/** The same value with the plain values of environment variables hidden whose name says that they are secret. */
function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  const { name, value: text } = value as { name?: unknown; value?: unknown };
  if (typeof name === "string" && typeof text === "string" && SECRET_NAME.test(name)) {
    return { ...value, value: "(hidden)" };
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, redact(part)]));
}
