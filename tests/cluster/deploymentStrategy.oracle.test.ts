/** Strategies of Deployments, right and wrong: our verdict and words against the real API server's. */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import * as fc from "fast-check";
import { refusedService } from "../../policies/rollout/refusedService";
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

describe("a service whose Deployment the API server refuses for its name or devices", function () {
  this.timeout(120_000);

  it("is taken by KServe, and its condition holds the answer that we give", async () => {
    const api = objectApi(await testCluster());
    await inNamespace(async (namespace) => {
      const runtime = { ...graniteRuntime(), metadata: { name: "granite", namespace } };
      await api.create(runtime);
      for (const [name, resources, says] of UNFIT) {
        const service = changed(granite(), ({ metadata, spec }) => {
          Object.assign(metadata, { name, namespace });
          Object.assign(spec.predictor.model ?? {}, { resources });
        });
        await api.create(service);
        const theirs = await failureOf(api, service);
        const world = buildWorld(inStack(service, runtime));
        const [ours = ""] = world.workloads.map((workload) => refusedService(workload, world)?.text ?? "");
        for (const part of says)
          for (const text of [theirs, ours]) assert.ok(text.includes(part), `${ours}\n${theirs}`);
      }
    });
  });
});

const DEVICE = "nvidia.com/gpu";
const RESOURCES = "spec.template.spec.containers[0].resources";
const UNFIT: readonly [name: string, resources: object, says: string[]][] = [
  ["half", { limits: { [DEVICE]: "1.5" } }, [`${RESOURCES}.limits[${DEVICE}]`, "must be an integer"]],
  [
    "unequal",
    { limits: { [DEVICE]: "2" }, requests: { [DEVICE]: "1" } },
    [`${RESOURCES}.requests`, `Invalid value: "1": must be equal to ${DEVICE} limit of 2`],
  ],
  [
    "unlimited",
    { requests: { [DEVICE]: "1" } },
    [`${RESOURCES}.limits`, "Limit must be set for non overcommitable resources"],
  ],
];

describe("a service whose name makes a label too long", function () {
  this.timeout(120_000);

  it("is taken by KServe, and its condition says so; one letter less and there is a Deployment", async () => {
    const api = objectApi(await testCluster());
    // A longer namespace makes the host name too long as well, which KServe finds first.
    await inNamespace(async (namespace) => {
      const runtime = { ...graniteRuntime(), metadata: { name: "granite", namespace } };
      await api.create(runtime);
      const called = (name: string) =>
        changed(granite(), ({ metadata }) => void Object.assign(metadata, { name, namespace }));
      const refusalOf = (service: ReturnType<typeof granite>) => {
        const world = buildWorld(inStack(service, runtime));
        return world.workloads.map((workload) => refusedService(workload, world)?.text);
      };
      const tooLong = called("a".repeat(49));
      await api.create(tooLong);
      const [ours = ""] = refusalOf(tooLong);
      const complaint = ours.slice(ours.indexOf("metadata.labels: "));
      const theirs = await failureOf(api, tooLong);
      assert.ok(complaint.length > 20 && theirs.includes(complaint), `${ours}\n${theirs}`);

      const longest = called("a".repeat(48));
      await api.create(longest);
      assert.deepEqual(refusalOf(longest), [undefined]);
      const name = `${longest.metadata.name}-predictor`;
      const made = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, namespace } };
      await until(async () => (await answer(() => api.read(made))) === undefined, `${name} is not made`);
    }, "abc");
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
