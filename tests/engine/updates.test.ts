/** The example of updates on the real engine and the real controllers: each step in place, and all the way back. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { expectSuccess, type Stack, type StackConfig } from "../../tools/engine/stack";
import { objectApi, testCluster } from "../cluster/harness";
import { simulateOpenShiftAI } from "../cluster/simulatedOpenShiftAI";
import { pluginAndApi } from "../tools/kubernetesPluginCluster";
import { testStack } from "./harness";

const NAMESPACE = "my-namespace";

interface Found {
  metadata?: { uid?: string };
  spec?: Record<string, unknown>;
}

/** What changes, to what, and what the cluster then holds. Each step keeps those before it. */
const steps: [what: string, change: StackConfig, shows: RegExp][] = [
  ["version", { version: "1.6" }, /modelcar-granite-3-1-8b-instruct:1\.6/],
  ["replicas", { replicas: 2 }, /"maxReplicas":2,"minReplicas":2/],
  ["autoscaling", { autoscaling: { minReplicas: 1, maxReplicas: 10, metric: "cpu", target: 80 } }, /"maxReplicas":10/],
  ["resources", { resources: { requests: { cpu: 4, memory: "32Gi" }, limits: { cpu: 8, memory: "48Gi" } } }, /"48Gi"/],
  ["arguments", { maxModelLen: 8192, gpus: 2 }, /--max-model-len=8192.*--tensor-parallel-size=2/],
  ["image", { image: "quay.io/modh/vllm:rhoai-2.21-cuda" }, /rhoai-2\.21-cuda/],
  ["certificate", { certificate: "my-tls" }, /"externalCertificate":\{"name":"my-tls"\}/],
];

describe("updates of a model", function () {
  this.timeout(600_000);
  // The router of OpenShift, which the embedded cluster lacks.
  const ended = new AbortController();
  let simulated: Promise<void> | undefined;
  before(async () => {
    const [plugin, api] = await pluginAndApi();
    await plugin.stop();
    simulated = simulateOpenShiftAI(api, ended.signal);
  });
  after(async () => {
    ended.abort();
    await simulated;
  });

  /** @covers EX-23, OP-23, BP-22 */
  it("are made in place, one after the other, and taken back", async () => {
    const stack = await testStack({ project: join("examples", "updates"), config: {} });
    await up(stack, "pulumi up");
    const first = await served();
    let config: StackConfig = {};
    for (const [what, change, shows] of steps) {
      config = { ...config, ...prefixed(change) };
      await up(await testStack({ project: join("examples", "updates"), config, sameStackAs: stack }), what);
      const now = await served();
      assert.deepEqual(uids(now), uids(first), `${what}: made anew instead of updated`);
      assert.match(JSON.stringify(specs(now)), shows, what);
    }
    const back = await testStack({ project: join("examples", "updates"), config: {}, sameStackAs: stack });
    await up(back, "back");
    const last = await served();
    assert.deepEqual(uids(last), uids(first));
    assert.deepEqual(specs(last), specs(first));
    expectSuccess(await back.run(["preview", "--refresh", "--expect-no-changes"]), "preview after the way back");
    expectSuccess(await back.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });
});

async function up(stack: Stack, what: string): Promise<void> {
  expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), what);
}

function prefixed(config: StackConfig): StackConfig {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [`updates:${key}`, value]));
}

/** Service, runtime and Route. */
async function served(): Promise<Found[]> {
  const api = objectApi(await testCluster());
  const read = async (apiVersion: string, kind: string, name: string): Promise<Found> => {
    const found: object = await api.read({ apiVersion, kind, metadata: { name, namespace: NAMESPACE } });
    return found;
  };
  return [
    await read("serving.kserve.io/v1beta1", "InferenceService", "granite-model"),
    await read("serving.kserve.io/v1alpha1", "ServingRuntime", "granite-model"),
    await read("route.openshift.io/v1", "Route", "granite-route"),
  ];
}

function uids(objects: readonly Found[]): unknown[] {
  return objects.map(({ metadata }) => metadata?.uid);
}

function specs(objects: readonly Found[]): unknown[] {
  return objects.map(({ spec }) => spec);
}
