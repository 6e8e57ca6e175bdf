import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnforcementLevel, PolicyType } from "@pulumi/pulumi/proto/analyzer_pb";
import fc from "fast-check";
import { redact, sensitiveTexts } from "../../policies/report/redaction";
import { objectsOfStack } from "../../policies/pack/objects";
import { policies, policyName, ruleId } from "../../policies/pack/policies";
import { projectFolder } from "../../policies/pack/projectFolder";
import { plainProperties } from "../../policies/pack/properties";
import { readSettings } from "../../policies/pack/settings";
import type { Evaluation } from "../../policies/evaluate";
import { rules } from "../../policies/rules";
import { UNKNOWN } from "../../sdk/pod/unknown";
import { version } from "../../sdk/version";
import { repositoryPath } from "../../tools/repository";
import { startPack, type TestPack, type TestResource } from "./packClient";
import { findAccelerator } from "../../sdk/catalog/accelerators";
import { builtInCatalog } from "../../sdk/catalog/catalog";

const MAIN = join(__dirname, "../../policies/pack/main.js");
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = <T>(value: T) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const service: TestResource = {
  urn: "urn:pulumi:dev::test::kubernetes:serving.kserve.io/v1beta1:InferenceService::granite",
  type: "kubernetes:serving.kserve.io/v1beta1:InferenceService",
  properties: {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "granite", namespace: "models", labels: { "networking.kserve.io/visibility": "exposed" } },
    spec: { predictor: { model: { modelFormat: { name: "vLLM" }, runtime: "granite" } } },
  },
};

const runtime: TestResource = {
  urn: "urn:pulumi:dev::test::kubernetes:serving.kserve.io/v1alpha1:ServingRuntime::granite",
  type: "kubernetes:serving.kserve.io/v1alpha1:ServingRuntime",
  properties: {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata: { name: "granite", namespace: "models" },
    spec: {
      containers: [{ name: "kserve-container", image: "registry.example/vllm:1" }],
      supportedModelFormats: [{ name: "vLLM" }],
    },
  },
};

const route: TestResource = {
  urn: "urn:pulumi:dev::test::kubernetes:route.openshift.io/v1:Route::public",
  type: "kubernetes:route.openshift.io/v1:Route",
  properties: {
    apiVersion: "route.openshift.io/v1",
    kind: "Route",
    metadata: { name: "granite", namespace: "models" },
    spec: { to: { kind: "Service", name: "granite-predictor" } },
  },
};

const stack = [service, runtime, route];
const SECOND_ROUTE = "expose.no-second-route";

describe("properties from the wire", () => {
  it("keep secrets for the rules and tell them apart", () => {
    assert.deepEqual(
      plainProperties({
        metadata: { name: "granite" },
        spec: secret({ args: ["--api-key=abc", "granite"], gpus: 2, later: UNKNOWN_TEXT }),
        output: { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: "x1", secret: true },
        pending: { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: false },
      }),
      {
        value: {
          metadata: { name: "granite" },
          spec: { args: ["--api-key=abc", "granite"], gpus: 2, later: UNKNOWN },
          output: "x1",
          pending: UNKNOWN,
        },
        secrets: ["--api-key=abc", "x1"],
      },
    );
  });

  it("keep every value, whatever part of it is secret", () => {
    const wrapped = (value: unknown, random: () => boolean): unknown => {
      const inner = Array.isArray(value)
        ? value.map((item) => wrapped(item, random))
        : typeof value === "object" && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrapped(item, random)]))
          : value;
      return random() ? secret(inner) : inner;
    };
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.infiniteStream(fc.boolean()),
        (properties, choices) => {
          const random = () => choices.next().value as boolean;
          const wire = Object.fromEntries(
            Object.entries(properties).map(([key, value]) => [key, wrapped(value, random)]),
          );
          assert.equal(JSON.stringify(plainProperties(wire).value), JSON.stringify(properties));
        },
      ),
    );
  });
});

describe("Kubernetes objects of a stack", () => {
  const cases: [name: string, type: string, properties: TestResource["properties"], object: unknown][] = [
    ["a custom resource", route.type, route.properties, route.properties],
    [
      "a native one, without what the server added",
      "kubernetes:core/v1:ConfigMap",
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "a", uid: "1", resourceVersion: "2", managedFields: [{}], annotations: { a: "b" } },
        status: { x: 1 },
        data: { k: "v" },
      },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations: { a: "b" } }, data: { k: "v" } },
    ],
    [
      "one whose name the provider will make up",
      "kubernetes:core/v1:ConfigMap",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "a" } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "a", name: UNKNOWN } },
    ],
    [
      "one whose metadata is not known yet",
      "kubernetes:core/v1:ConfigMap",
      { apiVersion: "v1", kind: "ConfigMap", metadata: UNKNOWN_TEXT },
      { apiVersion: "v1", kind: "ConfigMap", metadata: UNKNOWN },
    ],
  ];
  for (const [name, type, properties, object] of cases) {
    it(`contain ${name}`, () => {
      assert.deepEqual(objectsOfStack([{ urn: "urn:x", type, properties }]).objects, [
        { object, source: { from: "stack", urn: "urn:x" } },
      ]);
    });
  }

  const others: [name: string, type: string, properties: TestResource["properties"]][] = [
    ["the stack itself", "pulumi:pulumi:Stack", {}],
    ["a provider", "pulumi:providers:kubernetes", { kubeconfig: "k" }],
    ["a component", "model-serving:index:ModelDeployment", { apiVersion: "v1", kind: "x" }],
    ["a Helm release", "kubernetes:helm.sh/v3:Release", { chart: "x" }],
    ["a patch of somebody else's object", "kubernetes:core/v1:NodePatch", { apiVersion: "v1", kind: "Node" }],
  ];
  for (const [name, type, properties] of others) {
    it(`do not contain ${name}`, () => {
      assert.deepEqual(objectsOfStack([{ urn: "urn:x", type, properties }]).objects, []);
    });
  }
});

describe("redaction", () => {
  const object = {
    kind: "InferenceService",
    spec: {
      env: [
        { name: "HF_TOKEN", value: "hf_abcdef" },
        { name: "MODE", value: "fast" },
      ],
      args: ["--api-key=k-123456", "--tokenizer=auto", "--ssl-password", "p-123456", "--max-num-batched-tokens=8192"],
    },
  };
  const data = { kind: "Secret", data: { user: "dXNlcg==" }, stringData: { url: "https://a.example" } };
  const source = { from: "inventory" as const };

  it("knows credentials by the name of their variable, flag or kind", () => {
    const texts = sensitiveTexts([
      { object, source },
      { object: data, source },
    ]);
    assert.deepEqual(texts.sort(), ["dXNlcg==", "hf_abcdef", "https://a.example", "k-123456", "p-123456"]);
  });

  it("replaces them in all that a finding says, but never a count", () => {
    const finding = {
      rule: "gpu/no-idle-gpus",
      level: "mandatory" as const,
      outcome: "fail" as const,
      message: "--api-key=k-123456-b and k-123456 of 8192",
      fix: "drop k-123456",
      path: "spec.args[0]",
      resource: { apiVersion: "v1", kind: "Pod", name: "a" },
    };
    const summary: Evaluation["summary"] = {
      objects: 1,
      rules: 1,
      mandatory: 1,
      advisory: 0,
      unknown: 0,
      excepted: 0,
      expired: 0,
    };
    const evaluation: Evaluation = { findings: [finding], excepted: [], summary };
    assert.deepEqual(redact(evaluation, ["k-123456", "k-123456-b", "8192", "true"]), {
      findings: [{ ...finding, message: "--api-key=[secret] and [secret] of 8192", fix: "drop [secret]" }],
      excepted: [],
      summary,
    });
  });
});

describe("names of policies", () => {
  it("spell every rule in a way CrossGuard accepts, and back", () => {
    for (const { id } of rules) {
      assert.match(policyName(id), /^[a-zA-Z0-9-_.]{1,100}$/);
      assert.equal(ruleId(policyName(id)), id);
    }
    assert.equal(new Set(policies.map(({ name }) => name)).size, rules.length + 1);
  });
});

describe("project folder", () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
    mkdirSync(join(folder, "inner/deep"), { recursive: true });
    mkdirSync(join(folder, "elsewhere/dist"), { recursive: true });
    writeFileSync(join(folder, "Pulumi.yaml"), "name: outer\nruntime: nodejs\n");
    writeFileSync(join(folder, "inner/Pulumi.yml"), "name: inner\nruntime: nodejs\n");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const cases: [name: string, project: string, starts: string[], found: string][] = [
    ["above the program", "inner", ["inner/deep"], "inner"],
    ["past a project of another name", "outer", ["inner/deep"], "."],
    ["above the shell when the program lies elsewhere", "inner", ["elsewhere/dist", "inner"], "inner"],
    ["nowhere: then the first place counts", "other", ["elsewhere/dist", "inner"], "elsewhere/dist"],
  ];
  for (const [name, project, starts, found] of cases) {
    it(`is found ${name}`, () => {
      const paths = starts.map((start) => join(folder, start));
      assert.equal(projectFolder(project, paths), join(folder, found));
    });
  }
});

describe("settings of the pack", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "settings-"));
    writeFileSync(join(folder, "nodes.yaml"), "apiVersion: v1\nkind: Node\nmetadata: {name: a}\n");
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("default to the standard profile without inventory", () => {
    assert.deepEqual(readSettings(new Map(), folder, {}), {
      profile: "standard",
      levels: {},
      exceptions: [],
      inventory: [],
      catalog: builtInCatalog,
    });
  });

  it("read own catalogue entries, relative to the project, and refuse wrong ones", () => {
    const entry = "accelerators: [{name: NVIDIA-L4, usableMemoryGib: 22.1}]";
    writeFileSync(join(folder, "catalog.yaml"), entry);
    writeFileSync(join(folder, "wrong.yaml"), entry.replace("usable", "usabel"));
    const read = (catalog: string) =>
      readSettings(new Map([["pack.settings", { level: "mandatory", properties: { catalog } }]]), folder, {}).catalog;
    assert.equal(findAccelerator("L4", read("catalog.yaml").accelerators)?.product?.usableMemoryGib, 22.1);
    assert.throws(
      () => read("wrong.yaml"),
      /wrong\.yaml: accelerators\[0\]\.usabelMemoryGib: unknown key; did you mean/,
    );
    assert.throws(() => read("no.yaml"), /no\.yaml: cannot be read/);
  });

  it("take levels by policy name, and remediate as mandatory, because nothing here changes resources", () => {
    const config = (level: "advisory" | "disabled" | "remediate") =>
      readSettings(new Map([[SECOND_ROUTE, { level, properties: {} }]]), folder, {}).levels;
    assert.deepEqual(config("disabled"), { "expose/no-second-route": "disabled" });
    assert.deepEqual(config("advisory"), { "expose/no-second-route": "advisory" });
    assert.deepEqual(config("remediate"), { "expose/no-second-route": "mandatory" });
  });

  const inventories: [name: string, properties: Record<string, unknown>, environment: NodeJS.ProcessEnv][] = [
    ["from the configuration", { cluster: ["nodes.yaml"] }, {}],
    [
      "from the configuration before the environment",
      { cluster: ["nodes.yaml"] },
      { MODEL_SERVING_CLUSTER: "no.yaml" },
    ],
    ["from the environment", {}, { MODEL_SERVING_CLUSTER: "nodes.yaml:nodes.yaml" }],
  ];
  for (const [name, properties, environment] of inventories) {
    it(`read the inventory ${name}, relative to the project`, () => {
      const config = new Map([["pack.settings", { level: "mandatory" as const, properties }]]);
      assert.deepEqual(
        readSettings(config, folder, environment).inventory.map(({ object }) => object),
        [{ apiVersion: "v1", kind: "Node", metadata: { name: "a" } }],
      );
    });
  }

  it("are refused with every mistake at once", () => {
    const config = new Map([
      [
        "pack.settings",
        { level: "mandatory" as const, properties: { cluster: ["node.yaml"], clusters: [], exceptions: "e.yaml" } },
      ],
      ["gpu/no-second-route", { level: "mandatory" as const, properties: {} }],
      ["expose/no-second-route", { level: "mandatory" as const, properties: {} }],
      [SECOND_ROUTE, { level: "mandatory" as const, properties: { profile: "strict" } }],
      ["all", { level: "advisory" as const, properties: {} }],
    ]);
    assert.throws(
      () => readSettings(config, folder, {}),
      (error: Error) => {
        const lines = error.message.replaceAll(`${folder}/`, "").split("\n  ").slice(1);
        assert.equal(lines[0], 'pack.settings: there is no setting "clusters"; did you mean "cluster"?');
        assert.match(lines[1] ?? "", /^there is no policy "gpu\/no-second-route"; /);
        assert.equal(lines[2], 'there is no policy "expose/no-second-route"; did you mean "expose.no-second-route"?');
        assert.equal(
          lines[3],
          'expose.no-second-route: there is no setting "profile"; expected one of enforcementLevel',
        );
        assert.equal(lines[4], "node.yaml: there is no such file or folder; did you mean nodes.yaml?");
        assert.match(lines[5] ?? "", /^e\.yaml: cannot be read: ENOENT/);
        assert.equal(lines.length, 6);
        return true;
      },
    );
  });
});

describe("policy pack over gRPC", () => {
  let pack: TestPack;

  beforeEach(async () => {
    pack = await startPack(process.execPath, [MAIN, "127.0.0.1:1"]);
  });

  afterEach(() => {
    pack.close();
  });

  it("lists every rule under its own name, with its description and level", async () => {
    const { name, version: listed, supportsconfig, policiesList } = await pack.info();
    assert.deepEqual([name, listed, supportsconfig], ["model-serving", version, true]);
    assert.deepEqual(
      policiesList.slice(1).map(({ name, displayname, description, enforcementlevel, policyType }) => ({
        name,
        displayname,
        description,
        enforcementlevel,
        policyType,
      })),
      rules.map(({ id, title, level }) => ({
        name: policyName(id),
        displayname: id,
        description: title,
        enforcementlevel: level === "mandatory" ? EnforcementLevel.MANDATORY : EnforcementLevel.ADVISORY,
        policyType: PolicyType.POLICY_TYPE_STACK,
      })),
    );
  });

  it("reports a finding against the resource, with field, explanation and fix", async () => {
    const [violation, ...more] = await pack.analyzeStack(stack);
    assert.equal(more.length, 0);
    assert.equal(violation?.policyname, SECOND_ROUTE);
    assert.equal(violation.urn, route.urn);
    assert.equal(violation.enforcementlevel, EnforcementLevel.MANDATORY);
    assert.match(violation.message, /^Route models\/granite {2}metadata\.name\n[^]*\nFix: Remove this Route/);
    assert.ok(violation.message.split("\n").every((line) => line.length <= 110));
  });

  it("says nothing of a stack without mistakes", async () => {
    assert.deepEqual(await pack.analyzeStack([service, runtime]), []);
  });

  it("judges what the program wrote, not what the provider made of it", async () => {
    const outputs = { ...route.properties, metadata: { name: "renamed", namespace: "models" } };
    assert.deepEqual(await pack.analyzeStack([service, runtime, { ...route, properties: outputs }]), []);
    assert.deepEqual(await pack.analyze(route), []);
    const [violation] = await pack.analyzeStack([service, runtime, { ...route, properties: outputs }]);
    assert.equal(violation?.policyname, SECOND_ROUTE);
  });

  it("forgets what was recorded of resources that are gone", async () => {
    await pack.analyze(route);
    assert.deepEqual(await pack.analyzeStack([service, runtime]), []);
  });

  const levels: [name: string, level: EnforcementLevel, expected: EnforcementLevel[]][] = [
    ["advisory", EnforcementLevel.ADVISORY, [EnforcementLevel.ADVISORY]],
    ["mandatory", EnforcementLevel.MANDATORY, [EnforcementLevel.MANDATORY]],
    ["remediate", EnforcementLevel.REMEDIATE, [EnforcementLevel.MANDATORY]],
    ["disabled", EnforcementLevel.DISABLED, []],
  ];
  for (const [name, level, expected] of levels) {
    it(`reports a rule that is configured ${name} accordingly`, async () => {
      await pack.configure({ [SECOND_ROUTE]: { level } });
      const violations = await pack.analyzeStack(stack);
      assert.deepEqual(
        violations.map(({ enforcementlevel }) => enforcementlevel),
        expected,
      );
    });
  }

  it("shows what cannot be decided yet as advisory", async () => {
    const metadata = { ...(service.properties.metadata as object), labels: UNKNOWN_TEXT };
    const undecided = { ...service, properties: { ...service.properties, metadata } };
    const violations = await pack.analyzeStack([undecided, runtime, route]);
    const violation = violations.find(({ policyname }) => policyname === SECOND_ROUTE);
    assert.equal(violation?.enforcementlevel, EnforcementLevel.ADVISORY);
    assert.match(violation.message, /^.* {2}\(undecided\)\n.*known only after apply/);
  });

  it("never prints a secret", async () => {
    const metadata = secret(route.properties.metadata as object);
    const hidden = { ...route, properties: { ...route.properties, metadata } };
    const [violation] = await pack.analyzeStack([service, runtime, hidden]);
    assert.equal(violation?.policyname, SECOND_ROUTE);
    const [, ...prose] = violation.message.split("\n");
    assert.doesNotMatch(prose.join("\n"), /granite/);
    assert.match(prose.join("\n"), /\[secret\]/);
  });

  it("says what is wrong with its configuration in plain words", async () => {
    await assert.rejects(
      pack.configure({ "pack.settings": { properties: { cluster: ["nowhere.yaml"] } }, "expose.no-second-rout": {} }),
      (error: { details: string }) => {
        assert.match(
          error.details,
          /there is no policy "expose\.no-second-rout"; did you mean "expose\.no-second-route"\?/,
        );
        assert.match(error.details, /nowhere\.yaml: there is no such file or folder/);
        assert.doesNotMatch(error.details, /^ +at /m);
        return true;
      },
    );
  });

  it("ends when the engine is gone", async () => {
    pack.process.stdin?.destroy();
    const [code] = (await once(pack.process, "exit")) as [number];
    assert.equal(code, 0);
  });

  it("reads stacks beyond the 4 MB that gRPC allows by default", async () => {
    const large = {
      ...service,
      urn: `${service.urn}-padding`,
      type: "kubernetes:core/v1:ConfigMap",
      properties: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "padding", namespace: "models" },
        data: { padding: "x".repeat(5 * 1024 * 1024) },
      },
    };
    const violations = await pack.analyzeStack([large, service, runtime, route]);
    assert.deepEqual(
      violations.map(({ policyname }) => policyname),
      [SECOND_ROUTE],
    );
  });
});

describe("executable of the pack", function () {
  this.timeout(20_000);
  const folder = repositoryPath("policies", "pack");
  const executable = join(folder, "model-serving-policies");
  let elsewhere: string;
  let pack: TestPack | undefined;

  beforeEach(() => {
    elsewhere = mkdtempSync(join(tmpdir(), "pack-"));
  });

  afterEach(() => {
    pack?.close();
    pack = undefined;
    rmSync(elsewhere, { recursive: true });
  });

  it("starts from any folder and through a link", async () => {
    symlinkSync(executable, join(elsewhere, "policies"));
    pack = await startPack(join(elsewhere, "policies"), ["127.0.0.1:1"], { cwd: elsewhere });
    assert.equal((await pack.info()).name, "model-serving");
  });

  it("says what is missing when there is no Node.js", () => {
    const { status, stderr } = spawnSync("/bin/sh", [executable], { env: { PATH: "/nowhere" }, encoding: "utf8" });
    assert.equal(status, 1);
    assert.match(stderr, /^the model-serving policy pack needs Node\.js 20 or newer/);
  });

  it("starts as a folder through the language host's runner", async () => {
    const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    pack = await startPack(process.execPath, [runner, "127.0.0.1:1", folder], { cwd: folder });
    assert.equal((await pack.info()).name, "model-serving");
  });
});
