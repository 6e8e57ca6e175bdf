/** LLMInferenceServices as the component writes them, under KServe's real webhook and controller. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import { llmInferenceServiceManifest } from "../../../components/inference/llmInferenceServiceManifest";
import type { LlmInferenceServiceArgs } from "../../../index";
import type { LLMInferenceService } from "../../../sdk/kubernetes/llmInferenceService";
import { writtenLlmSchema } from "../../../sdk/spec/inference/llmInferenceService";
import { llmInferenceServiceRules } from "../../../sdk/spec/inference/llmRules";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { startLlmInferenceController } from "../../../tools/cluster/llmInferenceController";
import { exists, inNamespace, objectApi, testCluster, until } from "../../cluster/harness";

type Change = Omit<LlmInferenceServiceArgs, "namespace" | "source">;

const PLAIN: Change = { platform: { kind: "kserve" }, accelerator: "nvidia.com/gpu", router: {} };

interface Deployment {
  spec: {
    replicas: number;
    template: { spec: { containers: { name: string; args?: string[]; resources?: object }[] } };
  };
}

describe("LlmInferenceService on a cluster", function () {
  this.timeout(300_000);
  let api: KubernetesObjectApi;

  before(async () => {
    const cluster = await testCluster();
    await startLlmInferenceController(cluster.dir);
    api = objectApi(cluster);
  });

  /** @covers PL-11, IS-34 */
  it("becomes Ready, with the flags where plain KServe's preset reads them", async () => {
    await inNamespace(async (namespace) => {
      const args = { ...PLAIN, acceleratorCount: 2, replicas: 2, args: ["--max-model-len=8192"] };
      const service = manifestOf("llm", namespace, args);
      await api.create(service);
      const metadata = { name: "llm-kserve", namespace };
      await until(
        () => exists(api, { apiVersion: "apps/v1", kind: "Deployment", metadata }),
        "KServe makes no Deployment",
      );
      const found = await api.read({ apiVersion: "apps/v1", kind: "Deployment", metadata });
      const { spec } = found as unknown as Deployment;
      const main = spec.template.spec.containers.find(({ name }) => name === "main");
      assert.equal(spec.replicas, 2);
      assert.deepEqual(main?.args, ["--tensor-parallel-size=2", "--max-model-len=8192"]);
      const gpus = { "nvidia.com/gpu": "2" };
      assert.deepEqual({ ...main.resources }, { requests: gpus, limits: gpus });
      await until(
        () => isReady(service),
        () => "the service is not Ready",
        60_000,
      );
      await api.delete(service);
    });
  });

  const accepted: [what: string, args: Change][] = [
    ["nothing said but the model", { platform: { kind: "kserve" } }],
    ["the router of the dashboard", { accelerator: "nvidia.com/gpu", auth: "token", aiAsset: { useCase: "chat" } }],
    [
      "groups of pods with data parallelism",
      { ...PLAIN, parallelism: { data: 2, dataLocal: 1, tensor: 1, expert: true }, worker: {}, args: ["--seed=1"] },
    ],
    ["prefill apart from decode", { ...PLAIN, prefill: { replicas: 1, parallelism: { tensor: 1 } } }],
    ["replicas that follow the load", { ...PLAIN, scaling: { minReplicas: 1, maxReplicas: 3, variantCost: 1.5 } }],
    ["the same by KEDA", { ...PLAIN, scaling: { maxReplicas: 3, keda: { cooldownPeriodSeconds: 60 } } }],
    ["an adapter", { ...PLAIN, lora: [{ name: "sql", source: { huggingFace: "org/sql" } }] }],
    [
      "a scheduler, a gateway and a route of one's own",
      {
        ...PLAIN,
        router: {
          gateway: { refs: [{ name: "g", namespace: "n" }] },
          route: {},
          scheduler: { configRef: { name: "a", key: "b" } },
        },
      },
    ],
  ];
  for (const [what, args] of accepted) {
    it(`is accepted with ${what}, in a server-side dry run`, async () => {
      await inNamespace(async (namespace) => {
        await api.create(manifestOf("llm", namespace, args), undefined, "All");
      });
    });
  }

  /** The reason for the remark at `rolloutStrategy`. A server-side apply, Pulumi's way, refuses what a plain write drops. */
  it("loses a rolloutStrategy in a plain write under KServe 0.17.0, which does not know the field", async () => {
    await inNamespace(async (namespace) => {
      const service = manifestOf("llm", namespace, { ...PLAIN, rolloutStrategy: { maxSurge: "1" } });
      assert.deepEqual(service.spec.rolloutStrategy, { maxSurge: 1 });
      const created = await api.create(service, undefined, "All");
      assert.equal(created.spec.rolloutStrategy, undefined);
    });
  });

  async function isReady({ apiVersion, kind, metadata }: LLMInferenceService): Promise<boolean> {
    const found = await api.read({ apiVersion, kind, metadata });
    const { status } = found as { status?: { conditions?: { type: string; status: string }[] } };
    return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
  }
});

function manifestOf(name: string, namespace: string, args: Change): LLMInferenceService {
  const all = { ...args, namespace, source: { huggingFace: "org/model" } };
  const spec = parseSpec(writtenLlmSchema, llmInferenceServiceRules(name), all as never, name);
  return llmInferenceServiceManifest({ ...spec, name: spec.name ?? name });
}
