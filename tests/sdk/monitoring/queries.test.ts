import assert from "node:assert/strict";
import fc from "fast-check";
import { metricName, metrics, type MetricSource } from "../../../sdk/monitoring/metrics";
import { fillQuery, quoted } from "../../../sdk/monitoring/promql";
import { answers, promql, queries, queryTemplate } from "../../../sdk/monitoring/queries";
import { promqlError } from "./promqlGrammar";

const granite = { namespace: "models", service: "granite" };

describe("metrics", () => {
  const names: [MetricSource, string, string | undefined, string][] = [
    ["vllm", "kvCacheUsage", "0.6.6.post1", "vllm:gpu_cache_usage_perc"],
    ["vllm", "kvCacheUsage", "0.9.1.0", "vllm:gpu_cache_usage_perc"],
    ["vllm", "kvCacheUsage", "v0.9.2", "vllm:kv_cache_usage_perc"],
    ["vllm", "kvCacheUsage", undefined, "vllm:kv_cache_usage_perc"],
    ["vllm", "interTokenLatency", "0.10.1", "vllm:time_per_output_token_seconds"],
    ["vllm", "interTokenLatency", "0.10.2", "vllm:inter_token_latency_seconds"],
    ["vllm", "prefixCacheHits", "0.8.5", "vllm:gpu_prefix_cache_hits_total"],
    ["vllm", "requestsWaiting", "0.21.0", "vllm:num_requests_waiting"],
    ["ovms", "requestsSucceeded", "2026.1", "ovms_requests_success"],
  ];
  for (const [engine, key, release, name] of names) {
    it(`${key} of ${engine} ${release ?? "in its newest release"} is ${name}`, () => {
      assert.equal(metricName(engine, key, release), name);
    });
  }

  it("has exactly one name in every release", () => {
    const releases = ["0.6.6", "0.8.5", "0.9.1", "0.9.2", "0.10.1", "0.10.2", "0.11.0", "0.21.0"];
    for (const { engine, key } of metrics) {
      for (const release of releases) assert.doesNotThrow(() => metricName(engine, key, release), `${engine} ${key}`);
      const sameKey = metrics.filter((metric) => metric.engine === engine && metric.key === key);
      for (const [index, { before }] of sameKey.entries()) assert.equal(before, sameKey[index + 1]?.since, key);
    }
  });

  it("refuses what is no metric and what is no release", () => {
    assert.throws(() => metricName("ovms", "kvCacheUsage"), new RangeError('ovms reports no metric "kvCacheUsage"'));
    assert.throws(
      () => metricName("vllm", "kvCacheUsage", "latest"),
      new RangeError('"latest" is not a release such as "0.11.0"'),
    );
  });
});

describe("queries", () => {
  /** @covers MO-7 */
  it("vLLM: the increase of finished requests of one model, every label quoted", () => {
    assert.equal(
      promql("vllm", "requests", granite),
      'sum(increase(vllm:request_success_total{namespace="models",model_name="granite"}[5m]))',
    );
  });

  /** @covers MO-8 */
  it("OVMS: the same by the labels that it has", () => {
    assert.equal(
      promql("ovms", "requests", { ...granite, modelName: "resnet", rateInterval: "1h" }),
      'sum(increase(ovms_requests_success{namespace="models",name="resnet"}[1h]))',
    );
  });

  /** @covers MO-1 */
  it("each engine answers the four questions of the dashboard", () => {
    for (const engine of ["vllm", "ovms", "mlserver"] as const) {
      for (const id of ["requestsSucceeded", "requestsFailed", "meanResponseTime"]) assert.ok(answers(engine, id));
    }
    assert.equal(
      promql("mlserver", "meanResponseTime", granite),
      '1000 * sum(rate(model_infer_request_duration_sum{namespace="models",model="granite"}[5m])) / ' +
        'sum(rate(model_infer_request_duration_count{namespace="models",model="granite"}[5m]))',
    );
    assert.equal(
      promql("kubernetes", "cpuUtilisation", granite),
      "sum by (pod) (rate(container_cpu_usage_seconds_total" +
        '{namespace="models",pod=~"granite-predictor-.*",container!=""}[5m])) / sum by (pod) ' +
        '(kube_pod_container_resource_limits{namespace="models",pod=~"granite-predictor-.*",resource="cpu"})',
    );
    assert.match(
      promql("kubernetes", "memoryUtilisation", granite),
      /^sum by \(pod\) \(container_memory.*"memory"}\)$/,
    );
  });

  /** @covers MO-15 */
  it("there is a query for latency, throughput, GPUs, model loading and token generation", () => {
    const asked: [MetricSource, string][] = [
      ["vllm", "responseTimeP95"],
      ["vllm", "timeToFirstTokenP95"],
      ["vllm", "generatedTokens"],
      ["vllm", "interTokenLatencyP95"],
      ["dcgm", "gpuUtilisation"],
      ["kubernetes", "modelLoadTime"],
    ];
    for (const [engine, id] of asked) assert.ok(answers(engine, id), id);
    assert.equal(
      promql("dcgm", "gpuUtilisation", granite),
      'avg by (Hostname, gpu) (DCGM_FI_DEV_GPU_UTIL{exported_namespace="models",exported_pod=~"granite-predictor-.*"} or ' +
        'DCGM_FI_DEV_GPU_UTIL{namespace="models",pod=~"granite-predictor-.*"})',
    );
  });

  /** @covers MO-18 */
  it("the state of the autoscaler, whoever made it", () => {
    assert.equal(
      promql("kubernetes", "autoscalerDesired", granite),
      'max(kube_horizontalpodautoscaler_status_desired_replicas{namespace="models",' +
        'horizontalpodautoscaler=~"(keda-hpa-)?granite-predictor"})',
    );
  });

  for (const { engine, id } of queries) {
    it(`${engine} ${id} is PromQL, in releases old and new`, () => {
      for (const release of ["0.6.6", "0.21.0", undefined]) {
        const query = promql(engine, id, granite, release);
        assert.equal(promqlError(query), undefined);
        assert.ok(!query.includes("$"), query);
      }
    });
  }

  /** @covers MO-10 */
  it("nothing is asked of a service mesh, which models are served without", () => {
    for (const { name } of metrics) assert.ok(!/^(istio|envoy|linkerd)_/.test(name), name);
  });

  it("no name can break out of its label", () => {
    const texts = fc.oneof(fc.string(), fc.constantFrom('"} or up{x="', "\\", '\\"', "a\nb", "${namespace}", "ü'`"));
    const parts = fc.tuple(fc.constantFrom(...queries), texts, texts, texts);
    fc.assert(
      fc.property(parts, ([{ engine, id }, namespace, service, modelName]) => {
        const query = promql(engine, id, { namespace, service, modelName });
        assert.equal(promqlError(query), undefined);
        const shape = (text: string): string => text.replace(/"(\\.|[^"\\])*"/g, '""');
        assert.equal(shape(query), shape(promql(engine, id, granite)));
      }),
    );
  });

  it("a variable that nobody filled stays one", () => {
    assert.equal(
      fillQuery(queryTemplate("vllm", "requestsRunning"), { namespace: "models" }),
      'sum(vllm:num_requests_running{namespace="models",model_name="${model_name}"})',
    );
  });

  it("a query that forgets its quotes gets them", () => {
    const query =
      "sum(increase(vllm:request_success_total{namespace=${namespace},model_name=${model_name}}[${rate_interval}]))";
    const filled = fillQuery(query, { namespace: "models", model_name: 'a"b', rate_interval: "5m" });
    assert.equal(filled, 'sum(increase(vllm:request_success_total{namespace="models",model_name="a\\"b"}[5m]))');
    assert.equal(promqlError(filled), undefined);
    assert.equal(fillQuery("up{a='${namespace}'}", { namespace: "it's" }), "up{a='it\\'s'}");
    assert.equal(quoted("a\\b"), '"a\\\\b"');
  });

  it("refuses what no engine answers, and intervals that are none", () => {
    assert.throws(
      () => promql("vllm", "kvCacheUse", granite),
      new RangeError('vllm answers no query "kvCacheUse"; did you mean kvCacheUsage?'),
    );
    assert.throws(
      () => promql("vllm", "requests", { ...granite, rateInterval: "5 minutes" }),
      new RangeError('"5 minutes" is not a duration such as "5m"'),
    );
    assert.doesNotThrow(() => promql("vllm", "requests", { ...granite, rateInterval: "$__rate_interval" }));
  });
});
