/** Our verdict on single pods against the real scheduler's, on random nodes with random pods on them. */
import assert from "node:assert/strict";
import { PatchStrategy, type KubernetesObjectApi } from "@kubernetes/client-node";
import * as fc from "fast-check";
import {
  clusterNodes,
  type ClusterNode,
  type NodeObject,
  type PodObject,
} from "../../sdk/capacity/inventory/inventory";
import { feasibleRows, nodeAt, nodeIndex } from "../../sdk/capacity/placement/nodeIndex";
import { failedScheduling, podShape } from "../../sdk/capacity/placement/placement";
import type { Labels } from "../../sdk/capacity/placement/labelSelector";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { exists, inNamespace, objectApi, testCluster, until } from "./harness";
import { scenarios, type Scenario, type ScenarioNames } from "./placementScenarios";

const PROBES = 4;
const COUNT = Math.ceil(oracleSize(48, 320) / PROBES);
/** The scheduler hears of nodes, pods and namespaces separately: an answer is asked again before it counts as different. */
const ATTEMPTS = 3;

interface Verdict {
  node?: string;
  message?: string;
}

describe("placement of single pods on the real scheduler", function () {
  this.timeout(30_000 + COUNT * 20_000);
  let api: KubernetesObjectApi;

  before(async () => {
    api = objectApi(await testCluster());
  });

  it(`is as the scheduler decides, and in its words, in ${COUNT} random clusters (ORACLE_SEED=${ORACLE_SEED})`, async () => {
    const made = fc.sample(scenarios, { seed: ORACLE_SEED, numRuns: COUNT });
    const verdicts: string[] = [];
    const differences: unknown[] = [];
    await inNamespace((first) =>
      inNamespace(async (second) => {
        await label(api, second);
        for (const [i, make] of made.entries()) {
          const names: ScenarioNames = { id: String(i), namespaces: [first, second] };
          const scenario = make(names);
          await onNodes(api, scenario, async () => {
            for (const probe of scenario.probes) {
              const difference = await compare(api, probe, verdicts);
              if (difference !== undefined) differences.push({ scenario: i, probe, ...difference });
            }
          });
        }
      }),
    );
    const refused = verdicts.filter((reason) => reason !== "scheduled");
    for (const [kind, count] of Object.entries(countKinds(refused))) console.log(`        ${count} times ${kind}`);
    reportOracle("placement of single pods", {
      pods: verdicts.length,
      scheduled: verdicts.length - refused.length,
      refused: refused.length,
      differences: differences.length,
    });
    assert.deepEqual(differences, [], `ORACLE_SEED=${ORACLE_SEED}`);
    assert.ok(refused.length > 0 && refused.length < verdicts.length, "both verdicts occur");
  });
});

function countKinds(messages: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const message of messages) {
    const reasons = message.replace(/^0\/\d+ nodes are available: |\.$/g, "").split(", ");
    for (const reason of new Set(reasons.map((one) => one.replace(/^\d+ /, ""))))
      counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

/** Ours and theirs, where they differ; asked again as long as the scheduler may not have heard of everything. */
async function compare(api: KubernetesObjectApi, probe: PodObject, verdicts: string[]): Promise<object | undefined> {
  let difference: object | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const ours = await answer(api, probe);
    const theirs = await ask(api, probe);
    const agrees =
      theirs.node === undefined
        ? ours.nodes.length === 0 && isTold(theirs.message ?? "", ours.message)
        : ours.nodes.includes(theirs.node);
    if (agrees) {
      verdicts.push(theirs.node === undefined ? ours.message : "scheduled");
      return undefined;
    }
    difference = { ours, theirs };
  }
  verdicts.push("different");
  return difference;
}

/** The scheduler goes on about preemption. */
function isTold(theirs: string, ours: string): boolean {
  return theirs === ours || theirs.startsWith(`${ours} `);
}

async function answer(api: KubernetesObjectApi, probe: PodObject): Promise<{ nodes: string[]; message: string }> {
  const { nodes, namespaces } = await inventory(api);
  const shape = podShape(probe.spec ?? { containers: [] }, probe.metadata);
  const index = nodeIndex(nodes, namespaces);
  return {
    nodes: feasibleRows(index, shape).map((row) => nodeAt(index, row).name),
    message: failedScheduling(shape, nodes, namespaces),
  };
}

async function inventory(api: KubernetesObjectApi): Promise<{ nodes: ClusterNode[]; namespaces: Map<string, Labels> }> {
  const [nodes, pods, spaces] = await Promise.all(["Node", "Pod", "Namespace"].map((kind) => api.list("v1", kind)));
  const plain = <T>(list: unknown) => JSON.parse(JSON.stringify(list)) as T[];
  return {
    nodes: clusterNodes({ nodes: plain<NodeObject>(nodes?.items), pods: plain<PodObject>(pods?.items) }),
    namespaces: new Map(
      plain<KubernetesObject>(spaces?.items).map(({ metadata }) => [metadata.name, metadata.labels ?? {}]),
    ),
  };
}

/** Creates the pod, waits for the scheduler's word, and removes it. */
async function ask(api: KubernetesObjectApi, probe: KubernetesObject): Promise<Verdict> {
  await api.create(probe);
  let verdict: Verdict = {};
  await until(async () => {
    const { spec, status } = (await read(api, probe)) as Omit<PodObject, "status"> & {
      status?: { conditions?: Condition[] };
    };
    if (spec?.nodeName !== undefined) verdict = { node: spec.nodeName };
    const condition = status?.conditions?.find(
      ({ type, status: value }) => type === "PodScheduled" && value === "False",
    );
    if (condition?.message !== undefined) verdict = { message: condition.message };
    return verdict.node !== undefined || verdict.message !== undefined;
  }, `no word on ${probe.metadata.name}`);
  await remove(api, probe);
  return verdict;
}

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** Nodes and pods of a scenario, and nothing left of them afterwards. */
async function onNodes(api: KubernetesObjectApi, { nodes, bound }: Scenario, body: () => Promise<void>): Promise<void> {
  await Promise.all(nodes.map((node) => api.create(node)));
  try {
    await until(
      async () => (await Promise.all(nodes.map((node) => read(api, node)))).every(isReady),
      "nodes not ready",
    );
    await Promise.all(bound.map((pod: KubernetesObject) => api.create(pod)));
    const ending = bound.filter(isHeld);
    await Promise.all(ending.map((pod: KubernetesObject) => api.delete(pod, undefined, undefined, 0)));
    await body();
  } finally {
    await Promise.all(bound.filter(isHeld).map((pod) => release(api, pod)));
    await Promise.all(bound.map((pod) => remove(api, pod)));
    await Promise.all(nodes.map((node) => remove(api, node)));
  }
}

function isHeld({ metadata }: PodObject): boolean {
  return "finalizers" in metadata;
}

function isReady(object: KubernetesObject): boolean {
  const { spec, status } = object as NodeObject;
  const ready = status?.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") === true;
  const keys = (spec?.taints ?? []).map(({ key }) => key).filter((key) => key.startsWith("node.kubernetes.io/"));
  const settled = spec?.unschedulable === true ? ["node.kubernetes.io/unschedulable"] : [];
  return ready && keys.join() === settled.join();
}

async function release(api: KubernetesObjectApi, { apiVersion, kind, metadata }: PodObject): Promise<void> {
  const { name, namespace = "default" } = metadata;
  const patch = { apiVersion, kind, metadata: { name, namespace, finalizers: [] } };
  if (!(await exists(api, patch))) return;
  await api.patch(patch, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
}

async function label(api: KubernetesObjectApi, name: string): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: { team: "blue" } } };
  await api.patch(namespace, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch);
}

async function read(
  api: KubernetesObjectApi,
  { apiVersion, kind, metadata }: KubernetesObject,
): Promise<KubernetesObject> {
  const { name, namespace } = metadata;
  const found = await api.read({
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
  });
  return JSON.parse(JSON.stringify(found)) as KubernetesObject;
}

async function remove(api: KubernetesObjectApi, object: KubernetesObject): Promise<void> {
  if (await exists(api, object)) await api.delete(object, undefined, undefined, 0).catch(() => undefined);
  await until(async () => !(await exists(api, object)), `${object.kind} ${object.metadata.name} remains`);
}
