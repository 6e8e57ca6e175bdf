/**
 * Simulated OLM, operators and controllers: no CatalogSource, no CSV, no pod. They make only what our objects refer to and
 * write only the status that the real ones write when all has gone well, as soon as an object appears, so that what waits
 * for it can go on.
 */
import { setMaxListeners } from "node:events";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { textAt } from "../../tools/kubernetes-plugin/objects";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";
import { edit, merge } from "../tools/kubernetesPluginCluster";

const NOW = "2026-11-27T00:00:00Z";

/** What a simulated operator does about an object. */
interface Play {
  /** Made before the status is written, by path. */
  makes?: (object: JsonObject) => Record<string, JsonObject>;
  status?: JsonObject | ((name: string) => JsonObject);
}

function conditions(...types: string[]): JsonObject {
  const all = types.map((type) => ({
    type,
    status: "True",
    reason: "Simulated",
    message: "",
    lastTransitionTime: NOW,
  }));
  return { conditions: all };
}

/** Collections that are watched. */
const PLAYS: Readonly<Record<string, Play>> = {
  "/apis/operators.coreos.com/v1alpha1/subscriptions": {
    status: (name) => {
      return { installedCSV: `${name}.v1`, currentCSV: `${name}.v1`, state: "AtLatestKnown", lastUpdated: NOW };
    },
  },
  "/apis/nfd.openshift.io/v1/nodefeaturediscoveries": { status: conditions("Available") },
  "/apis/nvidia.com/v1/clusterpolicies": { status: { state: "ready" } },
  "/apis/amd.com/v1alpha1/deviceconfigs": { status: conditions("Ready") },
  "/apis/spyre.ibm.com/v1alpha1/spyreclusterpolicies": { status: { state: "ready", devicePluginsStateStatus: {} } },
  "/apis/habanalabs.habana.ai/v1/clusterpolicies": {},
  "/apis/dscinitialization.opendatahub.io/v1/dscinitializations": {
    makes: applicationsNamespace,
    status: { phase: "Ready", ...conditions("ReconcileComplete", "Available") },
  },
  "/apis/datasciencecluster.opendatahub.io/v1/datascienceclusters": {
    makes: dashboardConfig,
    status: { phase: "Ready", ...conditions("Ready", "ComponentsReady") },
  },
  "/apis/kuadrant.io/v1beta1/kuadrants": { status: conditions("Ready") },
  "/apis/operator.openshift.io/v1/leaderworkersetoperators": {},
  "/apis/kueue.openshift.io/v1/kueues": {},
  "/apis/keda.sh/v1alpha1/kedacontrollers": {},
  "/apis/gateway.networking.k8s.io/v1/gatewayclasses": { status: conditions("Accepted") },
  "/apis/gateway.networking.k8s.io/v1/gateways": { status: conditions("Accepted", "Programmed") },
  "/api/v1/secrets": { makes: storageConfig },
  "/apis/gateway.networking.k8s.io/v1/httproutes": {
    status: {
      parents: [
        { controllerName: "simulated.test/gateways", parentRef: { name: "simulated" }, ...conditions("Accepted") },
      ],
    },
  },
  "/apis/kueue.x-k8s.io/v1beta1/clusterqueues": { status: conditions("Active") },
  "/apis/kueue.x-k8s.io/v1beta1/localqueues": { status: conditions("Active") },
  "/apis/nim.opendatahub.io/v1/accounts": { status: conditions("AccountStatus", "APIKeyValidation") },
  "/apis/apps.nvidia.com/v1alpha1/nimcaches": { status: { state: "Ready" } },
  "/apis/apps.nvidia.com/v1alpha1/nimservices": { status: { state: "Ready" } },
  "/apis/objectbucket.io/v1alpha1/objectbucketclaims": { makes: bucket, status: { phase: "Bound" } },
};

/** Answers until the signal. @returns what appeared and what was answered so far, in order */
export function simulateOperators(api: ApiServer, signal: AbortSignal): { events: string[]; ended: Promise<void> } {
  const events: string[] = [];
  setMaxListeners(Object.keys(PLAYS).length * 2, signal);
  const watches = Object.entries(PLAYS).map(async ([path, play]) => {
    while (!signal.aborted) {
      for await (const { type, object } of api.watch(path, {}, signal)) {
        if (type !== "ADDED") continue;
        const what = `${textAt(object, "kind") ?? ""} ${nameOf(object)}`;
        events.push(`${what} appears`);
        await answer(api, path, play, object);
        if (play.status !== undefined) events.push(`${what} is ready`);
      }
    }
  });
  const ended = Promise.allSettled(watches).then(() => undefined);
  return { events, ended };
}

/** Runs a test with simulated operators. */
export async function withOperators<T>(api: ApiServer, body: (events: string[]) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const { events, ended } = simulateOperators(api, stop.signal);
  try {
    return await body(events);
  } finally {
    stop.abort();
    await ended;
  }
}

async function answer(api: ApiServer, path: string, { makes, status }: Play, object: JsonObject): Promise<void> {
  for (const [place, made] of Object.entries(makes?.(object) ?? {}))
    await merge(api, place, made, "simulated-operator");
  if (status === undefined) return;
  const namespace = textAt(object, "metadata", "namespace");
  const collection = namespace === undefined ? path : path.replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);
  const name = nameOf(object);
  const written = typeof status === "function" ? status(name) : status;
  await edit(api, `${collection}/${name}/status`, { status: written });
}

function nameOf(object: JsonObject): string {
  return textAt(object, "metadata", "name") ?? "";
}

function applicationsNamespace(initialization: JsonObject): Record<string, JsonObject> {
  const name = textAt(initialization, "spec", "applicationsNamespace") ?? "";
  return { [`/api/v1/namespaces/${name}`]: { apiVersion: "v1", kind: "Namespace", metadata: { name } } };
}

/** The dashboard's configuration, as the platform ships it; in the namespace of the product. */
function dashboardConfig(): Record<string, JsonObject> {
  const metadata = { name: "odh-dashboard-config", namespace: "redhat-ods-applications" };
  const dashboard = { apiVersion: "opendatahub.io/v1alpha", kind: "OdhDashboardConfig", metadata };
  const spec = { dashboardConfig: { disableTracking: false, disableKServe: false, disableModelMesh: true } };
  const collection = `/apis/opendatahub.io/v1alpha/namespaces/${metadata.namespace}/odhdashboardconfigs`;
  return { [`${collection}/${metadata.name}`]: { ...dashboard, spec } };
}

/** What a provisioner of buckets tells of the one that it has made: a ConfigMap and a Secret of the claim's name. */
function bucket(claim: JsonObject): Record<string, JsonObject> {
  const [name, namespace] = [nameOf(claim), textAt(claim, "metadata", "namespace") ?? ""];
  const metadata = { name, namespace };
  const BUCKET_NAME = textAt(claim, "spec", "bucketName") ?? `${name}-5f0c`;
  const place = { BUCKET_NAME, BUCKET_HOST: "s3.openshift-storage.svc", BUCKET_PORT: "443", BUCKET_REGION: "" };
  const keys = { AWS_ACCESS_KEY_ID: "simulated", AWS_SECRET_ACCESS_KEY: "simulated-secret" };
  const core = `/api/v1/namespaces/${namespace}`;
  return {
    [`${core}/configmaps/${name}`]: { apiVersion: "v1", kind: "ConfigMap", metadata, data: place },
    [`${core}/secrets/${name}`]: { apiVersion: "v1", kind: "Secret", metadata, type: "Opaque", stringData: keys },
  };
}

/** What OpenShift AI's model controller makes of S3 connections: the Secret that KServe reads. */
function storageConfig(connection: JsonObject): Record<string, JsonObject> {
  const managed = textAt(connection, "metadata", "labels", "opendatahub.io/managed");
  if (managed !== "true" || textAt(connection, "data", "AWS_S3_BUCKET") === undefined) return {};
  const text = (key: string): string => Buffer.from(textAt(connection, "data", key) ?? "", "base64").toString();
  const entry = {
    type: "s3",
    access_key_id: text("AWS_ACCESS_KEY_ID"),
    secret_access_key: text("AWS_SECRET_ACCESS_KEY"),
    endpoint_url: text("AWS_S3_ENDPOINT"),
    bucket: text("AWS_S3_BUCKET"),
    region: text("AWS_DEFAULT_REGION"),
  };
  const namespace = textAt(connection, "metadata", "namespace") ?? "";
  const metadata = { name: "storage-config", namespace };
  const stringData = { [nameOf(connection)]: JSON.stringify(entry) };
  const path = `/api/v1/namespaces/${namespace}/secrets/storage-config`;
  return { [path]: { apiVersion: "v1", kind: "Secret", metadata, stringData } };
}
