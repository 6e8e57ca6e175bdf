/** DigitalHub's kinds on the real API server and the real engine. The test plays KubeAI's controller. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { PatchStrategy } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import type { KubeAiModel } from "../../../sdk/kubernetes/kubeai";
import { kubeAiModelRules, kubeAiModelSchema } from "../../../sdk/spec/kubeai/kubeAiModel";
import { validate } from "../../../sdk/spec/schema/validate";
import { expectSuccess, type StackConfig } from "../../../tools/engine/stack";
import { POLICY_PACK } from "../../../tools/up/place";
import { inNamespace, objectApi, testCluster, until } from "../../cluster/harness";
import { testStack } from "../../engine/harness";
import { FULL_TEXT, modelObject, textObject } from "../kubeai/manifests";

const ARGS = {
  namespace: "default",
  url: "hf://Qwen/Qwen2.5-0.5B",
  engine: "VLLM",
  resourceProfile: "cpu:1",
} as const;

/** Changes of right arguments that the resource refuses too, what it says, and whether the schema asks for more. */
const REFUSED: [change: Record<string, unknown>, words: RegExp][] = [
  [{ url: "store://demo/model/huggingface/qwen" }, /url must start with/],
  [{ engine: "Ollama" }, /Unsupported value: \W+Ollama/],
  [{ features: ["Text"] }, /Unsupported value: \W+Text/],
  [{ url: "pvc://models/qwen", cacheProfile: "efs" }, /cacheProfile is only supported with urls/],
  [{ url: "gs://models/qwen" }, /gs:\/\/.*only supported when using a cacheProfile/],
  [{ url: "oss://models/qwen" }, /oss:\/\/.*only supported when using a cacheProfile/],
  [{ minReplicas: 3, maxReplicas: 2 }, /minReplicas should be less than or equal/],
  [{ minReplicas: -1 }, /minReplicas.*greater than or equal to 0/],
  [{ maxReplicas: 0 }, /maxReplicas.*greater than or equal to 1/],
  [{ targetRequests: 0 }, /targetRequests.*greater than or equal to 1/],
  [{ engine: "OLlama", adapters: [{ name: "a", url: "hf://a/b" }] }, /adapters only supported with VLLM/],
  [{ adapters: [{ name: "A", url: "hf://a/b" }] }, /adapters\[0\].name/],
  [{ adapters: [{ name: "a", url: "pvc://a/b" }] }, /adapter url must start with/],
  [{ files: [{ path: "a", content: "" }] }, /Path must be an absolute path/],
  [{ files: [{ path: "/a:b", content: "" }] }, /must not contain a ':'/],
  [{ files: ["/a", "/b", "/a"].map((path) => ({ path, content: "" })) }, /All file paths must be unique/],
  [{ files: [{ path: "/a", content: "x".repeat(100_001) }] }, /may not be more than 100000|100000/],
  [{ loadBalancing: { strategy: "RoundRobin" } }, /Unsupported value: \W+RoundRobin/],
  [
    { loadBalancing: { strategy: "PrefixHash", prefixHash: { meanLoadFactor: 99 } } },
    /meanLoadFactor.*greater than or equal to 100/,
  ],
];

describe("DigitalHub's kinds on a cluster", function () {
  this.timeout(180_000);

  /** @covers DH-2, DH-8, DH-10, EX-25 */
  it("the resource takes a full Model and keeps all of it; DigitalHub's own spelling of hash settings is dropped", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const model = inPlace(textObject("chat", FULL_TEXT), namespace);
      const kept = await api.create(model);
      assert.deepEqual(kept.spec, model.spec);
      const snake = inPlace(modelObject("snake", ARGS), namespace);
      const loadBalancing: object = { strategy: "PrefixHash", prefix_hash: { prefix_char_length: 256 } };
      const written = { ...snake, spec: { ...snake.spec, loadBalancing } };
      const { spec } = (await api.create<KubernetesObject>(written)) as KubeAiModel;
      assert.equal(spec.loadBalancing.prefixHash.prefixCharLength, 100);
    });
  });

  /** @covers DH-4, DH-5, DH-6, DH-7, DH-11 */
  it("what the resource refuses, the arguments refuse before", async () => {
    const api = objectApi(await testCluster());
    const right = modelObject("qwen", ARGS);
    for (const [change, words] of REFUSED) {
      const { problems } = validate(kubeAiModelSchema, kubeAiModelRules("qwen"), { ...ARGS, ...change });
      assert.ok(problems.length > 0, `${JSON.stringify(change).slice(0, 100)}: the arguments allow it`);
      assert.match(await refusal(api, { ...right, spec: { ...right.spec, ...change } }), words);
    }
    const forty = "a-model-name-with-40-characters-is-valid";
    assert.equal(await refusal(api, modelObject(forty, ARGS)), "");
    const longer = { ...right, metadata: { ...right.metadata, name: `${forty}x` } };
    assert.match(await refusal(api, longer), /name must not exceed 40 characters/);
  });

  it("fields that the resource refuses to change are those that replace the Model", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const before = inPlace(modelObject("qwen", { ...ARGS, cacheProfile: "efs" }), namespace);
      await api.create(before);
      const change = (spec: object): Promise<string> =>
        api
          .patch({ ...before, spec } as never, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch)
          .then(() => "", String);
      assert.match(await change({ cacheProfile: "other" }), /cacheProfile is immutable/);
      assert.match(await change({ url: "hf://a/b" }), /url is immutable when using cacheProfile/);
      assert.match(await change({ loadBalancing: { prefixHash: { replication: 8 } } }), /replication is immutable/);
      assert.equal(await change({ image: "x/y:1" }), "");
    });
  });

  /** @covers DH-10, DH-11, DH-12, EX-25 */
  it("kubeai-text comes up, and what KubeAI then writes is left to it", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const config: StackConfig = { "kubeai-text:huggingFaceToken": "hf_test", "kubeai-text:namespace": namespace };
      const stack = await testStack({ project: "examples/kubeai-text", config });
      const up = stack.run(["up", "--yes", "--skip-preview"]);
      await playKubeAi(api, namespace);
      expectSuccess(await up, "pulumi up");
      const outputs = expectSuccess(await stack.run(["stack", "output", "--json"]), "pulumi stack output");
      const { baseUrl, adapterModelNames } = JSON.parse(outputs.stdout) as Record<string, unknown>;
      assert.equal(baseUrl, `http://kubeai.${namespace}.svc.cluster.local/openai/v1`);
      assert.deepEqual(adapterModelNames, ["llama_sql", "llama_legal"]);
      expectSuccess(
        await stack.run(["preview", "--refresh", "--expect-no-changes"]),
        "preview after KubeAI has scaled",
      );
      const { items } = await api.list("v1", "Service", namespace);
      assert.deepEqual(items, []);
      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    });
  });

  /** @covers DH-15, DH-21, DH-22, DH-30, EX-26 */
  it("vLLM on CPU and GPU and the Hugging Face server run, and stay as they are", async () => {
    for (const project of ["examples/vllm-serve", "examples/huggingface-serve"]) {
      const stack = await testStack({ project, config: {} });
      const up = await stack.run(["up", "--yes", "--skip-preview", "--policy-pack", POLICY_PACK]);
      expectSuccess(up, "pulumi up");
      const warned = (up.stdout + up.stderr).includes("deprecated huggingfaceserve");
      assert.equal(warned, project.includes("huggingface"));
      expectSuccess(await stack.run(["preview", "--refresh", "--expect-no-changes"]), "second preview");
      await assertAvailable(project.replace("examples/", ""));
      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    }
  });
});

function inPlace(model: KubeAiModel, namespace: string): KubeAiModel {
  return { ...model, metadata: { ...model.metadata, namespace } };
}

/** What the API server has against an object; empty when it would take it. */
function refusal(api: KubernetesObjectApi, model: KubeAiModel): Promise<string> {
  return api.create(model, undefined, "All").then(() => "", String);
}

/** Labels by feature, another number of pods, and a status, as KubeAI's controller and autoscaler write them. */
async function playKubeAi(api: KubernetesObjectApi, namespace: string): Promise<void> {
  const found = async () => (await api.list("kubeai.org/v1", "Model", namespace)).items[0];
  await until(async () => (await found()) !== undefined, "no Model");
  const model = (await found()) as unknown as KubeAiModel;
  const { metadata } = model;
  const labels = { ...metadata.labels, "features.kubeai.org/TextGeneration": "true" };
  const head = { apiVersion: model.apiVersion, kind: model.kind };
  const name = { name: metadata.name, namespace };
  const scaled = { ...head, metadata: { ...name, labels }, spec: { replicas: 2 } };
  await api.patch(scaled as never, undefined, undefined, "kubeai-manager", undefined, PatchStrategy.MergePatch);
  const status = { replicas: { all: 2, ready: 2 } };
  const cluster = await testCluster();
  const { CustomObjectsApi, KubeConfig, setHeaderOptions } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  await config
    .makeApiClient(CustomObjectsApi)
    .patchNamespacedCustomObjectStatus(
      { group: "kubeai.org", version: "v1", namespace, plural: "models", name: metadata.name, body: { status } },
      setHeaderOptions("Content-Type", PatchStrategy.MergePatch),
    );
}

async function assertAvailable(namespace: string): Promise<void> {
  const { items } = await objectApi(await testCluster()).list("apps/v1", "Deployment", namespace);
  assert.ok(items.length > 0);
  for (const item of items) {
    const { status } = item as { status?: { availableReplicas?: number } };
    assert.equal(status?.availableReplicas, 1, item.metadata?.name);
  }
}
