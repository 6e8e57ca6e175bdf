import assert from "node:assert/strict";
import { gpus, node, pod, predictor, quota, graniteOn, type Service } from "./plans";
import { autoscaler, karpenter, machineSet } from "./pools";

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
    assert.match(reason, /^1 pod of 1 x nvidia\.com\/gpu finds no place\. The scheduler/);
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

describe("plan with pools that may grow", () => {
  const stuck = [node("a", 1), predictor("a", 1)];
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

describe("plan of a service of a million replicas", function () {
  // It takes half a second; walking orders or pods one by one took a minute.
  this.timeout(15_000);
  const asks = ({ spec }: Service) => {
    Object.assign(spec.predictor, { minReplicas: 1_000_000, maxReplicas: 1_000_000, deploymentStrategy: undefined });
  };
  const huge = { cpu: "8000000", memory: "40000000Gi", pods: "4000000" };

  for (const [what, cluster, outcome, placed] of [
    ["on nodes that have the places", [node("a", 1_000_000, huge), node("b", 1_000_000, huge)], "completes", 1_000_000],
    ["on a node that has eight", [node("a", 8)], "deadlocks", 8],
  ] as const) {
    it(`${what}: ${outcome}`, () => {
      const answer = graniteOn(cluster, asks);
      assert.deepEqual([answer.outcome, answer.placed, answer.surge], [outcome, placed, 250_000]);
    });
  }
});
