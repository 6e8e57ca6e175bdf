import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { MetricsViewers } from "../../../components/monitoring/metricsViewers";
import { ModelAlerts } from "../../../components/monitoring/modelAlerts";
import { ModelDashboards } from "../../../components/monitoring/modelDashboards";
import { RuntimeMonitor } from "../../../components/monitoring/runtimeMonitor";
import { UserWorkloadMonitoring } from "../../../components/monitoring/userWorkloadMonitoring";
import { userWorkloadMonitoringManifests } from "../../../components/monitoring/userWorkloadMonitoringManifests";
import { WarmUp } from "../../../components/monitoring/warmUp";
import { monitorsUserWorkloads } from "../../../sdk/spec/monitoring/userWorkloadMonitoring";
import { objectOf, registered, valueOf, type Registered } from "../mocks";

const OF_GRANITE = { namespace: "models", inferenceServiceName: "granite" };

/** The only object that a program makes, and whose it is. */
async function only(kind: string, program: () => void): Promise<Registered> {
  return objectOf(await registered(program), kind);
}

describe("monitoring", () => {
  /** @covers MO-4 */
  describe("of user workloads", () => {
    it("is turned on, and remembers for as long as is wanted", () => {
      const manifests = userWorkloadMonitoringManifests({
        provision: "create",
        retention: "15d",
        volumeSize: "40Gi",
        storageClassName: "gp3",
      });
      assert.deepEqual(
        manifests.map(({ metadata, data }) => [metadata.namespace, metadata.name, data]),
        [
          ["openshift-monitoring", "cluster-monitoring-config", { "config.yaml": "enableUserWorkload: true\n" }],
          [
            "openshift-user-workload-monitoring",
            "user-workload-monitoring-config",
            {
              "config.yaml":
                "prometheus:\n  retention: 15d\n  volumeClaimTemplate:\n    spec:\n      storageClassName: gp3\n" +
                "      resources:\n        requests:\n          storage: 40Gi\n",
            },
          ],
        ],
      );
      assert.ok(monitorsUserWorkloads(manifests[0]?.data["config.yaml"]));
    });

    it("makes nothing where somebody else did, or where nobody wants it", async () => {
      const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
      const enabled = { [CONFIG_MAP]: { data: { "config.yaml": "enableUserWorkload: true" } } };
      let outputs: pulumi.Output<boolean | undefined>[] = [];
      const resources = await registered(
        () => {
          outputs = [
            new UserWorkloadMonitoring("a").enabled,
            new UserWorkloadMonitoring("b", { provision: "skip" }).enabled,
            new UserWorkloadMonitoring("c", { provision: "create" }).enabled,
          ];
        },
        { state: enabled },
      );
      assert.deepEqual(await Promise.all(outputs.map((output) => valueOf(output))), [true, undefined, true]);
      const made = resources.filter(({ type }) => type === CONFIG_MAP);
      assert.deepEqual(
        made.map(({ name, parent }) => [name, parent]),
        [["c", "model-serving:index:UserWorkloadMonitoring c"]],
      );
    });

    it("says what to add to a ConfigMap that does not monitor them", async () => {
      const program = async (): Promise<void> => {
        const { enabled } = new UserWorkloadMonitoring("a");
        const failure = await new Promise<string>((resolve) => {
          const promise = (enabled as unknown as { promise(): Promise<unknown> }).promise();
          promise.then(
            () => {
              resolve("nothing");
            },
            (error: unknown) => {
              resolve((error as Error).message);
            },
          );
        });
        assert.equal(
          failure,
          'UserWorkloadMonitoring "a": user workloads are not monitored, so no model has metrics; add ' +
            '"enableUserWorkload: true" to config.yaml of ConfigMap cluster-monitoring-config in openshift-monitoring',
        );
      };
      await registered(program, { state: { "kubernetes:core/v1:ConfigMap": { data: { "config.yaml": "{}" } } } }).catch(
        (error: unknown) => {
          if (error instanceof assert.AssertionError) throw error;
        },
      );
    });
  });

  /** @covers MO-14 */
  it("monitor: every replica of the predictor, at the port of its metrics", async () => {
    const monitor = await only("PodMonitor", () => {
      new RuntimeMonitor("granite", {
        ...OF_GRANITE,
        namespace: pulumi.output(Promise.resolve("models")),
        metricsPort: 8082,
        labels: { release: "kube-prometheus-stack" },
      });
    });
    assert.equal(monitor.parent, "model-serving:index:RuntimeMonitor granite");
    assert.deepEqual(monitor.inputs.metadata, {
      name: "granite",
      namespace: "models",
      labels: {
        release: "kube-prometheus-stack",
        "app.kubernetes.io/instance": "granite",
        "app.kubernetes.io/managed-by": "pulumi",
      },
    });
    assert.deepEqual(monitor.inputs.spec, {
      selector: { matchLabels: { "serving.kserve.io/inferenceservice": "granite", component: "predictor" } },
      podMetricsEndpoints: [
        {
          port: "http",
          path: "/metrics",
          scheme: "http",
          interval: "30s",
          relabelings: [
            {
              sourceLabels: ["__address__"],
              regex: "(.+):\\d+",
              targetLabel: "__address__",
              replacement: "$1:8082",
              action: "replace",
            },
          ],
        },
      ],
    });
  });

  it("monitor: a Service by its labels", async () => {
    const monitor = await only("ServiceMonitor", () => {
      new RuntimeMonitor("nim", {
        namespace: "models",
        matchLabels: { app: "nim" },
        kind: "ServiceMonitor",
        path: "/v1/metrics",
      });
    });
    assert.deepEqual(monitor.inputs.spec, {
      selector: { matchLabels: { app: "nim" } },
      endpoints: [{ port: "http", path: "/v1/metrics", scheme: "http", interval: "30s" }],
    });
  });

  /** @covers MO-17, BP-20 */
  it("alerts: one group of rules in the namespace of the model, found by the labels that Prometheus wants", async () => {
    let names: pulumi.Output<string[]> | undefined;
    const rule = await only("PrometheusRule", () => {
      const labels = { release: "kube-prometheus-stack" };
      names = new ModelAlerts("granite-alerts", { ...OF_GRANITE, engine: "ovms", labels, disabled: ["answersSlow"] })
        .alertNames;
    });
    assert.equal(rule.inputs.metadata?.name, "granite-alerts");
    assert.equal(rule.inputs.metadata.labels?.release, "kube-prometheus-stack");
    const { groups } = rule.inputs.spec as { groups: { name: string; rules: { alert: string }[] }[] };
    assert.equal(groups[0]?.name, "model-serving.granite");
    assert.deepEqual(
      await valueOf(names!),
      groups[0].rules.map(({ alert }) => alert),
    );
    assert.ok(!JSON.stringify(groups).includes("vllm:"));
  });

  /** @covers MO-12 */
  it("dashboards: a ConfigMap for each server, or an object of the operator", async () => {
    const resources = await registered(() => {
      new ModelDashboards("llm", { namespace: "grafana", engines: ["vllm", "ovms"], folder: "Models" });
    });
    const maps = resources.filter(({ type }) => type.endsWith(":ConfigMap"));
    assert.deepEqual(maps.map(({ name }) => name).sort(), ["llm-ovms", "llm-vllm"]);
    for (const { inputs } of maps) {
      assert.equal(inputs.metadata?.labels?.grafana_dashboard, "1");
      assert.equal(inputs.metadata.annotations?.grafana_folder, "Models");
      const [[file, json] = ["", ""]] = Object.entries(inputs.data as Record<string, string>);
      assert.equal(file, `${inputs.metadata.name}.json`);
      assert.equal((JSON.parse(json) as { tags: string[] }).tags[0], "model-serving");
    }
    const operated = await only("GrafanaDashboard", () => {
      new ModelDashboards("llm", { namespace: "grafana", kind: "GrafanaDashboard" });
    });
    const { instanceSelector } = operated.inputs.spec as { instanceSelector: unknown };
    assert.deepEqual(instanceSelector, { matchLabels: { dashboards: "grafana" } });
  });

  /** @covers MO-11 */
  it("viewers: people, groups and programs read the metrics of one namespace", async () => {
    const binding = await only("RoleBinding", () => {
      new MetricsViewers("viewers", { namespace: "models", users: ["ann"], groups: ["ml"], serviceAccounts: ["bot"] });
    });
    const apiGroup = "rbac.authorization.k8s.io";
    assert.equal(binding.type, `kubernetes:${apiGroup}/v1:RoleBinding`);
    assert.deepEqual(binding.inputs.roleRef, { apiGroup, kind: "ClusterRole", name: "view" });
    assert.deepEqual(binding.inputs.subjects, [
      { apiGroup, kind: "User", name: "ann" },
      { apiGroup, kind: "Group", name: "ml" },
      { kind: "ServiceAccount", name: "bot", namespace: "models" },
    ]);
  });

  /** @covers MO-9 */
  it("warm-up: one token, with a credential from its Secret, and no text that becomes a command", async () => {
    const job = await only("Job", () => {
      new WarmUp("warm-up", {
        namespace: "models",
        url: pulumi.output(Promise.resolve("https://granite-predictor.models.svc.cluster.local:8443")),
        modelName: "granite'; rm -rf /",
        secretName: "default-granite-sa",
      });
    });
    assert.equal(job.createTimeout, "600s");
    const { template } = job.inputs.spec as {
      template: { spec: { containers: { command: string[]; env: object[] }[] } };
    };
    const [container] = template.spec.containers;
    assert.ok(!container!.command.join(" ").includes("granite"));
    assert.deepEqual(container!.env, [
      { name: "ADDRESS", value: "https://granite-predictor.models.svc.cluster.local:8443/v1/completions" },
      { name: "BODY", value: '{"model":"granite\'; rm -rf /","prompt":"Hello","max_tokens":1}' },
      { name: "CREDENTIAL", valueFrom: { secretKeyRef: { name: "default-granite-sa", key: "token" } } },
    ]);
  });
});
