/** The programs of the embedded cluster: arguments and the question that tells when each is ready. */
import type { ToolName } from "../toolchain/toolchain";
import type { Certificates } from "./certificates";
import type { Program } from "./process";
import { etcdData, LOOPBACK, type Ports } from "./state";

/** Programs in the order in which they can start. */
export const COMPONENT_NAMES = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "kserve-manager",
] as const satisfies ToolName[];

/** By default a controller sends 20 requests a second, so that a few dozen Deployments at once take minutes. */
const UNTHROTTLED = ["--kube-api-qps=500", "--kube-api-burst=1000"];

export type ComponentName = (typeof COMPONENT_NAMES)[number];

export interface Component extends Program {
  name: ComponentName;
  /** Answers 200 once the program does its work; etcd's is the API server's to ask. */
  health?: string;
}

export interface ComponentSettings {
  /** State folder of the cluster. */
  dir: string;
  ports: Ports;
  certificates: Certificates;
  kubeconfig: string;
  tokenFile: string;
  executables: Record<ComponentName, string>;
}

export function components(settings: ComponentSettings): Record<ComponentName, Component> {
  const { executables, ports, certificates, kubeconfig } = settings;
  const home = { HOME: settings.dir, PATH: "/usr/bin:/bin" };
  const serving = [`--tls-cert-file=${certificates.cert}`, `--tls-private-key-file=${certificates.key}`];
  const secured = (port: number) => [`--bind-address=${LOOPBACK}`, `--secure-port=${port}`, ...serving];
  const component = (name: ComponentName, args: string[], health?: string, env = {}): Component => ({
    name,
    executable: executables[name],
    args,
    env: { ...home, ...env },
    ...(health === undefined ? {} : { health }),
  });
  return {
    etcd: component("etcd", etcdArguments(settings)),
    "kube-apiserver": component(
      "kube-apiserver",
      [...secured(ports.apiServer), ...apiServerArguments(settings)],
      `https://${LOOPBACK}:${ports.apiServer}/readyz`,
      // A fifth less work while starting, for 200 MB more.
      { GOGC: "200" },
    ),
    "kube-controller-manager": component(
      "kube-controller-manager",
      [
        ...secured(ports.controllerManager),
        `--kubeconfig=${kubeconfig}`,
        `--root-ca-file=${certificates.ca}`,
        `--service-account-private-key-file=${certificates.serviceAccountKey}`,
        "--leader-elect=false",
        "--profiling=false",
        ...UNTHROTTLED,
      ],
      `https://${LOOPBACK}:${ports.controllerManager}/healthz`,
    ),
    "kube-scheduler": component(
      "kube-scheduler",
      [
        ...secured(ports.scheduler),
        `--kubeconfig=${kubeconfig}`,
        "--leader-elect=false",
        "--profiling=false",
        ...UNTHROTTLED,
      ],
      `https://${LOOPBACK}:${ports.scheduler}/healthz`,
    ),
    kwok: component(
      "kwok",
      [
        `--kubeconfig=${kubeconfig}`,
        "--manage-all-nodes=true",
        "--node-lease-duration-seconds=40",
        `--server-address=${LOOPBACK}:${ports.kwok}`,
      ],
      `http://${LOOPBACK}:${ports.kwok}/healthz`,
    ),
    "kserve-manager": component(
      "kserve-manager",
      [
        `--kubeconfig=${kubeconfig}`,
        "--metrics-addr=0",
        `--health-probe-addr=${LOOPBACK}:${ports.kserveHealth}`,
        `--webhook-port=${ports.kserveWebhook}`,
      ],
      `http://${LOOPBACK}:${ports.kserveHealth}/readyz`,
      { TMPDIR: certificates.webhookTmpdir, POD_NAMESPACE: "kserve" },
    ),
  };
}

/** Mutual TLS, so that other users of the machine cannot read what the API server guards with its token. */
function etcdArguments({ dir, ports, certificates }: ComponentSettings): string[] {
  const client = `https://${LOOPBACK}:${ports.etcd}`;
  const peer = `https://${LOOPBACK}:${ports.etcdPeer}`;
  return [
    "--name=embedded",
    `--data-dir=${etcdData(dir)}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=embedded=${peer}`,
    ...["", "peer-"].flatMap((kind) => [
      `--${kind}cert-file=${certificates.cert}`,
      `--${kind}key-file=${certificates.key}`,
      `--${kind}trusted-ca-file=${certificates.ca}`,
      `--${kind}client-cert-auth=true`,
    ]),
  ];
}

function apiServerArguments({ ports, certificates, tokenFile }: ComponentSettings): string[] {
  return [
    `--etcd-servers=https://${LOOPBACK}:${ports.etcd}`,
    `--etcd-cafile=${certificates.ca}`,
    `--etcd-certfile=${certificates.cert}`,
    `--etcd-keyfile=${certificates.key}`,
    `--token-auth-file=${tokenFile}`,
    "--authorization-mode=RBAC",
    "--anonymous-auth=false",
    "--allow-privileged=true",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-key-file=${certificates.serviceAccountKey}`,
    `--service-account-signing-key-file=${certificates.serviceAccountKey}`,
    // No pod can call the API server, and a loopback address may not be an endpoint.
    "--endpoint-reconciler-type=none",
    "--advertise-address=192.0.2.1",
    "--profiling=false",
  ];
}
