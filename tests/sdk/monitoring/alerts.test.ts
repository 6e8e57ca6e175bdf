import assert from "node:assert/strict";
import { AlertId, alertingRules, alerts, Engine } from "../../../sdk/monitoring/alerts";
import { promqlError } from "./promqlGrammar";

const granite = { engine: "vllm" as const, namespace: "models", service: "granite" };

/** @covers MO-17, BP-20 */
describe("alerts", () => {
  it("cover a service that is down, errors, queue, cache, latency and GPUs", () => {
    assert.deepEqual(
      alertingRules({ ...granite, gpus: true }).map(({ alert, labels }) => `${alert} ${labels.severity}`),
      [
        "ModelServiceDown critical",
        "ModelReplicasMissing warning",
        "ModelMetricsMissing warning",
        "ModelErrorRateHigh critical",
        "ModelQueueLong warning",
        "ModelKvCacheFull warning",
        "ModelAnswersSlow warning",
        "ModelFirstTokenSlow warning",
        "ModelGpuError critical",
        "ModelGpuHot warning",
      ],
    );
    assert.deepEqual(alerts.map(({ id }) => id).sort(), Object.values(AlertId).sort());
  });

  it("say where, how long, how bad and what to do", () => {
    const [full] = alertingRules({
      ...granite,
      release: "0.8.5",
      thresholds: { kvCacheUsage: 0.9 },
      runbookUrl: "https://wiki.example.com/",
    }).filter(({ alert }) => alert === "ModelKvCacheFull");
    assert.deepEqual(full, {
      alert: "ModelKvCacheFull",
      expr: 'max(vllm:gpu_cache_usage_perc{namespace="models",model_name="granite"}) > 0.9',
      for: "10m",
      labels: { severity: "warning", namespace: "models", inference_service: "granite" },
      annotations: {
        summary: "The KV cache of a replica of granite is full",
        description: alerts.find(({ id }) => id === "kvCacheFull")?.runbook,
        runbook_url: "https://wiki.example.com/ModelKvCacheFull",
      },
    });
    assert.equal(
      alertingRules(granite)[0]?.expr,
      'max(kube_deployment_status_replicas_available{namespace="models",deployment="granite-predictor"}) == 0 and ' +
        'max(kube_deployment_spec_replicas{namespace="models",deployment="granite-predictor"}) > 0',
    );
  });

  for (const engine of Object.values(Engine)) {
    it(`of ${engine} are PromQL with nothing left open, whatever the model is called`, () => {
      const subject = { ...granite, engine, modelName: 'ibm/"granite"\\3.1', gpus: true };
      for (const { alert, expr, annotations } of alertingRules(subject)) {
        assert.equal(promqlError(expr), undefined, alert);
        assert.ok(!/\$\{|\$query|\$metric|undefined/.test(expr + JSON.stringify(annotations)), `${alert}: ${expr}`);
      }
    });
  }

  it("have the bounds that the documentation lists, unless others are given", () => {
    const boundsOf = (thresholds: Record<string, number>) =>
      alertingRules({ ...granite, thresholds, gpus: true })
        .map(({ alert, expr }) => `${alert} ${expr.split(" ").at(-1) ?? ""}`)
        .filter((text) => !/ 0$|}\)$/.test(text));
    assert.deepEqual(boundsOf({}), [
      "ModelErrorRateHigh 0.05",
      "ModelQueueLong 10",
      "ModelKvCacheFull 0.95",
      "ModelAnswersSlow 60",
      "ModelFirstTokenSlow 10",
      "ModelGpuHot 85",
    ]);
    assert.ok(boundsOf({ waitingRequests: 3 }).includes("ModelQueueLong 3"));
  });

  it("are left out one by one, and where the server cannot know", () => {
    const names = alertingRules({ ...granite, engine: "mlserver", disabled: ["errorRate"] }).map(({ alert }) => alert);
    assert.deepEqual(names, ["ModelServiceDown", "ModelReplicasMissing", "ModelMetricsMissing"]);
  });
});
