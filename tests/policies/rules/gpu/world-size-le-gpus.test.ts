import { UNKNOWN } from "../../../../sdk/pod/unknown";
import { worldSizeLeGpus } from "../../../../policies/rules/gpu/world-size-le-gpus";
import { changed, inStack } from "../granite";
import { table } from "../table";
import { gpus, runtime, service } from "./parallel";

table(worldSizeLeGpus, [
  {
    name: "more ranks than accelerators, both in the service",
    objects: inStack(service({ args: ["--tensor-parallel-size=4"], limits: gpus("2") }), runtime()),
    finding: {
      level: "mandatory",
      resource: "InferenceService/granite",
      path: "spec.predictor.model.args[0]",
      says: [
        "4 (tensor-parallel-size 4, spec.predictor.model.args[0])",
        'nvidia.com/gpu: 2 (spec.predictor.model.resources.limits["nvidia.com/gpu"])',
        "4 > 2",
        "World size (4) is larger than the number of available GPUs (2) in this node",
      ],
      fix: "Set nvidia.com/gpu to 4 in requests and limits, or --tensor-parallel-size to 2.",
    },
  },
  {
    name: "as many ranks as accelerators",
    objects: inStack(service({ args: ["--tensor-parallel-size=2"], limits: gpus("2") }), runtime()),
  },
  {
    name: "fewer ranks",
    objects: inStack(service({ args: ["--tensor-parallel-size=1"], limits: gpus("2") }), runtime()),
  },
  {
    name: "flag and value as two items",
    objects: inStack(service({ args: ["--tensor-parallel-size", "4"], limits: gpus("2") }), runtime()),
    finding: { path: "spec.predictor.model.args[0]", says: ["4 > 2"] },
  },
  {
    name: "flag and value as two items that fit",
    objects: inStack(service({ args: ["--tensor-parallel-size", "2"], limits: gpus("2") }), runtime()),
  },
  {
    name: "the short flag",
    objects: inStack(service({ args: ["-tp", "4"], limits: gpus("2") }), runtime()),
    finding: { says: ["4 > 2"] },
  },
  {
    name: "the size in the runtime, the accelerators in the service",
    objects: inStack(service({ limits: gpus("2") }), runtime({ args: ["--tensor-parallel-size=4"] })),
    finding: {
      resource: "InferenceService/granite",
      path: 'spec.predictor.model.resources.limits["nvidia.com/gpu"]',
      says: ["spec.containers[kserve-container].args[1] of ServingRuntime models/granite"],
    },
  },
  {
    name: "the accelerators in the runtime, the size in the service",
    objects: inStack(service({ args: ["--tensor-parallel-size=4"] }), runtime({ limits: gpus("2") })),
    finding: {
      resource: "InferenceService/granite",
      path: "spec.predictor.model.args[0]",
      says: ['resources.limits["nvidia.com/gpu"] of ServingRuntime'],
    },
  },
  {
    name: "both in the runtime",
    objects: inStack(service({}), runtime({ args: ["--tensor-parallel-size=4"], limits: gpus("2") })),
    finding: { resource: "ServingRuntime/granite" },
  },
  {
    name: "the service's value counts, not the runtime's",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=2"], limits: gpus("2") }),
      runtime({ args: ["--tensor-parallel-size=4"] }),
    ),
  },
  {
    name: "the service's accelerators count, not the runtime's",
    objects: inStack(
      service({ limits: gpus("4") }),
      runtime({ args: ["--tensor-parallel-size=4"], limits: gpus("1") }),
    ),
  },
  {
    name: "tensor times pipeline",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=2", "--pipeline-parallel-size=2"], limits: gpus("3") }),
      runtime(),
    ),
    finding: { says: ["tensor-parallel-size 2 x pipeline-parallel-size 2", "4 > 3"], fix: "their product is 3" },
  },
  {
    name: "tensor times pipeline that fits",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=2", "--pipeline-parallel-size=2"], limits: gpus("4") }),
      runtime(),
    ),
  },
  {
    name: "data parallel ranks of the pod",
    objects: inStack(service({ args: ["--data-parallel-size=2", "-tp=2"], limits: gpus("2") }), runtime()),
    finding: { says: ["4 > 2"] },
  },
  {
    name: "data parallel ranks elsewhere",
    objects: inStack(
      service({ args: ["--data-parallel-size=8", "--data-parallel-size-local=2"], limits: gpus("2") }),
      runtime(),
    ),
  },
  { name: "no size given", objects: inStack(service({ limits: gpus("2") }), runtime()) },
  {
    name: "a server across nodes",
    objects: inStack(service({ args: ["--tensor-parallel-size=8", "--nnodes=2"], limits: gpus("4") }), runtime()),
  },
  {
    name: "a server across Ray",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=8", "--distributed-executor-backend=ray"], limits: gpus("4") }),
      runtime(),
    ),
  },
  {
    name: "a multi-node service, whose sizes KServe decides",
    objects: inStack(
      changed(
        service({ args: ["--tensor-parallel-size=8"], limits: gpus("4") }),
        ({ spec }) => (spec.predictor.workerSpec = { containers: [] }),
      ),
      runtime(),
    ),
  },
  {
    name: "no accelerator at all, which a server on CPUs may mean",
    objects: inStack(service({ args: ["--tensor-parallel-size=2"] }), runtime()),
    finding: { level: "advisory", says: ["asks for no accelerator"] },
  },
  { name: "one rank and no accelerator", objects: inStack(service({ args: ["--tensor-parallel-size=1"] }), runtime()) },
  {
    name: "devices of two cores each",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=2"], limits: { "aws.amazon.com/neuron": "1" } }),
      runtime(),
    ),
  },
  {
    name: "cores of devices",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=4"], limits: { "aws.amazon.com/neuroncore": "2" } }),
      runtime(),
    ),
    finding: { says: ["4 > 2"] },
  },
  {
    name: "a value from the environment of the runtime",
    objects: inStack(
      service({ args: ["--tensor-parallel-size=$(TP)"], limits: gpus("2") }),
      changed(runtime(), ({ spec }) => (spec.containers[0]!.env = [{ name: "TP", value: "4" }])),
    ),
    finding: { path: "spec.predictor.model.args[0]", says: ["4 > 2"] },
  },
  {
    name: "a server started by a shell",
    objects: inStack(
      service({ limits: gpus("2") }),
      changed(runtime(), ({ spec }) => {
        Object.assign(spec.containers[0]!, {
          command: ["/bin/sh", "-c"],
          args: ["exec vllm serve /mnt/models --port=8080 --tensor-parallel-size 4"],
        });
      }),
    ),
    finding: {
      resource: "InferenceService/granite",
      says: ["4 > 2", "spec.containers[kserve-container].args[0] of ServingRuntime"],
    },
  },
  {
    name: "a value that nothing gives",
    objects: inStack(service({ args: ["--tensor-parallel-size=$(TP)"], limits: gpus("2") }), runtime()),
    finding: { outcome: "unknown", path: "spec.predictor.model.args[0]", says: ["$(TP)"] },
  },
  {
    name: "arguments known only after apply",
    objects: inStack(service({ args: [UNKNOWN], limits: gpus("2") }), runtime()),
    finding: { outcome: "unknown", resource: "InferenceService/granite", path: "spec.predictor.model.args[0]" },
  },
  {
    name: "accelerators known only after apply",
    objects: inStack(service({ args: ["--tensor-parallel-size=2"] }), runtime({ limits: gpus(UNKNOWN) })),
    finding: {
      outcome: "unknown",
      resource: "ServingRuntime/granite",
      path: 'spec.containers[kserve-container].resources.limits["nvidia.com/gpu"]',
    },
  },
  {
    name: "no runtime, so no pod",
    objects: inStack(service({ args: ["--tensor-parallel-size=4"], limits: gpus("2") })),
  },
]);
