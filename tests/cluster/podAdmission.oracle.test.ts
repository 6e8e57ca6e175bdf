/** What LimitRanges and ResourceQuotas make of random pods: ours against the real API server's admission. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import * as fc from "fast-check";
import { limitRangeViolations, withLimitRangeDefaults, type LimitRange } from "../../sdk/capacity/quota/limitRange";
import { quotaRoom, type ResourceQuota } from "../../sdk/capacity/quota/resourceQuota";
import type { KubernetesObject, PodSpec } from "../../sdk/kubernetes/core";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { inNamespace, objectApi, testCluster, until } from "./harness";

const COUNT = oracleSize(12, 80);
/** Pods asked for one after the other in each namespace, so that quotas fill up. */
const PODS = 4;

const cpu = fc.constantFrom("250m", "500m", "1", "2");
const memory = fc.constantFrom("128Mi", "512Mi", "1Gi", "2Gi");
const gpus = fc.constantFrom("1", "2");
const some = (model: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<Record<string, string>> =>
  fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;

const item = fc.record(
  {
    type: fc.constantFrom("Container", "Container", "Pod"),
    max: some({ cpu: fc.constantFrom("1", "4"), "nvidia.com/gpu": fc.constant("1") }),
    min: some({ memory: fc.constantFrom("128Mi", "1Gi") }),
    maxLimitRequestRatio: some({ cpu: fc.constantFrom("1", "2") }),
  },
  { requiredKeys: ["type"] },
);
const container = fc.record({
  requests: some({ cpu, memory }),
  limits: some({ cpu: fc.constantFrom("2", "4"), memory: fc.constantFrom("2Gi", "4Gi"), "nvidia.com/gpu": gpus }),
});
const pod = fc.record({
  containers: fc.array(container, { minLength: 1, maxLength: 2 }),
  init: fc.option(container, { nil: undefined }),
  isEnding: fc.boolean(),
});
const hard = some({
  pods: fc.constantFrom("1", "3"),
  "requests.cpu": fc.constantFrom("1", "3"),
  "limits.memory": fc.constantFrom("3Gi", "8Gi"),
  "requests.nvidia.com/gpu": fc.constantFrom("1", "3"),
});
const scenario = fc.record({
  items: fc.array(item, { maxLength: 2 }),
  hard: fc.option(hard, { nil: undefined }),
  scope: fc.option(fc.constantFrom("BestEffort", "NotBestEffort", "Terminating", "NotTerminating"), {
    nil: undefined,
    freq: 2,
  }),
  pods: fc.array(pod, { minLength: PODS, maxLength: PODS }),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

describe("admission of pods by LimitRanges and quotas", function () {
  this.timeout(30_000 + COUNT * 20_000);

  it(`is as the API server decides, and in its words, in ${COUNT} random namespaces (ORACLE_SEED=${ORACLE_SEED})`, async () => {
    const api = objectApi(await testCluster());
    const verdicts: boolean[] = [];
    const differences: unknown[] = [];
    for (const one of fc.sample(scenario, { seed: ORACLE_SEED, numRuns: COUNT })) {
      await inNamespace(async (namespace) => {
        differences.push(...(await compare(api, namespace, one, verdicts)));
      });
    }
    const admitted = verdicts.filter((isAdmitted) => isAdmitted).length;
    reportOracle("admission of pods by LimitRanges and quotas", {
      pods: verdicts.length,
      admitted,
      refused: verdicts.length - admitted,
      differences: differences.length,
    });
    assert.deepEqual(differences, [], `ORACLE_SEED=${ORACLE_SEED}`);
    assert.ok(admitted > 0 && admitted < verdicts.length, "both verdicts occur");
  });
});

async function compare(
  api: KubernetesObjectApi,
  namespace: string,
  one: Scenario,
  verdicts: boolean[],
): Promise<unknown[]> {
  const ranges = one.items.length === 0 ? [] : [await createRange(api, namespace, one)];
  if (ranges.includes(undefined)) return [];
  const known = ranges.flatMap((range) => range ?? []);
  await createQuota(api, namespace, one);
  const differences: unknown[] = [];
  for (const [i, draft] of one.pods.entries()) {
    const spec = specOf(draft);
    const quota = one.hard === undefined ? undefined : await settled(api, namespace, verdicts);
    const ours = refusal(spec, known, quota);
    const theirs = await create(api, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: `pod-${i}`, namespace },
      ...{ spec },
    });
    if (theirs?.includes("Invalid value") === true) continue;
    verdicts.push(theirs === undefined);
    const agrees = theirs === undefined ? ours.length === 0 : ours.some((text) => theirs.includes(text));
    if (!agrees) differences.push({ spec, ranges: known, quota, ours, theirs });
  }
  return differences;
}

/** Every reason of ours; LimitRanger speaks before the quota. */
function refusal(spec: PodSpec, ranges: readonly LimitRange[], quota: ResourceQuota | undefined): string[] {
  const limits = limitRangeViolations(spec, ranges);
  if (limits.length > 0 || quota === undefined) return limits;
  const { pods, refusal: text } = quotaRoom(quota, withLimitRangeDefaults(spec, ranges));
  return pods > 0 || text === undefined ? [] : [text];
}

function specOf({ containers, init, isEnding }: Scenario["pods"][number]): PodSpec {
  return {
    containers: containers.map((resources, i) => ({ name: `c${i}`, image: "oracle", resources })),
    ...(init !== undefined && { initContainers: [{ name: "init", image: "oracle", resources: init }] }),
    ...(isEnding && { activeDeadlineSeconds: 3600 }),
    nodeSelector: { nowhere: "true" },
  };
}

/** `undefined` where the API server refuses the LimitRange itself. */
async function createRange(
  api: KubernetesObjectApi,
  namespace: string,
  { items }: Scenario,
): Promise<LimitRange | undefined> {
  const range = {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "limits", namespace },
    spec: { limits: items },
  };
  return (await create(api, range)) === undefined ? range : undefined;
}

async function createQuota(api: KubernetesObjectApi, namespace: string, one: Scenario): Promise<void> {
  if (one.hard === undefined) return;
  const scopes = one.scope === undefined ? {} : { scopes: [one.scope] };
  const refused = await create(api, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "quota", namespace },
    ...{ spec: { hard: one.hard, ...scopes } },
  });
  if (refused !== undefined) one.hard = undefined;
}

/** The quota once its controller has counted every pod that there is. */
async function settled(
  api: KubernetesObjectApi,
  namespace: string,
  verdicts: readonly boolean[],
): Promise<ResourceQuota> {
  let quota: ResourceQuota | undefined;
  let before = "";
  await until(async () => {
    const metadata = { name: "quota", namespace };
    quota = JSON.parse(
      JSON.stringify(await api.read({ apiVersion: "v1", kind: "ResourceQuota", metadata })),
    ) as ResourceQuota;
    const now = JSON.stringify(quota.status ?? {});
    const isStable = quota.status?.used !== undefined && now === before;
    before = now;
    return isStable;
  }, `quota of ${namespace} not counted after ${verdicts.length} pods`);
  if (quota === undefined) throw new Error("no quota");
  return quota;
}

/** What the API server says, or `undefined` where it takes the object. */
async function create(api: KubernetesObjectApi, object: KubernetesObject): Promise<string | undefined> {
  try {
    await api.create(object);
    return undefined;
  } catch (error) {
    const { code, body } = error as { code?: number; body?: string };
    if (code !== 403 && code !== 422) throw error;
    return (JSON.parse(body ?? "{}") as { message?: string }).message ?? "";
  }
}
