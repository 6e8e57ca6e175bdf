import assert from "node:assert/strict";
import { OpenShiftAI } from "../../../components/platform/openShiftAI";
import { connectionTypeManifest, dashboardConfigManifest } from "../../../components/platform/dashboardManifests";
import {
  dataScienceClusterManifest,
  initializationManifest,
} from "../../../components/platform/dataScienceClusterManifest";
import { gatewayManifest } from "../../../components/platform/inferenceGatewayManifests";
import type { OpenShiftAIArgs, OpenShiftAISpec } from "../../../sdk/spec/platform/openShiftAI";
import { openShiftAISchema } from "../../../sdk/spec/platform/openShiftAI";
import { openShiftAIRules } from "../../../sdk/spec/platform/openShiftAIRules";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { objectOf, registered, valueOf } from "../mocks";

function platform(args: object = {}): OpenShiftAISpec {
  return parseSpec(openShiftAISchema, openShiftAIRules, args, "platform");
}

/** Types and names of what a platform registers, without the component itself. */
async function made(args: OpenShiftAIArgs): Promise<Awaited<ReturnType<typeof registered>>> {
  const resources = await registered(() => {
    new OpenShiftAI("rhoai", args);
  });
  return resources.slice(1);
}

describe("DataScienceCluster", () => {
  /** @covers PL-1 */
  it("is the single-model platform and the dashboard unless something else is asked for", () => {
    assert.deepEqual(dataScienceClusterManifest(platform()), {
      apiVersion: "datasciencecluster.opendatahub.io/v2",
      kind: "DataScienceCluster",
      metadata: {
        name: "default-dsc",
        labels: { "app.kubernetes.io/managed-by": "pulumi" },
        annotations: { "pulumi.com/waitFor": "condition=Ready" },
      },
      spec: {
        components: {
          dashboard: { managementState: "Managed" },
          kserve: { managementState: "Managed" },
          kueue: { managementState: "Removed" },
        },
      },
    });
  });

  /** @covers PL-4, PL-14 */
  it("says in version 3 what was asked for, and leaves the rest to the platform", () => {
    const { spec } = dataScienceClusterManifest(
      platform({
        version: "3.5",
        features: { queues: true },
        kueue: { autoCreateQueues: true, defaultLocalQueueName: "models" },
        components: { dashboard: "Managed", modelregistry: "Managed", aigateway: "Managed", ray: "Removed" },
        modelRegistryNamespace: "registries",
        kserve: {
          predictorService: "Headed",
          nim: { airGapped: true },
          workloadVariantAutoscaler: "Managed",
          llmInferenceServiceTls: false,
          llmInferenceServiceConsoleDashboards: true,
          modelCache: { cacheSize: "1024Gi", nodeSelector: { disk: "nvme" } },
          oauthProxy: { requests: { cpu: 0.05, memory: "64Mi" }, limits: { cpu: 1 } },
        },
      }),
    );
    assert.deepEqual(spec.components, {
      dashboard: { managementState: "Managed" },
      modelregistry: { managementState: "Managed", registriesNamespace: "registries" },
      aigateway: { managementState: "Managed" },
      ray: { managementState: "Removed" },
      kueue: { managementState: "Unmanaged", autoCreateQueues: true, defaultLocalQueueName: "models" },
      kserve: {
        managementState: "Managed",
        rawDeploymentServiceConfig: "Headed",
        nim: { managementState: "Managed", airGapped: true },
        wva: { managementState: "Managed" },
        enableLLMInferenceServiceTLS: false,
        enableLLMInferenceServiceConsoleDashboards: true,
        modelCache: {
          managementState: "Managed",
          cacheSize: "1Ti",
          nodeSelector: { matchLabels: { disk: "nvme" } },
        },
        oauthProxy: { resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "1" } } },
      },
    });
  });

  /** @covers PL-14, PL-2, PL-3 */
  it("has the shape of version 2: serverless and ModelMesh are there, and off unless asked for", () => {
    const plain = dataScienceClusterManifest(platform({ version: "2.25" }));
    assert.equal(plain.apiVersion, "datasciencecluster.opendatahub.io/v1");
    assert.deepEqual(plain.spec.components, {
      dashboard: { managementState: "Managed" },
      modelmeshserving: { managementState: "Removed" },
      kserve: {
        managementState: "Managed",
        serving: { managementState: "Removed" },
        defaultDeploymentMode: "RawDeployment",
      },
      kueue: { managementState: "Removed" },
    });
    const legacy = platform({
      version: "2.25",
      modelMesh: true,
      kserve: { deploymentMode: "Serverless" },
      components: { datasciencepipelines: "Managed" },
    });
    const { modelmeshserving, kserve, datasciencepipelines } = dataScienceClusterManifest(legacy).spec.components;
    assert.deepEqual(modelmeshserving, { managementState: "Managed" });
    assert.deepEqual(datasciencepipelines, { managementState: "Managed" });
    assert.deepEqual(kserve, {
      managementState: "Managed",
      serving: { managementState: "Managed" },
      defaultDeploymentMode: "Serverless",
    });
    assert.deepEqual(initializationManifest(legacy).spec.serviceMesh, { managementState: "Managed" });
    assert.deepEqual(initializationManifest(platform({ version: "2.25" })).spec.serviceMesh, {
      managementState: "Removed",
    });
  });
});

describe("DSCInitialization", () => {
  /** @covers PL-7, PL-15 */
  it("names the namespaces of the distribution, which no default of the API changes later", () => {
    assert.deepEqual(initializationManifest(platform({ monitoring: { metricsStorage: "5Gi" } })), {
      apiVersion: "dscinitialization.opendatahub.io/v2",
      kind: "DSCInitialization",
      metadata: {
        name: "default-dsci",
        labels: { "app.kubernetes.io/managed-by": "pulumi" },
        annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" },
      },
      spec: {
        applicationsNamespace: "redhat-ods-applications",
        monitoring: {
          managementState: "Managed",
          namespace: "redhat-ods-monitoring",
          metrics: { storage: { size: "5Gi", retention: "90d" } },
        },
      },
    });
    const community = platform({
      distribution: "open-data-hub",
      customCaBundle: "PEM",
      monitoring: { enabled: false },
    });
    assert.deepEqual(initializationManifest(community).spec, {
      applicationsNamespace: "opendatahub",
      monitoring: { managementState: "Removed" },
      trustedCABundle: { managementState: "Managed", customCABundle: "PEM" },
    });
  });
});

describe("dashboard of the platform", () => {
  /** @covers MO-5, PL-7 */
  it("keeps serving and its metrics visible, and offers NIM where the platform has it", () => {
    const { metadata, spec } = dashboardConfigManifest(platform());
    assert.deepEqual([metadata.name, metadata.namespace], ["odh-dashboard-config", "redhat-ods-applications"]);
    assert.deepEqual(spec, {
      dashboardConfig: {
        disableKServe: false,
        disableKServeMetrics: false,
        disablePerformanceMetrics: false,
        disableNIMModelServing: false,
      },
    });
    const without = dashboardConfigManifest(platform({ kserve: { nim: { state: "Removed" } } }));
    assert.equal(without.spec.dashboardConfig.disableNIMModelServing, true);
    assert.equal(
      dashboardConfigManifest(platform({ version: "2.25" })).spec.dashboardConfig.disableModelMesh,
      true,
      "version 2 offers ModelMesh unless told otherwise",
    );
  });

  /** @covers AS-7, AS-8 */
  it("proposes llm-d and a strategy, orders and hides what it offers, and takes any switch", () => {
    const { spec } = dashboardConfigManifest(
      platform({
        features: { distributedInference: true },
        dashboard: {
          isLLMdDefault: true,
          deploymentStrategy: "recreate",
          templateOrder: ["vllm-cuda-runtime-template"],
          templateDisablement: [],
          hardwareProfileOrder: ["a100"],
          flags: { genAiStudio: true, disableKServeMetrics: true },
        },
      }),
    );
    assert.deepEqual(spec, {
      dashboardConfig: {
        disableKServe: false,
        disableKServeMetrics: true,
        disablePerformanceMetrics: false,
        disableNIMModelServing: false,
        disableLLMd: false,
        genAiStudio: true,
      },
      templateOrder: ["vllm-cuda-runtime-template"],
      templateDisablement: [],
      hardwareProfileOrder: ["a100"],
      modelServing: { deploymentStrategy: "recreate", isLLMdDefault: true },
    });
  });

  /** @covers ST-10, PL-15 */
  it("offers a connection type of one's own, as the dashboard's form reads it", () => {
    const spec = platform({
      connectionTypes: {
        "weights-nfs": {
          displayName: "Gewichte über NFS",
          category: ["Datei"],
          fields: [
            { type: "section", name: "Server" },
            { type: "short-text", name: "Host", envVar: "NFS_HOST", required: true, defaultValue: "nfs" },
            { type: "hidden", name: "Password", envVar: "NFS_PASSWORD" },
            {
              type: "dropdown",
              name: "Version",
              envVar: "NFS_VERSION",
              choices: [{ label: "4.1", value: "4.1" }],
              defaultValue: "4.1",
            },
          ],
        },
      },
    });
    const [[name, type] = assert.fail()] = Object.entries(spec.connectionTypes);
    assert.deepEqual(connectionTypeManifest(name, type, spec), {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "weights-nfs",
        namespace: "redhat-ods-applications",
        labels: {
          "opendatahub.io/connection-type": "true",
          "opendatahub.io/dashboard": "true",
          "app.kubernetes.io/managed-by": "pulumi",
        },
        annotations: { "openshift.io/display-name": "Gewichte über NFS", "opendatahub.io/disabled": "false" },
      },
      data: {
        category: '["Datei"]',
        fields: JSON.stringify([
          { type: "section", name: "Server" },
          { type: "short-text", name: "Host", envVar: "NFS_HOST", required: true, properties: { defaultValue: "nfs" } },
          {
            type: "hidden",
            name: "Password",
            envVar: "NFS_PASSWORD",
            required: false,
            properties: { deferInput: true },
          },
          {
            type: "dropdown",
            name: "Version",
            envVar: "NFS_VERSION",
            required: false,
            properties: { defaultValue: ["4.1"], variant: "single", items: [{ label: "4.1", value: "4.1" }] },
          },
        ]),
      },
    });
  });
});

describe("OpenShiftAI", () => {
  it("stands up in order: operator, initialization, cluster, and then the dashboard's settings", async () => {
    const resources = await made({});
    assert.deepEqual(
      resources.map(({ name }) => name),
      [
        "rhoai-operator-namespace",
        "rhoai-operator-operator-group",
        "rhoai-operator-subscription",
        "rhoai-dsci",
        "rhoai-dsc",
        "rhoai-dashboard",
      ],
    );
    for (const { parent } of resources) assert.equal(parent, "model-serving:index:OpenShiftAI rhoai");
    const [, , subscription, dsci, dsc, dashboard] = resources;
    assert.equal((subscription?.inputs.spec as { channel: string }).channel, "stable-3.x");
    assert.deepEqual((subscription?.inputs.spec as { config: object }).config, {
      env: [{ name: "DISABLE_DSC_CONFIG", value: "true" }],
    });
    const label = (index: number): string => `${resources[index]?.type ?? ""} ${resources[index]?.name ?? ""}`;
    assert.deepEqual(dsci?.dependencies, [label(2)]);
    assert.deepEqual(dsc?.dependencies, [label(2), label(3)].sort());
    assert.deepEqual(dashboard?.dependencies, [label(2), label(3), label(4)].sort());
    assert.equal(dsc.createTimeout, "1800s");
  });

  it("lays the dashboard's settings over what the platform makes, or makes it first", async () => {
    const over = (await made({})).at(-1);
    assert.equal(over?.type, "kubernetes:opendatahub.io/v1alpha:OdhDashboardConfigPatch");
    assert.deepEqual(over.inputs.metadata?.annotations, {
      "opendatahub.io/managed": "false",
      "pulumi.com/patchForce": "true",
    });
    const own = (await made({ dashboard: { origin: "stack" } })).at(-1);
    assert.equal(own?.type, "kubernetes:opendatahub.io/v1alpha:OdhDashboardConfig");
  });

  it("makes nothing of an operator, a DSCI and a DSC that exist", async () => {
    const resources = await made({ operator: "existing", dataScienceCluster: "existing" });
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["rhoai-dashboard"],
    );
    const cluster = await made({ operator: "existing" });
    assert.deepEqual(
      cluster.map(({ name }) => name),
      ["rhoai-dsc", "rhoai-dashboard"],
      "an operator that exists has made its DSCInitialization",
    );
  });

  /** @covers PL-11 */
  it("with llm-d: cert-manager, then Connectivity Link and LeaderWorkerSet, and the gateway that KServe looks for", async () => {
    const resources = await made({
      features: { distributedInference: true, multiNodeInference: true, metricsAutoscaling: true, queues: true },
      dependencies: { certManager: "existing" },
      gateway: { certificateSecret: "gateway-tls" },
    });
    const names = resources.map(({ name }) => name);
    for (const operator of ["rhcl-operator", "leader-worker-set", "kueue-operator"]) {
      assert.ok(names.includes(`rhoai-${operator}-subscription`), operator);
      assert.ok(names.includes(`rhoai-${operator}-operand`), operator);
    }
    assert.ok(names.includes("rhoai-openshift-custom-metrics-autoscaler-operator-operand"));
    assert.ok(!names.some((name) => name.includes("cert-manager")), "cert-manager is there already");
    const gateway = objectOf(resources, "Gateway");
    assert.ok(
      gateway.dependencies.includes("kubernetes:gateway.networking.k8s.io/v1:GatewayClass rhoai-gateway-class"),
    );
    assert.deepEqual(gateway.inputs.metadata, {
      name: "openshift-ai-inference",
      namespace: "openshift-ingress",
      labels: { "istio.io/rev": "openshift-gateway", "app.kubernetes.io/managed-by": "pulumi" },
      annotations: { "pulumi.com/waitFor": "condition=Programmed" },
    });
    assert.deepEqual(gateway.inputs.spec, {
      gatewayClassName: "openshift-ai-inference",
      listeners: [
        {
          name: "https",
          port: 443,
          protocol: "HTTPS",
          tls: { mode: "Terminate", certificateRefs: [{ group: "", kind: "Secret", name: "gateway-tls" }] },
          allowedRoutes: {
            namespaces: { from: "Selector", selector: { matchLabels: { "inference-gateway-access": "true" } } },
          },
        },
      ],
    });
  });

  it("speaks plain HTTP where the gateway has no certificate", () => {
    const gateway = gatewayManifest({ name: "g", namespace: "n", className: "c", routesFrom: "Same" });
    assert.deepEqual(gateway.spec.listeners, [
      { name: "http", port: 80, protocol: "HTTP", allowedRoutes: { namespaces: { from: "Same" } } },
    ]);
  });

  it("takes version 2 from its own channel, and the community's build from its own catalogue", async () => {
    const channelOf = async (args: OpenShiftAIArgs): Promise<unknown> => {
      const { channel, name } = objectOf(await made(args), "Subscription").inputs.spec as Record<string, unknown>;
      return [name, channel];
    };
    assert.deepEqual(await channelOf({ version: "2.25" }), ["rhods-operator", "stable"]);
    assert.deepEqual(await channelOf({ distribution: "open-data-hub" }), ["opendatahub-operator", "fast-3"]);
    const pinned = { operatorSettings: { channel: "stable-3.4" } };
    assert.deepEqual(await channelOf(pinned), ["rhods-operator", "stable-3.4"]);
  });

  it("tells where the platform and its gateway are", async () => {
    let outputs: unknown[] = [];
    await registered(async () => {
      const { applicationsNamespace, version, gatewayName } = new OpenShiftAI("rhoai", {
        distribution: "open-data-hub",
      });
      outputs = await Promise.all([valueOf(applicationsNamespace), valueOf(version), valueOf(gatewayName)]);
    });
    assert.deepEqual(outputs, ["opendatahub", "3.5", undefined]);
  });

  /** @covers PL-7 */
  it("refuses a second platform on one cluster, which the webhook would deny", async () => {
    const program = registered(() => {
      new OpenShiftAI("one", {});
      new OpenShiftAI("two", {});
    });
    await assert.rejects(program, {
      message:
        'OpenShiftAI "two" has one problem:\n  the DataScienceCluster of the cluster: OpenShiftAI "one" makes it already; there can be one',
    });
  });
});
