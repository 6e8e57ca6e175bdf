import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../cli/program";

const OBJECTS = `
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata: {name: granite-1, namespace: models}
    status:
      containerStatuses: [{name: kserve-container, lastState: {terminated: {reason: OOMKilled}}}]
  - apiVersion: v1
    kind: Secret
    metadata: {name: hf, namespace: models}
    stringData: {HF_TOKEN: hf_averysecrettoken}
  - apiVersion: route.openshift.io/v1
    kind: Route
    metadata: {name: public, namespace: models}
    status:
      ingress: [{conditions: [{type: Admitted, status: "False", reason: Odd, message: "sees hf_averysecrettoken"}]}]
`;

/** @covers TR-1, TR-4, TR-16 */
describe("model-serving doctor", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "doctor-"))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const doctor = (...args: string[]): { code: number; out: string; err: string } => {
    let [out, err] = ["", ""];
    const terminal = {
      stdout: (text: string) => (out += text),
      stderr: (text: string) => (err += text),
      color: false,
      width: 90,
    };
    return { code: run(["doctor", ...args], terminal), out, err };
  };

  it("says what it saw, the cause, the way out and the rule, within the width", () => {
    const { code, out } = doctor(write("objects.yaml", OBJECTS));
    assert.equal(code, 1);
    assert.match(out, /^Pod models\/granite-1 {2}TR-1\n {2}seen {6}container kserve-container: OOMKilled/m);
    assert.match(out, /^ {2}way out {3}raise resources\.limits\.memory/m);
    assert.match(out, /^ {2}rule {6}gpu\/host-memory$/m);
    assert.ok(out.split("\n").every((line) => line.length <= 90));
  });

  it("keeps secrets of the objects to itself", () => {
    const { out } = doctor(write("objects.yaml", OBJECTS));
    assert.match(out, /Odd: sees/);
    assert.doesNotMatch(out, /averysecret/);
  });

  it("reads logs, alone or with objects, and prints JSON", () => {
    const log = write("my.log", "RuntimeError: Failed to infer device type\n");
    const { code, out } = doctor("--logs", log, "--format", "json");
    assert.equal(code, 1);
    assert.deepEqual((JSON.parse(out) as { rules: string[] }[])[0]?.rules, ["image/matches-accelerator"]);
  });

  it("looks for empty graphs when it is asked to", () => {
    const file = write(
      "service.yaml",
      "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: a}}",
    );
    assert.deepEqual(doctor(file), {
      code: 0,
      out: "nothing found; docs/troubleshooting.md lists what doctor looks at\n",
      err: "",
    });
    assert.match(doctor(file, "--empty-graphs").out, /cluster-monitoring-config {2}TR-11/);
  });

  /** @covers BP-15 */
  it("goes through the production checklist when it is asked to", () => {
    const { code, out } = doctor(
      write(
        "service.yaml",
        "{apiVersion: serving.kserve.io/v1beta1, kind: InferenceService, metadata: {name: a}, spec: {predictor: {model: {}}}}",
      ),
      "--checklist",
    );
    assert.equal(code, 1);
    const lines = out.split("\n").filter((line) => line.startsWith("BP-"));
    assert.equal(lines.length, 8);
    assert.match(
      out,
      /^BP-17 {2}fail {12}Autoscaling is configured\n {7}InferenceService a: no autoscaler class is set$/m,
    );
    assert.deepEqual(
      doctor("--checklist", write("none.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: a}}")).code,
      0,
    );
  });

  const wrong: [name: string, args: string[], message: RegExp][] = [
    ["nothing", [], /doctor: expected files with what kubectl get -o yaml printed/],
    ["a log that is not there", ["--logs", "/nowhere.log"], /\/nowhere\.log: cannot be read/],
    ["a file that is not there", ["/nowhere.yaml"], /\/nowhere\.yaml: there is no such file/],
    [
      "another format",
      ["/nowhere.yaml", "--format", "jsn"],
      /--format: found "jsn", expected text or json; did you mean json\?/,
    ],
  ];
  for (const [name, args, message] of wrong) {
    it(`refuses ${name}`, () => {
      const { code, err } = doctor(...args);
      assert.equal(code, 2);
      assert.match(err, message);
    });
  }
});
