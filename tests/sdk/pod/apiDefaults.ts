/**
 * What the API server fills into a Deployment before it stores it, as far as the recorded answers need it; the cluster
 * test has the real server do it. Upstream: kubernetes `pkg/apis/core/v1/defaults.go`.
 */
import { isRecord } from "./comparison";

type Fields = Record<string, unknown>;
const PROBE = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
const CONTAINER = {
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
};
/** Fields of a pod's spec that KServe's webhook may change. */
export const TOUCHED = ["containers", "initContainers", "volumes", "nodeSelector", "shareProcessNamespace"];
/** Defaults of the objects that stand in a field of this name. */
const BY_FIELD: Readonly<Record<string, Fields>> = {
  livenessProbe: PROBE,
  readinessProbe: PROBE,
  startupProbe: PROBE,
  httpGet: { scheme: "HTTP" },
  grpc: { service: "" },
  fieldRef: { apiVersion: "v1" },
  resourceFieldRef: { divisor: "0" },
  configMap: { defaultMode: 420 },
  secret: { defaultMode: 420 },
};
/** Defaults of the items of a list in a field of this name. */
const BY_LIST: Readonly<Record<string, Fields>> = {
  containers: CONTAINER,
  initContainers: CONTAINER,
  ports: { protocol: "TCP" },
};

/** The pod spec as the API server would store it. */
export function withApiDefaults(spec: unknown): unknown {
  const filled = fill(spec);
  if (!isRecord(filled) || filled.serviceAccountName === undefined) return filled;
  return { serviceAccount: filled.serviceAccountName, ...filled };
}

/** A pod spec that no controller has filled before. */
export function withPodApiDefaults(spec: unknown): unknown {
  const pod = {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    terminationGracePeriodSeconds: 30,
    securityContext: {},
    schedulerName: "default-scheduler",
  };
  return withApiDefaults(isRecord(spec) ? { ...pod, ...spec } : spec);
}

/** The same for a pod, in which requests follow the limits. */
export function withPodDefaults(spec: unknown): unknown {
  const filled = withApiDefaults(spec);
  if (!isRecord(filled)) return filled;
  const lists = ["containers", "initContainers"].map((name) => [name, filled[name]] as const);
  const requested = lists.map(([name, list]) => [name, Array.isArray(list) ? list.map(withRequests) : list]);
  return { ...filled, ...(Object.fromEntries(requested) as object) };
}

function withRequests(container: unknown): unknown {
  if (!isRecord(container) || !isRecord(container.resources)) return container;
  const { limits, requests } = container.resources;
  if (!isRecord(limits) || Object.keys(limits).length === 0) return container;
  return { ...container, resources: { ...container.resources, requests: { ...limits, ...(requests as object) } } };
}

function fill(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) => (isRecord(item) ? fillItem(item, name) : item));
  }
  return isRecord(value) ? { ...BY_FIELD[name], ...fillFields(value) } : value;
}

function fillItem(item: Fields, list: string): Fields {
  const filled = { ...BY_LIST[list], ...fillFields(item) };
  if (BY_LIST[list] !== CONTAINER) return filled;
  return { imagePullPolicy: pullPolicy(String(item.image)), ...filled };
}

/** A moving tag is pulled every time. */
function pullPolicy(image: string): string {
  return image.includes("@") || /:(?!latest$)[^/]+$/.test(image) ? "IfNotPresent" : "Always";
}

function fillFields(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, key)]));
}
