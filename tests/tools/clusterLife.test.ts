import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterDown, clusterStatus, clusterUp, type Cluster } from "../../tools/cluster/cluster";
import { COMPONENT_NAMES, type ComponentName } from "../../tools/cluster/components";
import { bringUp } from "../../tools/cluster/start";
import { layout, makeFolders } from "../../tools/cluster/state";
import { moduleDir } from "../../tools/toolchain/toolchain";
import { exists, objectApi, testCluster, until } from "../cluster/harness";

describe("life of an embedded cluster", function () {
  this.timeout(180_000);
  let dir: string;
  const kept = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "kept", namespace: "default" } };
  const lines: [string[], string[]] = [[], []];
  const log = (command: 0 | 1) => (line: string) => lines[command].push(line);
  let cluster: Cluster;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "model-serving-cluster-"));
    const [first, second] = await Promise.all([clusterUp(dir, log(0)), clusterUp(dir, log(1))]);
    assert.deepEqual(first, second);
    cluster = first;
    await objectApi(cluster).create(kept);
  });
  after(() => clusterDown(dir));

  it("is started once by two commands at the same time", () => {
    const [starter, waiter] = lines[0][0] === "Starting the embedded cluster" ? lines : [lines[1], lines[0]];
    assert.equal(starter[0], "Starting the embedded cluster");
    assert.deepEqual(waiter, [`Waiting for another command that works on ${dir}`]);
  });

  it("does not touch the cluster of another folder", async () => {
    const other = await testCluster();
    assert.notEqual(other.server, cluster.server);
    assert.equal(await exists(objectApi(other), kept), false);
    const pids = [cluster, other].flatMap(({ dir: folder }) => Object.values(running(folder)));
    assert.equal(new Set(pids).size, 2 * COMPONENT_NAMES.length);
  });

  const crashes: ComponentName[][] = [["kwok", "kserve-manager"], ["etcd"], [...COMPONENT_NAMES]];
  for (const crashed of crashes) {
    it(`is repaired with its objects after the crash of ${crashed.join(", ")}`, async () => {
      const before = running(dir);
      for (const name of crashed) process.kill(before[name]!, "SIGKILL");
      await until(() => crashed.every((name) => running(dir)[name] === undefined), "they were not killed");
      const lines: string[] = [];
      assert.deepEqual(await clusterUp(dir, (line) => lines.push(line)), cluster);
      const after = running(dir);
      for (const name of COMPONENT_NAMES) {
        assert.ok(after[name] !== undefined, `${name} runs`);
        assert.equal(after[name] === before[name], !crashed.includes(name), `${name} was started again or left alone`);
      }
      assert.equal(lines[0], `Starting again what had ended of the embedded cluster: ${crashed.join(", ")}`);
      assert.equal(await exists(objectApi(cluster), kept), true);
    });
  }

  it("is repaired while its API server is still ending", async () => {
    const api = objectApi(cluster);
    process.kill(running(dir)["kube-apiserver"]!, "SIGTERM");
    await until(
      () =>
        exists(api, kept).then(
          () => false,
          () => true,
        ),
      "the API server did not begin to end",
    );
    await clusterUp(dir);
    assert.equal(Object.keys(running(dir)).length, COMPONENT_NAMES.length);
    assert.equal(await exists(objectApi(cluster), kept), true);
  });

  it("starts beside a process that got the id of one that a restart of the machine ended", async () => {
    process.kill(running(dir).kwok!, "SIGKILL");
    await until(() => running(dir).kwok === undefined, "kwok was not killed");
    const innocent = spawn("/bin/sleep", ["600"], { stdio: "ignore" });
    writeFileSync(join(dir, "processes", "kwok"), `${innocent.pid} ${"0".repeat(36)} 1\n`);
    await clusterUp(dir);
    assert.notEqual(running(dir).kwok, innocent.pid);
    assert.equal(innocent.exitCode ?? innocent.signalCode, null);
    innocent.kill();
  });

  it("down ends all of its processes, no look-alike, and leaves no state", async () => {
    const own = Object.values(running(dir));
    assert.equal(own.length, COMPONENT_NAMES.length);
    const args = readFileSync(`/proc/${running(dir).etcd}/cmdline`, "utf8")
      .split("\0")
      .slice(1, -1);
    const lookAlike = spawn("/bin/sh", ["-c", "sleep 600; true", ...args], {
      stdio: "ignore",
      argv0: "etcd",
      cwd: dir,
    });
    writeFileSync(join(dir, "notes"), "the user's");
    await clusterDown(dir);
    for (const pid of own) await until(() => !isAlive(pid), `process ${pid} was left running`);
    assert.equal(lookAlike.exitCode ?? lookAlike.signalCode, null);
    lookAlike.kill();
    assert.deepEqual(readFileSync(join(dir, "notes"), "utf8"), "the user's");
    rmSync(join(dir, "notes"));
    await clusterDown(dir);
    assert.equal(existsSync(dir), false);
    await clusterDown(dir);
  });
});

describe("an embedded cluster whose start is cut off", function () {
  this.timeout(240_000);
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), "model-serving-cluster-"));
  });
  after(() => clusterDown(dir));

  it("is completed by the next up, and ended completely by down", async () => {
    const main = join(__dirname, "..", "..", "tools", "cluster", "main.js");
    const seen = new Set<number>();
    // Cut off with etcd alone, and then with all but KServe's manager running.
    for (const name of ["etcd", "kwok"] as const) {
      const up = spawn(process.execPath, [main, "up", dir], { stdio: "ignore" });
      await until(() => running(dir)[name] !== undefined, `${name} did not start`, 60_000);
      up.kill("SIGKILL");
      await until(() => up.signalCode === "SIGKILL", "up was not killed");
      for (const pid of Object.values(running(dir))) seen.add(pid);
    }
    const cluster = await clusterUp(dir);
    const { items } = await objectApi(cluster).list("serving.kserve.io/v1alpha1", "ClusterServingRuntime");
    assert.ok(items.length > 0);
    for (const pid of Object.values(running(dir))) seen.add(pid);
    await clusterDown(dir);
    for (const pid of seen) await until(() => !isAlive(pid), `process ${pid} was left running`);
  });
});

describe("an embedded cluster that cannot start", function () {
  this.timeout(60_000);
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "model-serving-cluster-"));
  });
  afterEach(async () => {
    await clusterDown(join(root, "state"));
    rmSync(root, { recursive: true, force: true });
  });

  /** Brings up a cluster whose programs are all one script. */
  async function up(script: string, lines: string[] = []): Promise<Cluster> {
    const program = join(root, "program");
    writeFileSync(program, `#!/bin/sh\n${script}\n`);
    chmodSync(program, 0o755);
    const executables = Object.fromEntries(COMPONENT_NAMES.map((name) => [name, program]));
    const paths = layout(join(root, "state"));
    makeFolders(paths);
    const tools = {
      executables: executables as Record<ComponentName, string>,
      kserveDir: await moduleDir("kserve-manager"),
    };
    return bringUp(paths, tools, (line) => lines.push(line));
  }

  it("names the component that ended, its log and its last words", async () => {
    const log = join(root, "state", "logs", "etcd.log");
    await assert.rejects(up("echo first; echo cannot open data >&2; exit 3"), (error: Error) => {
      assert.equal(error.message, `etcd ended while starting; the last lines of ${log}:\n  first\n  cannot open data`);
      return true;
    });
  });

  it("tries other ports when one is taken, and gives up in the end", async () => {
    const lines: string[] = [];
    const ports = new Set<string>();
    const cluster = join(root, "state", "cluster.json");
    const script = `cat ${cluster} >> ${root}/ports; echo "listen: bind: address already in use"; exit 1`;
    await assert.rejects(up(script, lines), /^ComponentError: etcd ended while starting/);
    assert.equal(lines.filter((line) => line === "A port was taken meanwhile; starting on others").length, 3);
    for (const [, port] of readFileSync(join(root, "ports"), "utf8").matchAll(/"apiServer": (\d+)/g)) ports.add(port!);
    assert.equal(ports.size, 4);
  });
});

function running(dir: string): Partial<Record<ComponentName, number>> {
  const { components } = clusterStatus(dir);
  return Object.fromEntries(components.filter(({ pid }) => pid !== undefined).map(({ name, pid }) => [name, pid]));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
