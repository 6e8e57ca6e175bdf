/** Random parts of containers and pods, such that any two of them merge into something the API server accepts. */
import * as fc from "fast-check";

/** A record in which every key may be missing. */
export function some<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

const LITERALS = ["A", "B", "C", "HF_HOME", "INFERENCE_SERVICE_NAME", "MLSERVER_MODEL_NAME", "PROTOCOL_VERSION"];
const literal = fc.record({ name: fc.constantFrom(...LITERALS), value: fc.constantFrom("", "1", "$(A)-x", "/tmp/hf") });
/** What a variable is read from depends on its name: a variable read from two places at once is refused. */
const reference = fc.oneof(
  fc.constantFrom("metadata.name", "status.podIP").map((fieldPath) => ({
    name: "FROM_FIELD",
    valueFrom: { fieldRef: { fieldPath } },
  })),
  some({ optional: fc.boolean() }).map((options) => ({
    name: "FROM_SECRET",
    valueFrom: { secretKeyRef: { name: "tokens", key: "hf", ...options } },
  })),
  fc
    .constantFrom("one", "two")
    .map((key) => ({ name: "FROM_MAP", valueFrom: { configMapKeyRef: { name: "m", key } } })),
  fc.constantFrom("1", "1Mi", "1024Ki").map((divisor) => ({
    name: "FROM_RESOURCE",
    valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor } },
  })),
);
export const env = fc.uniqueArray(fc.oneof({ weight: 3, arbitrary: literal }, reference), {
  selector: ({ name }) => name,
  maxLength: 5,
});

const ARGUMENTS = [
  ...[
    "--port=8080",
    "--tensor-parallel-size",
    "2",
    "--max-model-len=4096",
    "",
    "a b",
    "$(A)",
    "ünïcode",
    "-tp",
    "--trust-remote-code",
  ],
  ...[
    "--served-model-name={{.Name}}",
    "--in={{ .Namespace }}",
    "{{- .Name -}}",
    "x {{- .Name }} y",
    "{{/* nothing */}}",
  ],
  ...[
    "--team={{.Labels.team}}",
    "--note={{.Annotations.note}}",
    "--at={{index .Labels `team`}}",
    "--class={{.Labels.modelClass}}",
  ],
  ...['--json={"a": "<b>&\'c\'"}', "back\\slash", "line\nbreak", "{ {.Name} }", "}}"],
];
export const args = fc.array(fc.constantFrom(...ARGUMENTS), { maxLength: 5 });
const command = fc.constantFrom(
  ["vllm", "serve"],
  ["/bin/sh", "-c"],
  ["python", "-m", "vllm.entrypoints.openai.api_server"],
  [],
);

/** Any request is at most any limit, whichever side each comes from. */
export const resources = (gpuRequests: boolean): fc.Arbitrary<object> =>
  fc
    .record({
      requests: some({
        cpu: fc.constantFrom("0.5", "500m", "1", "1000m"),
        memory: fc.constantFrom("512Mi", "1Gi", "1024Mi", "1G"),
        "ephemeral-storage": fc.constantFrom("1Gi", "1.5Gi"),
      }),
      limits: some({
        cpu: fc.constantFrom("2", "4000m", "8"),
        memory: fc.constantFrom("4Gi", "8192Mi", "16Gi"),
        "ephemeral-storage": fc.constantFrom("2Gi", "3Gi"),
      }),
      gpus: fc.constantFrom(undefined, "1", "2", "8"),
      resource: fc.constantFrom("nvidia.com/gpu", "amd.com/gpu", "nvidia.com/mig-1g.10gb"),
    })
    .map(({ requests, limits, gpus, resource }) => {
      if (gpus === undefined) return { requests, limits };
      const count = { [resource]: gpus };
      return { requests: gpuRequests ? { ...requests, ...count } : requests, limits: { ...limits, ...count } };
    });

const PORT_NAMES: Record<number, string> = { 8080: "http1", 8081: "metrics", 9000: "h2c", 50051: "grpc" };
export const ports = fc.uniqueArray(
  fc.constantFrom(8080, 8081, 9000, 50051).chain((containerPort) =>
    some({ protocol: fc.constantFrom("TCP", "UDP") }).map((rest) => ({
      containerPort,
      name: PORT_NAMES[containerPort],
      ...rest,
    })),
  ),
  { selector: ({ containerPort }) => containerPort, maxLength: 3 },
);

/** One way to probe for both sides: two at once are refused. */
const HANDLERS = {
  http: fc
    .tuple(
      fc.constantFrom("/health", "/v1/models"),
      fc.constantFrom(8080, "http1"),
      some({ scheme: fc.constantFrom("HTTP", "HTTPS") }),
    )
    .map(([path, port, scheme]) => ({
      httpGet: { path, port, ...scheme, httpHeaders: [{ name: "X-Probe", value: path }] },
    })),
  tcp: fc.constantFrom(8080, 9000).map((port) => ({ tcpSocket: { port } })),
  exec: fc.constantFrom(["true"], ["cat", "/ready"]).map((parts) => ({ exec: { command: parts } })),
  grpc: some({ service: fc.constantFrom("", "health") }).map((service) => ({ grpc: { port: 9000, ...service } })),
};
export type Handler = keyof typeof HANDLERS;
export const handler = fc.constantFrom<Handler>("http", "tcp", "exec", "grpc");

function probe(kind: Handler, once: boolean): fc.Arbitrary<object> {
  const numbers = some({
    initialDelaySeconds: fc.constantFrom(0, 5, 60),
    periodSeconds: fc.constantFrom(5, 20),
    timeoutSeconds: fc.constantFrom(1, 3),
    failureThreshold: fc.constantFrom(0, 3, 60),
    successThreshold: fc.constantFrom(1, once ? 1 : 2),
  });
  return fc.tuple(HANDLERS[kind], numbers).map(([how, when]) => ({ ...how, ...when }));
}

const securityContext = some({
  runAsNonRoot: fc.boolean(),
  runAsUser: fc.constantFrom(0, 1000),
  readOnlyRootFilesystem: fc.boolean(),
  allowPrivilegeEscalation: fc.boolean(),
  capabilities: some({ drop: fc.constantFrom(["ALL"], ["NET_RAW"]), add: fc.constantFrom(["IPC_LOCK"], []) }),
  seccompProfile: fc.constant({ type: "RuntimeDefault" }),
});

export interface PartChoice {
  handler: Handler;
  gpuRequests: boolean;
  volumes: string[];
}

const MOUNT_PATHS = ["/dev/shm", "/cache", "/config", "/tmp/x"];
function volumeMounts(volumes: string[]): fc.Arbitrary<object[]> {
  if (volumes.length === 0) return fc.constant([]);
  const mount = fc.record({ name: fc.constantFrom(...volumes), mountPath: fc.constantFrom(...MOUNT_PATHS) });
  const options = some({ readOnly: fc.boolean(), subPath: fc.constantFrom("", "sub") });
  const mounts = fc.tuple(mount, options).map(([required, optional]) => ({ ...required, ...optional }));
  return fc.uniqueArray(mounts, { selector: ({ mountPath }) => mountPath, maxLength: 3 });
}

/** Everything of a container but its name and image. */
export function containerParts(choice: PartChoice): fc.Arbitrary<object> {
  return some({
    args,
    command,
    env,
    envFrom: fc.constantFrom(
      [{ configMapRef: { name: "settings", optional: true } }],
      [{ prefix: "P_", secretRef: { name: "s" } }],
    ),
    resources: resources(choice.gpuRequests),
    ports,
    volumeMounts: volumeMounts(choice.volumes),
    readinessProbe: probe(choice.handler, false),
    livenessProbe: probe(choice.handler, true),
    startupProbe: probe(choice.handler, true),
    securityContext,
    imagePullPolicy: fc.constantFrom("Always", "IfNotPresent"),
    workingDir: fc.constantFrom("", "/work"),
    lifecycle: fc.constant({ preStop: { exec: { command: ["sleep", "5"] } } }),
    tty: fc.boolean(),
    terminationMessagePolicy: fc.constantFrom("File", "FallbackToLogsOnError"),
  });
}

const VOLUMES: Record<string, fc.Arbitrary<object>> = {
  shm: some({ medium: fc.constant("Memory"), sizeLimit: fc.constantFrom("2Gi", "2048Mi", "1.5Gi") }).map(
    (emptyDir) => ({ emptyDir }),
  ),
  cache: fc.constant({ persistentVolumeClaim: { claimName: "cache" } }),
  config: some({
    defaultMode: fc.constantFrom(0, 0o644),
    optional: fc.boolean(),
    items: fc.constantFrom([{ key: "k", path: "p" }]),
  }).map((options) => ({ configMap: { name: "config", ...options } })),
  certs: fc.constantFrom("ca", "other").map((secretName) => ({ secret: { secretName } })),
};
export const volumes = fc
  .uniqueArray(fc.constantFrom(...Object.keys(VOLUMES)), { maxLength: 3 })
  .chain((names) =>
    fc.tuple(...names.map((name) => (VOLUMES[name] ?? fc.constant({})).map((source) => ({ name, ...source })))),
  );

const effect = fc.constantFrom("NoSchedule", "NoExecute", undefined);
const toleration = fc
  .record({ key: fc.constantFrom("nvidia.com/gpu", "gpu", "spot"), value: fc.constantFrom("true", undefined), effect })
  .map(({ key, value, effect: taint }) => ({
    key,
    ...(value === undefined ? { operator: "Exists" } : { operator: "Equal", value }),
    ...(taint === undefined ? {} : { effect: taint }),
    ...(taint === "NoExecute" ? { tolerationSeconds: 0 } : {}),
  }));
export const tolerations = fc.array(toleration, { maxLength: 3 });

export const nodeSelector = some({
  "nvidia.com/gpu.product": fc.constantFrom("NVIDIA-A100-SXM4-80GB", "NVIDIA-L4"),
  zone: fc.constantFrom("a", "b", ""),
  pool: fc.constantFrom("gpu"),
});

const term = fc.constantFrom("A100", "L4").map((product) => ({
  matchExpressions: [{ key: "nvidia.com/gpu.product", operator: "In", values: [product] }],
}));
const podTerm = fc.constantFrom("kubernetes.io/hostname", "zone").map((topologyKey) => ({
  topologyKey,
  labelSelector: { matchLabels: { team: "ml" } },
}));
export const affinity = some({
  nodeAffinity: some({
    requiredDuringSchedulingIgnoredDuringExecution: fc
      .array(term, { minLength: 1, maxLength: 2 })
      .map((nodeSelectorTerms) => ({ nodeSelectorTerms })),
    preferredDuringSchedulingIgnoredDuringExecution: fc.array(
      fc.record({ weight: fc.constantFrom(1, 50), preference: term }),
      { maxLength: 2 },
    ),
  }),
  podAntiAffinity: some({ requiredDuringSchedulingIgnoredDuringExecution: fc.array(podTerm, { maxLength: 2 }) }),
});

export const imagePullSecrets = fc
  .uniqueArray(fc.constantFrom("quay", "internal", "nvcr"), { maxLength: 2 })
  .map((names) => names.map((name) => ({ name })));

export const labels = some({
  team: fc.constantFrom("ml", "ops"),
  app: fc.constantFrom("mine"),
  component: fc.constantFrom("mine"),
  "example.com/tier": fc.constantFrom("gold", ""),
});

export const annotations = some({
  note: fc.constantFrom("plain", "quote \" & <b> + 'x'"),
  "prometheus.io/port": fc.constantFrom("8080", "9090"),
  "serving.kserve.io/enable-prometheus-scraping": fc.constantFrom("true"),
  "storage.kserve.io/readonly": fc.constantFrom("false", "true"),
  "example.com/x": fc.constantFrom("1", ""),
  "autoscaling.knative.dev/min-scale": fc.constantFrom("1"),
  "kubectl.kubernetes.io/last-applied-configuration": fc.constantFrom("{}"),
});

/** Pod fields that only the service can set. */
export const servicePod = some({
  priorityClassName: fc.constantFrom("high"),
  terminationGracePeriodSeconds: fc.constantFrom(0, 120),
  shareProcessNamespace: fc.boolean(),
  enableServiceLinks: fc.boolean(),
  automountServiceAccountToken: fc.boolean(),
  hostIPC: fc.boolean(),
  dnsPolicy: fc.constantFrom("Default", "ClusterFirst"),
  runtimeClassName: fc.constantFrom("nvidia"),
  securityContext: some({
    fsGroup: fc.constantFrom(0, 1000),
    runAsNonRoot: fc.boolean(),
    supplementalGroups: fc.constant([5]),
  }),
  hostAliases: fc.constantFrom([{ ip: "10.0.0.1", hostnames: ["registry"] }]),
  topologySpreadConstraints: fc.constantFrom([
    {
      maxSkew: 1,
      topologyKey: "zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { team: "ml" } },
    },
  ]),
  initContainers: fc.constantFrom([
    { name: "warm", image: "busybox:1.36", command: ["true"], env: [{ name: "A", value: "" }] },
  ]),
});
