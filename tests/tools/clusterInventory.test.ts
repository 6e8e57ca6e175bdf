import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { Cluster } from "../../tools/cluster/cluster";
import { readInventory, writeInventory } from "../../tools/cluster/inventory";
import { inNamespace, objectApi, testCluster, until } from "../cluster/harness";
import { inferenceService, servingRuntime } from "./granite";

type Item = KubernetesObject & { spec?: Record<string, unknown>; status?: Record<string, unknown> };

describe("inventory of a cluster", function () {
  this.timeout(120_000);
  let folder: string;
  let file: string;
  let cluster: Cluster;
  let api: KubernetesObjectApi;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "model-serving-inventory-"));
    file = join(folder, "inventory.yaml");
    cluster = await testCluster();
    api = objectApi(cluster);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function written(): Promise<{ text: string; items: Item[] }> {
    await writeInventory(cluster.kubeconfig, file);
    const text = readFileSync(file, "utf8");
    return { text, items: (load(text) as { items: Item[] }).items };
  }

  it("is one list of ordinary objects for its owner only, with every node as it is placed on", async () => {
    const { items } = await written();
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const node = items.find(({ kind, metadata }) => kind === "Node" && metadata.name === "a100-1")!;
    assert.equal(node.apiVersion, "v1");
    assert.equal(node.metadata.labels?.["nvidia.com/gpu.product"], "NVIDIA-A100-SXM4-80GB");
    assert.deepEqual(node.spec?.taints, [{ effect: "NoSchedule", key: "nvidia.com/gpu", value: "true" }]);
    assert.equal((node.status?.allocatable as Record<string, string>)["nvidia.com/gpu"], "8");
    assert.equal(items.filter(({ kind }) => kind === "Node").length, 8);
    assert.ok(
      items.some(({ kind, metadata }) => kind === "ClusterServingRuntime" && metadata.name === "kserve-mlserver"),
    );
    assert.ok(items.every(({ metadata }) => !("managedFields" in metadata) && !("uid" in metadata)));
  });

  it("holds pods on nodes with what they ask for, and neither secrets nor environments of pods", () =>
    inNamespace(async (namespace) => {
      const create = (apiVersion: string, kind: string, name: string, rest: object) =>
        api.create({ apiVersion, kind, metadata: { name, namespace }, ...rest });
      await create("v1", "Secret", "storage-config", { stringData: { key: "c2VjcmV0LXZhbHVl" } });
      await create("v1", "ResourceQuota", "gpus", { spec: { hard: { "requests.nvidia.com/gpu": "4" } } });
      await create("v1", "LimitRange", "sizes", { spec: { limits: [{ type: "Container", max: { cpu: "64" } }] } });
      const runtime = servingRuntime(namespace);
      runtime.spec.containers[0]!.env = [
        { name: "HF_TOKEN", value: "hf_runtime_secret" },
        { name: "VLLM_LOGGING_LEVEL", value: "DEBUG" },
      ];
      await api.create(runtime);
      const service = inferenceService(namespace, { gpus: 1 });
      service.spec.predictor.model!.env = [{ name: "AWS_SECRET_ACCESS_KEY", value: "s3_secret" }];
      await api.create(service);
      const bound = async () => (await api.list<Item>("v1", "Pod", namespace)).items.some(({ spec }) => spec?.nodeName);
      await until(bound, "the pod was not bound");

      const { text, items } = await written();
      const own = items.filter(({ metadata }) => metadata.namespace === namespace);
      const kinds = own.map(({ kind }) => kind).sort();
      assert.deepEqual(kinds, ["InferenceService", "LimitRange", "Pod", "ResourceQuota", "ServingRuntime"]);
      assert.doesNotMatch(text, /c2VjcmV0LXZhbHVl|hf_runtime_secret|s3_secret/);
      const pod = own.find(({ kind }) => kind === "Pod")!;
      assert.equal(pod.metadata.labels?.["serving.kserve.io/inferenceservice"], "granite");
      const containers = pod.spec?.containers as { name: string; resources: { requests: object }; env?: unknown }[];
      assert.ok(containers.every(({ env }) => env === undefined));
      assert.deepEqual(containers.find(({ name }) => name === "kserve-container")?.resources.requests, {
        cpu: "4",
        memory: "16Gi",
        "nvidia.com/gpu": "1",
      });
      const kept = JSON.stringify(own.find(({ kind }) => kind === "ServingRuntime")!.spec);
      assert.match(kept, /\{"name":"VLLM_LOGGING_LEVEL","value":"DEBUG"\}/);
      assert.match(kept, /\{"name":"HF_TOKEN","value":"\(hidden\)"\}/);
    }));

  it("says what the user may not list, and holds the rest", () =>
    inNamespace(async (namespace) => {
      const token = await readerToken(api, namespace);
      const kubeconfig = load(readFileSync(cluster.kubeconfig, "utf8")) as { users: object[]; contexts: object[] };
      kubeconfig.users.push({ name: "reader", user: { token } });
      kubeconfig.contexts.push({ name: "as-reader", context: { cluster: "embedded", user: "reader" } });
      const limited = join(folder, "kubeconfig");
      writeFileSync(limited, dump(kubeconfig), { mode: 0o600 });
      const { objects, leftOut } = await writeInventory(limited, file, "as-reader");
      assert.deepEqual([...new Set(objects.map(({ kind }) => kind))], ["Node"]);
      assert.ok(leftOut.some(({ kind, reason }) => kind === "Pod" && reason === "not allowed"));
      assert.match(readFileSync(file, "utf8"), /^# left out: Pod \(not allowed\)$/m);
    }));

  it("names an unreachable cluster in one line", async () => {
    const kubeconfig = join(folder, "unreachable");
    writeFileSync(
      kubeconfig,
      readFileSync(cluster.kubeconfig, "utf8").replace(/server: \S+/, "server: https://127.0.0.1:1"),
    );
    await assert.rejects(readInventory(kubeconfig), /^Error: cannot list Node objects: .*ECONNREFUSED 127\.0\.0\.1:1$/);
  });
});

/** A token of an account that may list nodes and nothing else. */
async function readerToken(api: KubernetesObjectApi, namespace: string): Promise<string> {
  const rbac = "rbac.authorization.k8s.io";
  const role = { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata: { name: `${namespace}-reader` } };
  await api.create({
    ...role,
    rules: [{ apiGroups: [""], resources: ["nodes"], verbs: ["list"] }],
  } as KubernetesObject);
  await api.create({
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata: role.metadata,
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: role.metadata.name },
    subjects: [{ kind: "ServiceAccount", name: "default", namespace }],
  } as KubernetesObject);
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "reader", namespace, annotations: { "kubernetes.io/service-account.name": "default" } },
  };
  await api.create({ ...secret, type: "kubernetes.io/service-account-token" } as KubernetesObject);
  let token = "";
  await until(async () => {
    const { data } = await api.read<KubernetesObject & { data?: Record<string, string> }>(secret);
    token = Buffer.from(data?.token ?? "", "base64").toString();
    return token !== "";
  }, "the account got no token");
  return token;
}
