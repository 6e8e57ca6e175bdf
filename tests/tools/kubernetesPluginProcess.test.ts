import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { version } from "@pulumi/kubernetes/package.json";
import { repositoryPath } from "../../tools/repository";
import { inNamespace, testCluster, until } from "../cluster/harness";
import { ensureWidgets, pluginAndApi, widget } from "./kubernetesPluginCluster";
import { call, listenAsEngine, Plugin, pluginMain, urn } from "./kubernetesPluginProcess";

const { INFO } = LogSeverity;
const launcher = repositoryPath("tools", "kubernetes-plugin", "pulumi-resource-kubernetes");

describe("kubernetes plugin stand-in: process", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plugin-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("is found through links and from anywhere, beside the compiled code of its repository", () => {
    const [source, compiled] = [
      join(folder, "repo/tools/kubernetes-plugin"),
      join(folder, "repo/dist/tools/kubernetes-plugin"),
    ];
    for (const path of [source, compiled, join(folder, "bin"), join(folder, "more")])
      mkdirSync(path, { recursive: true });
    copyFileSync(launcher, join(source, "pulumi-resource-kubernetes"));
    writeFileSync(join(compiled, "main.js"), "console.log(JSON.stringify([__filename, ...process.argv.slice(2)]))");
    symlinkSync("../repo/tools/kubernetes-plugin/pulumi-resource-kubernetes", join(folder, "bin/relative"));
    symlinkSync(join(folder, "bin/relative"), join(folder, "more/absolute"));
    const env = { ...process.env, KUBERNETES_PLUGIN_MAIN: "" };
    const printed = execFileSync(join(folder, "more/absolute"), ["a b", "c"], { cwd: "/", env, encoding: "utf8" });
    assert.deepEqual(JSON.parse(printed), [join(compiled, "main.js"), "a b", "c"]);
  });

  it("says what to do when it has not been compiled", () => {
    copyFileSync(launcher, join(folder, "pulumi-resource-kubernetes"));
    const env = { ...process.env, KUBERNETES_PLUGIN_MAIN: "" };
    const run = spawnSync(join(folder, "pulumi-resource-kubernetes"), { env, encoding: "utf8" });
    assert.deepEqual([run.status, run.stdout], [1, ""]);
    assert.match(run.stderr, /is not compiled .*: run 'npx tsc' in its repository/);
  });

  it("prints its port and nothing else, and ends on an interrupt", async () => {
    const child = spawn(launcher, [], {
      cwd: "/",
      env: { ...process.env, KUBERNETES_PLUGIN_MAIN: pluginMain },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
    await until(() => output.length > 0, "nothing was printed");
    child.kill("SIGINT");
    assert.deepEqual(await once(child, "close"), [0, null]);
    assert.match(output.join(""), /^\d+\n$/);
  });

  it("ends when whoever started it is killed", async () => {
    const script = `
      const { spawn } = require("node:child_process");
      const plugin = spawn(${JSON.stringify(launcher)}, [], { stdio: ["ignore", "pipe", "inherit"] });
      plugin.stdout.once("data", () => console.log(plugin.pid));
    `;
    const env = { ...process.env, KUBERNETES_PLUGIN_MAIN: pluginMain };
    const engine = spawn(process.execPath, ["-e", script], { env, stdio: ["ignore", "pipe", "inherit"] });
    const [pid] = (await once(createInterface({ input: engine.stdout }), "line")) as [string];
    assert.ok(isAlive(Number(pid)));
    engine.kill("SIGKILL");
    await until(() => !isAlive(Number(pid)), "the plugin still runs", 20_000);
  });

  it("has the version of the SDK, and says what it does not do", async () => {
    const plugin = await Plugin.start();
    try {
      const info = await call<PluginInfo>((done) => plugin.client.getPluginInfo(new Empty(), done));
      assert.equal(info.getVersion(), version.replace(/^v/, ""));
      const schema = await call<rpc.GetSchemaResponse>((done) =>
        plugin.client.getSchema(new rpc.GetSchemaRequest(), done),
      );
      assert.equal((JSON.parse(schema.getSchema()) as { name: string }).name, "kubernetes");
      const request = new rpc.InvokeRequest().setTok("kubernetes:helm:template");
      const invoke = call<rpc.InvokeResponse>((done) => plugin.client.invoke(request, done));
      await assert.rejects(
        invoke,
        /does not support the function kubernetes:helm:template; install Pulumi's own plugin/,
      );
      await assert.rejects(plugin.check(urn("v1:ConfigMap"), {}), /has not been configured/);
    } finally {
      await plugin.stop();
    }
  });

  it("tells the engine what it waits for, and clears that in the end", () =>
    inNamespace(async (namespace) => {
      const engine = await listenAsEngine();
      const [other, api] = await pluginAndApi();
      await other.stop();
      await ensureWidgets(api);
      const { kubeconfig } = await testCluster();
      const plugin = await Plugin.start({ kubeconfig }, ["--logflow", "-v=9", engine.address]);
      try {
        const type = urn("plugin.test/v1:Widget");
        const annotations = { "pulumi.com/waitFor": "condition=Ready" };
        const inputs = await plugin.check(type, widget(namespace, "w", { metadata: { annotations } }));
        await assert.rejects(plugin.create(type, inputs, { timeout: 1 }));
        await until(() => engine.messages.length >= 2, "no messages");
        assert.deepEqual(engine.messages, [
          { severity: INFO, text: "Waiting: condition=Ready: the object reports no such condition", ephemeral: true },
          { severity: INFO, text: "", ephemeral: true },
        ]);
      } finally {
        await plugin.stop();
        engine.stop();
      }
    }));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
