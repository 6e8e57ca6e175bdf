import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ServingRuntime as ServingRuntimeComponent } from "../../../index";
import type { ServingRuntime } from "../../../sdk/kubernetes/kserve";
import { registered, type Registered } from "../mocks";
import { createdRuntime } from "./runtimes";

/** Triton as a runtime of one's own. */
const TRITON = {
  namespace: "models",
  image: "nvcr.io/nvidia/tritonserver:25.05-py3",
  accelerator: "nvidia.com/gpu",
  acceleratorCount: 1,
  displayName: "Triton",
  args: ["tritonserver", "--model-store=/mnt/models", "--http-port=8080", "--grpc-port=9000"],
  env: [{ name: "LOG_LEVEL", value: "1" }],
  custom: {
    ports: [{ port: 8080 }, { name: "grpc", port: 9000 }],
    formats: [{ name: "triton", version: "2", autoSelect: true, priority: 1 }],
    protocolVersions: ["v2", "grpc-v2"],
    health: { live: "/v2/health/live", ready: "/v2/health/ready" },
    metrics: { port: 8002 },
    serverType: "tritonserver",
  },
};

describe("a runtime of one's own", () => {
  /** @covers RT-37, RT-13, RT-4, RT-12 */
  it("is what is said of it: Triton with format and ports", () => {
    assert.deepEqual(createdRuntime(TRITON, "triton"), {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "ServingRuntime",
      metadata: {
        name: "triton",
        namespace: "models",
        labels: {
          "app.kubernetes.io/instance": "triton",
          "app.kubernetes.io/managed-by": "pulumi",
          "opendatahub.io/dashboard": "true",
        },
        annotations: {
          "openshift.io/display-name": "Triton",
          "serving.kserve.io/server-type": "tritonserver",
          "opendatahub.io/recommended-accelerators": '["nvidia.com/gpu"]',
        },
      },
      spec: {
        annotations: { "prometheus.io/path": "/metrics", "prometheus.io/port": "8002" },
        multiModel: false,
        supportedModelFormats: [{ name: "triton", version: "2", autoSelect: true, priority: 1 }],
        protocolVersions: ["v2", "grpc-v2"],
        containers: [
          {
            name: "kserve-container",
            image: "nvcr.io/nvidia/tritonserver:25.05-py3",
            args: ["tritonserver", "--model-store=/mnt/models", "--http-port=8080", "--grpc-port=9000"],
            env: [{ name: "LOG_LEVEL", value: "1" }],
            ports: [
              { name: "http", containerPort: 8080, protocol: "TCP" },
              { name: "grpc", containerPort: 9000, protocol: "TCP" },
            ],
            resources: { requests: { "nvidia.com/gpu": "1" }, limits: { "nvidia.com/gpu": "1" } },
            startupProbe: {
              httpGet: { path: "/v2/health/ready", port: 8080 },
              periodSeconds: 10,
              timeoutSeconds: 5,
              failureThreshold: 180,
            },
            livenessProbe: {
              httpGet: { path: "/v2/health/live", port: 8080 },
              periodSeconds: 15,
              timeoutSeconds: 10,
              failureThreshold: 4,
            },
            readinessProbe: {
              httpGet: { path: "/v2/health/ready", port: 8080 },
              periodSeconds: 10,
              timeoutSeconds: 5,
              failureThreshold: 3,
            },
          },
        ],
      },
    });
  });

  /** @covers RT-14, RT-15, RT-16 */
  it("takes resources, volumes, secrets, and where its pods may run", () => {
    const { spec } = createdRuntime({
      namespace: "models",
      image: "example.com/server:1",
      custom: {
        command: ["serve"],
        ports: [{ port: 9000 }],
        formats: [{ name: "own" }],
        protocolVersions: ["grpc-v2"],
      },
      resources: { requests: { cpu: 0.5, memory: "1024Mi" } },
      sharedMemory: "256Mi",
      volumes: [{ name: "cache", emptyDir: {} }],
      volumeMounts: [{ name: "cache", mountPath: "/cache" }],
      imagePullSecrets: ["registry"],
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "gpu", operator: "Exists" }],
      affinity: { nodeAffinity: {} },
    }) as ServingRuntime;
    const { containers, ...pod } = spec;
    assert.deepEqual(containers, [
      {
        name: "kserve-container",
        image: "example.com/server:1",
        command: ["serve"],
        ports: [{ name: "h2c", containerPort: 9000, protocol: "TCP" }],
        resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "500m", memory: "1Gi" } },
        volumeMounts: [
          { name: "shm", mountPath: "/dev/shm" },
          { name: "cache", mountPath: "/cache" },
        ],
      },
    ]);
    assert.deepEqual(pod, {
      multiModel: false,
      supportedModelFormats: [{ name: "own" }],
      protocolVersions: ["grpc-v2"],
      volumes: [
        { name: "shm", emptyDir: { medium: "Memory", sizeLimit: "256Mi" } },
        { name: "cache", emptyDir: {} },
      ],
      imagePullSecrets: [{ name: "registry" }],
      nodeSelector: { disk: "ssd" },
      tolerations: [{ key: "gpu", operator: "Exists" }],
      affinity: { nodeAffinity: {} },
    });
  });

  it("keeps an image that is known only after apply the only unknown part", async () => {
    class Build extends pulumi.CustomResource {
      declare readonly image: pulumi.Output<string>;
      constructor(name: string) {
        super("docker:index:Image", name, { image: undefined });
      }
    }
    const custom = { ports: [{ port: 8080 }], formats: [{ name: "own" }] };
    const known = await registered(() => {
      new ServingRuntimeComponent("own", { namespace: "models", image: "example.com/server:1", custom });
    });
    const later = await registered(
      () => {
        const { image } = new Build("server");
        new ServingRuntimeComponent("own", { namespace: "models", image, custom });
      },
      { preview: true },
    );
    const expected = structuredClone(ownObject(known).inputs);
    const { containers } = expected.spec as { containers: { image: unknown }[] };
    containers[0]!.image = pulumi.unknown;
    assert.deepEqual(ownObject(later).inputs, expected);
    assert.deepEqual(ownObject(later).dependencies, ["docker:index:Image server"]);
  });
});

function ownObject(resources: readonly Registered[]): Registered {
  const [only, ...more] = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  assert.ok(only !== undefined && more.length === 0);
  return only;
}
