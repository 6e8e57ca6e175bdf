import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../cli/program";
import { rules } from "../../policies/rules";

const service = (labels = "{networking.kserve.io/visibility: exposed}") => `
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: granite, namespace: models, labels: ${labels}}
spec: {predictor: {model: {modelFormat: {name: vLLM}, runtime: granite, storageUri: "oci://registry.example/granite:1"}}}
---
apiVersion: serving.kserve.io/v1alpha1
kind: ServingRuntime
metadata: {name: granite, namespace: models}
spec: {containers: [{name: kserve-container, image: "registry.example/vllm:1"}], supportedModelFormats: [{name: vLLM}]}
`;

const route = (name: string) => `
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: ${name}, namespace: models}
spec: {to: {kind: Service, name: granite-predictor}}
`;

const node = `
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {cpu: "8", memory: 64Gi, pods: "110"}}}
`;

const misshapen = `
apiVersion: v1
kind: Node
metadata: {name: b}
status: {allocatable: {cpu: abc}}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: models}
spec: {containers: {main: {}}, initContainers: [{env: A}]}
`;

describe("model-serving lint", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lint-"));
    const files = {
      "clean.yaml": service(),
      "second-route.yaml": `${service()}---\n${route("granite")}`,
      "second-route.json": JSON.stringify({ apiVersion: "v1", kind: "List", items: [] }),
      "nodes.yaml": node,
      "broken.yaml": "a: [1\n",
      "misshapen.yaml": `${node}---\n${misshapen}`,
      "nameless.yaml": `${route("x")}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {}\n`,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  function lint(...args: string[]) {
    const output = { stdout: "", stderr: "" };
    const paths = args.map((arg) => arg.replace(/^(--cluster=)?(?=[\w-]+\.(yaml|json)$)/, `$1${folder}/`));
    const code = run(["lint", ...paths], {
      stdout: (text) => (output.stdout += text),
      stderr: (text) => (output.stderr += text),
      color: false,
    });
    const short = (text: string) => text.replaceAll(`${folder}/`, "");
    return { code, stdout: short(output.stdout), stderr: short(output.stderr) };
  }

  it("refuses an inventory of the wrong shape, with every file, line, path and value", () => {
    const { code, stderr } = lint("clean.yaml", "--cluster", "misshapen.yaml");
    assert.equal(code, 2);
    assert.match(stderr, /misshapen\.yaml:\d+.*Node b: status\.allocatable\["cpu"\]: .*"abc"/);
    assert.match(stderr, /misshapen\.yaml:\d+.*Pod models\/p: spec\.containers is \{"main":\{\}\}, expected a list/);
    assert.match(stderr, /Pod models\/p: spec\.initContainers\[0\]\.env is a text, expected a list/);
  });

  it("ends with 0 and says so when nothing is wrong", () => {
    const { code, stdout, stderr } = lint("clean.yaml");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^✓ No findings\./);
  });

  it("ends with 1 and names the file of a mandatory finding", () => {
    const { code, stdout } = lint("second-route.yaml");
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^Route models\/granite {2}\(second-route\.yaml, document 3\)\n {2}✗ mandatory {2}expose\/no-second-route$/m,
    );
  });

  it("judges files together: what one lacks another may have", () => {
    assert.equal(lint("clean.yaml", "nodes.yaml").code, 0);
  });

  it("prints JSON for programs, and nothing else on standard output", () => {
    const { code, stdout } = lint("second-route.yaml", "--format", "json");
    const report = JSON.parse(stdout) as { findings: { rule: string }[]; summary: { mandatory: number } };
    assert.equal(code, 1);
    assert.deepEqual(
      report.findings.map(({ rule }) => rule),
      ["expose/no-second-route"],
    );
    assert.equal(report.summary.mandatory, 1);
  });

  it("never judges the inventory", () => {
    assert.equal(lint("clean.yaml", "--cluster", "second-route.yaml", "nodes.yaml").code, 0);
  });

  const inventories: [name: string, args: string[]][] = [
    ["after the files", ["second-route.yaml", "--cluster", "nodes.yaml"]],
    ["before the files", ["--cluster", "nodes.yaml", "second-route.yaml"]],
    ["with an equals sign", ["--cluster=nodes.yaml", "second-route.yaml"]],
    ["given twice", ["second-route.yaml", "--cluster", "nodes.yaml", "--cluster", "nodes.yaml"]],
  ];
  for (const [name, args] of inventories) {
    it(`takes the inventory ${name}`, () => {
      const { code, stdout, stderr } = lint(...args);
      assert.deepEqual([code, stderr], [1, ""]);
      assert.match(stdout, /second-route\.yaml, document 3/);
    });
  }

  it("accepts a finding with an exception, and prints who did", () => {
    const file = join(folder, "accepted.yaml");
    writeFileSync(
      file,
      "- {rule: expose/no-second-route, resource: Route/models/*, reason: moving, owner: web, expires: 2999-12-31}",
    );
    const { code, stdout } = lint("second-route.yaml", "--exceptions", file);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /Accepted until 2999-12-31 by web: expose\/no-second-route on Route models\/granite \(moving\)/,
    );
  });

  it("takes own catalogue entries, and names every mistake in them before anything is judged", () => {
    const file = join(folder, "catalog.yaml");
    writeFileSync(file, "accelerators: [{name: NVIDIA-L4, usableMemoryGib: 22.1}]");
    assert.deepEqual(lint("clean.yaml", "--catalog", file), lint("clean.yaml"));
    writeFileSync(file, "accelerators: [{name: NVIDIA-L4, vendor: nvida}]\nmodles: []");
    const { code, stdout, stderr } = lint("clean.yaml", "--catalog", file);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.deepEqual(stderr.replaceAll(`${folder}/`, "").trimEnd().split("\n"), [
      "error: catalog.yaml: modles: unknown key; did you mean models?",
      'error: catalog.yaml: accelerators[0].vendor: "nvida" is not "nvidia" or "amd" or "intel" or "ibm" or "aws" or "google"; did you mean nvidia?',
    ]);
  });

  it("never prints a credential, even where a finding quotes the same text", () => {
    const file = join(folder, "token.yaml");
    const env = "runtime: hf-0123456789, env: [{name: HF_TOKEN, value: hf-0123456789}]";
    writeFileSync(file, service().replace("runtime: granite", env));
    const { stdout } = lint(file);
    assert.match(stdout, /runtime is "\[secret\]"/);
    assert.doesNotMatch(stdout, /hf-0123456789/);
  });

  it("ends with 2 and reports all mistakes in the input at once, without judging", () => {
    const { code, stdout, stderr } = lint(
      ...["second-route.yaml", "broken.yaml", "nameless.yaml", "clena.yaml", "--cluster", "broken.yaml"],
      ...["--format", "jsonn", "--profile", "strickt", "--exceptions", "no.yaml"],
    );
    assert.deepEqual([code, stdout], [2, ""]);
    assert.deepEqual(stderr.trimEnd().split("\n"), [
      'error: --format: found "jsonn", expected text or json; did you mean json?',
      'error: --profile: found "strickt", expected minimal or standard or strict; did you mean strict?',
      "error: broken.yaml:1:6: not valid YAML or JSON: deficient indentation",
      "error: clena.yaml: there is no such file or folder; did you mean clean.yaml?",
      "error: broken.yaml:1:6: not valid YAML or JSON: deficient indentation",
      "error: nameless.yaml:6: document 2: metadata.name is missing",
      `error: no.yaml: cannot be read: ENOENT: no such file or directory, open '${join(folder, "no.yaml")}'`.replaceAll(
        `${folder}/`,
        "",
      ),
    ]);
  });

  const unusable: [name: string, args: string[], message: RegExp][] = [
    ["no files", [], /^error: lint: expected files or folders to judge, or - for standard input$/m],
    ["only inventory", ["--cluster", "nodes.yaml"], /name them first, or write --cluster=<file>$/m],
    ["an unknown option", ["clean.yaml", "--formt", "json"], /unknown option '--formt'\n\(Did you mean --format\?\)/],
    [
      "an option without its value",
      ["clean.yaml", "--profile"],
      /'--profile <minimal\|standard\|strict>' argument missing/,
    ],
    [
      "a list without objects",
      ["second-route.json", "--profile", "x"],
      /found "x", expected minimal or standard or strict$/m,
    ],
  ];
  for (const [name, args, message] of unusable) {
    it(`ends with 2 for ${name}`, () => {
      const { code, stdout, stderr } = lint(...args);
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ {4}at /m);
    });
  }

  const main = join(__dirname, "../../cli/main.js");

  it("runs as a program: standard input, exit code, no colours in a pipe", () => {
    const child = spawnSync(process.execPath, [main, "lint", "-"], {
      input: `${service()}---\n${route("granite")}`,
      encoding: "utf8",
    });
    assert.equal(child.status, 1, child.stderr);
    assert.match(child.stdout, /^Route models\/granite {2}\(standard input, document 3\)$/m);
    assert.equal(child.stderr, "");
  });

  it("ends with 2 and one line where the result cannot be written", function () {
    if (!existsSync("/dev/full")) this.skip();
    const full = openSync("/dev/full", "w");
    const child = spawnSync(process.execPath, [main, "rules"], { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
    closeSync(full);
    assert.equal(child.status, 2, child.stderr);
    assert.match(child.stderr, /^error: standard output: cannot be written: ENOSPC.*\n$/);
  });

  it("says nothing and keeps its exit code where nobody reads the result", async () => {
    const child = spawn(process.execPath, [main, "rules"], { stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
    const [status] = (await once(child, "close")) as [number];
    assert.deepEqual([status, stderr], [0, ""]);
  });
});

describe("model-serving", () => {
  function command(...args: string[]) {
    const output = { stdout: "", stderr: "" };
    const code = run(args, {
      stdout: (text) => (output.stdout += text),
      stderr: (text) => (output.stderr += text),
      color: false,
    });
    return { code, ...output };
  }

  it("suggests the command that was meant", () => {
    const { code, stderr } = command("lnit", "a.yaml");
    assert.equal(code, 2);
    assert.match(stderr, /unknown command 'lnit'\n\(Did you mean lint\?\)/);
  });

  it("explains itself on request, with the exit codes", () => {
    const { code, stdout } = command("lint", "--help");
    assert.equal(code, 0);
    assert.match(stdout, /Exit code: 0 no mandatory findings, 1 mandatory findings, 2 bad input\./);
  });

  it("lists every rule", () => {
    const { code, stdout } = command("rules");
    assert.equal(code, 0);
    for (const { id, title } of rules) assert.ok(stdout.includes(id) && stdout.includes(title), id);
  });

  it("lists every rule with its metadata as JSON", () => {
    const listed = JSON.parse(command("rules", "--format", "json").stdout) as { id: string; source: string }[];
    assert.deepEqual(
      listed.map(({ id }) => id),
      rules.map(({ id }) => id),
    );
    assert.ok(listed.every(({ source }) => source !== ""));
  });
});
