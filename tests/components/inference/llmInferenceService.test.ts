import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { loadAll } from "js-yaml";
import { llmInferenceServiceManifest } from "../../../components/inference/llmInferenceServiceManifest";
import type { LlmInferenceServiceArgs } from "../../../index";
import { LlmInferenceService } from "../../../index";
import type { LLMInferenceService } from "../../../sdk/kubernetes/llmInferenceService";
import { writtenLlmSchema } from "../../../sdk/spec/inference/llmInferenceService";
import { llmInferenceServiceRules } from "../../../sdk/spec/inference/llmRules";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { repositoryPath } from "../../../tools/repository";
import { objectOf, registered, valueOf } from "../mocks";

const TYPE = "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService";
const FIXTURE = repositoryPath("tests", "components", "inference", "fixtures", "llmInferenceServices.yaml");

const cases: Record<string, LlmInferenceServiceArgs> = {
  minimal: { namespace: "models", source: { huggingFace: "org/model" } },
  "single-node": {
    namespace: "models",
    source: { oci: "registry.example.com/granite:1.5" },
    displayName: "Granite",
    description: "Answers questions",
    labels: { environment: "production" },
    modelName: "granite",
    accelerator: "NVIDIA-A100-SXM4-80GB",
    acceleratorCount: 2,
    parallelism: { tensor: 2 },
    replicas: 3,
    args: ["--max-model-len=8192", '--kv-transfer-config={"kv_connector":"NixlConnector"}'],
    env: [{ name: "HF_TOKEN", secretName: "hugging-face", secretKey: "token" }],
    resources: { requests: { cpu: 8, memory: "64Gi" } },
    hardwareProfileName: "a100",
    localQueue: "gpus",
    connectionName: "models",
    auth: "token",
    tokens: ["app"],
    aiAsset: { useCase: "chat" },
    modelAsAService: true,
    topologyConfigRef: "single-node",
    routingConfigRef: "scheduler",
    baseRefs: ["kserve-config-llm-template-amd-rocm"],
    rolloutStrategy: { maxSurge: "1", maxUnavailable: "25%" },
  },
  "plain-kserve": {
    namespace: "models",
    platform: { kind: "kserve" },
    source: { s3: "bucket/model" },
    accelerator: "nvidia.com/gpu",
    acceleratorCount: 4,
    args: ["--max-model-len=8192"],
    router: {},
    awaitReady: false,
    lora: [{ name: "sql", source: { huggingFace: "org/sql-adapter" } }],
  },
  disaggregated: {
    namespace: "models",
    source: { pvc: "claim/model" },
    accelerator: "nvidia.com/gpu",
    acceleratorCount: 8,
    parallelism: { data: 16, dataLocal: 8, expert: true },
    worker: { acceleratorCount: 8, tolerations: [], nodeSelector: { zone: "a" } },
    scaling: { minReplicas: 1, maxReplicas: 4, variantCost: 2.5, keda: { pollingIntervalSeconds: 10 } },
    prefill: { replicas: 2, acceleratorCount: 4, parallelism: { tensor: 4 }, image: "example.com/vllm:1" },
    router: {
      gateway: { refs: [{ name: "inference", namespace: "gateways" }] },
      route: {},
      scheduler: { replicas: 2, configRef: { name: "picker", key: "config.yaml" } },
    },
    storageInitializer: false,
  },
};

class Image extends pulumi.CustomResource {
  declare readonly reference: pulumi.Output<string>;
  constructor(name: string) {
    super("docker:index:Image", name, { reference: undefined });
  }
}

describe("LlmInferenceService", () => {
  const fixtures = new Map(
    (loadAll(readFileSync(FIXTURE, "utf8")) as LLMInferenceService[]).map((object) => [object.metadata.name, object]),
  );
  for (const [name, args] of Object.entries(cases)) {
    /** @covers IS-34, PL-11 */
    it(`writes the object of ${name}`, () => {
      assert.deepEqual(manifestOf(name, args), fixtures.get(name));
    });
  }

  it("quotes what a shell would take apart, apostrophes too", () => {
    const args = { ...cases.minimal!, args: ["--a=1", "it's", '{"x": 1}'] };
    assert.deepEqual(manifestOf("llm", args).spec.template?.containers?.[0]?.env, [
      { name: "VLLM_ADDITIONAL_ARGS", value: `--a=1 'it'\\''s' '{"x": 1}'` },
    ]);
  });

  it("is one object and its tokens, under names that never change", async () => {
    const resources = await registered(() => {
      new LlmInferenceService("granite", cases["single-node"]!);
    });
    const parent = "model-serving:index:LlmInferenceService granite";
    assert.deepEqual(
      resources.map(({ type, name, parent: above }) => [type, name, above]).sort(),
      [
        ["model-serving:index:LlmInferenceService", "granite", undefined],
        [TYPE, "granite", parent],
        ["kubernetes:core/v1:ServiceAccount", "granite", parent],
        ["kubernetes:rbac.authorization.k8s.io/v1:Role", "granite", parent],
        ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "granite", parent],
        ["kubernetes:core/v1:Secret", "granite-app", parent],
      ].sort(),
    );
    const [rule] = objectOf(resources, "Role").inputs.rules as { resources: string[]; resourceNames: string[] }[];
    assert.deepEqual([rule?.resources, rule?.resourceNames], [["llminferenceservices"], ["granite"]]);
  });

  it("lets Pulumi wait as long as the model may take, and tells where it answers", async () => {
    let outputs: pulumi.Output<unknown> | undefined;
    const resources = await registered(
      () => {
        const { url, internalUrl, serviceName, apiPath, modelName, namespace, tokenSecrets } = new LlmInferenceService(
          "granite",
          cases["single-node"]!,
        );
        outputs = pulumi.output({ url, internalUrl, serviceName, apiPath, modelName, namespace, tokenSecrets });
      },
      { state: { [TYPE]: { status: { url: "https://gateway/models/granite" } } } },
    );
    assert.equal(objectOf(resources, "LLMInferenceService").createTimeout, "3900s");
    assert.deepEqual(await valueOf(outputs!), {
      url: "https://gateway/models/granite",
      internalUrl: "http://granite-kserve-workload-svc.models.svc.cluster.local:8000",
      serviceName: "granite-kserve-workload-svc",
      apiPath: "/v1",
      modelName: "granite",
      namespace: "models",
      tokenSecrets: ["app-granite-sa"],
    });
  });

  it("leaves everything but an unknown source known at preview", async () => {
    const resources = await registered(
      () => {
        new LlmInferenceService("granite", { ...cases.minimal!, source: { oci: new Image("image").reference } });
      },
      { preview: true },
    );
    const spec = objectOf(resources, "LLMInferenceService").inputs.spec as { model: { uri: unknown; name: string } };
    assert.deepEqual([spec.model.uri, spec.model.name], [pulumi.unknown, "granite"]);
  });

  it("ends the program with all problems before anything is registered", async () => {
    const resources = await registered(() => {
      assert.throws(
        () => new LlmInferenceService("x.1", { namespace: "M", source: {}, replicas: -1 }),
        /LlmInferenceService "x\.1" has 4 problems/,
      );
    });
    assert.deepEqual(resources, []);
  });
});

function manifestOf(name: string, args: LlmInferenceServiceArgs): LLMInferenceService {
  const spec = parseSpec(writtenLlmSchema, llmInferenceServiceRules(name), args as never, name);
  return llmInferenceServiceManifest({ ...spec, name: spec.name ?? name });
}
