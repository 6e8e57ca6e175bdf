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
  imagePullPolicy: "IfNotPresent",
};
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

function fill(value: unknown, name = ""): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown) =>
      isRecord(item) ? { ...BY_LIST[name], ...pullPolicy(item, name), ...fillFields(item) } : item,
    );
  }
  return isRecord(value) ? { ...BY_FIELD[name], ...fillFields(value) } : value;
}

function fillFields(value: Fields): Fields {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, key)]));
}

/** Always for an image that says no tag, or `latest`. */
function pullPolicy({ image }: Fields, list: string): Fields {
  const isLatest = typeof image === "string" && /^([^:@]|:\d+\/)+(:latest)?$/.test(image);
  return BY_LIST[list] === CONTAINER && isLatest ? { imagePullPolicy: "Always" } : {};
}
