import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { at } from "../../tools/kubernetes-plugin/objects";
import { isSecret, isUnknown, makeSecret, reveal, type JsonObject } from "../../tools/kubernetes-plugin/wire";
import { ensureTools } from "../../tools/toolchain/toolchain";
import { inNamespace, testCluster } from "../cluster/harness";
import { pluginAndApi } from "./kubernetesPluginCluster";
import { InitFailure, Plugin, urn } from "./kubernetesPluginProcess";

const RELEASE = urn("helm.sh/v3:Release", "rel");
const BUILDING_HELM_MS = 600_000;

describe("kubernetes plugin stand-in: Helm releases", function () {
  this.timeout(120_000);
  let folder: string;
  let chart: string;
  let plugin: Plugin;
  let api: ApiServer;

  before(async function () {
    this.timeout(BUILDING_HELM_MS);
    const { helm } = await ensureTools(["helm"]);
    folder = mkdtempSync(join(tmpdir(), "chart-"));
    chart = join(folder, "tiny");
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "{ apiVersion: v2, name: tiny, version: 0.1.0, appVersion: '9' }");
    writeFileSync(join(chart, "values.yaml"), "greeting: hello\npod: false");
    writeFileSync(
      join(chart, "templates", "all.yaml"),
      [
        "apiVersion: v1",
        "kind: ConfigMap",
        "metadata: { name: {{ .Release.Name }} }",
        'data: { greeting: {{ required "a greeting" .Values.greeting | quote }} }',
        "{{ if .Values.pod }}---",
        "apiVersion: v1",
        "kind: Pod",
        "metadata: { name: {{ .Release.Name }} }",
        "spec: { containers: [{ name: c, image: i, resources: { requests: { cpu: 10k } } }] }",
        "{{ end }}",
      ].join("\n"),
    );
    const { kubeconfig } = await testCluster();
    const path = [dirname(helm), process.env.PATH].join(delimiter);
    plugin = await Plugin.start({ kubeconfig }, [], { PATH: path });
    const [other, requests] = await pluginAndApi();
    api = requests;
    await other.stop();
  });
  after(async () => {
    await plugin.stop();
    rmSync(folder, { recursive: true });
  });

  function greeting(namespace: string, name: string): Promise<unknown> {
    const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
    return api.request("GET", path).then(
      (map) => at(map, "data", "greeting"),
      () => undefined,
    );
  }

  it("installs, finds nothing to do, upgrades and uninstalls a chart", () =>
    inNamespace(async (namespace) => {
      const args: JsonObject = { chart, namespace, name: "hi", values: { greeting: makeSecret("hush") } };
      const inputs = await plugin.check(RELEASE, args);
      assert.deepEqual([inputs.version, inputs.timeout], ["0.1.0", 300]);
      const preview = await plugin.create(RELEASE, inputs, { preview: true });
      assert.ok(isUnknown(preview.properties.status));
      assert.equal(await greeting(namespace, "hi"), undefined);

      const made = await plugin.create(RELEASE, inputs);
      assert.equal(made.id, `${namespace}/hi`);
      assert.equal(await greeting(namespace, "hi"), "hush");
      const status = {
        name: "hi",
        namespace,
        status: "deployed",
        revision: 1,
        chart: "tiny",
        version: "0.1.0",
        appVersion: "9",
      };
      assert.deepEqual(made.properties.status, status);
      assert.deepEqual(made.properties.resourceNames, { "ConfigMap/v1": ["hi"] });
      assert.ok(isSecret(made.properties.__inputs));
      assert.ok(isSecret(at(made.properties, "values", "greeting")));
      const same = await plugin.check(RELEASE, args, inputs);
      assert.deepEqual((await plugin.diff(RELEASE, made.properties, same)).detail, {});

      const next = await plugin.check(RELEASE, { ...args, values: { greeting: "hey" } }, inputs);
      const { detail, replaces } = await plugin.diff(RELEASE, made.properties, next);
      assert.deepEqual([detail, replaces], [{ "values.greeting": "update" }, []]);
      const upgraded = await plugin.update(RELEASE, made, next);
      assert.equal(await greeting(namespace, "hi"), "hey");
      assert.equal(at(upgraded.properties, "status", "revision"), 2);

      const refreshed = await plugin.read(RELEASE, made.id, upgraded.properties, next);
      assert.deepEqual(refreshed, { id: made.id, properties: upgraded.properties, inputs: next });
      const imported = await plugin.read(RELEASE, made.id);
      assert.deepEqual(at(imported.inputs, "values"), { greeting: "hey" });

      await plugin.delete(RELEASE, upgraded);
      assert.equal(await greeting(namespace, "hi"), undefined);
      assert.equal((await plugin.read(RELEASE, made.id)).id, "");
      await plugin.delete(RELEASE, upgraded);
    }));

  it("replaces a release of another name, and makes one up where there is none", async () => {
    const inputs = await plugin.check(RELEASE, { chart });
    assert.match(at(inputs, "name") as string, /^rel-[0-9a-f]{8}$/);
    assert.equal(inputs.namespace, "default");
    assert.equal((await plugin.check(RELEASE, { chart }, inputs)).name, inputs.name);
    const state = { ...inputs, __inputs: makeSecret(inputs) };
    assert.deepEqual((await plugin.diff(RELEASE, state, { ...inputs, name: "other" })).replaces, ["name"]);
  });

  it("leaves nothing of an atomic release that fails, and keeps a failed one that is not in the state", () =>
    inNamespace(async (namespace) => {
      const args = { chart, namespace, name: "bad", values: { pod: true }, timeout: 2 };
      const atomic = await plugin.check(RELEASE, { ...args, atomic: true });
      await assert.rejects(plugin.create(RELEASE, atomic), (error) => !(error instanceof InitFailure));
      assert.equal((await plugin.read(RELEASE, `${namespace}/bad`)).id, "");
      await assert.rejects(plugin.create(RELEASE, await plugin.check(RELEASE, args)), (error) => {
        assert.ok(error instanceof InitFailure);
        assert.equal(error.id, `${namespace}/bad`);
        assert.equal(at(reveal(error.properties), "status", "status"), "failed");
        return true;
      });
    }));

  it("says when a chart cannot be had", async () => {
    await assert.rejects(plugin.check(RELEASE, { chart: join(folder, "none") }), /chart: .*(not found|no such file)/i);
  });

  it("says that helm is missing", async () => {
    const { kubeconfig } = await testCluster();
    const without = await Plugin.start({ kubeconfig }, [], { PATH: folder });
    try {
      await assert.rejects(
        without.check(RELEASE, { chart }),
        /need the helm command in PATH, version 3; there is none/,
      );
    } finally {
      await without.stop();
    }
  });
});
