import assert from "node:assert/strict";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { evaluate } from "../../policies/evaluate";
import { replacesPods } from "../../policies/rollout/headroom";
import { steadyState } from "../../policies/rollout/updates";
import { buildWorld, type World } from "../../policies/world/world";
import { inNamespace, objectApi, testCluster, until } from "../cluster/harness";
import { changed, granite, graniteRuntime, inCluster, inStack } from "./rules/granite";

const LISTED = [
  ["v1", "Node"],
  ["v1", "Pod"],
  ["apps/v1", "DaemonSet"],
  ["serving.kserve.io/v1beta1", "InferenceService"],
  ["serving.kserve.io/v1alpha1", "ServingRuntime"],
  ["serving.kserve.io/v1alpha1", "ClusterServingRuntime"],
] as const;

describe("evaluation against a real control plane", function () {
  this.timeout(180_000);

  it("sees a running service as what it is: its pods, unchanged, and what a change would need", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const here = <T extends { metadata: { namespace?: string } }>(object: T) =>
        changed(object, ({ metadata }) => (metadata.namespace = namespace));
      const service = here(changed(granite(), ({ spec }) => (spec.predictor.model!.resources!.limits!.cpu = "8000m")));
      const objects = [here(graniteRuntime()), service];
      for (const object of objects) await api.create(object);
      // What a client reads has no kind on the items of a list.
      const inventory = async () => {
        const lists = LISTED.map(async ([apiVersion, kind]) => {
          const { items } = await api.list(apiVersion, kind);
          return items.map((item) => JSON.parse(JSON.stringify({ ...item, apiVersion, kind })) as KubernetesObject);
        });
        return inCluster(...(await Promise.all(lists)).flat());
      };
      const worldOf = async (...stack: unknown[]): Promise<World> =>
        buildWorld([...inStack(...stack), ...(await inventory())]);
      const running = (world: World) => {
        const [part] = steadyState(world).services.flatMap(({ parts }) => parts);
        return part === undefined ? 0 : part.update.running.length - part.planned;
      };
      await until(async () => running(await worldOf(...objects)) === 1, "the pod of the service is not seen on a node");

      const same = await worldOf(...objects);
      assert.equal(
        replacesPods(steadyState(same).services[0]!.service),
        false,
        "what the webhooks wrote into the service is no change",
      );
      assert.deepEqual(
        evaluate(same, { profile: "strict" }).findings.map(({ rule, message }) => `${rule}: ${message}`),
        [],
      );

      const longer = changed(service, ({ spec }) => (spec.predictor.model!.args = ["--max-model-len=8192"]));
      const update = await worldOf(objects[0], longer);
      assert.equal(replacesPods(steadyState(update).services[0]!.service), true);

      const greedy = changed(service, ({ spec }) =>
        Object.assign(spec.predictor.model!.resources!, {
          requests: { cpu: "1", memory: "1Gi" },
          limits: { cpu: "1", memory: "1Gi", "nvidia.com/gpu": "64" },
        }),
      );
      const refused = evaluate(await worldOf(objects[0], greedy)).findings.filter(
        ({ rule }) => rule === "rollout/gpu-headroom",
      );
      assert.deepEqual(
        refused.map(({ level, path }) => [level, path]),
        [["mandatory", 'spec.predictor.model.resources.limits["nvidia.com/gpu"]']],
      );
    });
  });
});
