import assert from "node:assert/strict";
import { vllmQuery } from "../../../../sdk/spec/inference/autoscaling";
import { inferenceServiceRules, inferenceServiceSchema } from "../../../../sdk/spec/inference/inferenceService";
import { validate, type Validation } from "../../../../sdk/spec/schema/validate";
import { table } from "../messageTable";

const METRIC = { vllm: "queueLength", target: "5", serverAddress: "http://prometheus.monitoring:9090" };
const KEDA = { autoscalerClass: "keda", minReplicas: 1, maxReplicas: 4, prometheus: [METRIC] };
const RIGHT = { namespace: "models", runtimeName: "vllm", source: { huggingFace: "a/b" }, autoscaling: KEDA };
const keda = (change: object): Record<string, unknown> => ({ autoscaling: { ...KEDA, ...change } });
const metric = (change: object): Record<string, unknown> => keda({ prometheus: [{ ...METRIC, ...change }] });

function validateRight(change: object): Validation<unknown> {
  return validate(inferenceServiceSchema, inferenceServiceRules("granite"), { ...RIGHT, ...change });
}

/** @covers DS-10, DS-11, DS-12, DS-17, IS-22 */
describe("messages on autoscaling", () => {
  table("by KEDA", inferenceServiceSchema, inferenceServiceRules("granite"), RIGHT, [
    [
      "an unknown class",
      keda({ autoscalerClass: "kada" }),
      'autoscaling.autoscalerClass: "kada" is not "hpa" or "keda" or "external"; did you mean keda?',
      'autoscaling.prometheus: belongs to autoscalerClass "keda", not "hpa"',
    ],
    [
      "no autoscaler at all",
      { autoscaling: { autoscalerClass: "none", minReplicas: 1, maxReplicas: 1 } },
      'autoscaling.autoscalerClass: "none" is not "hpa" or "keda" or "external"; a fixed number of replicas is said by replicas, without autoscaling',
    ],
    [
      "the autoscaler of Knative",
      { autoscaling: { autoscalerClass: "kpa", minReplicas: 1, maxReplicas: 2 } },
      'autoscaling.autoscalerClass: "kpa" is not "hpa" or "keda" or "external"; it belongs to Knative, and services here run in Standard mode',
    ],
    [
      "no metrics",
      keda({ prometheus: undefined }),
      'autoscaling.prometheus: is missing; KEDA scales by queries, so name at least one, such as { vllm: "queueLength", target: "5", serverAddress }',
    ],
    [
      "an empty list of metrics",
      keda({ prometheus: [] }),
      'autoscaling.prometheus: is missing; KEDA scales by queries, so name at least one, such as { vllm: "queueLength", target: "5", serverAddress }',
    ],
    [
      "fields of the horizontal pod autoscaler",
      keda({ metric: "cpu", target: 80 }),
      'autoscaling.metric: belongs to autoscalerClass "hpa", not "keda"',
      'autoscaling.target: belongs to autoscalerClass "hpa", not "keda"',
    ],
    [
      "fields of KEDA without it",
      { autoscaling: { minReplicas: 1, maxReplicas: 2, scaleDownStabilizationSeconds: 300 } },
      'autoscaling.scaleDownStabilizationSeconds: belongs to autoscalerClass "keda", not "hpa"',
    ],
    [
      "a measure and a query",
      metric({ query: "sum(up)" }),
      "autoscaling.prometheus[0]: expected either vllm, a measure of vLLM, or query, PromQL of your own",
    ],
    [
      "neither a measure nor a query",
      metric({ vllm: undefined }),
      "autoscaling.prometheus[0]: expected either vllm, a measure of vLLM, or query, PromQL of your own",
    ],
    ["an empty query", metric({ vllm: undefined, query: " " }), "autoscaling.prometheus[0].query: is empty"],
    [
      "a target of nothing",
      metric({ target: "0.0" }),
      "autoscaling.prometheus[0].target: 0 would ask for endlessly many replicas; expected more than 0",
    ],
    [
      "a target that KEDA cannot read",
      metric({ target: "800m" }),
      'autoscaling.prometheus[0].target: "800m" is not a decimal number as text, such as "5" or "0.8"',
    ],
    [
      "an address without a scheme",
      metric({ serverAddress: "prometheus:9090" }),
      'autoscaling.prometheus[0].serverAddress: "prometheus:9090" is not an address such as http://prometheus.monitoring:9090; did you mean http://prometheus:9090?',
    ],
    [
      "an unknown way to authenticate",
      metric({ authentication: { name: "prometheus", modes: "token" } }),
      'autoscaling.prometheus[0].authentication.modes: "token" is not "bearer", "basic", "tls" or several of them',
    ],
    [
      "zero replicas that nothing could wake",
      keda({ minReplicas: 0 }),
      "autoscaling.minReplicas: 0: at zero replicas vLLM reports no metrics, so the model would never come back; set 1, or add a query that sees requests without it, such as one of the gateway",
    ],
    [
      "zero replicas under somebody else's autoscaler",
      { autoscaling: { autoscalerClass: "external", minReplicas: 0, maxReplicas: 1 } },
      "autoscaling.minReplicas: 0 is not a whole number of at least 1",
    ],
    [
      "a measure of vLLM for another server",
      { modelFormat: "onnx" },
      'autoscaling.prometheus[0].vllm: "queueLength" is a measure of vLLM, which serves no onnx models; write a query instead',
    ],
  ]);

  it("accept zero replicas with a query that sees requests without the model", () => {
    const query = "sum(rate(envoy_requests_total[2m]))";
    const woken = { ...METRIC, vllm: undefined, query };
    const { problems } = validateRight(keda({ minReplicas: 0, prometheus: [METRIC, woken] }));
    assert.deepEqual(problems, []);
  });

  it("have one query for each measure of vLLM, on the served name and the namespace", () => {
    const service = { name: "granite", namespace: "models" };
    assert.equal(
      vllmQuery("queueLength", service),
      'sum(vllm:num_requests_waiting{namespace="models",model_name="granite"})',
    );
    assert.equal(
      vllmQuery("kvCacheUsage", service),
      'sum(vllm:kv_cache_usage_perc{namespace="models",model_name="granite"})',
    );
    assert.equal(
      vllmQuery("requestRate", service),
      'sum(rate(vllm:request_success_total{namespace="models",model_name="granite"}[2m]))',
    );
  });
});
