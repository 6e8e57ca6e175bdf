import assert from "node:assert/strict";
import { rolloutPlan } from "../../policies/world/rolloutPlan";
import { buildWorld } from "../../policies/world/world";
import { changed, granite, graniteRuntime, inCluster, inStack } from "./rules/granite";

type Service = ReturnType<typeof granite>;

const gpus = (count: number) => ({ cpu: "4", memory: "16Gi", "nvidia.com/gpu": String(count) });

const node = (name: string, count: number, more: object = {}, labels: object = {}) => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels },
  status: { allocatable: { cpu: "64", memory: "512Gi", pods: "110", "nvidia.com/gpu": String(count), ...more } },
});

let number = 0;
const pod = (on: string | undefined, count: number, labels: Record<string, string>, more: object = gpus(count)) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: `pod-${(number += 1)}`, namespace: "models", labels },
  spec: {
    ...(on !== undefined && { nodeName: on }),
    containers: [{ name: "main", resources: { requests: more, limits: more } }],
  },
  status: { phase: on === undefined ? "Pending" : "Running" },
});

const predictor = (on: string | undefined, count: number) =>
  pod(on, count, { "serving.kserve.io/inferenceservice": "granite", component: "predictor" });

const quota = (hard: object, used?: object) => ({
  apiVersion: "v1",
  kind: "ResourceQuota",
  metadata: { name: "gpus", namespace: "models" },
  spec: { hard },
  ...(used !== undefined && { status: { hard, used } }),
});

function planOf(judged: readonly object[], cluster: readonly object[]) {
  return rolloutPlan(buildWorld([...inStack(...judged), ...inCluster(...cluster)]));
}

/** The plan of granite, with its outcome and reason. */
function graniteOn(cluster: readonly object[], change: (service: Service) => void = () => undefined) {
  const plan = planOf([changed(granite(), change), graniteRuntime()], cluster);
  const [service] = plan.services;
  assert.ok(service);
  return { ...service.rollout, placed: service.steady.placed, pools: plan.pools, waves: plan.waves };
}

describe("plan of a service with fewer replicas than live pods", () => {
  const asks = (count: number) => (service: Service) => {
    Object.assign(service.spec.predictor, { minReplicas: 1, maxReplicas: 1 });
    Object.assign(service.spec.predictor.model ?? {}, { resources: { requests: gpus(count), limits: gpus(count) } });
  };
  const two = [predictor("a", 4), predictor("a", 4)];
  const foreign = pod("b", 4, { app: "other" });
  for (const [what, cluster, count, outcome] of [
    ["the surplus pod makes room", [node("a", 8), ...two], 4, "completes"],
    [
      "the node of the surplus pod is whole",
      [node("a", 8), node("b", 8), predictor("a", 4), predictor("b", 4)],
      8,
      "completes",
    ],
    ["one pod stays, too large beside its successor", [node("a", 8), ...two], 8, "deadlocks"],
    ["a foreign pod stays", [node("b", 4), foreign, node("a", 4), predictor("a", 4)], 4, "deadlocks"],
    ["which pod goes decides", [node("a", 4), node("b", 8), predictor("a", 4), predictor("b", 4)], 8, "may-deadlock"],
  ] as const) {
    it(`${what}: ${outcome}`, () => {
      const answer = graniteOn(cluster, asks(count));
      assert.equal(answer.outcome, outcome, answer.reason);
    });
  }
});

describe("plan of a service that fits nowhere", () => {
  it("says so of its one pod", () => {
    const { reason } = graniteOn([node("a", 0)]);
    assert.match(reason, /^1 pod of 1 x nvidia\.com\/gpu finds no place, not even once the old one is gone\./);
  });
});

describe("plan under a ResourceQuota", () => {
  const two = [node("a", 8), predictor("a", 1)];
  const recreate = ({ spec }: Service) => (spec.predictor.deploymentStrategy = { type: "Recreate" });
  const inTurn = ({ spec }: Service) =>
    (spec.predictor.deploymentStrategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } });
  const key = "requests.nvidia.com/gpu";
  const SAYS =
    "exceeded quota: gpus, requested: requests.nvidia.com/gpu=1, used: requests.nvidia.com/gpu=1, limited: requests.nvidia.com/gpu=1";
  for (const [what, object, change, outcome, placed, says] of [
    ["none", [], undefined, "completes", 1, ""],
    ["room for the surge", [quota({ [key]: 2 }, { [key]: 1 })], undefined, "completes", 1, ""],
    ["no room for the surge", [quota({ [key]: 1 }, { [key]: 1 })], undefined, "deadlocks", 1, SAYS],
    ["no status: the pods that run tell what is used", [quota({ [key]: 1 })], undefined, "deadlocks", 1, SAYS],
    ["no room, but the old pod may go first", [quota({ [key]: 1 }, { [key]: 1 })], inTurn, "slower", 1, SAYS],
    ["no room, and Recreate needs none", [quota({ [key]: 1 }, { [key]: 1 })], recreate, "recreate", 1, ""],
    ["a limit on pods", [quota({ pods: 1 }, { pods: 1 })], undefined, "deadlocks", 1, "used: pods=1, limited: pods=1"],
    [
      "another namespace",
      [{ ...quota({ [key]: 1 }), metadata: { name: "q", namespace: "x" } }],
      undefined,
      "completes",
      1,
      "",
    ],
    [
      "another scope",
      [{ ...quota({ [key]: 1 }), spec: { hard: { [key]: 1 }, scopes: ["Terminating"] } }],
      undefined,
      "completes",
      1,
      "",
    ],
  ] as const) {
    it(`${what}: ${outcome}`, () => {
      const answer = graniteOn([...two, ...object], change);
      assert.deepEqual([answer.outcome, answer.placed], [outcome, placed]);
      assert.ok(answer.reason.includes(says), answer.reason);
      assert.equal(answer.waves.length, outcome === "deadlocks" ? 0 : 1);
    });
  }

  it("counts steady pods too: those that the quota keeps out have no place", () => {
    const answer = graniteOn([node("a", 8), quota({ [key]: 0 }, { [key]: 0 })]);
    assert.deepEqual([answer.outcome, answer.placed], ["deadlocks", 0]);
    assert.match(answer.reason, /exceeded quota: gpus/);
  });

  it("does not count a pod twice that exists and waits for a node", () => {
    const full = [node("a", 8), predictor(undefined, 1), quota({ [key]: 2 }, { [key]: 1 })];
    const answer = graniteOn(full);
    assert.deepEqual([answer.outcome, answer.placed], ["completes", 1]);
  });

  it("fills in the requests of a LimitRange, and says what it forbids", () => {
    const range = (limits: object) => ({
      apiVersion: "v1",
      kind: "LimitRange",
      metadata: { name: "range", namespace: "models" },
      spec: { limits: [{ type: "Container", ...limits }] },
    });
    const bare = ({ spec }: Service) =>
      (spec.predictor.model = { ...spec.predictor.model, resources: { limits: { "nvidia.com/gpu": "1" } } } as never);
    const small = [node("a", 8, { cpu: "6" }), predictor("a", 1)];
    assert.equal(graniteOn(small, bare).outcome, "completes");
    const filled = graniteOn([...small, range({ defaultRequest: { cpu: "4" } })], bare);
    assert.deepEqual([filled.outcome, filled.reason.includes("Insufficient cpu")], ["deadlocks", true]);
    const forbidden = graniteOn([...two, range({ max: { memory: "20Gi" } })]);
    assert.equal(forbidden.outcome, "deadlocks");
    assert.match(forbidden.reason, /maximum memory usage per Container is 20Gi, but limit is 24Gi/);
  });
});

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

  const llama = (spec: object) => ({
    apiVersion: "serving.kserve.io/v1alpha2",
    kind: "LLMInferenceService",
    metadata: { name: "llama", namespace: "models" },
    spec: { model: { uri: "pvc://llama" }, ...spec },
  });
  const server = (count: number) => ({
    containers: [{ name: "main", resources: { limits: gpus(count), requests: gpus(count) } }],
  });
  const llm = (on: string, component: string, count: number) =>
    pod(on, count, {
      "app.kubernetes.io/name": "llama",
      "app.kubernetes.io/part-of": "llminferenceservice",
      "app.kubernetes.io/component": `llminferenceservice-${component}`,
    });
  const group = { replicas: 1, parallelism: { data: 4, dataLocal: 2 }, template: server(2), worker: server(2) };

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

describe("plan with pools that may grow", () => {
  const stuck = [node("a", 1), predictor("a", 1)];
  const machineSet = (instanceType: string, replicas = 1) => ({
    apiVersion: "machine.openshift.io/v1beta1",
    kind: "MachineSet",
    metadata: { name: "gpu-a", namespace: "openshift-machine-api" },
    spec: { replicas, template: { spec: { providerSpec: { value: { instanceType } } } } },
  });
  const autoscaler = (maxReplicas: number) => ({
    apiVersion: "autoscaling.openshift.io/v1beta1",
    kind: "MachineAutoscaler",
    metadata: { name: "gpu-a", namespace: "openshift-machine-api" },
    spec: {
      minReplicas: 0,
      maxReplicas,
      scaleTargetRef: { apiVersion: "machine.openshift.io/v1beta1", kind: "MachineSet", name: "gpu-a" },
    },
  });
  const karpenter = (types: string[], limits?: object) => ({
    apiVersion: "karpenter.sh/v1",
    kind: "NodePool",
    metadata: { name: "gpu" },
    spec: {
      template: {
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "default" },
          requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: types }],
        },
      },
      ...(limits !== undefined && { limits }),
    },
  });
  const nodegroup = {
    apiVersion: "eks.services.k8s.aws/v1alpha1",
    kind: "Nodegroup",
    metadata: { name: "l4", namespace: "ack" },
    spec: { name: "l4", instanceTypes: ["g6.4xlarge"], scalingConfig: { minSize: 0, desiredSize: 0, maxSize: 2 } },
  };
  const empty = { allocatable: 0, steady: 0, peak: 0, free: 0 };

  for (const [what, cluster, outcome, says, pool] of [
    [
      "a MachineSet below its maximum",
      [machineSet("g6.4xlarge"), autoscaler(2)],
      "may-deadlock",
      /would have to grow first: MachineSet gpu-a by 1 node of g6\.4xlarge/,
      { name: "gpu-a", accelerator: "NVIDIA-L4" },
    ],
    [
      "a MachineSet at its maximum",
      [machineSet("g6.4xlarge"), autoscaler(1)],
      "deadlocks",
      /No pool can grow for it: MachineSet gpu-a is at its maximum/,
      { name: "gpu-a", accelerator: "NVIDIA-L4" },
    ],
    [
      "a machine that is not known",
      [machineSet("x9.huge"), autoscaler(2)],
      "may-deadlock",
      /not known whether a pool can grow.*MachineSet gpu-a the machine type x9\.huge/,
      { name: "gpu-a", accelerator: "unknown" },
    ],
    [
      "a NodePool of Karpenter",
      [karpenter(["g6.4xlarge"])],
      "may-deadlock",
      /NodePool gpu by 1 node of g6\.4xlarge/,
      { name: "gpu", accelerator: "NVIDIA-L4" },
    ],
    [
      "a NodePool at its limit",
      [karpenter(["g6.4xlarge"], { "nvidia.com/gpu": 0 })],
      "deadlocks",
      /No pool can grow for it: NodePool gpu is at its maximum/,
      { name: "gpu", accelerator: "NVIDIA-L4" },
    ],
    [
      "an EKS node group",
      [nodegroup],
      "may-deadlock",
      /node group l4 by 1 node of g6\.4xlarge/,
      { name: "l4", accelerator: "NVIDIA-L4" },
    ],
  ] as const) {
    it(`${what}: ${outcome}`, () => {
      const answer = graniteOn([...stuck, ...cluster]);
      assert.equal(answer.outcome, outcome, answer.reason);
      assert.match(answer.reason, says);
      assert.deepEqual(
        answer.pools.filter(({ name }) => name === pool.name),
        [{ ...pool, ...empty }],
      );
    });
  }

  it("a service that waits for a node of a pool is not called stuck, and has no place yet", () => {
    const answer = graniteOn([node("a", 0), karpenter(["g6.4xlarge"])]);
    assert.deepEqual([answer.outcome, answer.placed], ["may-deadlock", 0]);
    assert.match(answer.reason, /NodePool gpu by 1 node/);
  });

  it("lists a pool once that has nodes", () => {
    const labels = { "karpenter.sh/nodepool": "gpu", "node.kubernetes.io/instance-type": "g6.4xlarge" };
    const { pools } = graniteOn([node("a", 1, {}, labels), karpenter(["g6.4xlarge"])]);
    assert.deepEqual(
      pools.map(({ name, allocatable }) => [name, allocatable]),
      [["gpu", 1]],
    );
  });
});
