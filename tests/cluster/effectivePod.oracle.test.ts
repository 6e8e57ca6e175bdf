/**
 * Our pods against the real controller's Deployments and against what the real pod webhook makes of their pods, over
 * random pairs of runtime and service among Secrets, accounts and downloaders.
 *
 * With `EFFECTIVE_POD_GOLDEN=write` pairs and answers are stored in tests/sdk/pod/golden/effectivePods.json, which
 * tests/sdk/pod/effectivePodGolden.test.ts replays without a cluster.
 */
import assert from "node:assert/strict";
import type { KubernetesObjectApi } from "@kubernetes/client-node";
import * as fc from "fast-check";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { InferenceService } from "../../sdk/kubernetes/kserve";
import { CONTROLLER_CONFIG_MAP, type ControllerConfig, readControllerConfig } from "../../sdk/pod/controllerConfig";
import { effectivePod } from "../../sdk/pod/effectivePod";
import { resolveRuntime, type Runtime } from "../../sdk/pod/runtime";
import { ORACLE_SEED, oracleSize, reportOracle } from "../oracle";
import { named, type Pair, pairs } from "../sdk/pod/arbitraries/pairs";
import { refusedPairs, specialPairs } from "../sdk/pod/arbitraries/specialPairs";
import {
  type Answer,
  answerTo,
  differences,
  DOCUMENTED_DIFFERENCES,
  refusalDifferences,
  type Workload,
} from "../sdk/pod/comparison";
import { clusterSurroundings } from "../sdk/pod/surroundings";
import {
  controllerAnswers,
  createPair,
  failureOf,
  inQuietNamespace,
  type Question,
  untouchedPod,
} from "./controllerAnswers";
import { writeGolden } from "./goldenPairs";
import { objectApi, testCluster, until } from "./harness";

const COUNT = oracleSize(60, 420);
const PATIENCE_MS = 45_000;
const SHRINK_MS = 40_000;
/** Far beyond what a busy machine needs for one pair. */
const MS_PER_PAIR = 5_000;

describe("effective pod on a real cluster", function () {
  this.timeout(2 * PATIENCE_MS + SHRINK_MS + COUNT * MS_PER_PAIR);
  let api: KubernetesObjectApi;
  let config: ControllerConfig;
  let shipped: Runtime[];

  before(async () => {
    api = objectApi(await testCluster());
    const metadata = { name: CONTROLLER_CONFIG_MAP, namespace: "kserve" };
    const configMap = await api.read({ apiVersion: "v1", kind: "ConfigMap", metadata });
    config = readControllerConfig((configMap as { data: Record<string, string> }).data);
    const { items } = await api.list<Runtime>("serving.kserve.io/v1alpha1", "ClusterServingRuntime");
    shipped = items.map((item) => ({ ...item, kind: "ClusterServingRuntime" }));
    for (const object of clusterSurroundings) await api.create(object);
  });

  after(async () => {
    for (const object of clusterSurroundings) await api.delete(object);
  });

  it(`equals the controller's and the webhook's for ${COUNT} random pairs and the special ones`, async () => {
    for (const { path, reason } of DOCUMENTED_DIFFERENCES) console.log(`      not compared: ${path}: ${reason}`);
    const random = fc.sample(pairs, { seed: ORACLE_SEED, numRuns: COUNT });
    await inQuietNamespace(api, async (namespace) => {
      const questions = [...random, ...specialPairs].map((pair, index) => ask(pair, `pair-${index}`, namespace));
      const answers = await controllerAnswers(api, questions, PATIENCE_MS);
      const found = await Promise.all(questions.map(({ pair }, index) => compare(pair, answers[index])));
      const wrong = found.flatMap((list, index) => (list.length === 0 ? [] : [{ index, list }]));
      report(answers, wrong.length);
      const [first] = wrong;
      if (first !== undefined && first.index < COUNT) console.log(await shrink(first.index, namespace));
      assert.deepEqual(wrong, [], `ORACLE_SEED=${ORACLE_SEED}`);
      if (process.env.EFFECTIVE_POD_GOLDEN === "write") {
        writeGolden(
          questions.map(({ pair }, index) => ({ ...pair, answer: answers[index] })),
          namespace,
        );
      }
    });
  });

  it("has a problem for each pair that the controller makes no Deployment of", async () => {
    await inQuietNamespace(api, async (namespace) => {
      for (const [index, { pair, refusal }] of refusedPairs.entries()) {
        const question = ask(pair, `refused-${index}`, namespace);
        await createPair(api, question);
        const message = await failure(question.pair.service);
        assert.match(message, refusal, `the controller of ${JSON.stringify(question.pair)}`);
        await api.delete(question.pair.service);
        const { problems } = effectivePod({ ...question.pair, config });
        assert.equal(problems.length, 1, `problems of pair ${index}: ${JSON.stringify(problems)}`);
      }
    });
  });

  function ask(pair: { service: object; runtime?: object }, name: string, namespace: string): Question {
    const own = named(pair, name, namespace);
    const hasOwnRuntime = own.runtime !== undefined;
    const chosen = hasOwnRuntime ? own : withShippedRuntime(own);
    const { deployments, refused } = answerTo(chosen, config);
    const expected = { deployments: Object.keys(deployments), refused: refused !== undefined };
    return { pair: chosen, hasOwnRuntime, expected };
  }

  function withShippedRuntime(pair: Pair): Pair {
    const resolution = resolveRuntime(pair.service, shipped);
    return resolution.outcome === "resolved" ? { ...pair, runtime: resolution.runtime } : pair;
  }

  /** Differences after the API server has filled both with its own defaults. */
  async function compare(pair: Pair, theirs: Answer | undefined): Promise<string[]> {
    if (theirs === undefined) return ["no answer"];
    const ours = answerTo(pair, config);
    const names = new Set([...Object.keys(ours.deployments), ...Object.keys(theirs.deployments)]);
    const { namespace } = pair.service.metadata;
    const found = await Promise.all(
      [...names].map(async (name) => {
        const [own, other] = [ours.deployments[name], theirs.deployments[name]];
        if (own === undefined || other === undefined) return [`${name}: ours ${own ? "is" : "is not"} there`];
        const list = await compareWorkloads(own, other, namespace);
        return list.map((difference) => `${name}: ${difference}`);
      }),
    );
    return [...found.flat(), ...refusalDifferences(ours.refused, theirs.refused, "refusal")];
  }

  async function compareWorkloads(ours: Workload, theirs: Workload, namespace: string): Promise<string[]> {
    const { strategy, template } = ours;
    const selector = { matchLabels: { app: (template.metadata.labels as Record<string, string>).app } };
    const spec = { strategy, template, selector };
    const dryRun = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "dry-run", namespace }, spec };
    try {
      const made = await api.create<KubernetesObject & { spec: typeof spec }>(dryRun, undefined, "All");
      const { labels, annotations } = made.spec.template.metadata;
      const defaulted = { metadata: { labels, annotations }, spec: made.spec.template.spec };
      return [
        ...(theirs.replicas === undefined ? [] : differences(ours.replicas, theirs.replicas, "replicas")),
        ...differences(made.spec.strategy, theirs.strategy, "strategy"),
        ...differences(defaulted, theirs.template, "template"),
        ...(await comparePods(ours, theirs, namespace)),
      ];
    } catch (error) {
      return [`the API server refuses ours: ${String(error)}`];
    }
  }

  async function comparePods(ours: Workload, theirs: Workload, namespace: string): Promise<string[]> {
    const [own, other] = [ours.pod, theirs.pod];
    if ("refused" in own) return refusalDifferences(own.refused, "refused" in other ? other.refused : undefined, "pod");
    const { labels } = ours.template.metadata as { labels: Record<string, string> };
    const metadata = { labels, annotations: own.annotations as Record<string, string> };
    return differences(await untouchedPod(api, namespace, metadata, own.spec as object), other, "pod");
  }

  /** The smallest pair that still differs, found by asking the controller again and again for a while. */
  async function shrink(index: number, namespace: string): Promise<string> {
    let attempt = 0;
    const agrees = fc.asyncProperty(pairs, async (pair) => {
      const question = ask(pair, `shrunk-${attempt++}`, namespace);
      const [answer] = await controllerAnswers(api, [question], 10_000);
      assert.deepEqual(await compare(question.pair, answer), []);
    });
    const options = { seed: ORACLE_SEED, path: String(index), numRuns: 1, interruptAfterTimeLimit: SHRINK_MS };
    const { counterexample, numShrinks } = await fc.check(agrees, options);
    return `      still differs after ${numShrinks} simplifications: ${JSON.stringify(counterexample)}`;
  }

  /** The message with which the controller gives up on a service. */
  async function failure(service: InferenceService): Promise<string> {
    let message: string | undefined;
    await until(async () => {
      message = failureOf(await api.read<InferenceService>(service));
      return message !== undefined;
    }, "the controller does not fail");
    return message ?? "";
  }
});

function report(answers: readonly Answer[], wrong: number): void {
  const workloads = answers.flatMap(({ deployments }) => Object.values(deployments));
  reportOracle("effective and admitted pods", {
    pairs: answers.length,
    Deployments: workloads.length,
    "pods refused by the webhook": workloads.filter(({ pod }) => "refused" in pod).length,
    "services refused by the controller": answers.filter(({ refused }) => refused !== undefined).length,
    "unexplained differences": wrong,
  });
}
