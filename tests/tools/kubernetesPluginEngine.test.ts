/** The plugin under the real engine. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { at } from "../../tools/kubernetes-plugin/objects";
import { expectSuccess, type Stack } from "../../tools/engine/stack";
import { repositoryPath } from "../../tools/repository";
import { inNamespace, testCluster } from "../cluster/harness";
import { testEngine, testStack } from "../engine/harness";
import { BACKGROUND, edit, ensureWidgets, pluginAndApi, WIDGET, widgetPath } from "./kubernetesPluginCluster";
import { pluginMain } from "./kubernetesPluginProcess";

/** Inside the repository, so that the program finds the SDKs. */
const PROJECT = join(".local", "tests", `plugin-project-${process.pid}`);
const folder = repositoryPath(PROJECT);
const SETTING_UP_MS = 900_000;

/** The program: objects are what the test writes into a file beside it. */
const PROGRAM = `
const k8s = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const { kubeconfig, objects } = JSON.parse(require("node:fs").readFileSync("objects.json", "utf8"));
const provider = new k8s.Provider("cluster", { kubeconfig });
let before;
for (const { as, secret, chained, options, ...args } of objects) {
  if (secret) args.stringData = { token: pulumi.secret(secret) };
  // An output of the object before: known only after apply when that is new.
  if (chained) args.spec = { from: before.metadata.uid };
  const Resource = args.apiVersion === "v1" ? k8s.core.v1[args.kind] : k8s.apiextensions.CustomResource;
  before = new Resource(as, args, { provider, ...options });
}
`;

describe("kubernetes plugin stand-in: under the engine", function () {
  this.timeout(120_000);
  let api: ApiServer;
  let stack: Stack;

  before(async function () {
    this.timeout(SETTING_UP_MS);
    const [plugin, requests] = await pluginAndApi();
    await plugin.stop();
    api = requests;
    await ensureWidgets(api);
    mkdirSync(folder, { recursive: true });
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "plugin-test", runtime }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "plugin-test", main: "index.js" }));
    writeFileSync(join(folder, "index.js"), PROGRAM);
  });
  beforeEach(async () => {
    stack = await testStack({ project: PROJECT, env: { KUBERNETES_PLUGIN_MAIN: pluginMain } });
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function declare(...objects: object[]): Promise<void> {
    const { kubeconfig } = await testCluster();
    writeFileSync(join(folder, "objects.json"), JSON.stringify({ kubeconfig, objects }));
  }

  function pulumi(args: string[]) {
    return stack.run(args[0] === "preview" ? args : [...args, "--yes", "--skip-preview"]);
  }

  async function run(...args: string[]): Promise<string> {
    return expectSuccess(await pulumi(args), `pulumi ${args.join(" ")}`).stdout;
  }

  /** What the command printed on its way to failing. */
  async function failing(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await pulumi(args);
    assert.notEqual(code, 0);
    return stdout + stderr;
  }

  function widget(namespace: string, name: string, more: object = {}): object {
    const metadata = { name, namespace, annotations: BACKGROUND };
    return { as: name, apiVersion: WIDGET, kind: "Widget", metadata, spec: {}, ...more };
  }

  it("takes a stack through its life: preview, up, nothing to do, update, refresh, destroy", () =>
    inNamespace(async (namespace) => {
      const map = { as: "map", apiVersion: "v1", kind: "ConfigMap", metadata: { namespace } };
      const secret = {
        as: "s",
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "s", namespace },
        secret: "hunter2",
      };
      const chained = widget(namespace, "b", { chained: true });
      await declare(
        { ...map, data: { a: "1" } },
        widget(namespace, "a", { spec: { size: 1, old: 1 } }),
        chained,
        secret,
      );
      assert.match(await run("preview"), /6 to create/);
      const widgets = widgetPath(namespace, "");
      assert.deepEqual((await api.request("GET", widgets.slice(0, -1))).items, []);
      await run("up");
      await run("preview", "--expect-no-changes");
      const [a, b] = await Promise.all(["a", "b"].map((name) => api.request("GET", widgetPath(namespace, name))));
      assert.equal(at(b, "spec", "from"), at(a, "metadata", "uid"));

      await declare({ ...map, data: { a: "2" } }, widget(namespace, "a", { spec: { size: 2 } }), chained, secret);
      const changes = await run("up", "--diff");
      assert.match(changes, /~ 1 updated/);
      assert.match(changes, /\+-1 replaced/);
      assert.deepEqual(at(await api.request("GET", widgetPath(namespace, "a")), "spec"), { size: 2 });
      const maps = await api.request("GET", `/api/v1/namespaces/${namespace}/configmaps`);
      const data = (maps.items as { metadata: { name: string }; data: object }[]).filter(({ metadata }) =>
        metadata.name.startsWith("map-"),
      );
      assert.deepEqual(
        data.map((item) => item.data),
        [{ a: "2" }],
      );

      await edit(api, widgetPath(namespace, "a"), { spec: { size: 9, foreign: 1 } });
      assert.match(await run("refresh"), /~ 1 updated/);
      const drift = await failing("preview", "--diff");
      assert.match(drift, /~ size: 9 => 2/);
      assert.match(drift, /conflict with "kubectl-edit"/);
      assert.deepEqual(clear(await testEngine(), ["hunter2", Buffer.from("hunter2").toString("base64")]), []);
      await run("destroy");
      assert.deepEqual((await api.request("GET", widgets.slice(0, -1))).items, []);
    }));

  it("keeps what did not become ready in time, says why, and carries on from there", () =>
    inNamespace(async (namespace) => {
      const metadata = {
        name: "w",
        namespace,
        annotations: { ...BACKGROUND, "pulumi.com/waitFor": "condition=Ready" },
      };
      const slow = (seconds: string) => {
        const options = { customTimeouts: { create: seconds, update: seconds } };
        return widget(namespace, "w", { metadata, options });
      };
      await declare(slow("1s"));
      const printed = await failing("up");
      assert.match(printed, /timed out waiting for the condition/);
      assert.match(printed, /condition=Ready: the object reports no such condition/);
      const { deployment } = await stack.export();
      assert.ok(deployment.resources?.some(({ id }) => id === `${namespace}/w`));
      const uid = at(await api.request("GET", widgetPath(namespace, "w")), "metadata", "uid");
      await edit(api, `${widgetPath(namespace, "w")}/status`, {
        status: { conditions: [{ type: "Ready", status: "True" }] },
      });
      await declare(slow("60s"));
      await run("up");
      await run("preview", "--expect-no-changes");
      assert.equal(at(await api.request("GET", widgetPath(namespace, "w")), "metadata", "uid"), uid);
      await run("destroy");
    }));

  it("names whom an update conflicts with", () =>
    inNamespace(async (namespace) => {
      await declare(widget(namespace, "w", { spec: { size: 1, other: 1 } }));
      await run("up");
      await declare(widget(namespace, "w", { spec: { size: 1, other: 2 } }));
      await run("up");
      await edit(api, widgetPath(namespace, "w"), { spec: { size: 7 } });
      await declare(widget(namespace, "w", { spec: { size: 3, other: 2 } }));
      assert.match(await failing("up"), /conflict with "kubectl-edit".*\.spec\.size/);
      await run("destroy");
    }));

  it("imports an object that exists and then owns it", () =>
    inNamespace(async (namespace) => {
      const body = { apiVersion: WIDGET, kind: "Widget", metadata: { name: "w", namespace }, spec: { size: 1 } };
      await api.request("POST", widgetPath(namespace, "").slice(0, -1), { body });
      await declare(widget(namespace, "w", { spec: { size: 1 }, options: { import: `${namespace}/w` } }));
      assert.match(await run("up"), /= 1 imported/);
      await declare(widget(namespace, "w", { spec: { size: 2 } }));
      await run("up");
      assert.deepEqual((await api.request("GET", widgetPath(namespace, "w"))).spec, { size: 2 });
      await run("destroy");
      await assert.rejects(api.request("GET", widgetPath(namespace, "w")), { code: 404 });
    }));
});

/** Files of an engine's folder that hold one of the words. */
function clear({ dir }: { dir: string }, words: string[]): string[] {
  const files = readdirSync(join(dir, "state"), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => words.some((word) => readFileSync(path, "utf8").includes(word)));
}
