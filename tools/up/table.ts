/** What `make up` ends with: who serves where, and how much room is left. */
import { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import pc from "picocolors";
import { clusterNodes, type ClusterNode, type PodObject } from "../../sdk/capacity/inventory/inventory";
import { podShape, slots } from "../../sdk/capacity/placement/placement";
import { isExtendedResource } from "../../sdk/capacity/placement/requests";
import type { PodSpec } from "../../sdk/kubernetes/core";
import { readInventory } from "../cluster/inventory";
import type { Target } from "./target";

const HEADER = ["SERVICE", "URL", "READY", "RUNS ON", "HEADROOM"];

/** One line for each InferenceService of the stack, read from the cluster. */
export async function servingTable({ stack, kubeconfig, context }: Target): Promise<string> {
  const [{ deployment }, { objects }] = await Promise.all([stack.export(), readInventory(kubeconfig, context)]);
  const pods = objects.filter(({ kind }) => kind === "Pod") as PodObject[];
  const nodes = clusterNodes({ nodes: objects.filter(({ kind }) => kind === "Node"), pods });
  const services = (deployment.resources ?? []).filter(({ type }) =>
    /^kubernetes:serving.kserve.io.*:InferenceService$/.test(type),
  );
  const rows = await Promise.all(
    services.map(async ({ id = "" }) => {
      const [namespace = "", name = ""] = id.split("/");
      const own = pods.filter(
        ({ metadata }) =>
          metadata.namespace === namespace && metadata.labels?.["serving.kserve.io/inferenceservice"] === name,
      );
      const { url, ready } = await statusOf(namespace, name, kubeconfig, context);
      return [id, url, ready, own.map(({ spec }) => place(spec)).join(", ") || "-", headroom(own[0]?.spec, nodes)];
    }),
  );
  return `\n${columns([HEADER, ...rows])}\n`;
}

async function statusOf(namespace: string, name: string, kubeconfig: string, context?: string) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const api = config.makeApiClient(CustomObjectsApi);
  const plural = "inferenceservices";
  const service = (await api.getNamespacedCustomObject({
    group: "serving.kserve.io",
    version: "v1beta1",
    plural,
    namespace,
    name,
  })) as { status?: { url?: string; conditions?: { type: string; status: string }[] } };
  const ready = service.status?.conditions?.find(({ type }) => type === "Ready")?.status;
  return { url: service.status?.url ?? "-", ready: ready ?? "Unknown" };
}

/** `a100-0 (1 nvidia.com/gpu)` */
function place(spec: PodObject["spec"]): string {
  const requests = Object.entries(podShape(spec ?? { containers: [] }).requests);
  const devices = requests.filter(([resource]) => isExtendedResource(resource));
  const held = devices.map(([resource, amount]) => `${amount} ${resource}`).join(", ");
  return `${spec?.nodeName ?? "-"}${held === "" ? "" : ` (${held})`}`;
}

/** How many more pods of the same shape would start now: what a rolling update or a scale-out can count on. */
function headroom(spec: PodSpec | undefined, nodes: ClusterNode[]): string {
  if (spec === undefined) return "-";
  const free = slots(podShape(spec), nodes);
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
  return lines.map((line, i) => (i === 0 ? pc.bold(line) : line)).join("\n");
}
