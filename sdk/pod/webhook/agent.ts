/**
 * The agent beside the server: it logs requests, joins them to batches, and pulls the models of a multi-model server.
 * Upstream: kserve/kserve `pkg/webhook/admission/pod/agent_injector.go`.
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import type { InjectionContext } from "../clusterObjects";
import { variable, withVariables } from "../merge/environment";
import { goJson } from "../merge/goJson";
import {
  added,
  append,
  field,
  isUnknown,
  itemNamed,
  items,
  plain,
  text,
  type Traced,
  unknown,
  withField,
} from "../merge/traced";
import { type Credentialed, withAccountCredentials } from "../storage/credentials";
import { containerOf } from "../storage/initializer";
import { changeNamed, withVolume, withVolumeMount } from "../storage/mounts";
import type { PodMetadata } from "../template/metadata";
import { INTERNAL, MODEL_MOUNT_PATH, TRANSFORMER_CONTAINER } from "../template/names";
import { type LoggerSettings, loggerArguments } from "./logger";

const AGENT = "agent";
const AGENT_PORT = 9081;
const CA_VOLUME = "agent-ca-bundle";

/** The pod with the agent, where logger, batcher or a missing model asks for it. */
export function withAgent(spec: Traced, pod: PodMetadata, logger: LoggerSettings, context: InjectionContext): Traced {
  const asks = (name: string): boolean => field(pod.annotations, `${INTERNAL}/${name}`) !== undefined;
  if (![AGENT, "logger", "batcher"].some(asks)) return spec;
  const containers = field(spec, "containers");
  if (itemNamed(containers, AGENT) !== undefined) return spec;
  if (isUnknown(pod.annotations))
    return withField(spec, "containers", append(containers, unknown(pod.annotations.origin)));
  const args = [
    ...(asks(AGENT) ? pullerArguments(pod.annotations) : []),
    ...(asks("batcher") ? batcherArguments(pod.annotations) : []),
    ...(asks("logger") ? loggerArguments(pod, logger, context) : []),
    added("--component-port"),
    servedPort(containers),
  ];
  const own = agentContainer(spec, args, context);
  const bundled = asks("logger") ? withCertificates(own, logger.caBundle) : { container: own, volumes: [] };
  const given = withCredentials(bundled, spec, pod, asks("logger") ? logger : undefined, context);
  const withVolumes = given.volumes.reduce(withVolume, spec);
  const result = withField(withVolumes, "containers", append(containers, given.container));
  return asks(AGENT) ? withModelFolders(result, pod.annotations) : result;
}

function pullerArguments(annotations: Traced): Traced[] {
  const folders = [
    ["--config-dir", "configMountPath"],
    ["--model-dir", "modelDir"],
  ] as const;
  return [added("--enable-puller"), ...folders.flatMap(([flag, name]) => flagged(flag, annotations, name))];
}

function batcherArguments(annotations: Traced): Traced[] {
  return [
    added("--enable-batcher"),
    ...flagged("--max-batchsize", annotations, "batcher-max-batchsize"),
    ...flagged("--max-latency", annotations, "batcher-max-latency"),
  ];
}

function flagged(flag: string, annotations: Traced, name: string): Traced[] {
  const value = field(annotations, `${INTERNAL}/${name}`);
  return value === undefined ? [] : [added(flag), value];
}

/** The first port of the transformer where there is one, else of the server. */
function servedPort(containers: Traced | undefined): Traced {
  const server = itemNamed(containers, TRANSFORMER_CONTAINER) ?? itemNamed(containers, MAIN_CONTAINER);
  const port = field(items(field(server, "ports"))[0], "containerPort");
  if (isUnknown(field(server, "ports")) || isUnknown(port)) return unknown(port?.origin);
  return port === undefined ? added("8080") : { kind: "leaf", value: String(plain(port)), origin: port.origin };
}

function agentContainer(spec: Traced, args: readonly Traced[], { config }: InjectionContext): Traced {
  const containers = field(spec, "containers");
  const [first] = items(containers);
  const probed = itemNamed(containers, TRANSFORMER_CONTAINER) ?? first;
  const container = withField(containerOf(AGENT, config.agent, args), "terminationMessagePolicy", undefined);
  const ports = added([{ name: "agent-port", containerPort: AGENT_PORT, protocol: "TCP" }]);
  const probe = {
    httpGet: {
      httpHeaders: [{ name: "K-Network-Probe", value: "queue" }],
      port: AGENT_PORT,
      path: "/",
      scheme: "HTTP",
    },
  };
  const served = withField(withField(container, "ports", ports), "readinessProbe", added(probe));
  const secured = withField(served, "securityContext", field(first, "securityContext"));
  return withVariables(secured, probeVariables(field(probed, "readinessProbe")));
}

/** The server's readiness probe, as the agent is told of it: with the API server's defaults, as Go prints it. */
function probeVariables(probe: Traced | undefined): Traced[] {
  if (probe === undefined) return [];
  if (hasUnknown(probe)) return [withField(added({ name: PROBE_VARIABLE }), "value", unknown(probe.origin))];
  const written = plain(probe) as Record<string, Record<string, unknown> | undefined>;
  const { httpGet, tcpSocket } = written;
  if (httpGet === undefined && tcpSocket === undefined) return [];
  const defaults = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };
  const filled: Record<string, unknown> = { ...defaults, ...written };
  const handler =
    httpGet === undefined
      ? { tcpSocket: ordered(tcpSocket ?? {}, ["port", "host"]) }
      : { httpGet: ordered({ scheme: "HTTP", ...httpGet }, ["path", "port", "host", "scheme", "httpHeaders"]) };
  return [variable(PROBE_VARIABLE, goJson({ ...handler, ...ordered(filled, PROBE_NUMBERS) }))];
}

const PROBE_VARIABLE = "SERVING_READINESS_PROBE";
const PROBE_NUMBERS = [
  ...["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"],
  "terminationGracePeriodSeconds",
];

function ordered(fields: Record<string, unknown>, order: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(order.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]));
}

function hasUnknown(node: Traced): boolean {
  if (node.kind === "leaf") return isUnknown(node);
  return node.kind === "list" ? node.items.some(hasUnknown) : [...node.fields.values()].some(hasUnknown);
}

function withCertificates(container: Traced, caBundle: string | undefined): Credentialed {
  if (caBundle === undefined) return { container, volumes: [] };
  const mount = added({ name: CA_VOLUME, mountPath: "/etc/tls/logger", readOnly: true });
  const volume = added({ name: CA_VOLUME, configMap: { name: caBundle, optional: true } });
  return { container: withVolumeMount(container, mount), volumes: [volume] };
}

/** Of the pod's account, and of the logger's where requests are stored. */
function withCredentials(
  { container, volumes }: Credentialed,
  spec: Traced,
  { annotations }: PodMetadata,
  logger: LoggerSettings | undefined,
  context: InjectionContext,
): Credentialed {
  const own = withAccountCredentials(container, field(spec, "serviceAccountName"), annotations, context);
  const known = { container: own.container, volumes: [...volumes, ...own.volumes] };
  if (logger?.storeAccount === undefined) return known;
  const stored = withAccountCredentials(own.container, logger.storeAccount, annotations, context);
  return { container: stored.container, volumes: [...known.volumes, ...stored.volumes] };
}

function withModelFolders(spec: Traced, annotations: Traced): Traced {
  const folder = { volume: added({ name: "model-dir", emptyDir: {} }), mountPath: MODEL_MOUNT_PATH };
  const configMap = withField(added({}), "name", field(annotations, `${INTERNAL}/configVolumeName`));
  const config = {
    volume: withField(added({ name: "model-config" }), "configMap", configMap),
    mountPath: "/mnt/configs",
  };
  const mounted = [AGENT, MAIN_CONTAINER].reduce((rest, name) => withFolder(rest, name, folder), spec);
  return withFolder(mounted, AGENT, config);
}

function withFolder(spec: Traced, container: string, folder: { volume: Traced; mountPath: string }): Traced {
  const { volume, mountPath } = folder;
  const mount = added({ name: text(field(volume, "name")), mountPath });
  const changed = changeNamed(field(spec, "containers"), container, (one) => withVolumeMount(one, mount));
  return withField(withVolume(spec, volume), "containers", changed);
}
