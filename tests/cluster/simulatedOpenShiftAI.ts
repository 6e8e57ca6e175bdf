/**
 * Simulated parts of OpenShift and OpenShift AI, NVIDIA's NIM operator and the Spyre operator's scheduler. None of them runs in the
 * embedded cluster; this writes only what the real ones write when all has gone well.
 */
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { textAt } from "../../tools/kubernetes-plugin/objects";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";
import { edit } from "../tools/kubernetesPluginCluster";
import { eachAppearance } from "./appearances";

type Answer = (api: ApiServer, object: JsonObject) => Promise<void>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/api/v1/secrets": collectConnection,
  "/api/v1/pods": bindForSpyre,
  "/apis/route.openshift.io/v1/routes": admitRoute,
  "/apis/nim.opendatahub.io/v1/accounts": (api, object) => {
    const condition = {
      type: "AccountStatus",
      status: "True",
      reason: "Simulated",
      message: "",
      lastTransitionTime: NOW,
    };
    return answer(api, "nim.opendatahub.io/v1", "accounts", object, { conditions: [condition] });
  },
  "/apis/apps.nvidia.com/v1alpha1/nimcaches": (api, object) => {
    return answer(api, "apps.nvidia.com/v1alpha1", "nimcaches", object, { state: "Ready" });
  },
  "/apis/apps.nvidia.com/v1alpha1/nimservices": (api, object) => {
    return answer(api, "apps.nvidia.com/v1alpha1", "nimservices", object, { state: "Ready" });
  },
};

const NOW = "2026-11-27T00:00:00Z";

/** Machines with Spyre, which the embedded cluster has none of; of no published size. */
export const SPYRE_NODES = ["amd64", "ppc64le"].map((arch) => {
  const name = `spyre-${arch}`;
  const amounts = { cpu: "64", memory: "512Gi", pods: "100", "ibm.com/spyre_pf": "8" };
  const labels = { "kubernetes.io/arch": arch, "kubernetes.io/os": "linux", "kubernetes.io/hostname": name };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels },
    status: { capacity: amounts, allocatable: amounts },
  };
});

/** Plays them until the signal. */
export function simulateOpenShiftAI(api: ApiServer, signal: AbortSignal): Promise<void> {
  const watches = Object.entries(ANSWERS).map(([path, handle]) =>
    eachAppearance(api, path, signal, (object) => handle(api, object)),
  );
  return Promise.allSettled(watches).then(() => undefined);
}

function answer(api: ApiServer, group: string, kinds: string, object: JsonObject, status: JsonObject): Promise<void> {
  const namespace = textAt(object, "metadata", "namespace") ?? "";
  const name = textAt(object, "metadata", "name") ?? "";
  return edit(api, `/apis/${group}/namespaces/${namespace}/${kinds}/${name}/status`, { status }).then(() => undefined);
}

/** OpenShift's router gives a Route the host that it asks for, or one of its own. */
function admitRoute(api: ApiServer, route: JsonObject): Promise<void> {
  const name = textAt(route, "metadata", "name") ?? "";
  const host = textAt(route, "spec", "host") ?? `${name}.apps.example.com`;
  const conditions = [{ type: "Admitted", status: "True" }];
  const status = { ingress: [{ host, routerName: "simulated", conditions }] };
  return answer(api, "route.openshift.io/v1", "routes", route, status);
}

/** Open Data Hub's model controller copies the keys of S3 connections into the Secret that KServe reads. */
async function collectConnection(api: ApiServer, secret: JsonObject): Promise<void> {
  const labels = secret.metadata as { labels?: Record<string, string> };
  if (labels.labels?.["opendatahub.io/managed"] !== "true" || textAt(secret, "data", "AWS_S3_BUCKET") === undefined) {
    return;
  }
  const namespace = textAt(secret, "metadata", "namespace") ?? "";
  const text = (key: string): string => Buffer.from(textAt(secret, "data", key) ?? "", "base64").toString();
  const entry = {
    type: "s3",
    access_key_id: text("AWS_ACCESS_KEY_ID"),
    secret_access_key: text("AWS_SECRET_ACCESS_KEY"),
    endpoint_url: text("AWS_S3_ENDPOINT"),
    bucket: text("AWS_S3_BUCKET"),
    region: text("AWS_DEFAULT_REGION"),
  };
  const path = `/api/v1/namespaces/${namespace}/secrets`;
  const stringData = { [textAt(secret, "metadata", "name") ?? ""]: JSON.stringify(entry) };
  const body = { apiVersion: "v1", kind: "Secret", metadata: { name: "storage-config", namespace }, stringData };
  // One Secret holds all connections of a namespace.
  await api.request("POST", path, { body }).catch(() => edit(api, `${path}/storage-config`, { stringData }));
}

/** The Spyre operator's own scheduler; here it takes the machine of the architecture that the pod asks for. */
async function bindForSpyre(api: ApiServer, pod: JsonObject): Promise<void> {
  if (textAt(pod, "spec", "schedulerName") !== "spyre-scheduler") return;
  const namespace = textAt(pod, "metadata", "namespace") ?? "";
  const name = textAt(pod, "metadata", "name") ?? "";
  const arch = textAt(pod, "spec", "nodeSelector", "kubernetes.io/arch") ?? "";
  const target = { apiVersion: "v1", kind: "Node", name: `spyre-${arch}` };
  const body = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target };
  await api.request("POST", `/api/v1/namespaces/${namespace}/pods/${name}/binding`, { body });
}
