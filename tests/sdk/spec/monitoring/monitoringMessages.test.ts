import assert from "node:assert/strict";
import { metricsViewersRules, metricsViewersSchema } from "../../../../sdk/spec/monitoring/metricsViewers";
import { modelAlertsRules, modelAlertsSchema } from "../../../../sdk/spec/monitoring/modelAlerts";
import { modelDashboardsRules, modelDashboardsSchema } from "../../../../sdk/spec/monitoring/modelDashboards";
import { runtimeMonitorRules, runtimeMonitorSchema } from "../../../../sdk/spec/monitoring/runtimeMonitor";
import {
  monitorsUserWorkloads,
  userWorkloadMonitoringRules,
  userWorkloadMonitoringSchema,
} from "../../../../sdk/spec/monitoring/userWorkloadMonitoring";
import { warmUpRules, warmUpSchema } from "../../../../sdk/spec/monitoring/warmUp";
import { table } from "../messageTable";

const OF_GRANITE = { namespace: "models", inferenceServiceName: "granite" };

describe("messages on monitoring", () => {
  table("user workload monitoring", userWorkloadMonitoringSchema, userWorkloadMonitoringRules, {}, [
    [
      "settings of somebody else's ConfigMap",
      { retention: "15d", volumeSize: "40Gi" },
      'retention: is written only with provision "create", not with "existing"',
      'volumeSize: is written only with provision "create", not with "existing"',
    ],
    [
      "a class of no volume, and a duration that is none",
      { provision: "create", storageClassName: "gp3", retention: "two weeks" },
      'retention: "two weeks" is not a duration such as "15d"',
      "storageClassName: counts only together with volumeSize",
    ],
    [
      "a provision that is none",
      { provision: "exists" },
      'provision: "exists" is not "create" or "existing" or "skip"',
    ],
  ]);

  table("monitor", runtimeMonitorSchema, runtimeMonitorRules, OF_GRANITE, [
    [
      "a second monitor on OpenShift AI",
      { platform: { kind: "openshift-ai" } },
      "inferenceServiceName: OpenShift AI makes granite-metrics itself, and everything would be counted twice; leave this monitor out",
    ],
    ["no pods", { inferenceServiceName: undefined }, ": watches nothing; give inferenceServiceName or matchLabels"],
    ["pods twice", { matchLabels: { app: "x" } }, "matchLabels: excludes inferenceServiceName; keep one of the two"],
    [
      "a port that no Service has",
      { kind: "ServiceMonitor", metricsPort: 8082 },
      "metricsPort: is no port of the Service; use kind PodMonitor, which finds ports of pods",
    ],
    [
      "words for numbers, at once",
      { interval: "often", port: "HTTP_port", path: "metrics" },
      'port: "HTTP_port" is not the name of a port',
      'path: "metrics" is not a path that begins with /; did you mean /metrics?',
      'interval: "often" is not a duration such as "30s"',
    ],
  ]);

  table("alerts", modelAlertsSchema, modelAlertsRules, OF_GRANITE, [
    [
      "a bound on what the server does not report",
      { engine: "ovms", thresholds: { kvCacheUsage: 0.9 } },
      "thresholds.kvCacheUsage: 0.9 bounds nothing: ovms does not report it",
    ],
    [
      "a bound on GPUs that are not watched",
      { thresholds: { gpuCelsius: 80 } },
      "thresholds.gpuCelsius: 80 bounds nothing without gpus: true",
    ],
    [
      "a percentage for a share, and a server nobody knows",
      { engine: "tgis", thresholds: { errorRate: 5 } },
      'engine: "tgis" is not "vllm" or "ovms" or "mlserver"',
      "thresholds.errorRate: 5 is not a number above 0 and at most 1",
    ],
    ["a release that is none", { engineVersion: "latest" }, 'engineVersion: "latest" is not a release such as "0.8.5"'],
    [
      "an address without its scheme",
      { runbookUrl: "wiki.example.com/alerts/" },
      'runbookUrl: "wiki.example.com/alerts/" is not an address; did you mean https://wiki.example.com/alerts/?',
    ],
    [
      "a misspelt alert",
      { disabled: ["kvCacheFul"] },
      'disabled[0]: "kvCacheFul" is not "serviceDown" or "replicasMissing" or "metricsMissing" or "errorRate" or "queueLong" or "kvCacheFull" or "answersSlow" or "firstTokenSlow" or "gpuError" or "gpuHot"; did you mean kvCacheFull?',
    ],
  ]);

  table("dashboards", modelDashboardsSchema, modelDashboardsRules, { namespace: "grafana" }, [
    ["no server", { engines: [] }, "engines: is empty; name vllm, ovms or mlserver"],
    ["a server twice", { engines: ["vllm", "vllm"] }, 'engines[1]: "vllm" is named twice'],
    [
      "one release of two servers",
      { engines: ["vllm", "ovms"], engineVersion: "0.8.5" },
      'engineVersion: "0.8.5": of which server? Make a component for each',
    ],
    [
      "ranges and intervals that are not offered",
      { range: "2h", refresh: "5s" },
      'range: "2h" is not "1h" or "24h" or "7d" or "30d"; did you mean 1h?',
      'refresh: "5s" is not "15s" or "30s" or "1m" or "5m" or "15m" or "30m" or "1h" or "2h" or "1d"; did you mean 15s?',
    ],
  ]);

  table("viewers", metricsViewersSchema, metricsViewersRules, { namespace: "models", users: ["ann"] }, [
    ["nobody", { users: [] }, ": binds nobody; give users, groups or serviceAccounts"],
    [
      "everybody",
      { groups: ["system:unauthenticated"] },
      'groups[0]: "system:unauthenticated" is everybody without a name',
    ],
  ]);

  table("warm-up", warmUpSchema, warmUpRules, { namespace: "models", url: "http://granite", modelName: "granite" }, [
    [
      "an address with its path",
      { url: "http://granite/v1" },
      'url: "http://granite/v1" is not an address without a path, such as http://granite-predictor.models.svc.cluster.local',
    ],
    ["a key of no Secret", { secretKey: "token" }, "secretKey: counts only together with secretName"],
  ]);

  /** @covers MO-4 */
  it("a ConfigMap that monitors user workloads is told from one that does not", () => {
    assert.ok(monitorsUserWorkloads("enableUserWorkload: true\nprometheusK8s:\n  retention: 15d\n"));
    for (const text of [
      undefined,
      "",
      "enableUserWorkload: false",
      'enableUserWorkload: "true"',
      "- a list",
      "a: [",
      "# nothing",
    ]) {
      assert.ok(!monitorsUserWorkloads(text), text);
    }
  });
});
