import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { at, nameOf } from "../../tools/kubernetes-plugin/objects";
import { makeSecret, type JsonObject } from "../../tools/kubernetes-plugin/wire";
import { inNamespace, testCluster } from "../cluster/harness";
import { edit, ensureWidgets, pluginAndApi, widget, widgetPath } from "./kubernetesPluginCluster";
import { Plugin, urn } from "./kubernetesPluginProcess";

const WIDGET_URN = urn("plugin.test/v1:Widget");
const CONFIG_MAP = urn("v1:ConfigMap");

describe("kubernetes plugin stand-in: names, replacement and import", function () {
  this.timeout(120_000);
  let plugin: Plugin;
  let api: ApiServer;
  before(async () => {
    [plugin, api] = await pluginAndApi();
    await ensureWidgets(api);
  });
  after(() => plugin.stop());

  async function make(type: string, manifest: JsonObject) {
    const inputs = await plugin.check(type, manifest);
    return { inputs, ...(await plugin.create(type, inputs)) };
  }

  it("makes up a name from the seed, says so, and keeps it", async () => {
    const manifest = { apiVersion: "v1", kind: "ConfigMap", data: {} };
    const [one, same, other] = await Promise.all(
      ["a", "a", "b"].map((seed) => plugin.check(urn("v1:ConfigMap", "cfg"), manifest, undefined, { seed })),
    );
    assert.match(nameOf(one!)!, /^cfg-[0-9a-f]{8}$/);
    assert.equal(nameOf(one!), nameOf(same!));
    assert.notEqual(nameOf(one!), nameOf(other!));
    assert.equal(at(one, "metadata", "annotations", "pulumi.com/autonamed"), "true");
    assert.deepEqual(await plugin.check(urn("v1:ConfigMap", "cfg"), manifest, one, { seed: "b" }), one);
    const named = await plugin.check(urn("v1:ConfigMap", "cfg"), { ...manifest, metadata: { name: "mine" } }, one);
    assert.deepEqual(named.metadata, { name: "mine", namespace: "default" });
  });

  it("puts objects into the namespace of the provider, else of the context, and cluster-wide ones into none", async () => {
    const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    assert.equal(at(await plugin.check(CONFIG_MAP, manifest), "metadata", "namespace"), "default");
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", namespace: "" } };
    assert.deepEqual((await plugin.check(urn("v1:Namespace"), namespace)).metadata, { name: "a" });
    const [elsewhere] = await pluginAndApi({ namespace: "models" });
    try {
      assert.equal(at(await elsewhere.check(CONFIG_MAP, manifest), "metadata", "namespace"), "models");
    } finally {
      await elsewhere.stop();
    }
  });

  it("labels objects as Pulumi's only without server-side apply, and keeps the label of those that have it", async () => {
    const label = "app.kubernetes.io/managed-by";
    const manifest = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } };
    assert.equal(at(await plugin.check(CONFIG_MAP, manifest), "metadata", "labels"), undefined);
    const olds = { ...manifest, metadata: { name: "a", labels: { [label]: "pulumi" } } };
    assert.equal(at(await plugin.check(CONFIG_MAP, manifest, olds), "metadata", "labels", label), "pulumi");
    const [clientSide] = await pluginAndApi({ enableServerSideApply: "false" });
    try {
      assert.equal(at(await clientSide.check(CONFIG_MAP, manifest), "metadata", "labels", label), "pulumi");
    } finally {
      await clientSide.stop();
    }
  });

  it("updates without server-side apply, too", () =>
    inNamespace(async (namespace) => {
      const [clientSide] = await pluginAndApi({ enableServerSideApply: "false" });
      try {
        const inputs = await clientSide.check(
          WIDGET_URN,
          widget(namespace, "w", { spec: { a: 1, b: { c: 1, d: 1 } } }),
        );
        const made = await clientSide.create(WIDGET_URN, inputs);
        await edit(api, widgetPath(namespace, "w"), { spec: { foreign: 1 } });
        const next = await clientSide.check(WIDGET_URN, widget(namespace, "w", { spec: { b: { c: 2 } } }), inputs);
        await clientSide.update(WIDGET_URN, made, next);
        assert.deepEqual((await api.request("GET", widgetPath(namespace, "w"))).spec, { b: { c: 2 }, foreign: 1 });
      } finally {
        await clientSide.stop();
      }
    }));

  const metadata = { name: "x", namespace: "default" };
  const pods = { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } };
  const replacements: [
    what: string,
    type: string,
    old: JsonObject,
    next: JsonObject,
    replaces: string[],
    deleteFirst: boolean,
  ][] = [
    ["a name", "v1:ConfigMap", { metadata }, { metadata: { ...metadata, name: "y" } }, ["metadata.name"], false],
    [
      "a namespace",
      "v1:ConfigMap",
      { metadata },
      { metadata: { ...metadata, namespace: "n" } },
      ["metadata.namespace"],
      false,
    ],
    ["a label not", "v1:ConfigMap", { metadata }, { metadata: { ...metadata, labels: { a: "b" } } }, [], false],
    [
      "data of a ConfigMap",
      "v1:ConfigMap",
      { metadata, data: { a: "1" } },
      { metadata, data: { a: "2" } },
      ["data.a"],
      true,
    ],
    [
      "data of a Secret",
      "v1:Secret",
      { metadata, data: { a: "MQ==" } },
      { metadata, data: { a: "Mg==" } },
      ["data"],
      true,
    ],
    [
      "the IP of a Service",
      "v1:Service",
      { metadata, spec: { clusterIP: "10.0.0.1" } },
      { metadata, spec: { clusterIP: "10.0.0.2" } },
      ["spec.clusterIP"],
      true,
    ],
    [
      "ports of a Service not",
      "v1:Service",
      { metadata, spec: { ports: [{ port: 1 }] } },
      { metadata, spec: { ports: [{ port: 2 }] } },
      [],
      false,
    ],
    [
      "the selector of a Deployment",
      "apps/v1:Deployment",
      { metadata, spec: { selector: { matchLabels: { a: "b" } }, template: pods } },
      { metadata, spec: { selector: { matchLabels: { a: "c" } }, template: pods } },
      ["spec.selector.matchLabels.a"],
      true,
    ],
    [
      "the template of a Job",
      "batch/v1:Job",
      { metadata, spec: { template: pods } },
      { metadata, spec: { template: { ...pods, spec: { containers: [{ name: "c", image: "j" }] } } } },
      ["spec.template.spec.containers[0].image"],
      true,
    ],
    [
      "the storage class of a claim, not its size",
      "v1:PersistentVolumeClaim",
      { metadata, spec: { storageClassName: "a", resources: { requests: { storage: "1Gi" } } } },
      { metadata, spec: { storageClassName: "b", resources: { requests: { storage: "2Gi" } } } },
      ["spec.storageClassName"],
      true,
    ],
    [
      "a container added to a Pod",
      "v1:Pod",
      { metadata, spec: { containers: [] } },
      { metadata, spec: pods.spec },
      ["spec.containers[0]"],
      true,
    ],
    [
      "nothing of a custom resource but its identity",
      "plugin.test/v1:Widget",
      { metadata, spec: { selector: 1 } },
      { metadata, spec: { selector: 2 } },
      [],
      false,
    ],
  ];
  for (const [what, type, old, next, replaces, deleteFirst] of replacements) {
    it(`replaces for a change of ${what}`, async () => {
      const split = type.lastIndexOf(":");
      const base = { apiVersion: type.slice(0, split), kind: type.slice(split + 1) };
      const state = { ...base, ...old, __inputs: { ...base, ...old } };
      const inputs = type === "v1:Secret" ? { ...next, data: makeSecret(next.data!) } : next;
      const result = await plugin.diff(urn(type), state, { ...base, ...inputs });
      assert.deepEqual(result.replaces, type === "v1:Secret" ? ["data.a"] : replaces);
      assert.equal(result.deleteBeforeReplace, deleteFirst);
      assert.ok(result.changed);
    });
  }

  it("keeps the old object until the new one is there when the name is made up", async () => {
    const manifest = { apiVersion: "v1", kind: "ConfigMap", data: { a: "1" } };
    const inputs = await plugin.check(CONFIG_MAP, manifest);
    const next = await plugin.check(CONFIG_MAP, { ...manifest, data: { a: "2" } }, inputs);
    const { replaces, deleteBeforeReplace } = await plugin.diff(CONFIG_MAP, { ...inputs, __inputs: inputs }, next);
    assert.deepEqual([replaces, deleteBeforeReplace], [["data.a"], false]);
  });

  it("changes data of ConfigMaps and Secrets in place when configured, but never of immutable ones", async () => {
    const [mutable] = await pluginAndApi({ enableConfigMapMutable: "true", enableSecretMutable: "true" });
    const replaced = async (kind: string, more: JsonObject) => {
      const object = (value: string) => ({ apiVersion: "v1", kind, metadata, ...more, data: { a: value } });
      const olds = { ...object("MQ=="), __inputs: object("MQ==") };
      return (await mutable.diff(urn(`v1:${kind}`), olds, object("Mg=="))).replaces;
    };
    try {
      for (const kind of ["ConfigMap", "Secret"]) {
        assert.deepEqual(await replaced(kind, {}), [], kind);
        assert.deepEqual(await replaced(kind, { immutable: true }), ["data.a"], kind);
      }
    } finally {
      await mutable.stop();
    }
  });

  it("replaces an immutable field for real: deletes, then creates anew under the same name", () =>
    inNamespace(async (namespace) => {
      const map = (value: string) => ({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "m", namespace },
        data: { value },
        immutable: true,
      });
      const made = await make(CONFIG_MAP, map("1"));
      const next = await plugin.check(CONFIG_MAP, map("2"), made.inputs);
      assert.equal((await plugin.diff(CONFIG_MAP, made.properties, next)).deleteBeforeReplace, true);
      await assert.rejects(plugin.update(CONFIG_MAP, made, next), /field is immutable/);
      await plugin.delete(CONFIG_MAP, made);
      const anew = await plugin.create(CONFIG_MAP, await plugin.check(CONFIG_MAP, map("2")));
      assert.deepEqual([anew.id, anew.properties.data], [`${namespace}/m`, { value: "2" }]);
    }));

  it("shows what changed in the cluster after a refresh, and only of what the user wrote", () =>
    inNamespace(async (namespace) => {
      const made = await make(WIDGET_URN, widget(namespace, "w", { spec: { size: 1 } }));
      await edit(api, widgetPath(namespace, "w"), { spec: { size: 9, foreign: true } });
      const found = await plugin.read(WIDGET_URN, made.id, made.properties, made.inputs);
      assert.deepEqual(found.inputs.spec, { size: 9 });
      assert.deepEqual(found.properties.spec, { size: 9, foreign: true });
      const { detail } = await plugin.diff(WIDGET_URN, found.properties, made.inputs);
      assert.deepEqual(detail, { "spec.size": "update" });
    }));

  it("imports by the id alone, with everything a user may have written and nothing else", () =>
    inNamespace(async (namespace) => {
      const object = widget(namespace, "w", { metadata: { labels: { a: "b" } }, spec: { size: 1 } });
      await make(WIDGET_URN, object);
      await edit(api, `${widgetPath(namespace, "w")}/status`, { status: { seen: true } });
      const imported = await plugin.read(WIDGET_URN, `${namespace}/w`);
      assert.equal(imported.id, `${namespace}/w`);
      assert.deepEqual(imported.inputs, object);
      assert.deepEqual(imported.properties.status, { seen: true });
      const same = await plugin.check(WIDGET_URN, object, imported.inputs);
      assert.deepEqual((await plugin.diff(WIDGET_URN, imported.properties, same)).detail, {});
      const cluster = await plugin.read(urn("v1:Namespace"), namespace);
      assert.deepEqual([cluster.id, nameOf(cluster.inputs)], [namespace, namespace]);
    }));

  it("finds nothing where there is nothing: no object, no definition of its kind", async () => {
    for (const [type, id] of [
      ["v1:ConfigMap", "default/none"],
      ["nobody.test/v1:None", "default/none"],
      ["v1:Namespace", "none"],
    ] as const) {
      assert.deepEqual(await plugin.read(urn(type), id), { id: "", properties: {}, inputs: {} });
    }
  });
});

describe("kubernetes plugin stand-in: clusters out of reach", function () {
  this.timeout(120_000);
  const nowhere = JSON.stringify({
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1" } }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
    "current-context": "x",
  });
  const inputs = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "n" } };

  async function out(configuration: Record<string, string>, body: (plugin: Plugin) => Promise<void>): Promise<void> {
    const plugin = await Plugin.start({ kubeconfig: nowhere, ...configuration });
    try {
      await body(plugin);
    } finally {
      await plugin.stop();
    }
  }

  it("previews without the cluster, but changes nothing", () =>
    out({}, async (plugin) => {
      assert.deepEqual(await plugin.check(CONFIG_MAP, inputs), inputs);
      assert.deepEqual((await plugin.create(CONFIG_MAP, inputs, { preview: true })).properties, inputs);
      await assert.rejects(plugin.create(CONFIG_MAP, inputs), /cluster is unreachable: .*ECONNREFUSED/);
      await assert.rejects(plugin.read(CONFIG_MAP, "n/a", inputs, inputs), /PULUMI_K8S_DELETE_UNREACHABLE/);
      await assert.rejects(plugin.delete(CONFIG_MAP, { id: "n/a", properties: inputs }), /unreachable/);
    }));

  it("forgets objects of a lost cluster when told to", () =>
    out({ deleteUnreachable: "true" }, async (plugin) => {
      assert.equal((await plugin.read(CONFIG_MAP, "n/a", inputs, inputs)).id, "");
      await plugin.delete(CONFIG_MAP, { id: "n/a", properties: inputs });
    }));

  it("keeps objects of a lost cluster as they are when told to", () =>
    out({ skipUpdateUnreachable: "true" }, async (plugin) => {
      const found = await plugin.read(CONFIG_MAP, "n/a", inputs, inputs);
      assert.deepEqual(found, { id: "n/a", properties: inputs, inputs });
    }));

  it("takes the contents of a kubeconfig as well as its path", async () => {
    const contents = readFileSync((await testCluster()).kubeconfig, "utf8");
    const plugin = await Plugin.start({ kubeconfig: contents });
    try {
      assert.equal((await plugin.read(urn("v1:Namespace"), "default")).id, "default");
    } finally {
      await plugin.stop();
    }
  });
});
