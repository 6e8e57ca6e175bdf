/** A service that does not become Ready in time: what the user is told. */
import assert from "node:assert/strict";
import { testStack } from "./harness";

describe("a service that does not become Ready", function () {
  this.timeout(180_000);

  /** @covers IS-26 */
  it("ends the update with the condition that fails, and its reason", async () => {
    const stack = await testStack({
      config: {
        "model-serving:platform": { kind: "kserve" },
        "model-serving:namespace": "not-ready",
        "model-serving:models": {
          granite: {
            source: "hf://ibm-granite/granite-3.1-8b-instruct",
            accelerator: "nvidia.com/gpu",
            // More than any node of the test cluster has.
            acceleratorCount: 64,
            resources: { requests: { cpu: 2, memory: "24Gi" } },
            readyTimeoutSeconds: 10,
          },
        },
      },
    });
    const result = await stack.run(["up", "--yes", "--skip-preview"]);
    assert.notEqual(result.code, 0);
    assert.match(result.stdout + result.stderr, /condition=Ready: Ready is (?:False|Unknown): \w+: .*\S/);
    await stack.run(["destroy", "--yes", "--skip-preview"]);
  });
});
