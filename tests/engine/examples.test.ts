/** Every example on the real engine and the real control plane: up under the policy pack, nothing left to do, gone. */
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath } from "../../tools/repository";
import { expectSuccess, type Stack } from "../../tools/engine/stack";
import { POLICY_PACK } from "../../tools/up/place";
import { objectApi, testCluster } from "../cluster/harness";
import { CLOUD_EXAMPLES } from "./cloudExamples";
import { testStack } from "./harness";

const EXAMPLES = repositoryPath("examples");

const projects = readdirSync(EXAMPLES).filter(
  (name) => existsSync(join(EXAMPLES, name, "Pulumi.yaml")) && !CLOUD_EXAMPLES.includes(name),
);

const VOLUME = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "examples" },
  spec: {
    accessModes: ["ReadWriteMany"],
    capacity: { storage: "1Ti" },
    hostPath: { path: "/nowhere" },
    persistentVolumeReclaimPolicy: "Retain",
  },
};

describe("the examples on a cluster", function () {
  this.timeout(300_000);

  // What a storage class would do: the embedded cluster has no provisioner of volumes.
  beforeEach(async () => objectApi(await testCluster()).create(VOLUME));
  afterEach(async () => objectApi(await testCluster()).delete(VOLUME));

  for (const name of projects) {
    it(`${name} comes up, stays as the controllers leave it, and goes away`, async () => {
      const stack = await testStack({ project: join("examples", name) });
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview", "--policy-pack", POLICY_PACK]), "pulumi up");
      await checkOutputs(stack);
      const second = ["preview", "--refresh", "--expect-no-changes", "--policy-pack", POLICY_PACK];
      expectSuccess(await stack.run(second), "preview after the controllers have written to the objects");
      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    });
  }
});

/** A command that asks a model goes to the address that the stack shows. */
async function checkOutputs(stack: Stack): Promise<void> {
  const { stdout } = expectSuccess(await stack.run(["stack", "output", "--json"]), "pulumi stack output");
  const { url, internalUrl, testCommand } = JSON.parse(stdout) as Record<string, unknown>;
  if (typeof testCommand !== "string") return;
  const address = url ?? internalUrl;
  assert.ok(typeof address === "string" && /^https?:\/\/[a-z]/.test(address), stdout);
  assert.ok(testCommand.includes(`${address}/`), stdout);
}
