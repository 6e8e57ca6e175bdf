/** What `make up` ends with: who serves where, and how much room is left. */
import { CoreV1Api, KubeConfig, KubernetesObjectApi } from "@kubernetes/client-node";
import pc from "picocolors";
import { clusterNodes, type ClusterNode, type NodeObject, type PodObject } from "../../sdk/capacity/inventory";
import { podShape, slots } from "../../sdk/capacity/placement";
import { isExtendedResource } from "../../sdk/capacity/requests";
import type { PodSpec } from "../../sdk/kubernetes/core";
import { SERVING_V1BETA1 } from "../../sdk/kubernetes/kserve";
import type { Target } from "./target";

const HEADER = ["SERVICE", "URL", "READY", "RUNS ON", "HEADROOM"];

/** One line for each InferenceService of the stack, read from the cluster. */
export async function servingTable({ stack, kubeconfig, context }: Target): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const core = config.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const [{ resources }, nodeList, podList] = await Promise.all([
    stack.export(),
    core.listNode(),
    core.listPodForAllNamespaces(),
  ]);
  const pods = podList.items as PodObject[];
  const nodes = clusterNodes({ nodes: nodeList.items as NodeObject[], pods });
  const services = resources.filter(({ type }) => type.endsWith(":InferenceService") && type.startsWith("kubernetes:"));
  const rows = await Promise.all(
    services.map(async ({ id = "" }) => {
      const [namespace = "", name = ""] = id.split("/");
      const metadata = { namespace, name };
      const service = await objects.read({ apiVersion: SERVING_V1BETA1, kind: "InferenceService", metadata });
      const own = pods.filter(
        (pod) =>
          pod.metadata.namespace === namespace &&
          pod.metadata.labels?.["serving.kserve.io/inferenceservice"] === name &&
          pod.spec?.nodeName !== undefined,
      );
      return [id, ...statusOf(service), placesOf(own), headroom(own[0]?.spec, nodes)];
    }),
  );
  return `\n${columns([HEADER, ...rows])}\n`;
}

function statusOf(service: object): [url: string, ready: string] {
  const { status } = service as { status?: { url?: string; conditions?: { type: string; status: string }[] } };
  const ready = status?.conditions?.find(({ type }) => type === "Ready")?.status ?? "Unknown";
  return [status?.url ?? "-", ready];
}

/** `a100-0 (1 nvidia.com/gpu)`, one for each pod. */
function placesOf(pods: PodObject[]): string {
  return pods.map(({ spec }) => `${spec?.nodeName ?? ""}${devices(spec)}`).join(", ") || "-";
}

function devices(spec: PodSpec | undefined): string {
  const amounts = Object.entries(spec === undefined ? {} : podShape(spec).requests);
  const found = amounts.filter(([name]) => isExtendedResource(name)).map(([name, amount]) => `${amount} ${name}`);
  return found.length === 0 ? "" : ` (${found.join(", ")})`;
}

/** How many more pods of the same shape would start now: what a rolling update or a scale-out can count on. */
function headroom(spec: PodSpec | undefined, nodes: ClusterNode[]): string {
  if (spec === undefined) return "-";
  const { nodeName: _, ...unbound } = spec;
  const free = slots(podShape(unbound), nodes);
  return free === 1 ? "1 more pod like it" : `${free} more pods like it`;
}

function columns(rows: string[][]): string {
  const widths = HEADER.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return lines.map((line, i) => (i === 0 ? pc.bold(line) : line)).join("\n") + "\n";
}
