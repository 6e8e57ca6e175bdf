/** Every example on the real engine and the real control plane: up under the policy pack, nothing left to do, gone. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
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

/** Examples whose controller somebody must play: the test that does both. */
const PLAYED: Record<string, string> = { "kubeai-text": "tests/components/digitalhub/onCluster.test.ts" };

const volume = (example: string): KubernetesObject & { spec: object } => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: `for-${example}` },
  spec: {
    accessModes: ["ReadWriteMany"],
    capacity: { storage: "1Ti" },
    hostPath: { path: "/nowhere" },
    persistentVolumeReclaimPolicy: "Retain",
  },
});

describe("the examples on a cluster", function () {
  this.timeout(300_000);

  for (const [name, file] of Object.entries(PLAYED))
    it(`${name} comes up in ${file}`, () => {
      assert.ok(readFileSync(repositoryPath(file), "utf8").includes(`examples/${name}`));
    });

  for (const name of projects.filter((project) => PLAYED[project] === undefined)) {
    /** @covers PK-7 */
    it(`${name} comes up, stays as the controllers leave it, and goes away`, async () => {
      // What a storage class would do: the embedded cluster has no provisioner of volumes.
      await objectApi(await testCluster()).create(volume(name));
      const stack = await testStack({ project: join("examples", name) });
      expectSuccess(await stack.run(["up", "--yes", "--skip-preview", "--policy-pack", POLICY_PACK]), "pulumi up");
      await checkOutputs(stack);
      const second = ["preview", "--refresh", "--expect-no-changes", "--policy-pack", POLICY_PACK];
      expectSuccess(await stack.run(second), "preview after the controllers have written to the objects");
      expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
      await objectApi(await testCluster()).delete(volume(name));
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
