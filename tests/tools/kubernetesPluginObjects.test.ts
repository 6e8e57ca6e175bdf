import assert from "node:assert/strict";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { at } from "../../tools/kubernetes-plugin/objects";
import { makeSecret, makeUnknown, reveal, type JsonObject } from "../../tools/kubernetes-plugin/wire";
import { inNamespace, testCluster, until } from "../cluster/harness";
import { BACKGROUND, edit, ensureWidgets, merge, pluginAndApi, widget, widgetPath } from "./kubernetesPluginCluster";
import { InitFailure, listenAsEngine, Plugin, urn } from "./kubernetesPluginProcess";

const WIDGET_URN = urn("plugin.test/v1:Widget");
const CONFIG_MAP = urn("v1:ConfigMap");
const DEPLOYMENT = urn("apps/v1:Deployment");
const SECRET = urn("v1:Secret");

function deployment(namespace: string, more: JsonObject = {}): JsonObject {
  const container = { name: "c", image: "i", resources: { requests: { cpu: "0.5" } } };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
    spec: {
      selector: { matchLabels: { app: "d" } },
      template: { metadata: { labels: { app: "d" } }, spec: { containers: [container] } },
      ...more,
    },
  };
}

describe("kubernetes plugin stand-in: objects", function () {
  this.timeout(120_000);
  let plugin: Plugin;
  let api: ApiServer;
  before(async () => {
    [plugin, api] = await pluginAndApi();
    await ensureWidgets(api);
  });
  after(() => plugin.stop());

  /** Check and Create, as the engine does for a new resource. */
  async function make(type: string, manifest: JsonObject) {
    const inputs = await plugin.check(type, manifest);
    return { inputs, ...(await plugin.create(type, inputs)) };
  }

  it("creates, updates and deletes a custom resource", () =>
    inNamespace(async (namespace) => {
      const sized = (size: number) => widget(namespace, "w", { metadata: { annotations: BACKGROUND }, spec: { size } });
      const made = await make(WIDGET_URN, sized(1));
      assert.equal(made.id, `${namespace}/w`);
      const next = await plugin.check(WIDGET_URN, sized(2), made.inputs);
      const change = await plugin.diff(WIDGET_URN, made.properties, next);
      assert.deepEqual(change, {
        changed: true,
        detail: { "spec.size": "update" },
        replaces: [],
        deleteBeforeReplace: false,
      });
      const changed = await plugin.update(WIDGET_URN, made, next);
      assert.equal(at(changed.properties, "spec", "size"), 2);
      assert.equal(at(await api.request("GET", widgetPath(namespace, "w")), "spec", "size"), 2);
      await plugin.delete(WIDGET_URN, changed);
      await assert.rejects(api.request("GET", widgetPath(namespace, "w")), { code: 404 });
    }));

  it("finds nothing to do when nothing changed, also after an update", () =>
    inNamespace(async (namespace) => {
      const manifest = widget(namespace, "w", { spec: { list: [{ a: 1 }], text: "x" } });
      const made = await make(WIDGET_URN, manifest);
      const same = await plugin.check(WIDGET_URN, manifest, made.inputs);
      assert.equal((await plugin.diff(WIDGET_URN, made.properties, same)).changed, false);
      const updated = await plugin.update(WIDGET_URN, made, same);
      assert.equal((await plugin.diff(WIDGET_URN, updated.properties, same)).changed, false);
    }));

  it("sees no change in another spelling of a built-in kind's quantity", () =>
    inNamespace(async (namespace) => {
      const made = await make(DEPLOYMENT, deployment(namespace));
      const container = at(
        made.properties,
        "spec",
        "template",
        "spec",
        "containers",
        0,
        "resources",
        "requests",
        "cpu",
      );
      assert.equal(container, "500m");
      const same = await plugin.check(DEPLOYMENT, deployment(namespace), made.inputs);
      assert.deepEqual((await plugin.diff(DEPLOYMENT, made.properties, same)).detail, {});
    }));

  it("sees a change for ever where a webhook spells a custom resource's quantity in its own way", () =>
    inNamespace(async (namespace) => {
      const type = urn("serving.kserve.io/v1beta1:InferenceService");
      const resources = { requests: { cpu: "0.5" }, limits: { cpu: "1" } };
      const model = { modelFormat: { name: "huggingface" }, storageUri: "hf://a/b", resources };
      const manifest = {
        apiVersion: "serving.kserve.io/v1beta1",
        kind: "InferenceService",
        metadata: { name: "s", namespace },
        spec: { predictor: { model } },
      };
      const made = await make(type, manifest);
      const cpu = ["spec", "predictor", "model", "resources", "requests", "cpu"];
      assert.equal(at(made.properties, ...cpu), "500m");
      const same = await plugin.check(type, manifest, made.inputs);
      assert.deepEqual((await plugin.diff(type, made.properties, same)).detail, { [cpu.join(".")]: "update" });
    }));

  it("removes what was removed from the inputs and leaves what others wrote", () =>
    inNamespace(async (namespace) => {
      const labels = { keep: "1", drop: "1" };
      const made = await make(
        WIDGET_URN,
        widget(namespace, "w", { metadata: { labels }, spec: { a: 1, b: { c: 1, d: 2 } } }),
      );
      await edit(api, widgetPath(namespace, "w"), { metadata: { labels: { foreign: "1" } }, spec: { foreign: true } });
      const reduced = widget(namespace, "w", { metadata: { labels: { keep: "1" } }, spec: { b: { c: 1 } } });
      const next = await plugin.check(WIDGET_URN, reduced, made.inputs);
      assert.deepEqual((await plugin.diff(WIDGET_URN, made.properties, next)).detail, {
        "metadata.labels.drop": "delete",
        "spec.a": "delete",
        "spec.b.d": "delete",
      });
      await plugin.update(WIDGET_URN, made, next);
      const live = await api.request("GET", widgetPath(namespace, "w"));
      assert.deepEqual(at(live, "metadata", "labels"), { keep: "1", foreign: "1" });
      assert.deepEqual(live.spec, { b: { c: 1 }, foreign: true });
    }));

  it("refuses to create over an object that exists, unless the provider may", () =>
    inNamespace(async (namespace) => {
      const made = await make(WIDGET_URN, widget(namespace, "w", { spec: { a: 1 } }));
      await assert.rejects(plugin.create(WIDGET_URN, made.inputs), /already exists[^]*pulumi import/);
      const [upserting] = await pluginAndApi({ upsertExistingObjects: "true" });
      try {
        const other = await upserting.check(WIDGET_URN, widget(namespace, "w", { spec: { b: 1 } }));
        const { id } = await upserting.create(WIDGET_URN, other);
        assert.equal(id, `${namespace}/w`);
        assert.deepEqual((await api.request("GET", widgetPath(namespace, "w"))).spec, { a: 1, b: 1 });
      } finally {
        await upserting.stop();
      }
    }));

  it("names the other manager in a conflict, keeps the resource in the state, and forces when told to", () =>
    inNamespace(async (namespace) => {
      const made = await make(WIDGET_URN, widget(namespace, "w", { spec: { size: 1 } }));
      // The first update takes the fields from the client that created them; only then can somebody else own one.
      const owned = await plugin.update(WIDGET_URN, made, made.inputs);
      await edit(api, widgetPath(namespace, "w"), { spec: { size: 7 } });
      const next = await plugin.check(WIDGET_URN, widget(namespace, "w", { spec: { size: 2 } }), made.inputs);
      await assert.rejects(plugin.update(WIDGET_URN, owned, next), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.equal(error.id, `${namespace}/w`);
        assert.match(error.message, /managed by field manager "pulumi-kubernetes-[0-9a-f]{8}" had an apply conflict/);
        assert.match(error.message, /conflict with "kubectl-edit".*\.spec\.size/);
        assert.equal(at(error.properties, "spec", "size"), 7);
        return true;
      });
      const annotations = { "pulumi.com/patchForce": "true" };
      const forced = widget(namespace, "w", { metadata: { annotations }, spec: { size: 2 } });
      const updated = await plugin.update(WIDGET_URN, owned, await plugin.check(WIDGET_URN, forced, made.inputs));
      assert.equal(at(updated.properties, "spec", "size"), 2);
    }));

  it("leaves fields alone that are to be ignored, whoever owns them", () =>
    inNamespace(async (namespace) => {
      const path = widgetPath(namespace, "w");
      const made = await make(WIDGET_URN, widget(namespace, "w", { spec: { theirs: 1, ours: 1, mine: 1, size: 1 } }));
      const owned = await plugin.update(WIDGET_URN, made, made.inputs);
      await edit(api, path, { spec: { theirs: 5 } });
      await merge(api, path, widget(namespace, "w", { spec: { ours: 1 } }));
      const spec = { theirs: 2, ours: 2, mine: 2, size: 2 };
      const next = await plugin.check(WIDGET_URN, widget(namespace, "w", { spec }), made.inputs);
      const ignoreChanges = ["spec.theirs", "spec.ours", "spec.mine"];
      const { detail } = await plugin.diff(WIDGET_URN, owned.properties, next, { ignoreChanges });
      assert.deepEqual(detail, { "spec.size": "update" });
      const updated = await plugin.update(WIDGET_URN, owned, next, { ignoreChanges });
      assert.deepEqual(updated.properties.spec, { theirs: 5, ours: 1, mine: 1, size: 2 });
      // What the plugin still owns stays when the other one lets go of it.
      await merge(api, path, widget(namespace, "w"));
      assert.deepEqual((await api.request("GET", path)).spec, { theirs: 5, ours: 1, mine: 1, size: 2 });
    }));

  it("waits for a namespace that comes late", () =>
    inNamespace(async (namespace) => {
      const late = `${namespace}-late`;
      const engine = await listenAsEngine();
      const { kubeconfig } = await testCluster();
      const talking = await Plugin.start({ kubeconfig }, [engine.address]);
      try {
        const creation = talking.create(WIDGET_URN, await talking.check(WIDGET_URN, widget(late, "w")));
        creation.catch(() => undefined);
        const refused = () => engine.messages.some(({ text }) => text.startsWith("Retrying in 1 s; creation failed"));
        await until(refused, "the creation was not refused");
        const metadata = { name: late };
        await api.request("POST", "/api/v1/namespaces", { body: { apiVersion: "v1", kind: "Namespace", metadata } });
        assert.equal((await creation).id, `${late}/w`);
        await api.request("DELETE", `/api/v1/namespaces/${late}`);
      } finally {
        await talking.stop();
        engine.stop();
      }
    }));

  it("replaces a definition in place, with the schema keys of Pulumi, and knows its kind at once", () =>
    inNamespace(async (namespace) => {
      const group = `${namespace}.test`;
      const definition = (field: string) => {
        const property = { type: "object", x_kubernetes_preserve_unknown_fields: true };
        const openAPIV3Schema = { type: "object", properties: { [field]: property } };
        return {
          apiVersion: "apiextensions.k8s.io/v1",
          kind: "CustomResourceDefinition",
          metadata: { name: `gadgets.${group}`, annotations: { "pulumi.com/waitFor": "condition=Established" } },
          spec: {
            group,
            scope: "Cluster",
            names: { kind: "Gadget", plural: "gadgets" },
            versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }],
          },
        };
      };
      const type = urn("apiextensions.k8s.io/v1:CustomResourceDefinition");
      const gadget = { apiVersion: `${group}/v1`, kind: "Gadget", metadata: { name: "g" }, spec: { deep: { x: 1 } } };
      const unseen = await plugin.check(urn(`${group}/v1:Gadget`), gadget);
      const early = await plugin.create(urn(`${group}/v1:Gadget`), unseen, { preview: true });
      assert.deepEqual(early.properties, unseen);
      const made = await make(type, definition("spec"));
      const object = await make(urn(`${group}/v1:Gadget`), gadget);
      assert.equal(object.id, "g");
      assert.deepEqual(object.properties.spec, { deep: { x: 1 } });
      const names = { shortNames: ["gd"] };
      await edit(api, `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.${group}`, { spec: { names } });
      const next = await plugin.check(type, definition("other"), made.inputs);
      const updated = await plugin.update(type, made, next);
      assert.equal(at(updated.properties, "spec", "names", "shortNames"), undefined);
      const schema = ["spec", "versions", 0, "schema", "openAPIV3Schema", "properties"];
      assert.deepEqual(at(updated.properties, ...schema), at(next, ...schema));
      await plugin.delete(type, updated);
      assert.equal((await plugin.read(urn(`${group}/v1:Gadget`), "g", object.properties, object.inputs)).id, "");
      await plugin.delete(urn(`${group}/v1:Gadget`), object);
    }));

  it("manages some fields of an object it does not own", () =>
    inNamespace(async (namespace) => {
      const type = urn("v1:NamespacePatch");
      const manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace, labels: { team: "ml" } } };
      const made = await make(type, manifest);
      assert.equal(made.id, namespace);
      const path = `/api/v1/namespaces/${namespace}`;
      assert.equal(at(await api.request("GET", path), "metadata", "labels", "team"), "ml");
      await plugin.delete(type, made);
      const live = await api.request("GET", path);
      assert.equal(at(live, "metadata", "labels", "team"), undefined);
      assert.equal(at(live, "status", "phase"), "Active");
    }));

  it("keeps secrets secret in inputs and outputs, wherever the API server puts them", () =>
    inNamespace(async (namespace) => {
      const manifest = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s", namespace },
        stringData: { token: makeSecret("hunter2") },
      };
      const made = await make(SECRET, manifest);
      const encoded = Buffer.from("hunter2").toString("base64");
      assert.equal(at(reveal(made.properties), "data", "token"), encoded);
      const custom = widget(namespace, "w", {
        spec: { deep: { key: makeSecret("hunter2") }, list: [makeSecret("hunter2")] },
      });
      const object = await make(WIDGET_URN, custom);
      assert.equal(at(await api.request("GET", widgetPath(namespace, "w")), "spec", "deep", "key"), "hunter2");
      const updated = await plugin.update(WIDGET_URN, object, object.inputs);
      const refreshed = await plugin.read(WIDGET_URN, object.id, updated.properties, object.inputs);
      for (const value of [made.inputs, made.properties, object.properties, updated.properties, refreshed]) {
        assert.deepEqual(inTheClear(value, ["hunter2", encoded]), []);
      }
      const imported = await plugin.read(SECRET, made.id);
      assert.deepEqual(inTheClear(imported, [encoded]), []);
    }));

  it("previews with the server's defaults and creates nothing", () =>
    inNamespace(async (namespace) => {
      const inputs = await plugin.check(DEPLOYMENT, deployment(namespace));
      const preview = await plugin.create(DEPLOYMENT, inputs, { preview: true });
      assert.equal(preview.id, "");
      assert.equal(at(preview.properties, "spec", "replicas"), 1);
      assert.equal(at(preview.properties, "spec", "strategy", "type"), "RollingUpdate");
      assert.equal(preview.properties.status, undefined);
      const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
      assert.deepEqual((await api.request("GET", path)).items, []);
      const made = { inputs, ...(await plugin.create(DEPLOYMENT, inputs)) };
      const next = await plugin.check(DEPLOYMENT, deployment(namespace, { replicas: 3 }), inputs);
      const change = await plugin.update(DEPLOYMENT, made, next, { preview: true });
      assert.equal(at(change.properties, "spec", "replicas"), 3);
      assert.equal(at(await api.request("GET", `${path}/d`), "spec", "replicas"), 1);
    }));

  it("keeps unknowns unknown in a preview", () =>
    inNamespace(async (namespace) => {
      const manifest = widget(namespace, "w", { spec: { a: makeUnknown(), b: makeSecret(makeUnknown()) } });
      const inputs = await plugin.check(WIDGET_URN, manifest);
      assert.deepEqual(inputs.spec, manifest.spec);
      assert.deepEqual(await plugin.create(WIDGET_URN, inputs, { preview: true }), { id: "", properties: inputs });
      const made = await make(WIDGET_URN, widget(namespace, "w", { spec: { a: 1, b: 2 } }));
      const { detail } = await plugin.diff(WIDGET_URN, made.properties, inputs);
      assert.deepEqual(detail, { "spec.a": "update", "spec.b": "update" });
      const update = await plugin.update(WIDGET_URN, made, inputs, { preview: true });
      assert.deepEqual(update.properties, inputs);
      const somewhere = { ...manifest, metadata: { name: makeUnknown(), namespace: makeUnknown() } };
      assert.deepEqual((await plugin.check(WIDGET_URN, somewhere)).metadata, somewhere.metadata);
    }));

  it("previews what cannot be tried yet as it was written", () =>
    inNamespace(async (namespace) => {
      const made = await make(WIDGET_URN, widget(namespace, "w"));
      const again = await plugin.create(WIDGET_URN, made.inputs, { preview: true });
      assert.deepEqual(again, { id: "", properties: made.inputs });
      const nowhere = await plugin.check(WIDGET_URN, widget("not-yet", "w"));
      assert.deepEqual(await plugin.create(WIDGET_URN, nowhere, { preview: true }), { id: "", properties: nowhere });
    }));

  it("fails a preview of what the API server would refuse", () =>
    inNamespace(async (namespace) => {
      const invalid = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "Not A Name", namespace } };
      const inputs = await plugin.check(CONFIG_MAP, invalid);
      await assert.rejects(
        plugin.create(CONFIG_MAP, inputs, { preview: true }),
        /was not successfully created.*metadata\.name/,
      );
    }));
});

/** Paths of texts that hold one of the words outside a secret. */
function inTheClear(value: unknown, words: string[], path = ""): string[] {
  if (typeof value === "string") return words.some((word) => value.includes(word)) ? [path] : [];
  if (typeof value !== "object" || value === null || "4dabf18193072939515e22adb298388d" in value) return [];
  return Object.entries(value).flatMap(([key, item]) => inTheClear(item, words, `${path}/${key}`));
}
