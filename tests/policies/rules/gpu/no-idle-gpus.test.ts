import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { noIdleGpus } from "../../../../policies/rules/gpu/no-idle-gpus";
import { changed, inStack } from "../granite";
import { table } from "../table";
import { gpus, runtime, service } from "./parallel";

const other = changed(runtime(), ({ spec }) =>
  Object.assign(spec.containers[0]!, { image: "nvcr.io/nvidia/tritonserver:25", command: ["tritonserver"] }),
);

/** @covers VL-27 */
table(noIdleGpus, [
  {
    name: "accelerators without a size",
    objects: inStack(service({ limits: gpus("4") }), runtime()),
    finding: {
      level: "advisory",
      resource: "InferenceService/granite",
      path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
      says: ["no parallel size is given", "4 - 1 = 3 idle"],
      fix: "--tensor-parallel-size=4",
    },
  },
  {
    name: "more accelerators than ranks",
    objects: inStack(service({ args: ["--tensor-parallel-size=2"], limits: gpus("4") }), runtime()),
    finding: { path: "spec.predictor.model.args[0]", says: ["4 - 2 = 2 idle"], fix: "or ask for 2 x nvidia.com/gpu" },
  },
  {
    name: "as many as ranks",
    objects: inStack(service({ args: ["--tensor-parallel-size=4"], limits: gpus("4") }), runtime()),
  },
  { name: "one and no size", objects: inStack(service({ limits: gpus("1") }), runtime()) },
  {
    name: "fewer than ranks, which is another rule's matter",
    objects: inStack(service({ args: ["-tp=8"], limits: gpus("4") }), runtime()),
  },
  { name: "tensor times data", objects: inStack(service({ args: ["-tp=2", "-dp=2"], limits: gpus("4") }), runtime()) },
  { name: "a server with other habits", objects: inStack(service({ limits: gpus("4") }), other) },
  {
    name: "a server with other habits that is given a size",
    objects: inStack(service({ args: ["--tensor-parallel-size=2"], limits: gpus("4") }), other),
    finding: { says: ["2 idle"] },
  },
  {
    name: "a server across nodes",
    objects: inStack(service({ args: ["-tp=2", "--nnodes=2"], limits: gpus("4") }), runtime()),
  },
  { name: "no accelerators", objects: inStack(service({}), runtime()) },
  {
    name: "a size that another rule calls unknown",
    objects: inStack(service({ args: ["-tp=$(TP)"], limits: gpus("4") }), runtime()),
  },
  {
    name: "accelerators of the runtime",
    objects: inStack(service({}), runtime({ limits: gpus("2") })),
    finding: {
      resource: "ServingRuntime/granite",
      path: 'spec.containers[kserve-container].resources.limits["nvidia.com/gpu"]',
    },
  },
  {
    name: "accelerators known only after apply",
    objects: inStack(service({ limits: gpus(UNKNOWN) }), runtime()),
    finding: { outcome: "unknown", path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]' },
  },
  {
    name: "a size that a shell decides",
    objects: inStack(
      service({ limits: gpus("4") }),
      changed(runtime(), ({ spec }) =>
        Object.assign(spec.containers[0]!, { command: ["sh", "-c", "vllm serve m $FLAGS"], args: [] }),
      ),
    ),
    finding: {
      outcome: "unknown",
      resource: "ServingRuntime/granite",
      says: ["is decided by a shell in the container, so this cannot be judged."],
      fix: "Write the value itself among the arguments.",
    },
  },
]);
