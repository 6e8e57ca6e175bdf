/** The objects of a server without an operator, whatever the server. */
import type { Deployment } from "../../sdk/kubernetes/apps";
import type { HorizontalPodAutoscaler } from "../../sdk/kubernetes/autoscaling";
import type {
  Container,
  EnvVar,
  KubernetesObject,
  Probe,
  Service,
  Volume,
  VolumeMount,
} from "../../sdk/kubernetes/core";
import { ownership } from "../../sdk/kubernetes/ownership";
import { nonEmpty, present } from "../../sdk/kubernetes/present";
import { DEFAULT_CACHE, DEFAULT_MEMORY, identityOf } from "../../sdk/spec/digitalhub/serving";
import { fetchingStartupSeconds, readySeconds } from "../../sdk/spec/inference/loadTime";
import { usualSharedMemory } from "../../sdk/spec/runtimes/servingRuntime";
import { containerResources } from "../inference/containerResources";
import { strategyManifest } from "../inference/deploymentStrategy";
import { environmentSources } from "../secretEnvironment";
import { exposureManifests } from "./exposureManifests";
import type { ServeSpec } from "./serverSpec";
import { metadataOf, portName } from "./serverSpec";

/** What distinguishes one server from another. */
export interface Server {
  /** Of the program, such as `vllm`. */
  program: string;
  image: string;
  command: string[];
  args: string[];
  /** Variables, unless the user sets them. */
  env: EnvVar[];
  /** The first one is that of the API. */
  ports: number[];
  /** Answers once requests are. */
  healthPath: string;
  volumes?: Volume[];
  volumeMounts?: VolumeMount[];
}

/** Where a server may write. */
export const HOME = "/shared";
const PERIOD_SECONDS = 10;

/** Deployment, Service, autoscaler and the way from outside, in the order they are made. */
export function serverManifests(spec: ServeSpec, server: Server): KubernetesObject[] {
  const scaler = spec.autoscaling === undefined ? [] : [autoscalerOf(spec, spec.autoscaling)];
  const [port = 0] = server.ports;
  return [deploymentOf(spec, server), serviceOf(spec, server), ...scaler, ...exposureManifests(spec, port)];
}

/** Seconds Pulumi waits for the pods. */
export function patience(spec: Pick<ServeSpec, "readyTimeoutSeconds" | "modelBytes">): number {
  return spec.readyTimeoutSeconds ?? readySeconds(spec.modelBytes);
}

/** Labels that only the pods of this server have; another object of the name may share the label of the instance. */
function podLabels({ name }: ServeSpec, { program }: Pick<Server, "program">): Record<string, string> {
  return { "app.kubernetes.io/name": program, ...ownership(name) };
}

function deploymentOf(spec: ServeSpec, server: Server): Deployment {
  const { hardware } = spec;
  const labels = podLabels(spec, server);
  const identity = identityOf(spec.identity);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(spec),
    spec: present({
      replicas: spec.autoscaling === undefined ? (spec.replicas ?? 1) : undefined,
      selector: { matchLabels: labels },
      strategy: strategyManifest(spec.deploymentStrategy),
      progressDeadlineSeconds: patience(spec),
      template: {
        metadata: { labels: { ...spec.labels, ...labels } },
        spec: present({
          enableServiceLinks: false,
          serviceAccountName: spec.serviceAccountName,
          imagePullSecrets: nonEmpty(spec.imagePullSecrets.map((name) => ({ name }))),
          nodeSelector: nonEmpty(hardware.nodeSelector),
          tolerations: nonEmpty(hardware.tolerations),
          affinity: spec.affinity,
          securityContext: {
            ...(identity !== undefined && {
              runAsUser: identity.userId,
              runAsGroup: identity.groupId,
              fsGroup: identity.groupId,
            }),
            runAsNonRoot: true,
            seccompProfile: { type: "RuntimeDefault" as const },
          },
          containers: [containerOf(spec, server)],
          volumes: [...volumesOf(spec), ...(server.volumes ?? [])],
        }),
      },
    }),
  };
}

function containerOf(spec: ServeSpec, server: Server): Container {
  const { choice, count } = spec.hardware;
  const { requests, limits } = spec.resources ?? {};
  const memory = requests?.memory ?? limits?.memory ?? DEFAULT_MEMORY;
  return present({
    name: "server",
    image: server.image,
    command: server.command,
    args: server.args,
    env: environmentOf(spec, server),
    envFrom: nonEmpty(environmentSources(spec)),
    ports: server.ports.map((port) => ({ name: portName(port), containerPort: port, protocol: "TCP" })),
    resources: containerResources(
      { requests: { ...requests, memory }, limits: limits ?? {} },
      choice?.resource,
      count,
    ) as object,
    ...probesOf(spec, server),
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [...mountsOf(spec), ...(server.volumeMounts ?? [])],
  });
}

/** The server's own variables, where the user does not set them, and the user's. */
function environmentOf({ env, secrets }: ServeSpec, server: Server): EnvVar[] {
  const taken = new Set([...env.map(({ name }) => name), ...Object.keys(secrets)]);
  const given = env.map(({ name, value, secretName, secretKey }) =>
    secretName === undefined || secretKey === undefined
      ? { name, value: value ?? "" }
      : { name, valueFrom: { secretKeyRef: { name: secretName, key: secretKey } } },
  );
  return [...server.env.filter(({ name }) => !taken.has(name)), ...given];
}

/** The server fetches and loads for minutes, so the other probes wait for its first answer. */
function probesOf({ modelBytes }: ServeSpec, { healthPath, ports: [port = 0] }: Server): Record<string, Probe> {
  const httpGet = { path: healthPath, port: portName(port) };
  const timing = { periodSeconds: PERIOD_SECONDS, timeoutSeconds: 5 };
  const failureThreshold = Math.ceil(fetchingStartupSeconds(modelBytes) / PERIOD_SECONDS);
  return {
    startupProbe: { httpGet, ...timing, failureThreshold },
    livenessProbe: { httpGet, ...timing, failureThreshold: 3 },
    readinessProbe: { httpGet, ...timing, failureThreshold: 3 },
  };
}

function volumesOf({ cache, sharedMemory, hardware: { count } }: ServeSpec): Volume[] {
  const shared = sharedMemory ?? usualSharedMemory(count);
  const home: Volume =
    cache.claimName === undefined
      ? { name: "shared", emptyDir: { sizeLimit: cache.size ?? DEFAULT_CACHE } }
      : { name: "shared", persistentVolumeClaim: { claimName: cache.claimName } };
  return shared === undefined ? [home] : [home, { name: "shm", emptyDir: { medium: "Memory", sizeLimit: shared } }];
}

function mountsOf({ sharedMemory, hardware: { count } }: ServeSpec): VolumeMount[] {
  const home = { name: "shared", mountPath: HOME };
  return count === 0 && sharedMemory === undefined ? [home] : [home, { name: "shm", mountPath: "/dev/shm" }];
}

function serviceOf(spec: ServeSpec, server: Server): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(spec),
    spec: {
      selector: podLabels(spec, server),
      ports: server.ports.map((port) => ({ name: portName(port), port, targetPort: portName(port), protocol: "TCP" })),
    },
  };
}

function autoscalerOf(spec: ServeSpec, scaling: NonNullable<ServeSpec["autoscaling"]>): HorizontalPodAutoscaler {
  const { minReplicas, maxReplicas, metric, target } = scaling;
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: metadataOf(spec),
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: spec.name },
      minReplicas,
      maxReplicas,
      metrics: [
        { type: "Resource", resource: { name: metric, target: { type: "Utilization", averageUtilization: target } } },
      ],
    },
  };
}
