/** Strategies of Deployments, right and wrong: our verdict and words against the real API server's. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import * as fc from "fast-check";
import { refusedService } from "../../policies/world/refusedService";
import { buildWorld } from "../../policies/world/world";
import { strategyRefusal } from "../../sdk/capacity/rollout/deploymentStrategy";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { changed, granite, graniteRuntime, inStack } from "../policies/rules/granite";
import { inNamespace, objectApi, testCluster, until } from "./harness";

const COUNT = oracleSize(60, 600);

const bound = fc.oneof(
  fc.constantFrom(0, 0, 1, 2, -1, -7),
  fc.constantFrom("0%", "0%", "1%", "25%", "100%", "101%", "00%", "", "0", "-0", "+0", "1", "-5", "abc", "1.5%", "-1%"),
  fc.constantFrom(" 1%", "1 %", "%", '"5%"', "<1%>", "99999999999999999999%", "99999999999999999999"),
);
const strategy = fc.record(
  {
    type: fc.constantFrom("RollingUpdate", "RollingUpdate", "Recreate", "", "Recrate", "rollingUpdate", 'a"b<c>'),
    rollingUpdate: fc.record({ maxSurge: bound, maxUnavailable: bound }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

describe("strategies of Deployments", function () {
  this.timeout(30_000 + COUNT * 500);

  it(`are taken or refused as the API server does, in its words, ${COUNT} of them (ORACLE_SEED=${ORACLE_SEED})`, async () => {
    const api = objectApi(await testCluster());
    const differences: unknown[] = [];
    let refused = 0;
    await inNamespace(async (namespace) => {
      for (const one of fc.sample(strategy, { seed: ORACLE_SEED, numRuns: COUNT })) {
        const ours = strategyRefusal("oracle", one);
        const theirs = await answer(() => api.create(deployment(namespace, one), undefined, "All"));
        if (theirs !== undefined) refused += 1;
        if (ours !== theirs) differences.push({ strategy: one, ours, theirs });
      }
    });
    reportOracle("strategies of Deployments", {
      strategies: COUNT,
      taken: COUNT - refused,
      refused,
      differences: differences.length,
    });
    assert.deepEqual(differences, [], `ORACLE_SEED=${ORACLE_SEED}`);
    assert.ok(refused > 0 && refused < COUNT, "both verdicts occur");
  });
});

describe("a service with a strategy that the API server refuses", function () {
  this.timeout(120_000);

  it("is taken by KServe, whose condition then says what we say", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const runtime = { ...graniteRuntime(), metadata: { name: "granite", namespace } };
      await api.create(runtime);
      for (const [i, strategy] of WRONG.entries()) {
        const service = changed(granite(), ({ metadata, spec }) => {
          Object.assign(metadata, { name: `wrong-${i}`, namespace });
          Object.assign(spec.predictor, { deploymentStrategy: strategy });
        });
        await api.create(service);
        const theirs = await failureOf(api, service);
        const world = buildWorld(inStack(service, runtime));
        const ours = world.workloads.map((workload) => refusedService(workload, world)?.text ?? "");
        assert.ok(ours[0]?.endsWith(` PredictorReady turns False and says: ${theirs}`), `${ours.join()}\n${theirs}`);
      }
    });
  });
});

const WRONG = [
  { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
  { type: "Recreate", rollingUpdate: { maxSurge: 1 } },
  { type: "Recrate" },
  { rollingUpdate: { maxSurge: "1", maxUnavailable: "150%" } },
];

/** What the condition says of a predictor that KServe cannot make. */
async function failureOf(api: KubernetesObjectApi, { apiVersion, kind, metadata }: KubernetesObject): Promise<string> {
  const header = { apiVersion, kind, metadata: { name: metadata.name, namespace: metadata.namespace ?? "" } };
  let message: string | undefined;
  await until(async () => {
    const { status } = (await api.read(header)) as { status?: { conditions?: Condition[] } };
    message = status?.conditions?.find(({ type, reason }) => type === READY && reason === "ReconcileFailed")?.message;
    return message !== undefined;
  }, `${metadata.name} does not fail`);
  // KServe prints the message as if it were a format.
  return (message ?? "").replace(/%!(.)\(MISSING\)/g, "%$1");
}

const READY = "PredictorReady";

interface Condition {
  type: string;
  reason?: string;
  message?: string;
}

/** What the API server says; `undefined` where it takes the object. */
async function answer(request: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await request();
    return undefined;
  } catch (error) {
    const { body } = error as { body?: unknown };
    if (typeof body !== "string") throw error;
    return (JSON.parse(body) as { message: string }).message;
  }
}

function deployment(namespace: string, one: object): KubernetesObject {
  const labels = { app: "oracle" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "oracle" }] } };
  const spec = { selector: { matchLabels: labels }, template, strategy: one };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "oracle", namespace }, ...{ spec } };
}
