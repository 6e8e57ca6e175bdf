import assert from "node:assert/strict";
import { group, llama, llm, server } from "./llms";
import { gpus, node, pod, planOf, graniteOn, type Service } from "./plans";
import { changed, granite, graniteRuntime } from "../rules/granite";

describe("plan of services of several parts", () => {
  const isvc = (component: string, app = `isvc.granite-${component}`) => ({
    "serving.kserve.io/inferenceservice": "granite",
    component: component === "predictor-worker" ? "predictor" : component,
    app,
  });
  const head = (on: string) => pod(on, 1, isvc("predictor"));
  const worker = (on: string) => pod(on, 1, isvc("predictor-worker"));

  /** A head and two workers of one GPU each. */
  function multiNode(cluster: readonly object[], change: (service: Service) => void = () => undefined) {
    const service = changed(granite(), (copy) => {
      copy.spec.predictor.workerSpec = { pipelineParallelSize: 3, tensorParallelSize: 1, containers: [] };
      change(copy);
    });
    const runtime = changed(graniteRuntime(), (copy) => {
      copy.spec.workerSpec = {
        pipelineParallelSize: 3,
        tensorParallelSize: 1,
        containers: [{ name: "worker-container", image: "vllm", resources: { limits: gpus(1), requests: gpus(1) } }],
      };
    });
    const plan = planOf([service, runtime], cluster);
    const [planned] = plan.services;
    assert.ok(planned);
    return { ...planned.rollout, placed: planned.steady.placed, waves: plan.waves, pools: plan.pools };
  }

  const running = [node("a", 1), node("b", 2), head("a"), worker("b"), worker("b")];
  const recreate = ({ spec }: Service) => (spec.predictor.deploymentStrategy = { type: "Recreate" });

  for (const [what, cluster, change, outcome, says] of [
    ["room for a second group", [...running, node("c", 3)], undefined, "completes", ""],
    [
      "no room at all",
      running,
      undefined,
      "deadlocks",
      /Predictor: .*Insufficient nvidia.com\/gpu.*Workers: .*may add 2 and miss 0/,
    ],
    ["room for the workers but not beside the head", [...running, node("c", 1)], undefined, "may-deadlock", ""],
    ["no room, and Recreate needs none", running, recreate, "recreate", ""],
  ] as const) {
    it(`a multi-node service with ${what}: ${outcome}`, () => {
      const answer = multiNode(cluster, change);
      assert.deepEqual([answer.outcome, answer.placed], [outcome, 3], answer.reason);
      if (says !== "") assert.match(answer.reason, says);
    });
  }

  it("says why of every part that does not simply complete", () => {
    const answer = graniteOn([node("a", 1), head("a")], ({ spec }) => {
      spec.predictor.deploymentStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } };
      spec.transformer = {
        deploymentStrategy: { type: "Recreate" },
        containers: [{ name: "kserve-container", image: "transformer" }],
      };
    });
    assert.equal(answer.outcome, "recreate", answer.reason);
    assert.match(
      answer.reason,
      /^Predictor: .*an old pod ends first and fewer serve meanwhile\. Transformer: All old pods end before 1 new one of its cpu and memory starts; none serves meanwhile\.$/,
    );
  });

  it("gives a multi-node service places, pods in pools, and one wave", () => {
    const answer = multiNode([node("a", 8)]);
    assert.deepEqual(
      [answer.outcome, answer.placed, answer.surge, answer.waves],
      ["completes", 3, 3, [["models/granite"]]],
    );
    assert.deepEqual(answer.pools, [
      { name: "nvidia.com/gpu", accelerator: "nvidia.com/gpu", allocatable: 8, steady: 3, peak: 6, free: 5 },
    ]);
  });

  const withTransformer = (cpu: string) => (service: Service) => {
    const resources = { requests: { cpu, memory: "1Gi" }, limits: { cpu, memory: "1Gi" } };
    service.spec.transformer = { containers: [{ name: "kserve-container", image: "transformer", resources }] };
  };

  it("a transformer that does not fit is what the update waits for", () => {
    const cluster = [
      node("a", 2, { cpu: "12" }),
      head("a"),
      pod("a", 0, isvc("transformer"), { cpu: "3", memory: "1Gi" }),
    ];
    const answer = graniteOn(cluster, withTransformer("9"));
    assert.deepEqual([answer.outcome, answer.placed], ["deadlocks", 2], answer.reason);
    assert.match(answer.reason, /Transformer: 1 pod of its cpu and memory finds no place/);
  });

  it("a transformer with room of its own changes nothing", () => {
    const cluster = [
      node("a", 2),
      node("b", 0),
      head("a"),
      pod("b", 0, isvc("transformer"), { cpu: "1", memory: "1Gi" }),
    ];
    const answer = graniteOn(cluster, withTransformer("1"));
    assert.deepEqual(
      [answer.outcome, answer.placed, answer.waves],
      ["completes", 2, [["models/granite"]]],
      answer.reason,
    );
  });

  for (const [what, spec, cluster, outcome, placed] of [
    [
      "a Deployment with room",
      { replicas: 1, template: server(1) },
      [node("a", 2), llm("a", "workload", 1)],
      "completes",
      1,
    ],
    [
      "a Deployment without room",
      { replicas: 1, template: server(1) },
      [node("a", 1), llm("a", "workload", 1)],
      "deadlocks",
      1,
    ],
    [
      "decode with room and prefill without",
      { replicas: 1, template: server(1), prefill: { replicas: 1, template: server(4) } },
      [node("a", 5), llm("a", "workload", 1), llm("a", "workload-prefill", 4)],
      "deadlocks",
      2,
    ],
    [
      "a LeaderWorkerSet, whose group ends first",
      group,
      [node("a", 2), node("b", 2), llm("a", "workload-leader", 2), llm("b", "workload-worker", 2)],
      "completes",
      2,
    ],
    ["a LeaderWorkerSet of which one pod fits", group, [node("a", 2)], "deadlocks", 1],
  ] as const) {
    it(`an LLMInferenceService: ${what}: ${outcome}`, () => {
      const { services } = planOf([llama(spec)], [...cluster]);
      assert.deepEqual(
        services.map(({ name, steady, rollout }) => [name, steady.placed, rollout.outcome]),
        [["llama", placed, outcome]],
        services[0]?.rollout.reason,
      );
    });
  }
});
