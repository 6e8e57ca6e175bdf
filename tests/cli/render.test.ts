import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withoutSecrets } from "../../cli/render";
import { run } from "../../cli/program";
import { readDocuments } from "../../policies/manifests/documents";

const CONFIG = `
config:
  kubernetes:context: elsewhere
  model-serving:namespace: models
  model-serving:hardwareProfiles:
    l4: {accelerator: NVIDIA-L4, cpu: 4, memory: 32Gi}
  model-serving:models:
    granite:
      source: hf://ibm-granite/granite-3.1-8b-instruct
      hardwareProfile: l4
      exposed: true
      env: [{name: MODE, value: "on"}]
`;

/** @covers MP-1 */
describe("model-serving render", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "render-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const render = (config: string, ...args: string[]): { code: number; out: string; err: string } => {
    const file = join(folder, "Pulumi.test.yaml");
    writeFileSync(file, config);
    return rendered(file, ...args);
  };
  const rendered = (...args: string[]): { code: number; out: string; err: string } => {
    let [out, err] = ["", ""];
    const terminal = { stdout: (text: string) => (out += text), stderr: (text: string) => (err += text), color: false };
    return { code: run(["render", ...args], terminal), out, err };
  };

  it("prints all objects in the order in which they are to be applied", () => {
    const { code, out } = render(CONFIG);
    assert.equal(code, 0);
    const objects = readDocuments(out, "out").documents.map(({ content }) => content as { kind: string });
    assert.deepEqual(
      objects.map(({ kind }) => kind),
      [
        "Namespace",
        "HardwareProfile",
        "ServingRuntime",
        "InferenceService",
        "ServiceAccount",
        "Role",
        "RoleBinding",
        "Secret",
      ],
    );
  });

  it("says the same in YAML, as kubectl reads it, and in JSON", () => {
    const list = JSON.parse(render(CONFIG, "--format", "json").out) as { kind: string; items: unknown[] };
    assert.equal(list.kind, "List");
    assert.deepEqual(
      readDocuments(render(CONFIG).out, "out").documents.map(({ content }) => content),
      list.items,
    );
    assert.match(render(CONFIG).out, /value: 'on'/);
  });

  it("says everything that is wrong with the configuration, under its own keys", () => {
    const { code, out, err } = render(
      CONFIG.replace("32Gi", "32GB").replace("hardwareProfile: l4", "hardwareProfile: l5"),
    );
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.match(err, /model-serving:hardwareProfiles\.l4\.memory: "32GB" is not an amount/);
    assert.match(err, /model-serving:models\.granite\.hardwareProfile: "l5": no such hardware profile/);
  });

  it("keeps the values of Secrets to itself", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s3" },
      data: { a: "eA==" },
      stringData: { b: "y" },
    };
    assert.deepEqual(withoutSecrets(secret), { ...secret, data: { a: "[secret]" }, stringData: { b: "[secret]" } });
    const other = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "s3" }, data: { a: "x" } };
    assert.deepEqual(withoutSecrets(other), other);
  });

  const wrong: [name: string, config: string, message: RegExp][] = [
    [
      "an encrypted value",
      "config:\n  model-serving:models: {a: {source: {secure: AAABAJ}}}\n",
      /model-serving:models is encrypted, which only Pulumi can read/,
    ],
    ["a file without configuration", "encryptionsalt: v1\n", /has no config; expected Pulumi\.<stack>\.yaml/],
    ["what is no YAML", "config: [", /Pulumi\.test\.yaml/],
  ];
  for (const [name, config, message] of wrong) {
    it(`refuses ${name}`, () => {
      const { code, err } = render(config);
      assert.equal(code, 2);
      assert.match(err, message);
    });
  }

  it("refuses a file that is not there, and another format, at once", () => {
    const { code, err } = rendered("/nowhere.yaml", "--format", "xml");
    assert.equal(code, 2);
    assert.match(err, /--format: found "xml", expected yaml or json/);
    assert.match(err, /\/nowhere\.yaml: cannot be read/);
  });
});
