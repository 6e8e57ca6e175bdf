import { service, all, replicas, byDefault, knative, transformer, of, part, outlookTable, type Row } from "./outlooks";
import { group, llama, llm, server } from "./llms";
import { gpus, node, predictor } from "./plans";
import { changed, graniteRuntime } from "../rules/granite";

/** A head and two workers of one GPU each. */
const ray = service(1, ({ spec }) => {
  spec.predictor.workerSpec = { pipelineParallelSize: 3, tensorParallelSize: 1, containers: [] };
});
const rayRuntime = changed(graniteRuntime(), ({ spec }) => {
  const resources = { limits: gpus(1), requests: gpus(1) };
  const containers = [{ name: "worker-container", image: "vllm", resources }];
  spec.workerSpec = { pipelineParallelSize: 3, tensorParallelSize: 1, containers };
});
const rayRuns = [
  part("predictor", "isvc.granite-predictor", "a", 1),
  part("predictor", "isvc.granite-predictor-worker", "b", 1),
  part("predictor", "isvc.granite-predictor-worker", "b", 1),
];

const rows: Row[] = [
  {
    what: "a transformer that fits nowhere",
    judged: [service(1, transformer("90"))],
    cluster: [node("a", 8), predictor("a", 1)],
    plan: [["deadlocks", 1]],
    lint: ["granite mandatory"],
    says: /Transformer: 1 of 1 pod of this service will find no place\. Each asks for cpu 90/,
  },
  {
    what: "a transformer without room for a second one",
    judged: [service(1, transformer("40"))],
    cluster: [
      node("a", 8),
      predictor("a", 1),
      part("transformer", "isvc.granite-transformer", "a", 0, { cpu: "40", memory: "1Gi" }),
    ],
    plan: [["deadlocks", 2]],
    lint: ["granite mandatory"],
    path: "spec.transformer.deploymentStrategy",
    says: /Transformer: At 1 replica.*Insufficient cpu/,
  },
  {
    what: "a transformer with room",
    judged: [service(1, transformer("4"))],
    cluster: [node("a", 8), predictor("a", 1)],
    plan: [["completes", 2]],
    lint: [],
  },
  {
    what: "a canary, which means nothing in Standard mode",
    judged: [service(4, ({ spec }) => (spec.predictor.canaryTrafficPercent = 10))],
    cluster: [node("a", 8), predictor("a", 4)],
    plan: [["completes", 1]],
    lint: [],
  },

  {
    what: "a Ray group without room for another",
    judged: [ray, rayRuntime],
    cluster: [node("a", 1), node("b", 2), ...rayRuns],
    plan: [["deadlocks", 3]],
    lint: ["granite mandatory"],
    fix: /^Set spec\.predictor\.deploymentStrategy\.type to Recreate, ask/,
    says: /Workers: At 2 replicas a rolling update may add 2 \(maxSurge: ceil\(100% x 2\)\) and miss 0/,
  },
  {
    what: "a Ray group with room for another",
    judged: [ray, rayRuntime],
    cluster: [node("a", 1), node("b", 2), node("c", 3), ...rayRuns],
    plan: [["completes", 3]],
    lint: [],
  },
  {
    what: "a Ray group with room for some of it",
    judged: [ray, rayRuntime],
    cluster: [node("a", 1), node("b", 2), node("c", 1), ...rayRuns],
    plan: [["may-deadlock", 3]],
    lint: ["granite advisory"],
    says: /may never finish/,
  },
  {
    what: "a Ray group that is not to change",
    judged: [ray, rayRuntime],
    cluster: [ray, rayRuntime, node("a", 1), node("b", 2), ...rayRuns],
    plan: [["deadlocks", 3]],
    lint: ["granite advisory"],
    says: /does not touch the pods/,
  },
  {
    what: "a Ray group of which the workers fit nowhere",
    judged: [ray, rayRuntime],
    cluster: [node("a", 1)],
    plan: [["deadlocks", 1]],
    lint: ["granite mandatory"],
    says: /of 2 pods of this service will find no place/,
  },

  {
    what: "an LLMInferenceService that fills its node",
    judged: [llama({ replicas: 1, template: server(8) })],
    cluster: [node("a", 8), llm("a", "workload", 8)],
    plan: [["deadlocks", 1]],
    lint: ["llama mandatory"],
    says: /At 1 replica a rolling update may add 1 \(maxSurge: ceil\(25% x 1\)\)/,
  },
  {
    what: "an LLMInferenceService with a second node",
    judged: [llama({ replicas: 1, template: server(8) })],
    cluster: [node("a", 8), llm("a", "workload", 8), node("b", 8)],
    plan: [["completes", 1]],
    lint: [],
  },
  {
    what: "a LeaderWorkerSet, whose group ends first",
    judged: [llama(group)],
    cluster: [node("a", 2), node("b", 2), llm("a", "workload-leader", 2), llm("b", "workload-worker", 2)],
    plan: [["completes", 2]],
    lint: [],
  },
  {
    what: "a LeaderWorkerSet of which one pod fits",
    judged: [llama(group)],
    cluster: [node("a", 2)],
    plan: [["deadlocks", 1]],
    lint: ["llama mandatory"],
    says: /1 of 2 pods of this service will find no place/,
  },
  {
    what: "prefill without room",
    judged: [llama({ replicas: 1, template: server(1), prefill: { replicas: 1, template: server(4) } })],
    cluster: [node("a", 6), llm("a", "workload", 1), llm("a", "workload-prefill", 4)],
    plan: [["deadlocks", 2]],
    lint: ["llama mandatory"],
    says: /Prefill: At 1 replica/,
  },

  {
    what: "a Knative revision that needs its whole size again",
    judged: [service(2, all(knative, byDefault, replicas(2)))],
    cluster: [node("a", 6)],
    plan: [["deadlocks", 2]],
    lint: ["granite mandatory"],
    says: /of 2 pods only 1 would find a place/,
  },
  {
    what: "a Knative revision that autoscales: its least size is enough to take over",
    judged: [service(2, all(replicas(1, 2), knative, byDefault))],
    cluster: [node("a", 6), predictor("a", 2), predictor("a", 2)],
    plan: [["slower", 2]],
    lint: ["granite advisory"],
  },
  {
    what: "a Knative revision with room",
    judged: [service(2, all(knative, byDefault, replicas(2)))],
    cluster: [node("a", 8)],
    plan: [["completes", 2]],
    lint: [],
  },

  {
    what: "two services and one place for either's update",
    judged: [service(4), service(4, undefined, "phi")],
    cluster: [node("a", 8), node("b", 4), of("granite", "a", 4), of("phi", "b", 4)],
    plan: [
      ["completes", 1],
      ["completes", 1],
    ],
    lint: ["phi advisory"],
    says: /Other services change in this deployment too/,
  },
  {
    what: "a new service without accelerators that takes the cpu",
    judged: [
      service(1),
      service(
        0,
        ({ spec }) =>
          Object.assign(spec.predictor.model ?? {}, { resources: { requests: { cpu: "57", memory: "1Gi" } } }),
        "cpu",
      ),
    ],
    cluster: [node("a", 8), predictor("a", 1)],
    plan: [
      ["deadlocks", 1],
      ["deadlocks", 1],
    ],
    lint: ["granite mandatory"],
    says: /Insufficient cpu/,
  },
  {
    what: "no runtime",
    judged: [service(1, ({ spec }) => Object.assign(spec.predictor.model ?? {}, { runtime: "none" }))],
    cluster: [node("a", 8)],
    plan: [["unknown", 0]],
    lint: [],
  },
];

outlookTable("the outlook of services of several parts, and of several services, as plan and lint tell it", rows);
