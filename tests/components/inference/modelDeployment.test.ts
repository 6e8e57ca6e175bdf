import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HardwareProfile, ModelDeployment, ServingRuntime } from "../../../index";
import type { ModelDeploymentArgs } from "../../../index";
import { objectOf, type Registered, registered, valueOf } from "../mocks";

const ISVC = "kubernetes:serving.kserve.io/v1beta1:InferenceService";
const LLM = "kubernetes:serving.kserve.io/v1alpha2:LLMInferenceService";
const RUNTIME = "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime";
const PROFILE = "kubernetes:infrastructure.opendatahub.io/v1:HardwareProfile";
const NAMESPACE = "kubernetes:core/v1:Namespace";

const GRANITE: ModelDeploymentArgs = {
  namespace: "models",
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  accelerator: "NVIDIA-A100-SXM4-80GB",
  resources: { requests: { cpu: 4, memory: "24Gi" } },
};
const FRAUD: ModelDeploymentArgs = {
  namespace: "models",
  modelType: "predictive",
  modelFormat: "onnx",
  modelFormatVersion: "1",
  runtimeName: "kserve-ovms",
  source: { s3: "bucket/fraud" },
  replicas: 2,
};

interface Predictor {
  minReplicas: number;
  maxReplicas: number;
  deploymentStrategy: object;
  autoScaling?: object;
  scaleMetric?: string;
  tolerations?: object[];
  model: { modelFormat: object; runtime: string; args?: string[]; resources?: object; startupProbe?: object };
}

async function deployed(args: Partial<ModelDeploymentArgs>, base = GRANITE): Promise<Registered[]> {
  return registered(() => {
    new ModelDeployment("granite", { ...base, ...args });
  });
}

function predictorOf(resources: readonly Registered[]): Predictor {
  return (objectOf(resources, "InferenceService").inputs.spec as { predictor: Predictor }).predictor;
}

describe("ModelDeployment", () => {
  /** @covers IS-5, PL-16, IS-12, IS-19, IS-8 */
  it("serves a predictive model in its format, on the runtime that is named, without a word of vLLM", async () => {
    const resources = await deployed({}, FRAUD);
    const predictor = predictorOf(resources);
    assert.deepEqual(predictor, {
      minReplicas: 2,
      maxReplicas: 2,
      deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      model: { modelFormat: { name: "onnx", version: "1" }, runtime: "kserve-ovms", storageUri: "s3://bucket/fraud" },
    });
    const { annotations } = objectOf(resources, "InferenceService").inputs.metadata ?? {};
    assert.equal(annotations?.["opendatahub.io/model-type"], "predictive");
    assert.equal(
      resources.some(({ type }) => type === RUNTIME),
      false,
    );
  });

  /** @covers PL-16, RT-24, XA-6 */
  it("serves both kinds of model in one program, each with a way to try it", async () => {
    const commands: pulumi.Output<string>[] = [];
    await registered(() => {
      commands.push(
        new ModelDeployment("granite", GRANITE).testCommand,
        new ModelDeployment("fraud", FRAUD).testCommand,
      );
    });
    const [granite = "", fraud = ""] = await Promise.all(commands.map(valueOf));
    assert.match(granite, /\/v1\/chat\/completions/);
    assert.match(fraud, /http:\/\/fraud-predictor\.models\.svc\.cluster\.local:8888\/v2\/models\/fraud$/);
  });

  /** @covers IS-2, IS-3, IS-13, IS-14, IS-15, IS-30, IS-16, IS-17 */
  it("writes what the deployment wizard writes", async () => {
    const resources = await deployed({
      displayName: "Granite 3.1 8B Instruct – ünïcode",
      description: "Answers questions",
      labels: { environment: "production" },
      aiAsset: { useCase: "chat, multimodal" },
      exposure: { auth: "token", tokens: ["app", "batch"], authProxyType: "kube-rbac-proxy", timeoutSeconds: 30 },
      args: ["--max-num-seqs=16"],
      env: [{ name: "VLLM_LOGGING_LEVEL", value: "INFO" }],
    });
    const { metadata, spec } = objectOf(resources, "InferenceService").inputs;
    assert.deepEqual(metadata?.labels, {
      environment: "production",
      "app.kubernetes.io/instance": "granite",
      "app.kubernetes.io/managed-by": "pulumi",
      "opendatahub.io/dashboard": "true",
      "networking.kserve.io/visibility": "exposed",
      "opendatahub.io/genai-asset": "true",
    });
    assert.deepEqual(metadata.annotations, {
      "openshift.io/display-name": "Granite 3.1 8B Instruct – ünïcode",
      "openshift.io/description": "Answers questions",
      "serving.kserve.io/deploymentMode": "Standard",
      "serving.kserve.io/autoscalerClass": "none",
      "opendatahub.io/model-type": "generative",
      "security.opendatahub.io/enable-auth": "true",
      "security.opendatahub.io/auth-proxy-type": "kube-rbac-proxy",
      "opendatahub.io/genai-use-case": "chat, multimodal",
      "pulumi.com/waitFor": "condition=Ready",
    });
    const { predictor } = spec as { predictor: { timeout: number; model: { args: string[]; env: object[] } } };
    assert.equal(predictor.timeout, 30);
    assert.deepEqual(predictor.model.args, ["--max-num-seqs=16"]);
    assert.deepEqual(predictor.model.env, [{ name: "VLLM_LOGGING_LEVEL", value: "INFO" }]);
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret").map(({ name }) => name);
    assert.deepEqual(secrets.sort(), ["granite-app", "granite-batch"]);
  });

  /** @covers IS-18, DS-1, DS-4, DS-8 */
  it("rolls unless the user or the administrator says otherwise, the user first", async () => {
    const recreate = { modelServing: { deploymentStrategy: "recreate" } } as const;
    const rolling = { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };
    assert.deepEqual(predictorOf(await deployed({})).deploymentStrategy, rolling);
    assert.deepEqual(predictorOf(await deployed(recreate)).deploymentStrategy, { type: "Recreate" });
    const own = await deployed({ ...recreate, deploymentStrategy: { type: "RollingUpdate" } });
    assert.deepEqual(predictorOf(own).deploymentStrategy, rolling);
  });

  /** @covers DS-12, DS-10 */
  it("scales by KEDA on vLLM's own metrics, with the name and namespace it is served under", async () => {
    const resources = await deployed({
      namespace: pulumi.output("models"),
      environment: "prod",
      autoscaling: {
        autoscalerClass: "keda",
        minReplicas: 1,
        maxReplicas: 5,
        prometheus: [
          {
            vllm: "kvCacheUsage",
            target: "0.8",
            serverAddress: "https://thanos-querier.openshift-monitoring:9092",
            tenant: "models",
            authentication: { name: "thanos", modes: "bearer" },
          },
        ],
        scaleDownStabilizationSeconds: 300,
      },
    });
    const predictor = predictorOf(resources);
    assert.deepEqual([predictor.minReplicas, predictor.maxReplicas, predictor.scaleMetric], [1, 5, undefined]);
    assert.deepEqual(predictor.autoScaling, {
      metrics: [
        {
          type: "External",
          external: {
            metric: {
              backend: "prometheus",
              serverAddress: "https://thanos-querier.openshift-monitoring:9092",
              query: 'sum(vllm:kv_cache_usage_perc{namespace="models",model_name="prod-granite"})',
              namespace: "models",
            },
            authenticationRef: { authenticationRef: { name: "thanos" }, authModes: "bearer" },
            target: { type: "Value", value: "0.8" },
          },
        },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    });
    const { annotations } = objectOf(resources, "InferenceService").inputs.metadata ?? {};
    assert.equal(annotations?.["serving.kserve.io/autoscalerClass"], "keda");
  });

  /** @covers DS-14, DS-15, DS-17, DS-19, DS-11 */
  it("scales a GPU server by CPU without a word of Prometheus, behind one Service for all replicas", async () => {
    let serviceName: pulumi.Output<string> | undefined;
    const resources = await registered(() => {
      const autoscaling = { minReplicas: 1, maxReplicas: 5, target: 70 };
      serviceName = new ModelDeployment("granite", { ...GRANITE, autoscaling }).serviceName;
    });
    const predictor = predictorOf(resources) as Predictor & { scaleTarget: number };
    assert.deepEqual([predictor.scaleMetric, predictor.scaleTarget], ["cpu", 70]);
    const { annotations = {} } = objectOf(resources, "InferenceService").inputs.metadata ?? {};
    assert.equal(
      Object.keys(annotations).some((key) => key.startsWith("prometheus")),
      false,
    );
    assert.equal(await valueOf(serviceName!), "granite-predictor");
  });

  it("leaves the number of replicas to an autoscaler of somebody else", async () => {
    const autoscaling = { autoscalerClass: "external", minReplicas: 1, maxReplicas: 3 } as const;
    const resources = await deployed({ autoscaling });
    const { minReplicas, maxReplicas, autoScaling, scaleMetric } = predictorOf(resources);
    assert.deepEqual([minReplicas, maxReplicas, autoScaling, scaleMetric], [1, 3, undefined, undefined]);
  });

  /** @covers AS-7, IS-11 */
  it("is served by llm-d where the administrator says so, but on its own runtime where it names one", async () => {
    const modelServing = { isLLMdDefault: true };
    const kinds = (resources: readonly Registered[]): string[] =>
      resources.map(({ type }) => type).filter((type) => [ISVC, LLM, RUNTIME].includes(type));
    assert.deepEqual(kinds(await deployed({ modelServing })), [LLM]);
    assert.deepEqual(kinds(await deployed({ llmd: true })), [LLM]);
    assert.deepEqual(kinds(await deployed({ modelServing, runtimeName: "own" })), [ISVC]);
    assert.deepEqual(kinds(await deployed({ modelServing, llmd: false })), [RUNTIME, ISVC]);
    assert.deepEqual(kinds(await deployed({ modelServing }, FRAUD)), [ISVC]);
    const shared = await registered(() => {
      const runtime = new ServingRuntime("shared", { namespace: "models", accelerator: "nvidia.com/gpu" });
      new ModelDeployment("granite", { ...GRANITE, modelServing, runtime });
    });
    assert.deepEqual(kinds(shared), [RUNTIME, ISVC]);
  });

  it("tells llm-d everything that a model says", async () => {
    const resources = await deployed({
      llmd: true,
      acceleratorCount: 2,
      vllm: { maxModelLen: 8192 },
      args: ["--enable-auto-tool-choice"],
      env: [{ name: "A", value: "b" }],
      replicas: 2,
      aiAsset: {},
    });
    const { spec, metadata } = objectOf(resources, "LLMInferenceService").inputs;
    assert.equal(metadata?.labels?.["opendatahub.io/genai-asset"], "true");
    const { model, replicas, parallelism, template } = spec as {
      model: object;
      replicas: number;
      parallelism: object;
      template: { containers: { env: object[]; resources: object }[]; nodeSelector: object; tolerations: object[] };
    };
    assert.deepEqual([replicas, parallelism], [2, { tensor: 2 }]);
    assert.deepEqual(model, {
      uri: "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5",
      name: "granite",
    });
    assert.deepEqual(template.containers[0]?.env, [
      { name: "A", value: "b" },
      { name: "VLLM_ADDITIONAL_ARGS", value: "--max-model-len=8192 --enable-auto-tool-choice" },
    ]);
    const amounts = { cpu: "4", memory: "24Gi", "nvidia.com/gpu": "2" };
    assert.deepEqual(template.containers[0].resources, { requests: amounts, limits: amounts });
    assert.deepEqual(template.nodeSelector, { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" });
  });

  /** @covers IS-29, OP-15 */
  it("makes its namespace if asked to, and everything in it afterwards, so that it is deleted last", async () => {
    const resources = await registered(() => {
      const hardwareProfile = new HardwareProfile("a100", {
        accelerator: "NVIDIA-A100-SXM4-80GB",
        cpu: 4,
        memory: "24Gi",
      });
      const { source } = GRANITE;
      new ModelDeployment("granite", { namespace: "models", source, hardwareProfile, createNamespace: true });
    });
    assert.deepEqual(objectOf(resources, "Namespace").inputs.metadata, {
      name: "models",
      labels: {
        "app.kubernetes.io/instance": "granite",
        "app.kubernetes.io/managed-by": "pulumi",
        "opendatahub.io/dashboard": "true",
      },
    });
    assert.deepEqual(objectOf(resources, "ServingRuntime").dependencies, [`${NAMESPACE} granite`]);
    assert.deepEqual(objectOf(resources, "InferenceService").dependencies, [
      `${NAMESPACE} granite`,
      `${PROFILE} a100`,
      `${RUNTIME} granite`,
    ]);
    assert.equal(
      (await deployed({})).some(({ type }) => type === NAMESPACE),
      false,
    );
  });

  /** @covers HW-2, HW-3, HW-8, IS-10, IS-25 */
  it("notes its profile and its namespace, and writes out what the profile would inject", async () => {
    const resources = await registered(() => {
      const hardwareProfile = new HardwareProfile("a100", {
        accelerator: "NVIDIA-A100-SXM4-80GB",
        cpu: 4,
        memory: "24Gi",
        maximum: { cpu: 16, memory: "64Gi" },
      });
      const { source } = GRANITE;
      const common = { namespace: "models", source, hardwareProfile, imagePullSecrets: ["registry"] };
      new ModelDeployment("granite", { ...common, resources: { requests: { cpu: 8 } } });
    });
    const { annotations } = objectOf(resources, "InferenceService").inputs.metadata ?? {};
    assert.equal(annotations?.["opendatahub.io/hardware-profile-name"], "a100");
    assert.equal(annotations["opendatahub.io/hardware-profile-namespace"], "redhat-ods-applications");
    assert.equal(annotations["opendatahub.io/hardware-profile-resource-version"], undefined);
    const amounts = { cpu: "8", memory: "24Gi", "nvidia.com/gpu": "1" };
    const predictor = predictorOf(resources) as Predictor & { imagePullSecrets: object };
    assert.deepEqual(predictor.model.resources, { requests: amounts, limits: amounts });
    assert.deepEqual(predictor.tolerations, [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
    assert.deepEqual(predictor.imagePullSecrets, [{ name: "registry" }]);
  });

  /** @covers OP-17 */
  it("protects every object it makes if asked to, and none otherwise", async () => {
    const exposure = { auth: "token" } as const;
    const isProtected = ({ type, protect }: Registered): string[] =>
      type.startsWith("kubernetes:") ? [String(protect)] : [];
    const production = await deployed({ protect: true, createNamespace: true, exposure });
    assert.deepEqual(new Set(production.flatMap(isProtected)), new Set(["true"]));
    const llmd = await deployed({ protect: true, llmd: true });
    assert.deepEqual(new Set(llmd.flatMap(isProtected)), new Set(["true"]));
    assert.deepEqual(new Set((await deployed({ exposure })).flatMap(isProtected)), new Set(["false"]));
  });

  /** @covers BP-1, BP-3, IS-9, OP-4 */
  it("carries its environment in the names of all objects, and one label finds them all", async () => {
    const resources = await deployed({ environment: "prod", exposure: { auth: "token" } });
    const objects = resources.filter(({ type }) => type.startsWith("kubernetes:"));
    for (const { inputs, type } of objects) {
      assert.match(inputs.metadata?.name ?? "", /prod-granite/, type);
      assert.equal(inputs.metadata?.labels?.["app.kubernetes.io/instance"], "prod-granite", type);
    }
    assert.equal(objectOf(resources, "InferenceService").inputs.metadata?.name, "prod-granite");
    assert.equal(objectOf(resources, "ServingRuntime").inputs.metadata?.name, "prod-granite");
    assert.equal(predictorOf(resources).model.runtime, "prod-granite");
  });

  /** @covers BP-21, IS-31 */
  it("tells version, arguments and names as outputs, not as annotations, which would restart the pods", async () => {
    let outputs: pulumi.Output<unknown> | undefined;
    const resources = await registered(() => {
      const model = new ModelDeployment("granite", { ...GRANITE, vllm: { maxModelLen: 8192 }, args: ["--seed=1"] });
      const { modelVersion, serverArguments, sizing, serviceName } = model;
      outputs = pulumi.output({ modelVersion, serverArguments, sizing, serviceName });
    });
    assert.deepEqual(await valueOf(outputs!), {
      modelVersion: "1.5",
      serverArguments: ["--max-model-len=8192", "--seed=1"],
      sizing: undefined,
      serviceName: "granite-predictor",
    });
    const annotations = Object.keys(objectOf(resources, "InferenceService").inputs.metadata?.annotations ?? {});
    assert.equal(
      annotations.some((key) => /version|argument|parameter/i.test(key)),
      false,
    );
  });

  /** @covers HW-9, IS-10, HW-12, HW-13, IS-23, IS-24 */
  it("sizes a model that says nothing of resources, and says so in an output", async () => {
    let sizing: pulumi.Output<string | undefined> | undefined;
    const resources = await registered(() => {
      const { source } = GRANITE;
      sizing = new ModelDeployment("granite", { namespace: "models", source, accelerator: "NVIDIA-L4" }).sizing;
    });
    assert.equal(
      await valueOf(sizing!),
      "Chosen, since the arguments leave it open: vllm.maxModelLen 17408: the longest that fits; the model's context of " +
        "131072 tokens does not; 3 CPU cores: API server, engine and one worker; 18Gi of memory: 15.2 GiB of files and " +
        "2Gi of shared memory",
    );
    const { model, tolerations } = predictorOf(resources);
    assert.deepEqual(model.resources, {
      requests: { cpu: "3", memory: "18Gi", "nvidia.com/gpu": "1" },
      limits: { cpu: "6", memory: "26Gi", "nvidia.com/gpu": "1" },
    });
    assert.deepEqual(model.args, ["--max-model-len=17408"]);
    assert.deepEqual(tolerations, [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
  });

  /** @covers HW-14 */
  it("tolerates the taint of whatever accelerator it runs on", async () => {
    const resources = await deployed({ accelerator: "MI300X" });
    assert.deepEqual(predictorOf(resources).tolerations, [
      { key: "amd.com/gpu", operator: "Exists", effect: "NoSchedule" },
    ]);
  });
});
