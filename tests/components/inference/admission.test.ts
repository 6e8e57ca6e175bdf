/** What components write, put to the API server's own rules as `sdk/admission` replays them. */
import assert from "node:assert/strict";
import { admissionVerdict } from "../../../sdk/admission/verdict";
import type { ModelDeploymentSettings } from "../../../sdk/spec/inference/modelDeployment";
import type { Plain } from "../../../sdk/spec/schema/plain";
import { modelObjects } from "../manifests";

type Model = Plain<ModelDeploymentSettings>;

const BASE: Model = {
  namespace: "models",
  source: { oci: "registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5" },
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 4, memory: "24Gi" } },
};
const METRIC = { vllm: "queueLength", target: "5", serverAddress: "http://prometheus:9090" } as const;

describe("InferenceServices of ModelDeployment", () => {
  const cases: [what: string, model: Partial<Model>][] = [
    ["nothing but what is needed", {}],
    [
      "the horizontal pod autoscaler on memory",
      { autoscaling: { minReplicas: 1, maxReplicas: 5, metric: "memory", target: 70 } },
    ],
    ["KEDA", { autoscaling: { autoscalerClass: "keda", minReplicas: 1, maxReplicas: 5, prometheus: [METRIC] } }],
    [
      "KEDA down to zero",
      {
        autoscaling: {
          autoscalerClass: "keda",
          minReplicas: 0,
          maxReplicas: 5,
          prometheus: [{ query: "sum(up)", target: "0.8", serverAddress: "http://prometheus:9090", tenant: "models" }],
          scaleUpStabilizationSeconds: 0,
        },
      },
    ],
    ["somebody else's autoscaler", { autoscaling: { autoscalerClass: "external", minReplicas: 1, maxReplicas: 5 } }],
    [
      "a predictive model",
      { modelType: "predictive", modelFormat: "onnx", modelFormatVersion: "1", runtimeName: "ovms" },
    ],
    ["Recreate", { deploymentStrategy: { type: "Recreate" } }],
    ["a name of 48 characters", { name: "a".repeat(48) }],
    [
      "an AI asset with tokens",
      { aiAsset: { useCase: "chat" }, exposure: { auth: "token", authProxyType: "kube-rbac-proxy" } },
    ],
  ];
  for (const [what, model] of cases) {
    /** @covers DS-8, DS-12, IS-21, IS-22, IS-32 */
    it(`are admitted with ${what}`, () => {
      const { service } = modelObjects("granite", { ...BASE, ...model });
      const answer = admissionVerdict(service, {});
      assert.equal(answer.verdict, "allowed", JSON.stringify(answer));
    });
  }
});
