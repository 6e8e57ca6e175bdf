import assert from "node:assert/strict";
import type { Container } from "../../../sdk/kubernetes/core";
import { effectivePod, effectivePods } from "../../../sdk/pod/effectivePod";
import { rayGroup } from "../../../sdk/pod/template/rayGroup";
import { UNKNOWN } from "../../../sdk/pod/unknown";
import { type Loose, runtime, service } from "./objects";

describe("Ray group", () => {
  // Total, head and worker requests; nodes, head and worker accelerators.
  const cases: [number, number, number, [number, number, number]][] = [
    [8, 0, 0, [8, 1, 1]],
    [8, 0, 4, [2, 4, 4]],
    [8, 0, 3, [3, 2, 3]],
    [4, 0, 8, [1, 4, 0]],
    [8, 4, 4, [2, 4, 4]],
    [4, 8, 2, [1, 4, 0]],
    [8, 2, 0, [7, 2, 1]],
    [2, 4, 0, [1, 4, 1]],
  ];
  for (const [total, head, worker, [nodes, headGpus, workerGpus]] of cases) {
    it(`for ${total} accelerators with ${head} on the head and ${worker} on a worker has ${nodes} pods`, () => {
      assert.deepEqual(rayGroup(total, head, worker), { nodes, headGpus, workerGpus });
    });
  }

  it("is refused in KServe's words when the head brings too few", () => {
    assert.equal(
      rayGroup(8, 1, 4),
      "the total required number of GPUs(8) is less than the number of GPUs assigned to the head node(1) + worker node(4)",
    );
  });
});

describe("multi-node service", () => {
  const workerSpec = {
    containers: [{ name: "worker-container", image: "ray:1", args: ["--a"], env: [{ name: "A", value: "1" }] }],
    pipelineParallelSize: 2,
    tensorParallelSize: 4,
    labels: { role: "worker" },
    tolerations: [{ key: "gpu" }],
  };
  const own = (worker: Loose = {}): Parameters<typeof effectivePods>[0] => ({
    service: service(
      { storageUri: "pvc://claim/m" },
      { workerSpec: worker },
      { annotations: { "serving.kserve.io/autoscalerClass": "none" } },
    ),
    runtime: runtime({}, { workerSpec }),
    generation: 3,
  });

  it("has a head and workers that know their sizes", () => {
    const [head, worker] = effectivePods(own());
    assert.deepEqual([head?.deployment, worker?.deployment], ["granite-predictor", "granite-predictor-worker"]);
    assert.deepEqual(variables(head?.pod.main), {
      INFERENCE_SERVICE_NAME: "granite",
      PIPELINE_PARALLEL_SIZE: "2",
      TENSOR_PARALLEL_SIZE: "4",
      RAY_NODE_COUNT: "8",
      REQUEST_GPU_COUNT: "1",
      MODEL_NAME: "granite",
      MODEL_DIR: "/mnt/models",
    });
    assert.deepEqual(variables(worker?.pod.main), {
      A: "1",
      RAY_NODE_COUNT: "8",
      REQUEST_GPU_COUNT: "1",
      ISVC_NAME: "granite",
      HEAD_SVC: "granite-head-3",
    });
    assert.deepEqual(worker?.pod.replicas, { min: 7, max: 7 });
    assert.equal(worker.pod.labels["isvc.generation"], "3");
    assert.equal(worker.pod.labels.app, "isvc.granite-predictor-worker");
    assert.equal(worker.pod.labels.role, "worker");
    assert.deepEqual(worker.pod.strategy.rollingUpdate, { maxUnavailable: "0%", maxSurge: "100%" });
  });

  it("lays the service's worker over the runtime's, and asks for the accelerators it computed", () => {
    const gpus = { requests: { "amd.com/gpu": "4" }, limits: { "amd.com/gpu": "4" } };
    const [head, worker] = effectivePods(
      own({ tensorParallelSize: 8, containers: [{ name: "worker-container", args: ["--b"], resources: gpus }] }),
    );
    assert.deepEqual(worker?.pod.main.args, ["--a", "--b"]);
    assert.deepEqual(worker.pod.main.resources, gpus);
    assert.deepEqual(head?.pod.main.resources, {
      limits: { "nvidia.com/gpu": "4" },
      requests: { "nvidia.com/gpu": "4" },
    });
    assert.deepEqual(worker.pod.replicas, { min: 3, max: 3 });
  });

  it("does not invent the generation by which the workers find the head", () => {
    const [head, worker] = effectivePods({ ...own(), generation: undefined });
    assert.equal(variables(worker?.pod.main).HEAD_SVC, UNKNOWN);
    assert.equal(head?.pod.labels["isvc.generation"], UNKNOWN);
  });

  it("is unknown in size while a parallel size is", () => {
    const [head, worker] = effectivePods(own({ tensorParallelSize: UNKNOWN }));
    assert.equal(head?.pod.main.resources?.limits?.["nvidia.com/gpu"], UNKNOWN);
    assert.equal(worker?.pod.replicas.min, UNKNOWN);
    assert.equal(
      head.pod.origin('main.resources.limits["nvidia.com/gpu"]')?.path,
      "spec.predictor.workerSpec.tensorParallelSize",
    );
  });

  it("has a problem, and no workers, with a runtime for one node", () => {
    const input = { ...own(), runtime: runtime() };
    assert.match(effectivePod(input).problems[0]?.message ?? "", /its runtime has none/);
    assert.equal(effectivePods(input).length, 1);
  });

  it("has no workers while it is stopped", () => {
    const input = own();
    input.service.metadata.annotations = { "serving.kserve.io/stop": "true" };
    assert.deepEqual(
      effectivePods(input).map(({ pod }) => pod.replicas),
      [
        { min: 0, max: 0 },
        { min: 0, max: 0 },
      ],
    );
  });
});

function variables(container: Container | undefined): Loose {
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
}
