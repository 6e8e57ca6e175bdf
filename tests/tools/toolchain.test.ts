import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath } from "../../tools/repository";
import { modulePath, writeRecord } from "../../tools/toolchain/build";
import { buildFailure, GO_VERSION } from "../../tools/toolchain/go";
import { withProgress } from "../../tools/toolchain/progress";
import { compareVersions, findVersion, isAccepted, tools } from "../../tools/toolchain/tools";
import { until } from "../cluster/harness";
import { cached, goFolder, HELLO, openSandbox, PINNED, type Sandbox } from "./goModule";

describe("toolchain: an executable of PATH", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = openSandbox();
  });
  afterEach(() => {
    sandbox.remove();
  });

  it("is used when its version is accepted, said once, and nothing is built", async () => {
    const hello = sandbox.script("hello", "echo hello version v1.9.0");
    const toolchain = sandbox.toolchain();
    assert.deepEqual(await toolchain.ensure(["hello"]), { hello });
    assert.deepEqual(await toolchain.ensure(["hello"]), { hello });
    assert.equal(sandbox.printed(), `hello 1.9.0: ${hello}\n`);
    assert.deepEqual(cached(sandbox), []);
  });

  const refused: [string, string, string][] = [
    ["too old", "echo 1.1.9", "is version 1.1.9"],
    ["too new", "echo 2.0.0", "is version 2.0.0"],
    ["silent about its version", "echo no idea", "tells no version"],
    ["broken", "exit 1", "tells no version"],
  ];
  for (const [name, body, why] of refused) {
    it(`that is ${name} is not used, and the pinned version is built`, async () => {
      const script = sandbox.script("hello", body);
      const { hello } = await sandbox.toolchain().ensure(["hello"]);
      assert.equal(hello, join(sandbox.links, "hello"));
      assert.equal(execFileSync(hello, { encoding: "utf8" }), "hello 1.2.3\n");
      assert.match(sandbox.printed(), new RegExp(`^hello: ${script} ${why}, needed is >=1.2.0 <2.0.0; not used$`, "m"));
    });
  }

  it("is never used for a tool that cannot tell its version", async () => {
    sandbox.script("hello", "echo 1.2.3");
    const { hello } = await sandbox.toolchain({ tool: PINNED }).ensure(["hello"]);
    assert.equal(hello, join(sandbox.links, "hello"));
  });
});

describe("toolchain: a build", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = openSandbox();
  });
  afterEach(() => {
    sandbox.remove();
  });

  it("happens once, is linked, shows its name and time, and leaves only the finished tool", async () => {
    const { hello } = await sandbox.toolchain().ensure(["hello"]);
    assert.equal(execFileSync(hello, { encoding: "utf8" }), "hello 1.2.3\n");
    const [entry = "", ...others] = cached(sandbox);
    assert.deepEqual(others, []);
    assert.equal(readlinkSync(hello), join(sandbox.cache, entry, "hello"));
    assert.match(
      sandbox.printed(),
      /^Building hello 1\.2\.3 \(usually 1 s on two cores\) \.\.\.\nBuilding hello 1\.2\.3: done in \d+ s\n$/,
    );

    const again = sandbox.toolchain({ path: ["/no-go-here"] });
    assert.deepEqual(await again.ensure(["hello"]), { hello });
    assert.equal(sandbox.printed().split("\n").length, 3, "a second toolchain finds it without Go and without a word");
  });

  it("is made again when what it is made from changes", async () => {
    await sandbox.toolchain().ensure(["hello"]);
    const { hello } = await sandbox.toolchain({ tool: { ...HELLO, version: "1.2.4" } }).ensure(["hello"]);
    assert.equal(execFileSync(hello, { encoding: "utf8" }), "hello 1.2.4\n");
    assert.equal(cached(sandbox).length, 2);
  });

  it("runs once when two processes want the tool at the same time", async () => {
    const [first, second] = [sandbox.toolchain(), sandbox.toolchain()];
    const [one, two] = await Promise.all([first.ensure(["hello"]), second.ensure(["hello"])]);
    assert.deepEqual(one, two);
    assert.equal(sandbox.printed().match(/done in/g)?.length, 1);
    assert.equal(sandbox.printed().match(/^Waiting for another command that builds tools/gm)?.length, 1);
  });

  it("that was killed leaves nothing half done, and the next one works", async () => {
    const { builder, go } = await stuckBuild(sandbox);
    builder.kill("SIGKILL");
    await until(() => builder.signalCode === "SIGKILL", "the builder was not killed");
    process.kill(go);
    assert.ok(cached(sandbox).every((entry) => entry.includes(".partial-")));

    const { hello } = await sandbox.toolchain({ path: [goFolder] }).ensure(["hello"]);
    assert.equal(execFileSync(hello, { encoding: "utf8" }), "hello 1.2.3\n");
    assert.ok(
      cached(sandbox).every((entry) => !entry.includes(".partial-")),
      cached(sandbox).join(),
    );
  });

  it("that is interrupted ends go as well and removes what it had begun", async () => {
    const { builder, go } = await stuckBuild(sandbox);
    builder.kill("SIGINT");
    await until(() => builder.exitCode === 1, "the builder did not end");
    await until(() => !isAlive(go), "go was left running");
    assert.deepEqual(cached(sandbox), []);
  });

  it("that fails says why in one message without a stack, and leaves nothing", async () => {
    const broken = sandbox.toolchain({ tool: { ...HELLO, package: "example.test/hello/cmd/absent" } });
    await assert.rejects(broken.ensure(["hello"]), (error: Error) => {
      assert.equal(error.name, "ToolchainError");
      assert.match(error.message, /^hello does not build; go says:\n {2}.*cmd\/absent/);
      return true;
    });
    assert.deepEqual(cached(sandbox), []);
    assert.match(sandbox.printed(), /failed after \d+ s/);
  });

  it("uses main.go as edited, and refuses an edit that no longer fits", async () => {
    const edit = { why: "test", replace: `"hello"`, with: `"edited"` };
    const { hello } = await sandbox.toolchain({ tool: { ...HELLO, edit } }).ensure(["hello"]);
    assert.equal(execFileSync(hello, { encoding: "utf8" }), "edited 1.2.3\n");
    const gone = sandbox.toolchain({ tool: { ...HELLO, edit: { ...edit, replace: "no such text" } } });
    await assert.rejects(gone.ensure(["hello"]), /main\.go does not hold "no such text" exactly once/);
  });

  it("tells where the sources of its module lie, without asking Go again", async () => {
    const folder = await sandbox.toolchain().moduleDir("hello");
    assert.ok(existsSync(join(folder, "cmd", "hello", "main.go")));
    assert.equal(await sandbox.toolchain({ path: ["/no-go-here"] }).moduleDir("hello"), folder);
  });

  it("finds the sources again after Go's module cache was cleaned", async () => {
    const folder = await sandbox.toolchain().moduleDir("hello");
    const [entry = ""] = cached(sandbox);
    writeRecord(join(sandbox.cache, entry), { moduleDir: "/cleaned/away" });
    await assert.rejects(sandbox.toolchain({ path: ["/no-go-here"] }).moduleDir("hello"), /Go is needed for/);
    assert.equal(await sandbox.toolchain().moduleDir("hello"), folder);
    assert.equal(await sandbox.toolchain({ path: ["/no-go-here"] }).moduleDir("hello"), folder);
  });
});

describe("toolchain: Go", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = openSandbox();
  });
  afterEach(() => {
    sandbox.remove();
  });

  it("that is missing is asked for in one sentence that names the tool and the way out", async () => {
    await assert.rejects(sandbox.toolchain({ path: [sandbox.bin] }).ensure(["hello"]), {
      name: "ToolchainError",
      message:
        "Go is needed for hello, and there is none in PATH. " +
        `Install Go ${GO_VERSION} or newer (https://go.dev/dl), or put into PATH: hello >=1.2.0 <2.0.0.`,
    });
    assert.deepEqual(cached(sandbox), []);
  });

  const tooOld: [string, string][] = [
    ["refuses the go.mod", `case "$1" in env) exit 1 ;; version) echo go version go1.20.4 linux/amd64 ;; esac`],
    ["answers with an old version", `case "$1" in env) echo go1.20.4 ;; version) echo go version go1.20.4 x/y ;; esac`],
  ];
  for (const [name, body] of tooOld) {
    it(`that is too old and ${name} is named with its version`, async () => {
      const go = sandbox.script("go", body);
      await assert.rejects(sandbox.toolchain({ path: [sandbox.bin] }).ensure(["hello"]), {
        name: "ToolchainError",
        message:
          `Go 1.20.4 (${go}) is too old for hello. ` +
          `Install Go ${GO_VERSION} or newer (https://go.dev/dl), or put into PATH: hello >=1.2.0 <2.0.0.`,
      });
    });
  }

  it("that cannot download gives one sentence about the network, with its last words", () => {
    const stderr =
      'go: downloading a v1\ngo: example.test/a@v1: Get "https://proxy": dial tcp: lookup proxy: no such host\n';
    const { message } = buildFailure("hello", { code: 1, stdout: "", stderr }, { GOPROXY: "https://proxy" });
    assert.match(
      message,
      /^The Go modules of hello could not be downloaded; check the network and GOPROXY \(https:\/\/proxy\)\./,
    );
    assert.match(message, /no such host/);
    assert.doesNotMatch(message, /downloading a v1/);
  });
});

describe("toolchain: the table of tools", () => {
  for (const [name, tool] of Object.entries(tools)) {
    it(`${name}: its module pins the version that the table names, and asks for no newer Go`, () => {
      const goMod = readFileSync(repositoryPath("tools", "toolchain", tool.module, "go.mod"), "utf8");
      const module = modulePath(goMod, tool);
      assert.match(goMod, new RegExp(`\\s${module} v${tool.version}( |$)`, "m"));
      assert.match(goMod, new RegExp(`^tool \\(?[^)]*${tool.package}$`, "m"));
      assert.match(goMod, new RegExp(`^go ${GO_VERSION}$`, "m"));
      assert.doesNotMatch(goMod, /^toolchain /m);
    });
    if (tool.path !== undefined && "from" in tool.path) {
      const { from, below } = tool.path;
      it(`${name}: the version it pins is one it would accept`, () => {
        assert.ok(isAccepted(tool.version, { from, below }));
      });
    }
  }

  it("compares versions by number", () => {
    const sorted = ["1.9.0", "1.10.0", "0.99.99", "1.9.10"].sort(compareVersions);
    assert.deepEqual(sorted, ["0.99.99", "1.9.0", "1.9.10", "1.10.0"]);
  });

  it("finds the version in what tools print", () => {
    const printed = ["etcd Version: 3.6.4\nGo Version: go1.26.8", "Kubernetes v1.34.2", "v3.18.6+gb76a950", "none"];
    assert.deepEqual(printed.map(findVersion), ["3.6.4", "1.34.2", "3.18.6", undefined]);
  });
});

describe("toolchain: progress on a terminal", () => {
  it("is one line that is replaced by the outcome", async () => {
    let text = "";
    await withProgress({ isTTY: true, write: (part: string) => (text += part) }, "Building x", 5, () =>
      Promise.resolve(),
    );
    assert.equal(text, "\rBuilding x: 0 s (usually 5 s on two cores)\r\u001b[KBuilding x: done in 0 s\n");
  });
});

/** A process in the middle of a build that never ends: its go sleeps once it is told to build. */
async function stuckBuild(sandbox: Sandbox): Promise<{ builder: ChildProcess; go: number }> {
  const pid = join(sandbox.bin, "pid");
  const sleep = `echo $$ > ${pid}.new; /bin/mv ${pid}.new ${pid}; exec /bin/sleep 600`;
  sandbox.script("go", `case "$1" in build) ${sleep} ;; *) exec ${join(goFolder, "go")} "$@" ;; esac`);
  const program = join(__dirname, "ensureHello.js");
  const builder = spawn(process.execPath, [program, JSON.stringify(sandbox.settings())], { stdio: "ignore" });
  await until(() => existsSync(pid), "the build did not begin");
  return { builder, go: Number(readFileSync(pid, "utf8")) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
