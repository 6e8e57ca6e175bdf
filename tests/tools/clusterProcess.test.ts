import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  logTail,
  recordedProcesses,
  runningProcess,
  startProcess,
  stopProcesses,
  type ProcessFolders,
} from "../../tools/cluster/process";
import { until } from "../cluster/harness";

describe("processes of the cluster", function () {
  this.timeout(20_000);
  let root: string;
  let folders: ProcessFolders;
  const bystanders: ChildProcess[] = [];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "model-serving-process-"));
    folders = { records: join(root, "records"), logs: join(root, "logs") };
    mkdirSync(folders.records);
    mkdirSync(folders.logs);
  });
  afterEach(async () => {
    await stopProcesses(folders, recordedProcesses(folders), 0);
    for (const bystander of bystanders.splice(0)) bystander.kill("SIGKILL");
    rmSync(root, { recursive: true, force: true });
  });

  function shell(name: string, script: string, env: Record<string, string> = {}): void {
    startProcess(folders, {
      name,
      executable: "/bin/sh",
      args: ["-c", script],
      env: { PATH: "/bin:/usr/bin", ...env },
    });
  }

  function bystander(): number {
    const child = spawn("/bin/sh", ["-c", "sleep 600"], { stdio: "ignore" });
    bystanders.push(child);
    return child.pid!;
  }

  it("are recorded before they run", async () => {
    shell("early", `cat ${join(folders.records, "early")}; sleep 600`);
    await until(() => logTail(folders, "early") !== "", "nothing was printed");
    assert.equal(logTail(folders, "early"), readFileSync(join(folders.records, "early"), "utf8").trim());
  });

  it("run with the environment given and nothing else, their output in a log for the owner only", async () => {
    process.env.LEAK = "leaked";
    shell("env", 'echo "[$LEAK][$GIVEN]"; echo error >&2', { GIVEN: "given" });
    delete process.env.LEAK;
    await until(() => logTail(folders, "env").includes("error"), "nothing was printed");
    assert.equal(logTail(folders, "env"), "[][given]\nerror");
    assert.equal(statSync(join(folders.logs, "env.log")).mode & 0o077, 0);
  });

  it("are known to run until they end", async () => {
    shell("brief", "read line < /dev/zero");
    shell("long", "sleep 600");
    assert.equal(typeof runningProcess(folders, "long"), "number");
    await stopProcesses(folders, ["long"]);
    assert.equal(runningProcess(folders, "long"), undefined);
    assert.equal(runningProcess(folders, "never started"), undefined);
  });

  it("end by force when they ignore being asked", async () => {
    shell("stubborn", "trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await until(() => logTail(folders, "stubborn") === "ready", "it did not start");
    const pid = runningProcess(folders, "stubborn");
    assert.ok(pid !== undefined);
    await stopProcesses(folders, ["stubborn"], 200);
    await until(() => !isAlive(pid), "it was not ended");
    assert.deepEqual(recordedProcesses(folders), []);
  });

  it("are told from another process that got the same id since", async () => {
    shell("old", "sleep 600");
    const [, ...start] = readFileSync(join(folders.records, "old"), "utf8").split(" ");
    const innocent = bystander();
    writeFileSync(join(folders.records, "reused"), [innocent, ...start.slice(0, -1), "1\n"].join(" "));
    assert.equal(runningProcess(folders, "reused"), undefined);
    await stopProcesses(folders, ["reused"]);
    assert.ok(isAlive(innocent));
    assert.equal(existsSync(join(folders.records, "reused")), false);
  });

  for (const record of ["", "1 x", "-1 x", "garbage", "99999999 x"]) {
    it(`an unusable record (${JSON.stringify(record)}) names no process`, async () => {
      writeFileSync(join(folders.records, "odd"), record);
      assert.equal(runningProcess(folders, "odd"), undefined);
      await stopProcesses(folders, ["odd"]);
    });
  }

  it("never become the program when the starter dies before recording them", async () => {
    const marker = join(root, "ran");
    const program = join(__dirname, "..", "..", "tools", "cluster", "process.js");
    // The same start as startProcess makes, by a process that is killed at the moment between start and record.
    const script = `
      const fs = require("node:fs");
      const write = fs.writeFileSync;
      fs.writeFileSync = (...args) => process.kill(process.pid, "SIGKILL");
      require(${JSON.stringify(program)}).startProcess(${JSON.stringify(folders)}, {
        name: "lost", executable: "/bin/sh", args: ["-c", "touch ${marker}"], env: { PATH: "/bin:/usr/bin" } });`;
    const starter = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    await until(() => starter.signalCode === "SIGKILL", "the starter was not killed");
    // A second process of the same kind that is let go shows that the first has had its time.
    shell("after", `sleep 0.2; test -e ${marker}; echo $?`);
    await until(() => logTail(folders, "after") !== "", "nothing was printed");
    assert.equal(logTail(folders, "after"), "1");
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
