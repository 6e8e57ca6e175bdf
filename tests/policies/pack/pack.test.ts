import assert from "node:assert/strict";
import { once } from "node:events";
import { EnforcementLevel, PolicyType } from "@pulumi/pulumi/proto/analyzer_pb";
import { policyName } from "../../../policies/pack/policies";
import { rules } from "../../../policies/rules";
import { version } from "../../../sdk/version";
import { startPack, type TestPack } from "./packClient";
import { MAIN, UNKNOWN_TEXT, secret, service, runtime, route, stack, SECOND_ROUTE } from "./stacks";

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
