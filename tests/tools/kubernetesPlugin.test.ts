import assert from "node:assert/strict";
import { inNamespace, testCluster } from "../cluster/harness";
import { Plugin, urn } from "./kubernetesPluginProcess";

describe("kubernetes plugin stand-in: objects", function () {
  this.timeout(60_000);
  let plugin: Plugin;
  before(async () => {
    plugin = await Plugin.start({ kubeconfig: (await testCluster()).kubeconfig });
  });
  after(() => plugin.stop());

  it("creates, updates and deletes a custom resource", () =>
    inNamespace(async (namespace) => {
      const type = urn("serving.kserve.io/v1alpha1:ServingRuntime");
      const manifest = (image: string) => ({
        apiVersion: "serving.kserve.io/v1alpha1",
        kind: "ServingRuntime",
        metadata: { name: "rt", namespace },
        spec: { containers: [{ name: "kserve-container", image }] },
      });
      const inputs = await plugin.check(type, manifest("a"));
      const preview = await plugin.create(type, inputs, { preview: true });
      assert.equal(preview.id, "");
      const made = await plugin.create(type, inputs);
      assert.equal(made.id, `${namespace}/rt`);
      const noop = await plugin.diff(type, made.properties, await plugin.check(type, manifest("a"), inputs));
      assert.deepEqual(noop, { changed: false, detail: {}, replaces: [], deleteBeforeReplace: false });
      const next = await plugin.check(type, manifest("b"), inputs);
      assert.deepEqual((await plugin.diff(type, made.properties, next)).detail, { "spec.containers[0].image": "update" });
      const changed = await plugin.update(type, made, next);
      await plugin.delete(type, changed);
      assert.equal((await plugin.read(type, made.id)).id, "");
    }));
});
