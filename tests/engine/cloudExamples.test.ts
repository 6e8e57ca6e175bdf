/**
 * The examples of the clouds, up under the policy pack, nothing left to do, gone. KServe is that of the embedded cluster, helm
 * is real with charts of a repository on loopback; AWS is the recording stand-in, OLM, operators and gateways are simulated.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setUpGatewayApi } from "../../tools/cluster/llmInferenceController";
import { AWS_STAND_IN } from "../../tools/engine/awsPlugin";
import { expectSuccess, type Stack, type StackConfig } from "../../tools/engine/stack";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { at } from "../../tools/kubernetes-plugin/objects";
import type { Json } from "../../tools/plugin/wire";
import { POLICY_PACK } from "../../tools/up/place";
import { helmSettings, serveCharts, type ChartRepository } from "../cluster/chartRepository";
import { objectApi, testCluster } from "../cluster/harness";
import { withOperators } from "../cluster/simulatedOperators";
import { pluginAndApi } from "../tools/kubernetesPluginCluster";
import { testStack } from "./harness";

const SETTING_UP_MS = 900_000;

/** What OpenShift brings. */
const OF_OPENSHIFT = ["openshift-monitoring", "openshift-user-workload-monitoring"].map((name) => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name },
}));

describe("the examples of the clouds", function () {
  this.timeout(300_000);
  let api: ApiServer;
  let charts: ChartRepository;
  let folder: string;

  before(async function () {
    this.timeout(SETTING_UP_MS);
    const [plugin, requests] = await pluginAndApi();
    await plugin.stop();
    api = requests;
    await setUpGatewayApi((await testCluster()).dir);
    charts = await serveCharts(["node-feature-discovery", "gpu-operator"]);
    folder = mkdtempSync(join(tmpdir(), "cloud-examples-"));
    for (const object of OF_OPENSHIFT) await objectApi(await testCluster()).create(object);
  });
  after(async () => {
    await charts.close();
    rmSync(folder, { recursive: true });
    for (const object of OF_OPENSHIFT) await objectApi(await testCluster()).delete(object);
  });

  async function comesUp(name: string, config: StackConfig, look: (stack: Stack) => Promise<void>): Promise<void> {
    const own = Object.entries(config).map(([key, value]) => [`${name}:${key}`, value] as const);
    const helm = await helmSettings(folder);
    const env = { ...helm, PATH: [AWS_STAND_IN, helm.PATH].join(delimiter) };
    const region = { "aws:region": "eu-central-1" };
    const stack = await testStack({
      project: join("examples", name),
      config: { ...Object.fromEntries(own), ...(name === "eks" && region) },
      env,
    });
    await withOperators(api, async () => {
      const withPolicies = ["--policy-pack", POLICY_PACK];
      try {
        expectSuccess(await stack.run(["up", "--yes", "--skip-preview", ...withPolicies]), "pulumi up");
        await look(stack);
        const second = ["preview", "--refresh", "--expect-no-changes", ...withPolicies];
        expectSuccess(await stack.run(second), "preview after the controllers have written to the objects");
      } finally {
        // Also after a failure: what is left would be in the way of the next example.
        expectSuccess(await stack.run(["state", "unprotect", "--all", "--yes"]), "pulumi state unprotect");
        expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
      }
    });
  }

  /** KServe that is there already, and charts of the repository on loopback. */
  const onKubernetes = (): StackConfig => ({
    kserve: "existing",
    chart: JSON.stringify({ repository: charts.url, version: charts.version }),
  });

  async function read(path: string, ...steps: string[]): Promise<Json | undefined> {
    return at(await api.request("GET", path), ...steps);
  }
  const service = (...steps: string[]): Promise<Json | undefined> =>
    read("/apis/serving.kserve.io/v1beta1/namespaces/models/inferenceservices/granite", "spec", "predictor", ...steps);
  const account = (name: string): Promise<Json | undefined> =>
    read(`/api/v1/namespaces/models/serviceaccounts/${name}`, "metadata", "annotations");

  async function driverOfChart(): Promise<unknown> {
    const text = await read("/api/v1/namespaces/gpu-operator/configmaps/gpu-operator-values", "data", "values");
    assert.ok(typeof text === "string");
    return (JSON.parse(text) as { driver: unknown }).driver;
  }

  /** @covers PK-2, ST-2 */
  it("eks", () =>
    comesUp("eks", onKubernetes(), async () => {
      assert.match(JSON.stringify(await service("model", "storageUri")), /^"s3:\/\/store-[0-9a-f]{7}\/granite"$/);
      assert.equal(await service("serviceAccountName"), "store-reader");
      const { "eks.amazonaws.com/role-arn": role } = (await account("store-reader")) as Record<string, string>;
      assert.match(role ?? "", /^arn:aws:iam::123456789012:role\/store-reader-[0-9a-f]{7}$/);
      assert.deepEqual(await driverOfChart(), { enabled: false });
    }));

  /** @covers PK-2 */
  it("gke", () => {
    const google = { googleAccount: "reader@acme.iam.gserviceaccount.com", bucket: "acme-models" };
    return comesUp("gke", { ...onKubernetes(), ...google, host: "granite.example.com" }, async () => {
      assert.equal(await service("model", "storageUri"), "gs://acme-models/granite");
      assert.deepEqual(await account("reader"), { "iam.gke.io/gcp-service-account": google.googleAccount });
      const route = "/apis/gateway.networking.k8s.io/v1/namespaces/models/httproutes/granite";
      assert.deepEqual(await read(route, "spec", "hostnames"), ["granite.example.com"]);
      const internal = await read("/api/v1/namespaces/models/services/granite-predictor", "spec", "ports");
      assert.ok(Array.isArray(internal) && internal.some((port) => at(port, "port") === 80));
    });
  });

  /** @covers PK-2 */
  it("aks", () => {
    const azure = { clientId: "11111111-2222-3333-4444-555555555555", storageAccount: "acmemodels" };
    return comesUp("aks", { ...onKubernetes(), ...azure }, async () => {
      const uri = "https://acmemodels.blob.core.windows.net/models/granite";
      assert.equal(await service("model", "storageUri"), uri);
      assert.deepEqual(await account("reader"), { "azure.workload.identity/client-id": azure.clientId });
      const labels = await read("/apis/apps/v1/namespaces/models/deployments/granite-predictor", "spec", "template");
      assert.equal(at(labels, "metadata", "labels", "azure.workload.identity/use"), "true");
    });
  });

  /** @covers PK-2 */
  it("openshift-ai", () => {
    const config = {
      endpoint: "https://s3.example.com",
      accessKeyId: "an-access-key",
      secretAccessKey: "a-secret-key",
    };
    return comesUp("openshift-ai", config, async (stack) => {
      const { stdout } = expectSuccess(await stack.run(["stack", "output", "--json"]), "pulumi stack output");
      const { url } = JSON.parse(stdout) as { url?: string };
      // The embedded cluster runs KServe's own controller, which publishes over HTTP; OpenShift AI's makes a Route with TLS.
      assert.match(url ?? "", /^http:\/\/granite-models\./);
      const policies = await read("/apis/networking.k8s.io/v1/namespaces/models/networkpolicies", "items");
      assert.ok(Array.isArray(policies) && policies.length > 0);
    });
  });
});
