/** When objects of Kubernetes' own kinds count as ready, as the official plugin waits for them. */
import { isDeepStrictEqual } from "node:util";
import type { ApiServer } from "./apiServer";
import { apiVersionOf, at, kindOf, nameOf, namespaceOf, numberAt, objectsAt, textAt } from "./objects";
import { describeCondition, type Readiness } from "./waitFor";
import { isObject, type JsonObject } from "./wire";

export interface Surroundings {
  api: ApiServer;
  /** The object before an update; undefined for a new one. */
  before?: JsonObject;
}

export type Probe = (live: JsonObject, surroundings: Surroundings) => Readiness | Promise<Readiness>;

const READY: Readiness = { ready: true };
const missing = (text: string): Readiness => ({ ready: false, missing: text });
const when = (ready: boolean, text: string): Readiness => (ready ? READY : missing(text));

/** The probe of an object's kind; undefined when objects of the kind are ready as soon as they exist. */
export function builtInProbe(object: JsonObject): Probe | undefined {
  return PROBES[`${apiVersionOf(object)}/${kindOf(object)}`];
}

/** Whether a refresh, too, reports an object of the kind that is not ready. */
export function isProbedOnRead(object: JsonObject): boolean {
  return PROBED_ON_READ.has(kindOf(object)) && builtInProbe(object) !== undefined;
}

const PROBED_ON_READ: ReadonlySet<string> = new Set([
  "DaemonSet",
  "Deployment",
  "Ingress",
  "Job",
  "Pod",
  "Service",
  "StatefulSet",
]);

const PROBES: Partial<Record<string, Probe>> = {
  "apps/v1/DaemonSet": daemonSet,
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": statefulSet,
  "batch/v1/Job": job,
  "networking.k8s.io/v1/Ingress": ingress,
  "v1/PersistentVolume": persistentVolume,
  "v1/PersistentVolumeClaim": persistentVolumeClaim,
  "v1/Pod": pod,
  "v1/ReplicationController": replicationController,
  "v1/ResourceQuota": resourceQuota,
  "v1/Secret": secret,
  "v1/Service": service,
};

function unseen(live: JsonObject): Readiness | undefined {
  const seen = (numberAt(live, "status", "observedGeneration") ?? 0) >= (numberAt(live, "metadata", "generation") ?? 0);
  return seen ? undefined : missing(`the controller has not seen the last change of the ${kindOf(live)} yet`);
}

function conditionOf(live: JsonObject, type: string): JsonObject | undefined {
  return objectsAt(live, "status", "conditions").find((item) => item.type === type);
}

function deployment(live: JsonObject): Readiness {
  const stale = unseen(live);
  if (stale !== undefined) return stale;
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  const updated = numberAt(live, "status", "updatedReplicas") ?? 0;
  const available = numberAt(live, "status", "availableReplicas") ?? 0;
  const progressing = conditionOf(live, "Progressing");
  const availability = conditionOf(live, "Available");
  const unhealthy = [progressing, availability].find((item) => item !== undefined && item.status !== "True");
  if (unhealthy !== undefined && wanted > 0) return missing(describeCondition(unhealthy));
  const done = updated >= wanted && available >= wanted && progressing?.reason === "NewReplicaSetAvailable";
  return when(done, `${updated} of ${wanted} Pods updated, ${available} available`);
}

function statefulSet(live: JsonObject): Readiness {
  const stale = unseen(live);
  if (stale !== undefined) return stale;
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  const ready = numberAt(live, "status", "readyReplicas") ?? 0;
  if (ready < wanted) return missing(`${ready} of ${wanted} Pods ready`);
  const byHand = at(live, "spec", "updateStrategy", "type") === "OnDelete";
  const revisions = [at(live, "status", "currentRevision"), at(live, "status", "updateRevision")];
  return when(byHand || revisions[0] === revisions[1], "the rollout of the new revision is not finished");
}

function daemonSet(live: JsonObject): Readiness {
  const stale = unseen(live);
  if (stale !== undefined) return stale;
  const wanted = numberAt(live, "status", "desiredNumberScheduled") ?? 0;
  const byHand = at(live, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = byHand ? wanted : (numberAt(live, "status", "updatedNumberScheduled") ?? 0);
  const ready = numberAt(live, "status", "numberReady") ?? 0;
  return when(updated >= wanted && ready >= wanted, `${updated} of ${wanted} Pods updated, ${ready} ready`);
}

function job(live: JsonObject): Readiness {
  const failure = conditionOf(live, "Failed");
  if (failure?.status === "True") return { ready: false, failed: true, missing: describeCondition(failure) };
  if (conditionOf(live, "Complete")?.status === "True") return READY;
  const count = (state: string): number => numberAt(live, "status", state) ?? 0;
  return missing(
    `the Job has not succeeded (active ${count("active")}, succeeded ${count("succeeded")}, failed ${count("failed")})`,
  );
}

function pod(live: JsonObject): Readiness {
  const condition = conditionOf(live, "Ready");
  if (condition?.status === "True" || at(live, "status", "phase") === "Succeeded") return READY;
  return missing(
    podProblems(live).join("; ") || `the Pod is ${textAt(live, "status", "phase") ?? "not scheduled yet"}`,
  );
}

/** Why a Pod does not run: conditions that do not hold, and containers that wait or ended. */
export function podProblems(live: JsonObject): string[] {
  const conditions = objectsAt(live, "status", "conditions")
    .filter((item) => item.status !== "True" && textAt(item, "message") !== undefined)
    .map(describeCondition);
  const lists = ["initContainerStatuses", "containerStatuses"];
  const containers = lists
    .flatMap((list) => objectsAt(live, "status", list))
    .flatMap((container) => {
      const state = at(container, "state", "waiting") ?? at(container, "state", "terminated");
      const reason = textAt(state, "reason");
      if (reason === undefined || ["ContainerCreating", "PodInitializing", "Completed"].includes(reason)) return [];
      const message = textAt(state, "message");
      return [`container ${textAt(container, "name") ?? "?"}: ${reason}${message === undefined ? "" : `: ${message}`}`];
    });
  return [...conditions, ...containers];
}

async function persistentVolumeClaim(live: JsonObject, { api, before }: Surroundings): Promise<Readiness> {
  const phase = textAt(live, "status", "phase");
  if (phase === "Bound") return READY;
  const unbound = missing(`the claim is ${phase ?? "new"}, not Bound`);
  const storageClass = textAt(live, "spec", "storageClassName");
  if (phase !== "Pending" || before !== undefined || storageClass === undefined) return unbound;
  const path = `/apis/storage.k8s.io/v1/storageclasses/${storageClass}`;
  const found = await api.request("GET", path).catch(() => undefined);
  return found?.volumeBindingMode === "WaitForFirstConsumer" ? READY : unbound;
}

function persistentVolume(live: JsonObject): Readiness {
  const phase = textAt(live, "status", "phase") ?? "new";
  return when(phase === "Available" || phase === "Bound", `the volume is ${phase}, neither Available nor Bound`);
}

function replicationController(live: JsonObject): Readiness {
  const wanted = numberAt(live, "spec", "replicas") ?? 1;
  const available = numberAt(live, "status", "availableReplicas") ?? 0;
  return when(available === wanted, `${available} of ${wanted} Pods available`);
}

function resourceQuota(live: JsonObject): Readiness {
  const counted = isDeepStrictEqual(at(live, "spec", "hard"), at(live, "status", "hard"));
  return when(counted, "the quota is not counted yet");
}

function secret(live: JsonObject): Readiness {
  const data = live.data;
  const isToken = live.type === "kubernetes.io/service-account-token";
  return when(!isToken || (isObject(data) && Object.keys(data).length > 0), "the token has not been issued yet");
}

function ingress(live: JsonObject): Readiness {
  const addresses = objectsAt(live, "status", "loadBalancer", "ingress");
  return when(addresses.length > 0, "no address was allocated; is there a controller for this Ingress?");
}

async function service(live: JsonObject, { api }: Surroundings): Promise<Readiness> {
  const type = textAt(live, "spec", "type");
  if (type === "LoadBalancer" && objectsAt(live, "status", "loadBalancer", "ingress").length === 0) {
    return missing("Service was not allocated an IP address; does your cloud provider support this?");
  }
  const selector = at(live, "spec", "selector");
  const routed = isObject(selector) && Object.keys(selector).length > 0 && at(live, "spec", "clusterIP") !== "None";
  if (!routed || type === "ExternalName") return READY;
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(live) ?? "default"}/endpointslices`;
  const query = { labelSelector: `kubernetes.io/service-name=${nameOf(live) ?? ""}` };
  const slices = objectsAt(await api.request("GET", path, { query }), "items");
  const endpoints = slices.flatMap((slice) => objectsAt(slice, "endpoints"));
  const pending = endpoints.some((endpoint) => at(endpoint, "conditions", "ready") === false);
  return when(
    slices.length > 0 && !pending,
    "Service does not target any ready Pods: they may not be ready, or .spec.selector may match no labels of a Pod",
  );
}
