/** Eight items, each with a service that passes, fails, is not concerned, or cannot be judged. */
import assert from "node:assert/strict";
import { productionChecklist } from "../../../sdk/operations/checklist";

type Data = Record<string, unknown>;

const RESOURCES = {
  requests: { cpu: "2", memory: "16Gi", "nvidia.com/gpu": "1" },
  limits: { cpu: "2", memory: "16Gi", "nvidia.com/gpu": "1" },
};
const TOLERATION = { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" };

interface Change {
  annotations?: Data;
  labels?: Data;
  predictor?: Data;
  model?: Data;
}

function service({ annotations, labels, predictor, model }: Change = {}): Data {
  return {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: {
      name: "granite",
      namespace: "models",
      labels: { "networking.kserve.io/visibility": "exposed", "opendatahub.io/dashboard": "true", ...labels },
      annotations: {
        "security.opendatahub.io/enable-auth": "true",
        "serving.kserve.io/autoscalerClass": "hpa",
        ...annotations,
      },
    },
    spec: {
      predictor: {
        minReplicas: 1,
        maxReplicas: 3,
        nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-L4" },
        tolerations: [TOLERATION],
        ...predictor,
        model: { runtime: "vllm", storageUri: "oci://example.com/granite:1.5", resources: RESOURCES, ...model },
      },
    },
  };
}

const RUNTIME = {
  apiVersion: "serving.kserve.io/v1alpha1",
  kind: "ServingRuntime",
  metadata: { name: "vllm", namespace: "models" },
  spec: { containers: [{ name: "kserve-container", readinessProbe: { httpGet: { path: "/health", port: 8080 } } }] },
};
const NODE = {
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "gpu-1", labels: { "nvidia.com/gpu.product": "NVIDIA-L4" } },
  spec: { taints: [{ key: "nvidia.com/gpu", effect: "NoSchedule" }] },
  status: { allocatable: { "nvidia.com/gpu": "4" } },
};
const monitoring = (kind: string, namespace = "models"): Data => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind,
  metadata: { name: "granite", namespace },
});
const AROUND = [RUNTIME, NODE, monitoring("ServiceMonitor"), monitoring("PrometheusRule")];

const cases: [id: string, what: string, objects: unknown[], state: string, seen: string][] = [
  ["BP-16", "tokens", [service()], "pass", "tokens are checked"],
  [
    "BP-16",
    "an open address",
    [service({ annotations: { "security.opendatahub.io/enable-auth": "false" } })],
    "fail",
    "is exposed, and anyone who reaches it is served",
  ],
  [
    "BP-16",
    "an address inside the cluster",
    [
      service({
        annotations: { "security.opendatahub.io/enable-auth": "false" },
        labels: { "networking.kserve.io/visibility": undefined },
      }),
    ],
    "not applicable",
    "answers inside the cluster only",
  ],
  [
    "BP-16",
    "a key of vLLM",
    [
      service({
        annotations: { "security.opendatahub.io/enable-auth": "false" },
        model: { env: [{ name: "VLLM_API_KEY" }] },
      }),
    ],
    "pass",
    "vLLM asks for a key",
  ],
  ["BP-17", "an autoscaler", [service()], "pass", "hpa, 1 to 3 replicas"],
  [
    "BP-17",
    "fixed replicas",
    [service({ annotations: { "serving.kserve.io/autoscalerClass": "none" } })],
    "fail",
    "1 replicas, whatever the load",
  ],
  [
    "BP-17",
    "an autoscaler without room",
    [service({ predictor: { maxReplicas: 1 } })],
    "fail",
    "hpa, but no more than 1 replicas",
  ],
  ["BP-18", "amounts", [service()], "pass", "CPU and memory, requests and limits"],
  [
    "BP-18",
    "no limits",
    [service({ model: { resources: { requests: { cpu: 1, memory: "1Gi" } } } }), RUNTIME],
    "fail",
    "without limits.cpu, limits.memory",
  ],
  [
    "BP-18",
    "no limits and a runtime that is not there",
    [service({ model: { resources: { requests: { cpu: 1, memory: "1Gi" } } } })],
    "unknown",
    "without limits.cpu, limits.memory, unless its runtime vllm says so, which is not among the objects",
  ],
  ["BP-19", "a probe of the runtime", [service(), RUNTIME], "pass", "a readiness probe"],
  [
    "BP-19",
    "no probe at all",
    [service(), { ...RUNTIME, spec: { containers: [{ name: "kserve-container" }] } }],
    "fail",
    "without a readiness probe: requests come before the model is loaded",
  ],
  [
    "BP-19",
    "a liveness probe that ends the start",
    [service({ model: { livenessProbe: { httpGet: {} } } }), RUNTIME],
    "fail",
    "a liveness probe without a startup probe or a delay ends a server that still loads",
  ],
  ["BP-20", "a monitor and a rule", [service(), ...AROUND], "pass", "a monitor and alerts"],
  [
    "BP-20",
    "nothing of the kind",
    [service()],
    "unknown",
    "the objects hold no monitor and no rule of monitoring.coreos.com",
  ],
  [
    "BP-20",
    "a rule of another namespace",
    [service(), monitoring("PrometheusRule", "other")],
    "fail",
    "its namespace has no monitor, no alerts",
  ],
  ["BP-21", "a tag", [service()], "pass", "1.5"],
  [
    "BP-21",
    "a bucket",
    [service({ model: { storageUri: "s3://bucket/model" } })],
    "fail",
    "neither its source nor a label names a version",
  ],
  [
    "BP-21",
    "the newest, whatever it is",
    [service({ model: { storageUri: "oci://example.com/granite:latest" } })],
    "fail",
    "latest is another model every day",
  ],
  [
    "BP-22",
    "anything",
    [service(), ...AROUND],
    "unknown",
    "objects do not tell; docs/operations.md says how to roll back, so try it once",
  ],
  ["BP-23", "a node that suits", [service(), NODE], "pass", "may run on gpu-1"],
  [
    "BP-23",
    "a taint",
    [service({ predictor: { tolerations: [] } }), NODE],
    "fail",
    "tolerates the taints of no node with nvidia.com/gpu",
  ],
  [
    "BP-23",
    "another product",
    [service({ predictor: { nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-H100" } } }), NODE],
    "fail",
    "no node with nvidia.com/gpu has the labels that it selects",
  ],
  ["BP-23", "no nodes", [service()], "unknown", "no node among the objects has nvidia.com/gpu"],
  ["BP-23", "CPUs", [service({ model: { resources: {} } }), NODE], "not applicable", "asks for no accelerator"],
];

/** @covers BP-15, BP-16, BP-17, BP-18, BP-19, BP-20, BP-21, BP-22, BP-23 */
describe("the production checklist", () => {
  for (const [id, what, objects, state, text] of cases) {
    it(`says of ${id} with ${what}: ${state}`, () => {
      const item = productionChecklist(objects).find((one) => one.id === id);
      assert.deepEqual([item?.state, item?.evidence], [state, [`InferenceService models/granite: ${text}`]]);
    });
  }

  it("has a line for each item, and the worst of all services on it", () => {
    const open = service({ annotations: { "security.opendatahub.io/enable-auth": "false" } });
    const items = productionChecklist([{ apiVersion: "v1", kind: "List", items: [service(), open] }, ...AROUND]);
    assert.deepEqual(
      items.map(({ id, state }) => `${id} ${state}`),
      [
        "BP-16 fail",
        "BP-17 pass",
        "BP-18 pass",
        "BP-19 pass",
        "BP-20 pass",
        "BP-21 pass",
        "BP-22 unknown",
        "BP-23 pass",
      ],
    );
    assert.equal(items[0]?.evidence.length, 1);
  });

  it("concerns nothing where there is no service, and reads whatever it is given", () => {
    assert.deepEqual(new Set(productionChecklist([]).map(({ state }) => state)), new Set(["not applicable"]));
    const odd = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", metadata: { name: "a" }, spec: 7 };
    assert.equal(productionChecklist([odd, null, 3]).length, 8);
  });
});
