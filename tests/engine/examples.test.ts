/** Every example on the real engine and the real control plane: up under the policy pack, nothing left to do, gone. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { repositoryPath } from "../../tools/repository";
import { expectSuccess, type Stack, type StackConfig } from "../../tools/engine/stack";
import { POLICY_PACK } from "../../tools/up/place";
import { objectApi, testCluster } from "../cluster/harness";
import { SPYRE_NODES, simulateOpenShiftAI } from "../cluster/simulatedOpenShiftAI";
import { pluginAndApi } from "../tools/kubernetesPluginCluster";
import { CLOUD_EXAMPLES } from "./cloudExamples";
import { testStack } from "./harness";

const EXAMPLES = repositoryPath("examples");

const projects = readdirSync(EXAMPLES).filter(
  (name) => existsSync(join(EXAMPLES, name, "Pulumi.yaml")) && !CLOUD_EXAMPLES.includes(name),
);

/** Examples whose controller somebody must play: the test that does both. */
const PLAYED: Record<string, string> = { "kubeai-text": "tests/components/digitalhub/onCluster.test.ts" };

const keys = (name: string): StackConfig => ({
  [`${name}:accessKeyId`]: "an-access-key",
  [`${name}:secretAccessKey`]: "a-secret-key",
});

/** What the examples ask their users for. */
const CONFIG: Readonly<Record<string, StackConfig>> = {
  "all-together": keys("all-together"),
  // The embedded cluster has no applications namespace.
  "migrated-profiles": { "migrated-profiles:namespace": "default" },
  nim: { "nim:ngcApiKey": "nvapi-a-key" },
  "ovms-oci": { "ovms-oci:registryToken": "a-token" },
  s3: keys("s3"),
  spyre: {
    "spyre:x86Image": "quay.io/example/vllm-spyre:x86",
    "spyre:ppc64leImage": "quay.io/example/vllm-spyre:ppc64le",
  },
  "vllm-runtime": keys("vllm-runtime"),
};

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

  // What is no part of the embedded cluster is simulated; see there.
  const ended = new AbortController();
  let simulated: Promise<void> | undefined;
  before(async function () {
    this.timeout(900_000);
    const [plugin, api] = await pluginAndApi();
    await plugin.stop();
    simulated = simulateOpenShiftAI(api, ended.signal);
    for (const node of SPYRE_NODES) await objectApi(await testCluster()).create(node);
  });
  after(async () => {
    ended.abort();
    await simulated;
    for (const node of SPYRE_NODES) await objectApi(await testCluster()).delete(node);
  });

  for (const name of projects.filter((project) => PLAYED[project] === undefined)) {
    /** @covers EX-1, EX-2, EX-4, EX-5, EX-7, EX-12, EX-16, EX-17, EX-18, EX-19, EX-20, EX-21, EX-22, EX-24, EX-27, EX-28, PK-7 */
    it(`${name} comes up, stays as the controllers leave it, and goes away`, async () => {
      // What a storage class would do: the embedded cluster has no provisioner of volumes.
      await objectApi(await testCluster()).create(volume(name));
      const stack = await testStack({ project: join("examples", name), config: CONFIG[name] ?? {} });
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
