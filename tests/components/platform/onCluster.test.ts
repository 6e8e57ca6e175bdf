/** Platforms on a real API server and engine. OLM, operators and gateways are simulated; helm is real, its charts are not. */
import assert from "node:assert/strict";
import { setUpGatewayApi } from "../../../tools/cluster/llmInferenceController";
import type { ApiServer } from "../../../tools/kubernetes-plugin/apiServer";
import { textAt } from "../../../tools/kubernetes-plugin/objects";
import { helmSettings, serveCharts } from "../../cluster/chartRepository";
import { inNamespace, testCluster } from "../../cluster/harness";
import { withOperators } from "../../cluster/simulatedOperators";
import { componentProject, type ComponentProject, type Part } from "../../engine/componentProject";
import { merge, pluginAndApi } from "../../tools/kubernetesPluginCluster";

const SETTING_UP_MS = 900_000;

describe("platforms on a cluster", function () {
  this.timeout(240_000);
  let api: ApiServer;
  let project: ComponentProject;

  before(async function () {
    this.timeout(SETTING_UP_MS);
    const [plugin, requests] = await pluginAndApi();
    await plugin.stop();
    api = requests;
    await setUpGatewayApi((await testCluster()).dir);
    project = componentProject("platforms");
  });
  after(() => {
    project.remove();
  });

  const live = (...run: Parameters<ComponentProject["live"]>) => project.live(...run);

  function platform(args: object): Part[] {
    const outputs = ["applicationsNamespace", "version", "gatewayName", "gatewayNamespace"];
    return [{ component: "OpenShiftAI", name: "rhoai", args, outputs }];
  }

  const cluster = "/apis/datasciencecluster.opendatahub.io";
  const dashboard =
    "/apis/opendatahub.io/v1alpha/namespaces/redhat-ods-applications/odhdashboardconfigs/odh-dashboard-config";

  /** @covers PL-1, PL-7, PL-14 */
  it("OpenShift AI 2.25: operator, initialization, cluster and dashboard in this order, changed in place", () =>
    withOperators(api, async (events) => {
      const args = { version: "2.25", components: { modelregistry: "Removed" } };
      const changed = { ...args, modelMesh: true, dashboard: { templateOrder: ["vllm-cuda-runtime-template"] } };
      await live(platform(args), platform(changed), (outputs) => {
        assert.deepEqual(outputs, { applicationsNamespace: "redhat-ods-applications", version: "2.25" });
        inOrder(events, [
          "Subscription rhods-operator appears",
          "Subscription rhods-operator is ready",
          "DSCInitialization default-dsci appears",
          "DSCInitialization default-dsci is ready",
          "DataScienceCluster default-dsc appears",
        ]);
      });
    }));

  /** @covers PL-1, PL-7, PL-11, PL-14, AS-8 */
  it("OpenShift AI 3.4 with llm-d, several nodes, autoscaling and queues: each operator before what it is for", async () => {
    await withNamespace("openshift-ingress", () =>
      withOperators(api, async (events) => {
        const features = {
          distributedInference: true,
          multiNodeInference: true,
          metricsAutoscaling: true,
          queues: true,
        };
        const args = { version: "3.4", features, dashboard: { isLLMdDefault: true } };
        const changed = { ...args, kserve: { predictorService: "Headed" }, dashboard: { isLLMdDefault: false } };
        await live(platform(args), platform(changed), async (outputs) => {
          assert.deepEqual(outputs, {
            applicationsNamespace: "redhat-ods-applications",
            version: "3.4",
            gatewayName: "openshift-ai-inference",
            gatewayNamespace: "openshift-ingress",
          });
          inOrder(events, [
            "Subscription openshift-cert-manager-operator is ready",
            "Subscription rhcl-operator appears",
            "Kuadrant kuadrant is ready",
            "DataScienceCluster default-dsc appears",
            "DataScienceCluster default-dsc is ready",
          ]);
          inOrder(events, ["GatewayClass openshift-ai-inference is ready", "Gateway openshift-ai-inference appears"]);
          for (const operand of ["LeaderWorkerSetOperator cluster", "Kueue cluster", "KedaController keda"])
            inOrder(events, [`${operand} appears`, "DataScienceCluster default-dsc appears"]);
          const made = await api.request("GET", `${cluster}/v2/datascienceclusters/default-dsc`);
          assert.equal(textAt(made, "spec", "components", "kueue", "managementState"), "Unmanaged");
          const config = await api.request("GET", dashboard);
          const flags = (config as { spec?: { dashboardConfig?: object } }).spec?.dashboardConfig;
          // Ours is laid over what the platform has made; the rest of that stays.
          assert.deepEqual([textAt(config, "metadata", "annotations", "opendatahub.io/managed")], ["false"]);
          assert.deepEqual(flags, {
            disableTracking: false,
            disableModelMesh: true,
            disableKServe: false,
            disableKServeMetrics: false,
            disablePerformanceMetrics: false,
            disableNIMModelServing: false,
            disableLLMd: false,
          });
        });
      }),
    );
  });

  it("queues with Kueue's operator: flavors, quotas, ways to them, another quota in place", () =>
    inNamespace((namespace) =>
      withOperators(api, async (events) => {
        const queues = (accelerators: number): Part[] => {
          const args = {
            kueue: "create",
            installer: "olm",
            flavors: { a100: { accelerator: "NVIDIA-A100-SXM4-80GB" } },
            clusterQueues: { team: { quotas: { a100: { cpu: 64, memory: "512Gi", accelerators } } } },
            localQueues: [{ name: "default", namespace, clusterQueue: "team" }],
          };
          return [{ component: "Queues", name: "queues", args, outputs: ["localQueues"] }];
        };
        await live(queues(8), queues(16), (outputs) => {
          assert.deepEqual(outputs, { localQueues: [`${namespace}/default`] });
          inOrder(events, [
            "Subscription kueue-operator is ready",
            "Kueue cluster appears",
            "ClusterQueue team is ready",
            "LocalQueue default appears",
          ]);
        });
      }),
    ));

  /** @covers PL-4 */
  it("NIM of OpenShift AI and of NVIDIA's operator, with a key that stays a secret", () =>
    inNamespace((namespace) =>
      withOperators(api, async () => {
        const own = { namespace, apiKey: "nvapi-simulated", modelCache: { size: "100Gi" } };
        const account = (refresh: string): Part[] => [
          { component: "NimPlatform", name: "nim", args: { ...own, validationRefreshRate: refresh } },
        ];
        await live(account("24h"), account("12h"), () => undefined);
        const llama = { image: "nvcr.io/nim/meta/llama", tag: "1.12.0", storage: { size: "50Gi" } };
        const served = (replicas: number): Part[] => {
          const args = {
            namespace,
            apiKey: "nvapi-simulated",
            operator: "nvidia",
            services: { llama: { ...llama, replicas } },
          };
          return [{ component: "NimPlatform", name: "nim", args, outputs: ["urls"] }];
        };
        await live(served(1), served(2), (outputs) => {
          assert.deepEqual(outputs, { urls: { llama: `http://llama.${namespace}.svc:8000/v1` } });
        });
      }),
    ));

  /** @covers PL-2, PL-11, ST-28 */
  it("KServe's charts from a mirror by the real helm, its ConfigMap's section, its gateway; another domain in place", async function () {
    this.timeout(SETTING_UP_MS);
    const names = ["kserve-crd", "kserve-resources", "kserve-runtime-configs", "cert-manager"];
    // The chart of the controller makes the ConfigMap that the component completes.
    const config = { "kserve-resources": { "inferenceservice-config": { deploy: "{}", inferenceService: "{}" } } };
    const charts = await serveCharts(names, config);
    const { url: repository, version } = charts;
    const kserve = (domain: string): Part[] => {
      const args = {
        version,
        namespace: "kserve-simulated",
        chartRepository: repository,
        certManagerChart: { repository, version },
        parts: { servingRuntimes: "create" },
        ingress: { domain, gateway: { className: "eg", controllerName: "example.com/gateways" } },
      };
      return [
        { component: "KServe", name: "kserve", args, outputs: ["gateway", "namespace", "storageSecretAnnotation"] },
      ];
    };
    try {
      const env = await helmSettings(project.folder);
      await withOperators(api, () =>
        live(
          kserve("a.example.org"),
          kserve("b.example.org"),
          async (outputs) => {
            assert.deepEqual(outputs, {
              gateway: "kserve-simulated/kserve-ingress-gateway",
              namespace: "kserve-simulated",
              storageSecretAnnotation: "serving.kserve.io/secretName",
            });
            const maps = "/api/v1/namespaces/kserve-simulated/configmaps";
            const values = JSON.parse(
              textAt(await api.request("GET", `${maps}/kserve-resources-values`), "data", "values") ?? "",
            ) as { kserve: { controller: { gateway: { domain: string } } } };
            assert.equal(values.kserve.controller.gateway.domain, "a.example.org");
            const section = textAt(
              await api.request("GET", `${maps}/inferenceservice-config`),
              "data",
              "inferenceService",
            );
            assert.match(section ?? "", /pulumi\.com\/waitFor/);
          },
          { env },
        ),
      );
    } finally {
      await charts.close();
      await api.request("DELETE", "/api/v1/namespaces/kserve-simulated").catch(() => undefined);
    }
  });

  /** A namespace that OpenShift has from the beginning. */
  async function withNamespace(name: string, body: () => Promise<void>): Promise<void> {
    const path = `/api/v1/namespaces/${name}`;
    await merge(api, path, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    try {
      await body();
    } finally {
      await api.request("DELETE", path);
    }
  }
});

/** Each for the first time after the one before it. */
function inOrder(events: readonly string[], expected: readonly string[]): void {
  const places = expected.map((event) => events.indexOf(event));
  const seen = expected.map((event, index) => `${places[index]}: ${event}`).join("\n");
  assert.ok(
    !places.includes(-1) && places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0)),
    seen,
  );
}
