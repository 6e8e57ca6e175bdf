import assert from "node:assert/strict";
import { modelObjects, profileObject, profileSpec, runtimeObject, serviceObject } from "./manifests";

const SOURCE = { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" };
const PROBE = { httpGet: { path: "/health", port: 8080 }, periodSeconds: 10, timeoutSeconds: 5 };

describe("manifests", () => {
  it("hardware profile: three resources with their ranges, and the nodes that have them", () => {
    const profile = profileObject("a100", {
      accelerator: "NVIDIA-A100-SXM4-80GB",
      count: 2,
      cpu: 0.5,
      memory: "65536Mi",
      maximum: { count: 8, memory: "512Gi" },
      displayName: "A100",
      description: "Two of eight",
      enabled: false,
    });
    assert.deepEqual(profile, {
      apiVersion: "infrastructure.opendatahub.io/v1",
      kind: "HardwareProfile",
      metadata: {
        name: "a100",
        namespace: "redhat-ods-applications",
        labels: { "app.kubernetes.io/managed-by": "pulumi" },
        annotations: {
          "opendatahub.io/display-name": "A100",
          "opendatahub.io/description": "Two of eight",
          "opendatahub.io/disabled": "true",
        },
      },
      spec: {
        identifiers: [
          { displayName: "CPU", identifier: "cpu", minCount: "500m", defaultCount: "500m", resourceType: "CPU" },
          {
            displayName: "Memory",
            identifier: "memory",
            minCount: "1Gi",
            defaultCount: "64Gi",
            maxCount: "512Gi",
            resourceType: "Memory",
          },
          {
            displayName: "NVIDIA GPU",
            identifier: "nvidia.com/gpu",
            minCount: 1,
            defaultCount: 2,
            maxCount: 8,
            resourceType: "Accelerator",
          },
        ],
        scheduling: {
          type: "Node",
          node: {
            nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" },
            tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
          },
        },
      },
    });
  });

  /** @covers HW-1, HW-15 */
  it("hardware profile: from a machine of a cloud", () => {
    const profile = profileObject("h100", { machineShape: "p5.48xlarge", count: 2, visibleIn: ["model-serving"] });
    assert.equal(profile.metadata.annotations?.["opendatahub.io/dashboard-feature-visibility"], '["model-serving"]');
    const counts = profile.spec.identifiers.map(({ identifier, minCount, defaultCount, maxCount }) => [
      identifier,
      minCount,
      defaultCount,
      maxCount,
    ]);
    // 191.45 cores and 1938410Mi are left for pods; a quarter of them, rounded down, goes with two of eight.
    assert.deepEqual(counts, [
      ["cpu", 1, 47, "191450m"],
      ["memory", "1Gi", "473Gi", "1938410Mi"],
      ["nvidia.com/gpu", 1, 2, 8],
    ]);
    assert.deepEqual(profile.spec.scheduling?.node, {
      nodeSelector: { "node.kubernetes.io/instance-type": "p5.48xlarge" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    });
  });

  it("hardware profile: what is said goes before what the machine has", () => {
    const profile = profileSpec("h100", {
      machineShape: "P5.48xlarge",
      accelerator: "NVIDIA-H100-80GB-HBM3",
      cpu: 4,
      memory: "32Gi",
      maximum: { count: 4 },
      nodeSelector: { pool: "a" },
    });
    assert.deepEqual([profile.cpu, profile.memory, profile.nodeSelector], [4, "32Gi", { pool: "a" }]);
    assert.deepEqual(profile.maximum, { cpu: 191.45, memory: "1938410Mi", count: 4 });
    const queued = profileSpec("queued", { machineShape: "p5.48xlarge", localQueue: "gpus" });
    assert.deepEqual([queued.nodeSelector, queued.tolerations], [{}, []]);
  });

  /** @covers HW-1 */
  it("hardware profile: a queue instead of nodes, and neither for CPUs", () => {
    const queued = profileObject("queued", {
      accelerator: "NVIDIA-L4",
      cpu: 1,
      memory: "8Gi",
      localQueue: "gpus",
      priorityClass: "high",
    });
    assert.deepEqual(queued.spec.scheduling, {
      type: "Queue",
      kueue: { localQueueName: "gpus", priorityClass: "high" },
    });
    const cpu = profileObject("cpu", { cpu: 2, memory: "4Gi" });
    assert.equal(cpu.spec.scheduling, undefined);
    assert.deepEqual(
      cpu.spec.identifiers.map(({ identifier }) => identifier),
      ["cpu", "memory"],
    );
  });

  /** @covers BP-19 */
  it("serving runtime: vLLM as OpenShift AI's template has it, port and metrics declared", () => {
    const runtime = runtimeObject("vllm", { namespace: "models", accelerator: "nvidia.com/gpu" });
    assert.deepEqual(runtime, {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "ServingRuntime",
      metadata: {
        name: "vllm",
        namespace: "models",
        labels: {
          "app.kubernetes.io/instance": "vllm",
          "app.kubernetes.io/managed-by": "pulumi",
          "opendatahub.io/dashboard": "true",
        },
        annotations: {
          "openshift.io/display-name": "vLLM NVIDIA GPU ServingRuntime for KServe",
          "opendatahub.io/runtime-version": "v0.21.0",
          "opendatahub.io/recommended-accelerators": '["nvidia.com/gpu"]',
        },
      },
      spec: {
        annotations: {
          "opendatahub.io/kserve-runtime": "vllm",
          "prometheus.io/path": "/metrics",
          "prometheus.io/port": "8080",
        },
        multiModel: false,
        supportedModelFormats: [{ name: "vLLM", autoSelect: true }],
        containers: [
          {
            name: "kserve-container",
            image: "docker.io/vllm/vllm-openai:v0.21.0",
            command: ["python3", "-m", "vllm.entrypoints.openai.api_server"],
            args: ["--port=8080", "--model=/mnt/models", "--served-model-name={{.Name}}"],
            env: [{ name: "HF_HOME", value: "/tmp/hf_home" }],
            ports: [{ name: "http", containerPort: 8080, protocol: "TCP" }],
            volumeMounts: [{ name: "shm", mountPath: "/dev/shm" }],
            startupProbe: { ...PROBE, failureThreshold: 180 },
            livenessProbe: { ...PROBE, periodSeconds: 15, timeoutSeconds: 10, failureThreshold: 4 },
            readinessProbe: { ...PROBE, failureThreshold: 3 },
          },
        ],
        volumes: [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "2Gi" } }],
      },
    });
  });

  it("serving runtime: everything a user may add goes through", () => {
    const { spec } = runtimeObject("vllm", {
      namespace: "models",
      platform: { kind: "kserve" },
      image: "example.com/vllm:1",
      args: ["--enforce-eager"],
      env: [
        { name: "A", value: "1" },
        { name: "HF_TOKEN", secretName: "hf", secretKey: "token" },
      ],
      volumes: [{ name: "cache", emptyDir: {} }],
      volumeMounts: [{ name: "cache", mountPath: "/cache" }],
      imagePullSecrets: ["registry"],
      nodeSelector: { pool: "cpu" },
      affinity: { nodeAffinity: {} },
      tolerations: [{ key: "a", operator: "Exists" }],
    });
    const container = spec.containers[0]!;
    assert.deepEqual(container.args?.slice(3), ["--enforce-eager"]);
    assert.deepEqual(container.env?.slice(1), [
      { name: "A", value: "1" },
      { name: "HF_TOKEN", valueFrom: { secretKeyRef: { name: "hf", key: "token" } } },
    ]);
    assert.deepEqual(
      [container.volumeMounts, spec.volumes],
      [[{ name: "cache", mountPath: "/cache" }], [{ name: "cache", emptyDir: {} }]],
    );
    assert.deepEqual(
      [spec.imagePullSecrets, spec.nodeSelector, spec.affinity, spec.tolerations],
      [[{ name: "registry" }], { pool: "cpu" }, { nodeAffinity: {} }, [{ key: "a", operator: "Exists" }]],
    );
  });

  /** @covers BP-19 */
  it("model on OpenShift AI: profile written out and noted, exposed with authentication", () => {
    const profile = profileSpec("a100", { accelerator: "NVIDIA-A100-SXM4-80GB", count: 2, cpu: 8, memory: "64Gi" });
    const exposure = { auth: "token" as const };
    const { runtime, service } = modelObjects(
      "granite",
      { namespace: "models", source: SOURCE, exposure, vllm: { maxModelLen: 4096 } },
      { profile },
    );
    assert.deepEqual(service, {
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata: {
        name: "granite",
        namespace: "models",
        labels: {
          "app.kubernetes.io/instance": "granite",
          "app.kubernetes.io/managed-by": "pulumi",
          "opendatahub.io/dashboard": "true",
          "networking.kserve.io/visibility": "exposed",
        },
        annotations: {
          "serving.kserve.io/deploymentMode": "Standard",
          "serving.kserve.io/autoscalerClass": "none",
          "opendatahub.io/model-type": "generative",
          "security.opendatahub.io/enable-auth": "true",
          "opendatahub.io/hardware-profile-name": "a100",
          "opendatahub.io/hardware-profile-namespace": "redhat-ods-applications",
          "pulumi.com/waitFor": "condition=Ready",
        },
      },
      spec: {
        predictor: {
          minReplicas: 1,
          maxReplicas: 1,
          deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
          timeout: 300,
          model: {
            modelFormat: { name: "vLLM" },
            runtime: "granite",
            storageUri: `oci://${SOURCE.oci}`,
            args: ["--max-model-len=4096", "--tensor-parallel-size=2"],
            resources: {
              requests: { cpu: "8", memory: "64Gi", "nvidia.com/gpu": "2" },
              limits: { cpu: "8", memory: "64Gi", "nvidia.com/gpu": "2" },
            },
            startupProbe: { ...PROBE, failureThreshold: 49 },
          },
          tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
          nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" },
        },
      },
    });
    assert.equal(runtime?.metadata.name, "granite");
    assert.deepEqual(runtime.spec.supportedModelFormats, [{ name: "vLLM", autoSelect: false }]);
    assert.deepEqual(runtime.spec.volumes, [{ name: "shm", emptyDir: { medium: "Memory", sizeLimit: "16Gi" } }]);
  });

  it("model on plain KServe: hidden unless exposed, and nothing that only OpenShift AI reads", () => {
    const profile = profileSpec("l4", {
      platform: { kind: "kserve" },
      accelerator: "NVIDIA-L4",
      cpu: 4,
      memory: "32Gi",
    });
    const base = { namespace: "models", source: SOURCE, platform: { kind: "kserve" as const } };
    const hidden = modelObjects("granite", base, { profile });
    assert.deepEqual(hidden.service.metadata.annotations, {
      "serving.kserve.io/deploymentMode": "Standard",
      "serving.kserve.io/autoscalerClass": "none",
      "pulumi.com/waitFor": "condition=Ready",
    });
    assert.equal(hidden.service.metadata.labels?.["networking.kserve.io/visibility"], "cluster-local");
    const exposed = modelObjects("granite", { ...base, exposure: { auth: "none" } }, { profile });
    assert.equal(exposed.service.metadata.labels?.["networking.kserve.io/visibility"], undefined);
    const keys = [hidden.service, exposed.service, hidden.runtime].flatMap((object) =>
      Object.keys({
        ...object?.metadata.labels,
        ...object?.metadata.annotations,
        ...(object === hidden.runtime ? hidden.runtime?.spec.annotations : {}),
      }),
    );
    assert.deepEqual(
      keys.filter((key) => key.includes("opendatahub.io")),
      [],
    );
  });

  it("model without a profile: hardware as given, its product selected and its taint tolerated", () => {
    const { runtime, service } = modelObjects("granite", {
      namespace: "models",
      source: SOURCE,
      accelerator: "MI300X",
      resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { memory: "24Gi" } },
    });
    const { predictor } = service.spec;
    assert.deepEqual(predictor.model?.resources, {
      requests: { cpu: "2", memory: "16Gi", "amd.com/gpu": "1" },
      limits: { cpu: "2", memory: "24Gi", "amd.com/gpu": "1" },
    });
    assert.deepEqual(predictor.nodeSelector, { "amd.com/gpu.product-name": "AMD_Instinct_MI300X_OAM" });
    assert.deepEqual(predictor.tolerations, [{ key: "amd.com/gpu", operator: "Exists", effect: "NoSchedule" }]);
    assert.match(runtime?.spec.containers[0]?.image ?? "", /rocm/);
    assert.equal(runtime?.metadata.annotations?.["opendatahub.io/recommended-accelerators"], '["amd.com/gpu"]');
  });

  it("model on CPUs: no accelerator, no toleration, no shared memory", () => {
    const { runtime, service } = modelObjects("granite", {
      namespace: "models",
      source: SOURCE,
      resources: { requests: { cpu: 8, memory: "32Gi" }, limits: { cpu: 16, memory: "48Gi" } },
    });
    const { tolerations, nodeSelector, model } = service.spec.predictor;
    assert.deepEqual(
      [tolerations, nodeSelector, runtime?.spec.volumes, model?.args],
      [undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(Object.keys(model?.resources?.limits ?? {}), ["cpu", "memory"]);
    assert.match(runtime?.spec.containers[0]?.image ?? "", /cpu/);
  });

  it("service: the autoscaler's bounds instead of a fixed number", () => {
    const { metadata, spec } = serviceObject("granite", {
      namespace: "models",
      runtimeName: "vllm",
      source: SOURCE,
      autoscaling: { minReplicas: 1, maxReplicas: 5, target: 70 },
    });
    assert.equal(metadata.annotations?.["serving.kserve.io/autoscalerClass"], "hpa");
    const { minReplicas, maxReplicas, scaleMetric, scaleTarget } = spec.predictor;
    assert.deepEqual([minReplicas, maxReplicas, scaleMetric, scaleTarget], [1, 5, "cpu", 70]);
  });

  it("service: a strategy as asked, numbers as numbers", () => {
    const strategyOf = (deploymentStrategy: object): unknown =>
      serviceObject("granite", { namespace: "m", runtimeName: "r", source: SOURCE, deploymentStrategy }).spec.predictor
        .deploymentStrategy;
    assert.deepEqual(strategyOf({ type: "Recreate" }), { type: "Recreate" });
    assert.deepEqual(strategyOf({ maxSurge: "0", maxUnavailable: "1" }), {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: 0, maxUnavailable: 1 },
    });
  });

  it("service: without waiting, by a word that Pulumi reads", () => {
    const { metadata } = serviceObject("granite", {
      namespace: "m",
      runtimeName: "r",
      source: SOURCE,
      awaitReady: false,
    });
    assert.equal(metadata.annotations?.["pulumi.com/skipAwait"], "true");
    assert.equal(metadata.annotations["pulumi.com/waitFor"], undefined);
  });

  const sources: [object, string][] = [
    [{ oci: "example.com/car:1" }, "oci://example.com/car:1"],
    [{ oci: "oci://example.com/car@sha256:01" }, "oci://example.com/car@sha256:01"],
    [{ s3: "bucket/path" }, "s3://bucket/path"],
    [{ pvc: "claim/path" }, "pvc://claim/path"],
    [{ huggingFace: "org/model:rev" }, "hf://org/model:rev"],
    [{ uri: "gs://bucket/path" }, "gs://bucket/path"],
  ];
  for (const [source, uri] of sources) {
    it(`service: loads ${JSON.stringify(source)} from ${uri}`, () => {
      assert.equal(
        serviceObject("granite", { namespace: "m", runtimeName: "r", source }).spec.predictor.model?.storageUri,
        uri,
      );
    });
  }

  it("service: a queued profile labels it for Kueue and leaves nodes to it", () => {
    const profile = profileSpec("queued", { accelerator: "NVIDIA-L4", cpu: 1, memory: "8Gi", localQueue: "gpus" });
    const { service } = modelObjects("granite", { namespace: "models", source: SOURCE }, { profile });
    assert.equal(service.metadata.labels?.["kueue.x-k8s.io/queue-name"], "gpus");
    const { nodeSelector, tolerations } = service.spec.predictor;
    assert.deepEqual([nodeSelector, tolerations], [undefined, undefined]);
  });
});
