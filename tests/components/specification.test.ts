import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { specify } from "../../components/specification";
import { inferenceServiceRules, inferenceServiceSchema } from "../../sdk/spec/inference/inferenceService";

const ARGS = { namespace: "models", runtimeName: "vllm", source: { huggingFace: "a/b" } };

function specification(change: object): ReturnType<typeof specify<typeof inferenceServiceSchema>> {
  return specify(inferenceServiceSchema, inferenceServiceRules("granite"), { ...ARGS, ...change }, "the service");
}

/** What an Output becomes, or the message it fails with. */
function settled(input: unknown): Promise<unknown> {
  const output = pulumi.output(input) as pulumi.Output<unknown> & { promise(): Promise<unknown> };
  return output.promise().catch((error: unknown) => (error instanceof Error ? error.message : error));
}

describe("specification of a component", () => {
  it("leaves plain arguments plain", () => {
    const { spec, restore } = specification({});
    assert.equal(spec.namespace, "models");
    assert.deepEqual(restore({ namespace: spec.namespace, list: [1, true, null] }), {
      namespace: "models",
      list: [1, true, null],
    });
  });

  it("puts Outputs back wherever their text went, alone, joined or repeated", async () => {
    const { spec, restore } = specification({ namespace: pulumi.output("late"), runtimeName: Promise.resolve("vllm") });
    const manifest = restore({
      url: `http://${spec.runtimeName}.${spec.namespace}.svc`,
      both: [spec.namespace, spec.namespace],
    });
    assert.deepEqual(await settled(manifest), { url: "http://vllm.late.svc", both: ["late", "late"] });
  });

  it("checks a value when it becomes known, on its way into the manifest", async () => {
    const { spec, restore } = specification({ namespace: pulumi.output("Not A Namespace") });
    assert.equal(
      await settled(restore(spec.namespace)),
      'the service has one problem:\n  namespace: "Not A Namespace" is not a namespace (lower case letters, digits, dashes; at most 63); did you mean not-a-namespace?',
    );
  });

  it("checks what only several values together say", async () => {
    const { spec, restore } = specification({ namespace: pulumi.output("redhat-ods-applications") });
    assert.match(String(await settled(restore(spec.namespace))), /belongs to the platform/);
  });

  it("keeps Pulumi secrets out of custom resources", async () => {
    const { spec, restore } = specification({ env: [{ name: "HF_TOKEN", value: pulumi.secret("hf_123") }] });
    const message = String(await settled(restore(spec.env)));
    assert.match(message, /env\[0\]\.value: is a Pulumi secret, .* put it into a Secret/);
    assert.doesNotMatch(message, /hf_123/);
  });

  it("refuses at once what is needed at preview and known only later", () => {
    assert.throws(() => specification({ replicas: pulumi.output(2) }), {
      message:
        "the service has one problem:\n  replicas: is known only after apply, but is needed at preview; expected a whole number from 1 to 99 as a plain value",
    });
    assert.throws(() => specification({ name: pulumi.output("granite") }), /name: is known only after apply/);
  });

  it("refuses with the error that the Node.js host prints without a stack", () => {
    assert.throws(
      () => specification({ namspace: "x" }),
      (error) => pulumi.RunError.isInstance(error) && error.stack === undefined,
    );
  });
});
