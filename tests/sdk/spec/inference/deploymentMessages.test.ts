import assert from "node:assert/strict";
import { deploymentName, versionOf } from "../../../../sdk/spec/inference/deploymentSettings";
import { modelDeploymentRules, modelDeploymentSchema } from "../../../../sdk/spec/inference/modelDeployment";
import { table } from "../messageTable";

const GRANITE = { huggingFace: "ibm-granite/granite-3.1-8b-instruct" };
const RIGHT = { namespace: "models", source: GRANITE, accelerator: "NVIDIA-L4", vllm: { maxModelLen: 8192 } };
const PREDICTIVE = { source: { s3: "bucket/model" }, vllm: undefined, modelFormat: "onnx", runtimeName: "kserve-ovms" };

describe("messages on deployments", () => {
  /** @covers IS-5, IS-6, IS-13, IS-18, AS-7, DS-9, IS-1, BP-3 */
  table("model deployment", modelDeploymentSchema, modelDeploymentRules("granite", {}), RIGHT, [
    [
      "a framework of a generative model",
      { modelType: "generative", modelFormat: "onnx" },
      'modelFormat: "onnx" is a format of predictive models; a generative model is always vLLM: leave modelFormat out',
    ],
    [
      "a version of vLLM's format",
      { modelFormatVersion: "1" },
      "modelFormatVersion: belongs to predictive models; vLLM has no versions",
    ],
    [
      "a predictive model without framework and runtime",
      { modelType: "predictive" },
      "modelFormat: is missing; a predictive model needs one, such as onnx or sklearn",
      "vllm: belongs to generative models; give args of the runtime's own server",
    ],
    [
      "a predictive model as an AI asset, served by llm-d",
      { ...PREDICTIVE, aiAsset: { useCase: "chat" }, llmd: true },
      "aiAsset: is for generative models; the playground cannot talk to this one",
      "runtimeName: cannot be combined with llmd, which brings its own server; keep one of the two",
      "llmd: serves generative models only",
    ],
    [
      "an AI asset on plain KServe",
      { platform: { kind: "kserve" }, aiAsset: {} },
      "aiAsset: needs OpenShift AI; plain KServe has no playground",
    ],
    [
      "an auth proxy without tokens",
      { exposure: { auth: "none", authProxyType: "kube-rbac-proxy" } },
      'exposure.authProxyType: checks tokens, which takes auth "token"',
    ],
    [
      "the older auth proxy",
      { exposure: { auth: "token", authProxyType: "oauth-proxy" } },
      'exposure.authProxyType: "oauth-proxy" is not "kube-rbac-proxy"; it is the older one; new models always get kube-rbac-proxy',
    ],
    [
      "fields of an InferenceService with llm-d",
      {
        llmd: true,
        deploymentStrategy: { type: "Recreate" },
        autoscaling: { minReplicas: 1, maxReplicas: 2 },
        exposure: { auth: "none" },
      },
      "deploymentStrategy: is a field of InferenceServices; llm-d rolls by rolloutStrategy of LlmInferenceService, and has no Recreate",
      "autoscaling: is for InferenceServices; llm-d scales by scaling of LlmInferenceService",
      "exposure: is for InferenceServices; llm-d publishes by its router: use LlmInferenceService and its auth and tokens",
    ],
    [
      "the same by an administrator's default",
      { modelServing: { isLLMdDefault: true }, deploymentStrategy: { type: "Recreate" } },
      "deploymentStrategy: is a field of InferenceServices; llm-d rolls by rolloutStrategy of LlmInferenceService, and has no Recreate (modelServing.isLLMdDefault chose llm-d; llmd: false serves it by KServe)",
    ],
    [
      "an unknown default of an administrator",
      { modelServing: { deploymentStrategy: "Recreate" } },
      'modelServing.deploymentStrategy: "Recreate" is not "rolling" or "recreate"; did you mean recreate?',
    ],
    [
      "an environment spelt out",
      { environment: "production" },
      'environment: "production" is not "prod" or "test" or "dev"; did you mean "prod"?',
    ],
    [
      "a name that is too long with its environment",
      { name: "a".repeat(46), environment: "prod" },
      `name: with its environment: "prod-${"a".repeat(46)}" has 51 characters; KServe can serve names of at most 48 in Standard mode`,
    ],
    ["a hundred replicas", { replicas: 100 }, "replicas: 100 is not a whole number from 1 to 99"],
    [
      "a model that does not start",
      { acceleratorCount: 1, vllm: { maxModelLen: 131072 } },
      "accelerator: the model does not start on it: one request of 131072 tokens needs 20.00 GiB, 3.86 ± 1.15 GiB are left for the KV cache; what would do: lower --max-model-len to 17408, or set --tensor-parallel-size 2, with 2 accelerators",
    ],
    [
      "a model without resources that is not known",
      { source: { huggingFace: "a/b" } },
      "resources.requests.cpu: is missing; without a hardwareProfile a model needs it, since KServe's own default (1 core, 2Gi) loads no language model, and it could not be chosen: the catalogue does not know the model; give modelSize, or extend the catalogue",
      "resources.requests.memory: is missing; without a hardwareProfile a model needs it, since KServe's own default (1 core, 2Gi) loads no language model, and it could not be chosen: the catalogue does not know the model; give modelSize, or extend the catalogue",
    ],
    [
      "a model without resources on CPUs",
      { accelerator: undefined },
      "resources.requests.cpu: is missing; without a hardwareProfile a model needs it, since KServe's own default (1 core, 2Gi) loads no language model, and it could not be chosen: what vLLM needs on CPUs is not modelled",
      "resources.requests.memory: is missing; without a hardwareProfile a model needs it, since KServe's own default (1 core, 2Gi) loads no language model, and it could not be chosen: what vLLM needs on CPUs is not modelled",
    ],
  ]);

  table(
    "predictive deployment",
    modelDeploymentSchema,
    modelDeploymentRules("fraud", {}),
    { ...RIGHT, ...PREDICTIVE, accelerator: undefined },
    [],
  );

  /** @covers BP-3 */
  it("name a deployment after its environment once", () => {
    assert.equal(deploymentName("granite", {}), "granite");
    assert.equal(deploymentName("granite", { environment: "prod" }), "prod-granite");
    assert.equal(deploymentName("granite", { name: "dev-granite", environment: "dev" }), "dev-granite");
    assert.equal(deploymentName("granite", { name: "dev-granite", environment: "prod" }), "prod-dev-granite");
  });

  /** @covers BP-21 */
  it("read the version of a model from its source", () => {
    const versions: [string, string | undefined][] = [
      ["oci://registry.example.com:5000/models/granite:1.5", "1.5"],
      ["oci://registry.example.com:5000/models/granite", undefined],
      ["oci://example.com/granite@sha256:0123abc", "sha256:0123abc"],
      ["hf://org/model:v2", "v2"],
      ["hf://org/model", undefined],
      ["s3://bucket/model", undefined],
    ];
    for (const [uri, version] of versions) assert.equal(versionOf(uri), version, uri);
  });
});
