import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import type { Cluster } from "../../tools/cluster/cluster";
import { writeInventory } from "../../tools/cluster/inventory";
import type { CommandResult } from "../../tools/engine/engine";
import { expectSuccess, openStack, type Stack } from "../../tools/engine/stack";
import { repositoryPath } from "../../tools/repository";
import { objectApi, testCluster, until } from "../cluster/harness";
import { testStack } from "./harness";

const PACK = repositoryPath("policies", "pack", "model-serving-policies");

/** What a finding predicts, up to where the scheduler goes on to speak of preemption. */
const PREDICTION = /The scheduler will say: (0\/\d+ nodes are available: [^.]*\.)/;

describe("broken examples on a real control plane", function () {
  this.timeout(300_000);
  let cluster: Cluster;
  let folder: string;
  let namespace: string;
  let stack: Stack;

  before(async () => {
    cluster = await testCluster();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "broken-"));
    namespace = `broken-${randomBytes(4).toString("hex")}`;
  });

  afterEach(async () => {
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    const { items } = await objectApi(cluster).list("v1", "Pod", namespace);
    assert.deepEqual(items, []);
    rmSync(folder, { recursive: true });
  });

  function open(mistake: string): Promise<Stack> {
    return testStack({ project: `examples/broken/${mistake}`, config: configuration(mistake) });
  }

  function configuration(mistake: string): Record<string, string> {
    const project = `broken-${mistake}`;
    return { [`${project}:namespace`]: namespace, [`${project}:timeoutSeconds`]: "15" };
  }

  /** The corrected program, with the stack of the broken one. */
  function corrected(mistake: string): Promise<Stack> {
    return openStack(stack.engine, {
      project: repositoryPath("tests/engine/fixed", mistake),
      stack: stack.name,
      config: configuration(mistake),
      env: { KUBECONFIG: cluster.kubeconfig },
    });
  }

  /** Judged against what the cluster really holds at this moment. */
  async function previewWithPack(judged: Stack): Promise<CommandResult> {
    const inventory = () => writeInventory(cluster.kubeconfig, join(folder, "inventory.yaml")).then(() => true);
    await until(inventory, "the cluster cannot be listed");
    const settings = { "pack.settings": { cluster: [join(folder, "inventory.yaml")] } };
    writeFileSync(join(folder, "policies.json"), JSON.stringify(settings));
    return judged.run(["preview", "--policy-pack", PACK, "--policy-pack-config", join(folder, "policies.json")]);
  }

  function prediction({ code, stdout, stderr }: CommandResult): string {
    assert.notEqual(code, 0);
    const text = stdout.replace(/\s+/g, " ");
    assert.equal(text.match(/ - \[/g)?.length, 1, `${stdout}${stderr}`);
    const found = PREDICTION.exec(text)?.[1];
    assert.notEqual(found, undefined, stdout);
    return found ?? "";
  }

  function up(updated: Stack, ...options: string[]): Promise<CommandResult> {
    return updated.run(["up", "--yes", "--skip-preview", ...options]);
  }

  async function pods(): Promise<V1Pod[]> {
    return (await objectApi(cluster).list<V1Pod>("v1", "Pod", namespace)).items;
  }

  /** What the scheduler says of a pod it cannot place. */
  async function refusal(): Promise<string | undefined> {
    const conditions = (await pods()).flatMap(({ status }) => status?.conditions ?? []);
    return conditions.find(({ type, status }) => type === "PodScheduled" && status === "False")?.message;
  }

  async function deployment(): Promise<V1Deployment> {
    const metadata = { name: "granite-predictor", namespace };
    return objectApi(cluster).read<V1Deployment>({ apiVersion: "apps/v1", kind: "Deployment", metadata });
  }

  it("missing-toleration: the pod is refused in the words of the finding, and starts with the fix", async () => {
    stack = await open("missing-toleration");
    const predicted = prediction(await previewWithPack(stack));

    const { code, stdout } = await up(stack);
    assert.notEqual(code, 0, stdout);
    const said = await refusal();
    assert.ok(said?.startsWith(predicted), `predicted: ${predicted}\nsaid: ${said ?? "nothing"}`);
    assert.match(said ?? "", /untolerated taint/);

    const fixed = await corrected("missing-toleration");
    expectSuccess(await previewWithPack(fixed), "pulumi preview of the corrected stack");
    expectSuccess(await up(fixed), "pulumi up of the corrected stack");
    const [pod, ...more] = await pods();
    assert.equal(more.length, 0);
    assert.match(pod?.spec?.nodeName ?? "", /^a100-/);
  });

  it("no-headroom: it starts, its first update never finishes in the words of the finding, and does with the fix", async () => {
    stack = await open("no-headroom");
    const predicted = prediction(await previewWithPack(stack));
    expectSuccess(await up(stack), "pulumi up, the first");

    const image = { "--config": "broken-no-headroom:image=quay.io/modh/vllm:rhoai-2.26-cuda" };
    const { code, stdout } = await up(stack, ...Object.entries(image).flat());
    assert.notEqual(code, 0, stdout);
    const said = await refusal();
    assert.ok(said?.startsWith(predicted), `predicted: ${predicted}\nsaid: ${said ?? "nothing"}`);
    const { status } = await deployment();
    assert.deepEqual([status?.replicas, status?.updatedReplicas, status?.unavailableReplicas], [3, 1, 1]);

    const fixed = await corrected("no-headroom");
    expectSuccess(await previewWithPack(fixed), "pulumi preview of the corrected stack");
    expectSuccess(await up(fixed, ...Object.entries(image).flat()), "pulumi up of the corrected stack");
    const finished = async () => {
      const { spec, status } = await deployment();
      return status?.updatedReplicas === 2 && status.replicas === 2 && spec?.replicas === 2;
    };
    await until(finished, "the corrected update does not finish");
  });
});
