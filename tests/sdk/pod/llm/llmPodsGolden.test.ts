/**
 * Replays what KServe's real controller answered to recorded LLMInferenceServices, without a cluster. Refresh with
 * `LLM_GOLDEN=write ORACLE=full npx mocha dist/tests/cluster/llmInferenceService.oracle.test.js`.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ServiceAccount } from "../../../../sdk/kubernetes/core";
import { repositoryPath } from "../../../../tools/repository";
import { withPodApiDefaults } from "../apiDefaults";
import { differences } from "../comparison";
import { type Answer, ourAnswer } from "./answers";
import type { LlmCase } from "./services";

interface Golden {
  madeWith: string;
  entries: (LlmCase & { answer: Answer })[];
}

/** Accounts that the recorded namespace had. */
const serviceAccounts = ["default", "reader"].map((name): ServiceAccount => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, namespace: "llm-cases" },
}));

describe("pods of LLMInferenceServices against recorded answers of the controller", () => {
  const file = repositoryPath("tests", "sdk", "pod", "golden", "llmPods.json");
  const { madeWith, entries } = JSON.parse(readFileSync(file, "utf8")) as Golden;

  it(`has recordings of every kind of workload (${madeWith})`, () => {
    assert.ok(entries.length >= 20);
    const kinds = entries.flatMap(({ answer }) =>
      Object.values(answer).map(({ kind, pods }) => [kind, ...Object.keys(pods)]),
    );
    const found = new Set(kinds.map((parts) => parts.join(" ")));
    assert.deepEqual([...found].sort(), [
      "Deployment pod",
      "LeaderWorkerSet leader",
      "LeaderWorkerSet leader worker",
      "LeaderWorkerSet worker",
    ]);
  });

  for (const { service, configs, answer } of entries) {
    it(`equals the answer to ${service.metadata.name}`, () => {
      const ours = ourAnswer({ service, configs }, { serviceAccounts });
      assert.deepEqual(ours.problems, []);
      const filled = Object.entries(ours.answer).map(([name, workload]) => {
        const pods = Object.entries(workload.pods).map(([role, pod]) => [
          role,
          { ...pod, spec: withPodApiDefaults(pod.spec) },
        ]);
        return [name, { ...workload, pods: Object.fromEntries(pods) as unknown }];
      });
      assert.deepEqual(differences(Object.fromEntries(filled), answer), []);
    });
  }
});
