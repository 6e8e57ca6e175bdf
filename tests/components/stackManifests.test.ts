import assert from "node:assert/strict";
import { stackManifests } from "../../components/stack/stackManifests";
import type { ServingStackArgs } from "../../index";
import { ServingStack } from "../../index";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { servingStackSchema } from "../../sdk/spec/stack/servingStack";
import { servingStackRules } from "../../sdk/spec/stack/servingStackRules";
import { registered } from "./mocks";

const l4 = { accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" };
const quarter = { requests: { cpu: 1, memory: "4Gi" } };
const granite = { source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" }, hardwareProfile: "l4" };

/** @covers MP-1 */
describe("objects of a stack", () => {
  const cases: [name: string, args: ServingStackArgs][] = [
    [
      "OpenShift AI, with tokens and two models",
      {
        hardwareProfiles: { l4, h100: { machineShape: "p5.48xlarge", localQueue: "gpus" } },
        models: {
          granite: { ...granite, exposure: { auth: "token" } },
          phi: { source: { huggingFace: "microsoft/phi-4" }, hardwareProfile: "h100" },
        },
      },
    ],
    [
      "plain KServe, with a Route of ours, in a namespace that exists",
      {
        platform: { kind: "kserve", ingress: "route" },
        namespace: { name: "project", create: false },
        hardwareProfiles: { l4 },
        models: { granite: { ...granite, exposure: { auth: "none" } } },
      },
    ],
    [
      "a model whose runtime exists",
      {
        models: {
          shared: {
            source: { oci: "quay.io/a/b:1" },
            runtimeName: "vllm",
            resources: { requests: { cpu: 2, memory: "16Gi" } },
          },
        },
      },
    ],
    [
      "OpenShift, with operators, queues, storage, shared runtimes and everything that watches",
      {
        accelerators: { operators: [{ vendor: "nvidia" }, { vendor: "amd" }] },
        queues: {
          flavors: { l4: { accelerator: "NVIDIA-L4" } },
          clusterQueues: { gpus: { quotas: { l4: { accelerators: 8 } } } },
          localQueues: [{ name: "gpus", namespace: "models", clusterQueue: "gpus" }],
        },
        hardwareProfiles: { l4: { ...l4, localQueue: "gpus" } },
        connections: {
          store: {
            s3: { endpoint: "https://s3.example.com", bucket: "models", accessKeyId: "AK", secretAccessKey: "SK" },
          },
          hub: { huggingFace: { token: "hf_token" } },
          registry: { oci: { host: "quay.io", username: "reader", password: "pass" } },
        },
        volumes: {
          files: { size: "100Gi", path: "granite", fill: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" } },
        },
        runtimes: { ovms: { runtime: "kserve-ovms" }, vllm: { accelerator: "NVIDIA-L4", image: "quay.io/a/vllm:1" } },
        models: {
          granite: {
            ...granite,
            connection: "hub",
            runtime: "vllm",
            exposure: { auth: "token", accounts: ["caller"] },
          },
          resnet: {
            source: { path: "resnet" },
            connection: "store",
            runtime: "ovms",
            modelFormat: "onnx",
            resources: quarter,
          },
          phi: { source: {}, volume: "files", hardwareProfile: "l4" },
          car: { source: { oci: "quay.io/a/b:1" }, connection: "registry", hardwareProfile: "l4" },
          many: { ...granite, llmd: true },
        },
        networkPolicies: { callers: [{ namespace: "apps" }] },
        monitoring: {
          userWorkloads: { provision: "create", retention: "15d" },
          alerts: { thresholds: { waitingRequests: 20 } },
          dashboards: { namespace: "grafana", kind: "GrafanaDashboard" },
          viewers: { groups: ["data-scientists"] },
        },
      },
    ],
    [
      "plain KServe, with keys, monitors and models of KubeAI",
      {
        platform: { kind: "kserve" },
        hardwareProfiles: { l4 },
        connections: {
          store: {
            storageConfig: "create",
            s3: { endpoint: "https://s3.example.com", bucket: "models", accessKeyId: "AK", secretAccessKey: "SK" },
          },
          place: { uri: { uri: "hf://ibm-granite/granite-3.1-8b-instruct" } },
        },
        runtimes: { shared: { accelerator: "NVIDIA-L4", scope: "cluster" } },
        models: {
          granite: { ...granite, exposure: { auth: "none" } },
          uri: { source: {}, connection: "place", hardwareProfile: "l4", runtime: "shared" },
          bucket: { source: { path: "granite" }, connection: "store", hardwareProfile: "l4" },
        },
        kubeAiModels: {
          gemma: {
            url: "hf://google/gemma-3-1b-it",
            engine: "VLLM",
            resourceProfile: "nvidia-gpu-l4:1",
            secrets: { HF_TOKEN: "hf_token" },
          },
        },
        networkPolicies: { gatewayNamespaces: ["istio-system"] },
        monitoring: {
          alerts: {},
          dashboards: { namespace: "grafana" },
          runtimeMonitors: { labels: { release: "prometheus" } },
        },
      },
    ],
  ];
  for (const [name, args] of cases) {
    it(`are those that the component registers: ${name}`, async () => {
      const resources = await registered(() => {
        new ServingStack("serving", args);
      });
      const objects = resources.filter(({ type }) => type.startsWith("kubernetes:")).map(({ inputs }) => inputs);
      const spec = parseSpec(servingStackSchema, servingStackRules, args, "stack");
      assert.deepEqual(sorted(stackManifests(spec)), sorted(objects));
    });
  }
});

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** As text, so that the order of registration and of keys does not count. */
function sorted(objects: readonly object[]): string[] {
  return objects.map((object) => JSON.stringify(inOrder(object), null, 1)).sort();
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  // As the engine writes a secret.
  if (SECRET_MARK in value) return inOrder((value as { value?: unknown }).value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]));
}
