/** Every object of the platform goes through a real API server. */
import assert from "node:assert/strict";
import { connectionTypeManifest, dashboardConfigManifest } from "../../../components/platform/dashboardManifests";
import {
  dataScienceClusterManifest,
  initializationManifest,
} from "../../../components/platform/dataScienceClusterManifest";
import { accountManifest, nimCacheManifest, nimServiceManifest } from "../../../components/platform/nimManifests";
import {
  clusterQueueManifest,
  localQueueManifest,
  resourceFlavorManifest,
} from "../../../components/platform/queueManifests";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { nimRules, nimSchema } from "../../../sdk/spec/platform/nim";
import { openShiftAISchema } from "../../../sdk/spec/platform/openShiftAI";
import { openShiftAIRules } from "../../../sdk/spec/platform/openShiftAIRules";
import { queuesRules, queuesSchema } from "../../../sdk/spec/platform/queues";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import { inNamespace, objectApi, testCluster } from "../../cluster/harness";
import { lost } from "../../cluster/lost";

describe("objects of the platform", function () {
  this.timeout(180_000);

  /** The API server accepts an object and drops nothing of it: a field outside the schema would be gone. */
  async function dryRun(object: KubernetesObject): Promise<void> {
    const api = objectApi(await testCluster());
    const kept = await api.create(object, undefined, "All");
    assert.deepEqual(lost(object, kept), []);
  }

  /** @covers PL-7, PL-14, AS-8, ST-10 */
  for (const args of [
    { version: "2.25", modelMesh: true, components: { codeflare: "Removed" } },
    {
      version: "3.4",
      features: { queues: true, distributedInference: true },
      kserve: { nim: { airGapped: true }, workloadVariantAutoscaler: "Managed" },
      dashboard: { isLLMdDefault: true, deploymentStrategy: "recreate", hardwareProfileOrder: ["a"] },
    },
    { version: "3.5", kserve: { modelCache: { cacheSize: "1Ti", nodeNames: ["a"] } }, customCaBundle: "PEM" },
  ]) {
    it(`of version ${args.version} are accepted`, () =>
      inNamespace(async (namespace) => {
        const types = { own: { fields: [{ type: "text", name: "Host", envVar: "HOST" }] } };
        const spec = parseSpec(openShiftAISchema, openShiftAIRules, { ...args, connectionTypes: types }, "platform");
        const { own = assert.fail() } = spec.connectionTypes;
        const placed = { ...spec, applicationsNamespace: namespace };
        await dryRun(initializationManifest(spec));
        await dryRun(dataScienceClusterManifest(spec));
        await dryRun(dashboardConfigManifest(placed));
        await dryRun(connectionTypeManifest("own", own, placed));
      }));
  }

  it("of queues are accepted in both versions of the API", () =>
    inNamespace(async (namespace) => {
      for (const api of ["v1beta1", "v1beta2"] as const) {
        const args = {
          api,
          flavors: { a100: { accelerator: "NVIDIA-A100-SXM4-80GB" } },
          clusterQueues: {
            team: { cohort: "all", quotas: { a100: { accelerators: 8, borrowing: { accelerators: 4 } } } },
          },
          localQueues: [{ name: "default", namespace, clusterQueue: "team" }],
        };
        const spec = parseSpec(queuesSchema, queuesRules, args, "queues");
        const [{ flavors, clusterQueues }, [local = assert.fail()]] = [spec, spec.localQueues];
        await dryRun(resourceFlavorManifest("a100", flavors.a100 ?? assert.fail(), api));
        await dryRun(clusterQueueManifest("team", clusterQueues.team ?? assert.fail(), spec));
        await dryRun(localQueueManifest(local, api));
      }
    }));

  /** @covers PL-4 */
  it("of NIM are accepted", () =>
    inNamespace(async (namespace) => {
      const llama = { image: "nvcr.io/nim/meta/llama", tag: "1.12.0", storage: { size: "50Gi" }, profiles: ["p"] };
      const args = { namespace, operator: "nvidia", apiKeySecret: "ngc", services: { llama } };
      const spec = parseSpec(nimSchema, nimRules, args, "nim");
      const { services } = spec;
      await dryRun(accountManifest(spec));
      await dryRun(nimCacheManifest("llama", services.llama ?? assert.fail(), spec));
      await dryRun(nimServiceManifest("llama", services.llama ?? assert.fail(), spec));
    }));
});
