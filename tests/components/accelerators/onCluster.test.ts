/** The accelerator set-up on a real API server and engine; OLM, operators and charts are simulated, helm is real. */
import assert from "node:assert/strict";
import type { AcceleratorsArgs } from "../../../sdk/spec/accelerators/accelerators";
import { findAccelerator } from "../../../sdk/catalog/accelerators";
import { expectSuccess, type Stack } from "../../../tools/engine/stack";
import type { ApiServer } from "../../../tools/kubernetes-plugin/apiServer";
import { textAt } from "../../../tools/kubernetes-plugin/objects";
import { inNamespace, objectApi, testCluster } from "../../cluster/harness";
import { pluginAndApi } from "../../tools/kubernetesPluginCluster";
import { profileObject } from "../manifests";
import { helmSettings, serveCharts } from "../../cluster/chartRepository";
import { EVERYTHING, everyChart, objectsOf, planOf } from "./plans";
import { withOperators } from "../../cluster/simulatedOperators";
import { componentProject, idsOf, type ComponentProject, type OpenOptions } from "../../engine/componentProject";

const SETTING_UP_MS = 900_000;

/** Whether everything that was sent has come back; an API server drops unknown fields without a word. */
function assertKept(sent: unknown, kept: unknown, path: string): void {
  if (typeof sent !== "object" || sent === null) {
    assert.equal(kept, sent, path);
    return;
  }
  for (const [key, value] of Object.entries(sent))
    assertKept(value, (kept as Record<string, unknown> | undefined)?.[key], `${path}.${key}`);
}

describe("accelerators on a cluster", function () {
  this.timeout(180_000);
  let api: ApiServer;
  let project: ComponentProject;

  before(async function () {
    this.timeout(SETTING_UP_MS);
    const [plugin, requests] = await pluginAndApi();
    await plugin.stop();
    api = requests;
    project = componentProject("accelerators");
  });
  after(() => {
    project.remove();
  });

  function open(args: AcceleratorsArgs, options: OpenOptions = {}): Promise<Stack> {
    return project.open([{ component: "Accelerators", name: "gpus", args, outputs: ["resources"] }], options);
  }

  /** @covers AC-3, AC-5, AC-9, AC-11 */
  it("every object is accepted as it is, and so is the profile for Gaudi", () =>
    inNamespace(async (namespace) => {
      const client = objectApi(await testCluster());
      const gke = planOf(everyChart("gke")).operators.flatMap(({ chart, operands }) => [
        ...(chart?.before ?? []).map(({ manifest }) => manifest),
        ...operands.map(({ manifest }) => manifest),
      ]);
      const profile = profileObject("gaudi", { accelerator: "habana.ai/gaudi", cpu: 8, memory: "64Gi" });
      assert.equal(findAccelerator("habana.ai/gaudi")?.vendor, "intel");
      const objects = [...objectsOf(planOf(EVERYTHING)), ...gke, profile];
      assert.ok(objects.length >= 30);
      for (const object of objects) {
        const isNamespaced = object.metadata.namespace !== undefined;
        const sent = { ...object, metadata: { ...object.metadata, ...(isNamespaced && { namespace }) } };
        const kept = await client.create(sent, undefined, "All");
        assertKept(sent, kept, `${object.kind} ${object.metadata.name}`);
      }
    }));

  const refused: [what: string, apiVersion: string, kind: string, spec: object, message: RegExp][] = [
    [
      "a Subscription without package",
      "operators.coreos.com/v1alpha1",
      "Subscription",
      { source: "s", sourceNamespace: "n" },
      /spec\.name: Required/,
    ],
    ["NVIDIA's policy without driver", "nvidia.com/v1", "ClusterPolicy", { operator: {} }, /spec\.driver: Required/],
    [
      "an unknown MIG strategy",
      "nvidia.com/v1",
      "ClusterPolicy",
      { mig: { strategy: "all" } },
      /mig\.strategy: Unsupported value/,
    ],
    [
      "an unknown driver type",
      "amd.com/v1alpha1",
      "DeviceConfig",
      { driver: { driverType: "dkms" } },
      /driverType: Unsupported value/,
    ],
    ["Gaudi's policy without BMC", "habanalabs.habana.ai/v1", "ClusterPolicy", {}, /spec\.bmc_monitoring: Required/],
    [
      "a port that is not free to use",
      "habanalabs.habana.ai/v1",
      "ClusterPolicy",
      { metric_exporter: { port: 80 } },
      /port.*1024/,
    ],
    [
      "Spyre's policy without device plugin",
      "spyre.ibm.com/v1alpha1",
      "SpyreClusterPolicy",
      {},
      /spec\.devicePlugin: Required/,
    ],
    [
      "an unknown experimental mode",
      "spyre.ibm.com/v1alpha1",
      "SpyreClusterPolicy",
      { experimentalMode: ["fast"] },
      /experimentalMode.*Unsupported value/,
    ],
    [
      "NFD's worker without configuration",
      "nfd.openshift.io/v1",
      "NodeFeatureDiscovery",
      { workerConfig: {} },
      /configData: Required/,
    ],
    ["a rule without a name", "nfd.k8s-sigs.io/v1alpha1", "NodeFeatureRule", { rules: [{}] }, /name: Required/],
  ];
  it("the CRDs refuse what the originals do", () =>
    inNamespace(async (namespace) => {
      const client = objectApi(await testCluster());
      for (const [what, apiVersion, kind, spec, message] of refused) {
        const object = { apiVersion, kind, metadata: { name: "refused", namespace }, spec };
        await assert.rejects(client.create(object, undefined, "All"), message, what);
      }
    }));

  /** @covers AC-15 */
  it("a fresh cluster comes up in one run, each part after what it needs, and stays as it is", () =>
    withOperators(api, async (events) => {
      const stack = await open(EVERYTHING);
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
      const order = (first: string, second: string): void => {
        const [one, other] = [events.indexOf(first), events.indexOf(second)];
        assert.ok(one >= 0 && other > one, `${first} (${one}) before ${second} (${other})`);
      };
      order("Subscription nfd is ready", "NodeFeatureDiscovery nfd-instance appears");
      order("NodeFeatureDiscovery nfd-instance is ready", "Subscription gpu-operator-certified appears");
      order("Subscription gpu-operator-certified is ready", "ClusterPolicy gpu-cluster-policy appears");
      order("Subscription kernel-module-management is ready", "Subscription amd-gpu-operator appears");
      order("Subscription amd-gpu-operator is ready", "DeviceConfig amd-gpu appears");
      order("Subscription habana-ai-operator is ready", "ClusterPolicy habana-ai appears");
      order("Subscription spyre-operator is ready", "SpyreClusterPolicy spyreclusterpolicy appears");
      const { stdout } = expectSuccess(await stack.run(["stack", "output", "--json"]), "pulumi stack output");
      const names = ["nvidia.com/gpu.shared", "amd.com/gpu", "habana.ai/gaudi", "ibm.com/spyre_pf"];
      assert.deepEqual(JSON.parse(stdout), { resources: names });
      expectSuccess(
        await stack.run(["preview", "--refresh", "--expect-no-changes"]),
        "preview after the operators wrote",
      );
      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    }));

  it("a change of one operator's settings replaces nothing that need not be", () =>
    withOperators(api, async () => {
      const slicing = (replicas: number): AcceleratorsArgs => ({
        operators: [{ vendor: "nvidia", nvidia: { timeSlicing: { replicas } } }],
      });
      const stack = await open(slicing(2));
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
      const before = await idsOf(stack);
      const changed = await open(slicing(3), { sameStackAs: stack });
      expectSuccess(await changed.run(["up", "--yes", "--skip-preview"]), "pulumi up with other shares");
      const after = await idsOf(stack);
      const replaced = [...before.keys()].filter((urn) => before.get(urn) !== after.get(urn));
      assert.deepEqual(
        replaced.map((urn) => urn.split("::").at(-1)),
        ["gpus-nvidia-time-slicing"],
      );
      expectSuccess(await changed.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    }));

  it("an operand that is never ready fails the run in its own time, and says what is missing", async () => {
    const stack = await open({
      operators: [{ vendor: "nvidia", provision: "existing", readyTimeoutSeconds: 1 }],
      nodeFeatureDiscovery: { provision: "existing" },
    });
    const { code, stdout, stderr } = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /jsonpath=\{\.status\.state\}=ready/);
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });

  /** @covers AC-2, AC-3, AC-9 */
  it("charts of a repository are installed by the real helm with the values of the plan", async function () {
    this.timeout(SETTING_UP_MS);
    const names = ["node-feature-discovery", "cert-manager", "gpu-operator", "gpu-operator-charts"];
    const charts = await serveCharts(names);
    const chart = { repository: charts.url, version: charts.version };
    const args: AcceleratorsArgs = {
      distribution: "kubernetes",
      operators: [
        { vendor: "nvidia", chart },
        { vendor: "amd", chart },
      ],
      nodeFeatureDiscovery: { chart },
      certManager: { chart },
    };
    try {
      await withOperators(api, async () => {
        const stack = await open(args, { env: await helmSettings(project.folder) });
        expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
        const { operators } = planOf(args);
        for (const { chart: planned } of operators) {
          assert.ok(planned !== undefined);
          const path = `/api/v1/namespaces/${planned.namespace}/configmaps/${planned.chart}-values`;
          const text = textAt(await api.request("GET", path), "data", "values");
          assert.deepEqual(JSON.parse(text ?? ""), planned.values);
        }
        expectSuccess(await stack.run(["preview", "--refresh", "--expect-no-changes"]), "preview");
        expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
      });
    } finally {
      await charts.close();
    }
  });
});
