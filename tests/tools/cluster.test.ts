import assert from "node:assert/strict";
import { readFileSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { loadAll } from "js-yaml";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { clusterStatus, clusterUp, type Cluster } from "../../tools/cluster/cluster";
import { repositoryPath } from "../../tools/repository";
import { inNamespace, objectApi, testCluster, until } from "../cluster/harness";
import { inferenceService, servingRuntime } from "./granite";

interface NodeObject extends KubernetesObject {
  spec: { taints?: { key: string; effect: string }[] };
  status: { allocatable: Record<string, string>; conditions: { type: string; status: string }[] };
}

describe("embedded cluster", function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let api: KubernetesObjectApi;

  before(async () => {
    cluster = await testCluster();
    api = objectApi(cluster);
  });

  it("keeps its state for its owner only", () => {
    assert.equal(statSync(cluster.dir).mode & 0o777, 0o700);
    assert.equal(statSync(cluster.kubeconfig).mode & 0o777, 0o600);
    for (const file of filesBelow(cluster.dir)) assert.equal(statSync(file).mode & 0o077, 0, file);
  });

  it("asks everybody for its token", async () => {
    const text = readFileSync(cluster.kubeconfig, "utf8");
    const token = /token: (\S+)/.exec(text)?.[1] ?? "";
    assert.ok(token.length >= 43);
    const ca = Buffer.from(/certificate-authority-data: (\S+)/.exec(text)?.[1] ?? "", "base64").toString();
    const { answers } = await import("../../tools/cluster/api.js");
    assert.equal(await answers({ url: cluster.server, ca, token }, "/api/v1/nodes"), true);
    assert.equal(await answers({ url: cluster.server, ca, token: "guess" }, "/readyz"), false);
  });

  it("listens on loopback only", function () {
    if (process.platform !== "linux") this.skip();
    const sockets = new Set(clusterStatus(cluster.dir).components.flatMap(({ pid }) => socketsOf(pid!)));
    const listening = [...listeners("tcp"), ...listeners("tcp6")].filter(({ inode }) => sockets.has(inode));
    assert.ok(listening.length >= 8);
    assert.deepEqual([...new Set(listening.map(({ address }) => address))], ["0100007F"]);
  });

  it("is left alone by a second up", async () => {
    const before = clusterStatus(cluster.dir);
    const lines: string[] = [];
    const start = Date.now();
    assert.deepEqual(await clusterUp(cluster.dir, (line) => lines.push(line)), cluster);
    const elapsed = Date.now() - start;
    assert.deepEqual(lines, []);
    assert.deepEqual(clusterStatus(cluster.dir), before);
    assert.ok(elapsed < 1_000, `${elapsed} ms`);
  });

  it("has the nodes of nodes.yaml, all Ready, with their labels, taints and sizes", async () => {
    const promised = loadAll(readFileSync(repositoryPath("tools", "cluster", "nodes.yaml"), "utf8")) as NodeObject[];
    const { items } = await api.list<NodeObject>("v1", "Node");
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name).sort(),
      promised.map(({ metadata }) => metadata.name).sort(),
    );
    for (const { metadata, spec, status } of promised) {
      const found = items.find((item) => item.metadata.name === metadata.name)!;
      assert.deepEqual({ ...found.metadata.labels, ...metadata.labels }, found.metadata.labels, metadata.name);
      assert.deepEqual(plain(found.spec.taints ?? []), (spec as NodeObject["spec"] | undefined)?.taints ?? []);
      assert.deepEqual(found.status.allocatable, status.allocatable);
      assert.ok(found.status.conditions.some((condition) => condition.type === "Ready" && condition.status === "True"));
    }
  });

  const pools: [string, number, string | undefined, number, string | undefined, Record<string, string>][] = [
    ["p4de.24xlarge", 2, "nvidia.com/gpu", 8, "nvidia.com/gpu", { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" }],
    ["g6.4xlarge", 2, "nvidia.com/gpu", 1, "nvidia.com/gpu", { "nvidia.com/gpu.product": "NVIDIA-L4" }],
    [
      "Standard_ND96isr_MI300X_v5",
      1,
      "amd.com/gpu",
      8,
      "amd.com/gpu",
      { "feature.node.kubernetes.io/amd-gpu": "true" },
    ],
    ["gx3d-160x1792x8gaudi3", 1, "habana.ai/gaudi", 8, undefined, {}],
    ["m6i.4xlarge", 2, undefined, 0, undefined, {}],
  ];
  for (const [type, nodes, resource, count, taint, labels] of pools) {
    it(`has ${nodes} x ${count} ${resource ?? "accelerators"} on ${type}`, async () => {
      const { items } = await api.list<NodeObject>("v1", "Node");
      const pool = items.filter(({ metadata }) => metadata.labels?.["node.kubernetes.io/instance-type"] === type);
      assert.equal(pool.length, nodes);
      for (const { metadata, spec, status } of pool) {
        if (resource !== undefined) assert.equal(status.allocatable[resource], String(count));
        assert.deepEqual(
          spec.taints?.map(({ key, effect }) => `${key}:${effect}`),
          taint && [`${taint}:NoSchedule`],
        );
        for (const [key, value] of Object.entries(labels)) assert.equal(metadata.labels?.[key], value);
      }
    });
  }

  it("has KServe's runtimes with real images, and its storage container", async () => {
    const runtimes = await api.list<KubernetesObject & { spec: object }>(
      "serving.kserve.io/v1alpha1",
      "ClusterServingRuntime",
    );
    assert.ok(runtimes.items.some(({ metadata }) => metadata.name === "kserve-huggingfaceserver"));
    assert.doesNotMatch(JSON.stringify(runtimes.items), /:replace"/);
    const { items } = await api.list("serving.kserve.io/v1alpha1", "ClusterStorageContainer");
    assert.deepEqual(
      items.map(({ metadata }) => metadata?.name),
      ["default"],
    );
  });
});

describe("KServe on the embedded cluster", function () {
  this.timeout(120_000);
  let api: KubernetesObjectApi;
  before(async () => {
    api = objectApi(await testCluster());
  });

  it("makes a granite service Ready on an A100, with a ModelCar beside it and a URL", () =>
    inNamespace(async (namespace) => {
      await api.create(servingRuntime(namespace));
      await api.create(inferenceService(namespace, { gpus: 1, product: "NVIDIA-A100-SXM4-80GB" }));
      await until(
        async () => (await condition(api, namespace, "Ready")) === "True",
        "the service did not become Ready",
      );
      const { status } = await read(api, namespace);
      assert.equal(status?.url, `http://granite-${namespace}.example.com`);
      const [pod] = (await api.list<PodObject>("v1", "Pod", namespace)).items;
      assert.match(pod?.spec.nodeName ?? "", /^a100-/);
      assert.deepEqual(pod?.spec.containers.map(({ name }) => name).sort(), ["kserve-container", "modelcar"]);
    }));

  it("hangs with Insufficient nvidia.com/gpu when an update of 8 GPUs finds the pool full", () =>
    inNamespace(async (namespace) => {
      await api.create(servingRuntime(namespace));
      const service = inferenceService(namespace, { gpus: 8, replicas: 2, product: "NVIDIA-A100-SXM4-80GB" });
      await api.create(service);
      await until(
        async () => (await condition(api, namespace, "Ready")) === "True",
        "the service did not become Ready",
      );
      service.spec.predictor.model = { ...service.spec.predictor.model!, env: [{ name: "CHANGED", value: "yes" }] };
      await api.patch(service, undefined, undefined, "test", true, "application/apply-patch+yaml");
      const message = async () => {
        const { items } = await api.list<EventObject>("v1", "Event", namespace);
        return items.find(({ reason }) => reason === "FailedScheduling")?.message ?? "";
      };
      await until(async () => (await message()).includes("2 Insufficient nvidia.com/gpu"), "scheduling did not fail");
      await until(async () => (await condition(api, namespace, "Ready")) !== "True", "the service stayed Ready");
    }));

  it("lets its webhooks rewrite and refuse", () =>
    inNamespace(async (namespace) => {
      const mode = "serving.kserve.io/deploymentMode";
      const old = inferenceService(namespace, { gpus: 1 });
      old.metadata.annotations = { ...old.metadata.annotations, [mode]: "RawDeployment" };
      const created = await api.create(old);
      assert.equal(created.metadata.annotations?.[mode], "Standard");
      const bad = inferenceService(namespace, { gpus: 1 });
      bad.metadata.name = "9lives";
      await assert.rejects(api.create(bad), /inferenceservice\.kserve-webhook-server\.validator.*denied/s);
      // KServe 0.17 looks at a runtime's own priorities only where the namespace has another runtime.
      await api.create(servingRuntime(namespace));
      const runtime = servingRuntime(namespace);
      runtime.metadata.name = "contradictory";
      const format = { name: "vLLM", version: "1", autoSelect: true };
      runtime.spec.supportedModelFormats = [
        { ...format, priority: 1 },
        { ...format, priority: 2 },
      ];
      await assert.rejects(api.create(runtime), /servingruntime\.kserve-webhook-server\.validator.*denied/s);
    }));

  async function read(client: KubernetesObjectApi, namespace: string): Promise<ServiceStatus> {
    const header = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService" };
    return client.read<ServiceStatus>({ ...header, metadata: { name: "granite", namespace } });
  }

  async function condition(client: KubernetesObjectApi, namespace: string, type: string): Promise<string | undefined> {
    const { status } = await read(client, namespace);
    return status?.conditions?.find((item) => item.type === type)?.status;
  }
});

interface ServiceStatus extends KubernetesObject {
  status?: { url?: string; conditions?: { type: string; status: string }[] };
}
interface PodObject extends KubernetesObject {
  spec: { nodeName?: string; containers: { name: string }[] };
}
interface EventObject extends KubernetesObject {
  reason?: string;
  message?: string;
}

/** Without the classes of the client. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${folder}/etcd`))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Inodes of the sockets that a process has open. */
function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
}

function listeners(protocol: "tcp" | "tcp6"): { address: string; inode: string }[] {
  const LISTEN = "0A";
  return readFileSync(`/proc/net/${protocol}`, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => ({ address: fields[1]!.split(":")[0]!, inode: fields[9]! }));
}
