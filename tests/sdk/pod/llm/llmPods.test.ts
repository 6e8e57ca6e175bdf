import assert from "node:assert/strict";
import { podRequests } from "../../../../sdk/capacity/placement/requests";
import type {
  LLMInferenceService,
  LLMInferenceServiceConfig,
  LLMInferenceServiceSpec,
} from "../../../../sdk/kubernetes/llmInferenceService";
import { type LlmPods, llmPods } from "../../../../sdk/pod/llm/llmPods";
import { guard, UNKNOWN, UnknownValueError } from "../../../../sdk/pod/unknown";

function service(spec: LLMInferenceServiceSpec): LLMInferenceService {
  return {
    apiVersion: "serving.kserve.io/v1alpha2",
    kind: "LLMInferenceService",
    metadata: { name: "llama", namespace: "models" },
    spec: { model: { uri: "hf://meta/llama" }, ...spec },
  };
}

function config(name: string, namespace: string, spec: LLMInferenceServiceSpec): LLMInferenceServiceConfig {
  return {
    apiVersion: "serving.kserve.io/v1alpha2",
    kind: "LLMInferenceServiceConfig",
    metadata: { name, namespace },
    spec,
  };
}

const gpus = (count: string) => ({ resources: { limits: { "nvidia.com/gpu": count } } });
const server = (count: string) => ({ containers: [{ name: "main", ...gpus(count) }] });

/** `part: members with count x GPUs, replicas`. */
function summary({ workloads }: LlmPods): string[] {
  return workloads.map(({ part, kind, name, replicas, members }) => {
    const pods = members.map(
      ({ role, count, pod }) => `${count} ${role} x ${podRequests(pod.spec)["nvidia.com/gpu"] ?? 0}`,
    );
    return `${part} ${kind} ${name}: ${replicas} x (${pods.join(" + ")})`;
  });
}

describe("workloads of an LLMInferenceService", () => {
  const cases: [title: string, spec: LLMInferenceServiceSpec, workloads: string[]][] = [
    ["one pod", { template: server("2") }, ["main Deployment llama-kserve: 1 x (1 pod x 2)"]],
    ["replicas of none", { replicas: 0 }, ["main Deployment llama-kserve: 0 x (1 pod x 0)"]],
    [
      "data parallel groups of a leader and its workers",
      { replicas: 2, parallelism: { data: 16, dataLocal: 4 }, template: server("4"), worker: server("4") },
      ["main LeaderWorkerSet llama-kserve-mn: 2 x (1 leader x 4 + 3 worker x 4)"],
    ],
    [
      "a group that is one pod",
      { parallelism: { data: 8, dataLocal: 8 }, template: server("8"), worker: server("8") },
      ["main LeaderWorkerSet llama-kserve-mn: 1 x (1 leader x 8)"],
    ],
    [
      "prefill, decode and scheduler",
      {
        replicas: 2,
        template: server("2"),
        prefill: { replicas: 3, template: server("1") },
        router: { scheduler: {} },
      },
      [
        "main Deployment llama-kserve: 2 x (1 pod x 2)",
        "prefill Deployment llama-kserve-prefill: 3 x (1 pod x 1)",
        "scheduler Deployment llama-kserve-router-scheduler: 1 x (1 pod x 0)",
      ],
    ],
    [
      "a group that prefills",
      { prefill: { parallelism: { data: 4, dataLocal: 1 }, template: server("1"), worker: server("1") } },
      [
        "main Deployment llama-kserve: 1 x (1 pod x 0)",
        "prefill LeaderWorkerSet llama-kserve-mn-prefill: 1 x (1 leader x 1 + 3 worker x 1)",
      ],
    ],
    [
      "a pool of somebody else",
      { router: { scheduler: { pool: { ref: { name: "p" } } } } },
      ["main Deployment llama-kserve: 1 x (1 pod x 0)"],
    ],
  ];
  for (const [title, spec, workloads] of cases) {
    it(title, () => {
      const pods = llmPods({ service: service(spec) });
      assert.deepEqual(summary(pods), workloads);
      assert.deepEqual(pods.problems, []);
    });
  }

  it("count pods in their replicas, whole groups in their strategy", () => {
    const spec = { replicas: 2, parallelism: { data: 4, dataLocal: 1 }, template: server("1"), worker: server("1") };
    const [group] = llmPods({ service: service(spec) }).workloads;
    assert.ok(group);
    const [leader, workers] = group.members;
    assert.equal(group.size, 4);
    assert.deepEqual(leader?.pod.replicas, { min: 2, max: 2 });
    assert.deepEqual(workers?.pod.replicas, { min: 6, max: 6 });
    assert.deepEqual(group.strategy, { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
  });
});

describe("origins of an LLMInferenceService's pod", () => {
  const own = service({ template: server("2"), baseRefs: [{ name: "base" }] });
  const base = config("base", "models", { annotations: { note: "x" }, template: { nodeSelector: { pool: "gpu" } } });
  const [workload] = llmPods({ service: own, configs: [base] }).workloads;
  const pod = workload?.members[0]?.pod;
  const cases: [path: string, kind: string | undefined, name: string | undefined, origin: string | undefined][] = [
    [
      'main.resources.limits["nvidia.com/gpu"]',
      own.kind,
      "llama",
      'spec.template.containers[main].resources.limits["nvidia.com/gpu"]',
    ],
    ["spec.nodeSelector.pool", base.kind, "base", "spec.template.nodeSelector.pool"],
    ["annotations.note", base.kind, "base", "spec.annotations.note"],
    ["main.image", base.kind, "kserve-config-llm-template", "spec.template.containers[main].image"],
    ["spec.initContainers[storage-initializer].args[0]", own.kind, "llama", "spec.model.uri"],
    ['labels["llm-d.ai/role"]', undefined, undefined, undefined],
  ];
  for (const [path, kind, name, origin] of cases) {
    it(`${path} is of ${name ?? "KServe"}`, () => {
      const found = pod?.origin(path);
      assert.deepEqual([found?.object.kind, found?.object.metadata.name, found?.path], [kind, name, origin]);
    });
  }
});

describe("Configs of an LLMInferenceService", () => {
  it("of its own namespace go before those of KServe's, and both before what KServe ships", () => {
    const name = "kserve-config-llm-template";
    const imageWith = (configs: LLMInferenceServiceConfig[]) =>
      llmPods({ service: service({}), configs }).workloads[0]?.members[0]?.pod.main.image;
    const image = (value: string) => ({ template: { containers: [{ name: "main", image: value }] } });
    const theirs = config(name, "kserve", image("theirs"));
    assert.equal(imageWith([]), "ghcr.io/llm-d/llm-d-cuda:v0.4.0");
    assert.equal(imageWith([theirs]), "theirs");
    assert.equal(
      imageWith([theirs, config(name, "models", image("own")), config(name, "others", image("others"))]),
      "own",
    );
  });

  it("that do not exist are told with the place that names them", () => {
    const { problems } = llmPods({ service: service({ baseRefs: [{ name: "basis" }] }) });
    assert.deepEqual(
      problems.map(({ message, origin }) => [message, origin?.path]),
      [
        [
          'failed to get LLMInferenceServiceConfig "basis" from namespaces ["models", "kserve"]',
          "spec.baseRefs[basis].name",
        ],
      ],
    );
  });
});

describe("unknown values of an LLMInferenceService", () => {
  const later = UNKNOWN as never;

  it("in its parallelism leave the number of pods unknown", () => {
    const spec = { parallelism: { data: later, dataLocal: 1 }, template: server("1"), worker: server("1") };
    const { workloads } = guard(llmPods({ service: service(spec) }), "pods");
    const [workload] = workloads;
    assert.throws(() => workload?.size, UnknownValueError);
    assert.throws(() => workload?.members[1]?.count, UnknownValueError);
    assert.equal(workload?.members[1]?.pod.main.resources?.limits?.["nvidia.com/gpu"], "1");
  });

  it("that decide which preset applies leave all workloads unknown", () => {
    const spec = { parallelism: { pipeline: later }, template: server("1"), worker: server("1") };
    const pods = guard(llmPods({ service: service(spec) }), "pods");
    assert.throws(() => pods.workloads, UnknownValueError);
  });

  it("in its replicas leave everything else known", () => {
    const { workloads } = guard(llmPods({ service: service({ replicas: later, template: server("2") }) }), "pods");
    const [workload] = workloads;
    assert.throws(() => workload?.replicas, UnknownValueError);
    assert.equal(workload?.members[0]?.pod.main.resources?.limits?.["nvidia.com/gpu"], "2");
  });

  it("in its model's place leave its accelerators known, and the further containers unknown", () => {
    const { workloads } = guard(
      llmPods({ service: service({ model: { uri: later }, template: server("2") }) }),
      "pods",
    );
    const pod = workloads[0]?.members[0]?.pod;
    assert.ok(pod);
    assert.equal(pod.main.resources?.limits?.["nvidia.com/gpu"], "2");
    assert.throws(() => pod.spec.containers[1], UnknownValueError);
  });

  it("of a service account are the credentials of the download", () => {
    const env = (spec: LLMInferenceServiceSpec, objects: object) =>
      llmPods({ service: service(spec), objects }).workloads[0]?.members[0]?.pod.spec.initContainers?.[0]?.env;
    const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: "models" } };
    assert.deepEqual(env({}, {}), [UNKNOWN]);
    assert.equal(env({}, { serviceAccounts: [account] }), undefined);
    // KServe makes the account of a group, and gives it no Secrets.
    const group = { parallelism: { data: 2, dataLocal: 1 }, worker: server("1") };
    assert.equal(env(group, {}), undefined);
    assert.deepEqual(env({ ...group, worker: { ...server("1"), serviceAccountName: "own" } }, {}), [UNKNOWN]);
  });
});
