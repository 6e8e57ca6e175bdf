import { hardwareProfileRules, hardwareProfileSchema } from "../../../../sdk/spec/profiles/hardwareProfile";
import { servingRuntimeRules, servingRuntimeSchema } from "../../../../sdk/spec/runtimes/servingRuntime";
import { table } from "../messageTable";

const PROFILE = { accelerator: "NVIDIA-L4", cpu: 4, memory: "32Gi" };
const RUNTIME = { namespace: "models", accelerator: "nvidia.com/gpu" };

describe("messages on hardware and runtimes", () => {
  /** @covers HW-1 */
  table("hardware profile", hardwareProfileSchema, hardwareProfileRules, PROFILE, [
    [
      "a decimal byte unit",
      { memory: "64GB" },
      'memory: "64GB" is not an amount that Kubernetes reads; did you mean 64G (powers of 1000) or 64Gi (powers of 1024)?',
    ],
    [
      "a lower case unit",
      { memory: "64gib" },
      'memory: "64gib" is not an amount that Kubernetes reads; did you mean 64G (powers of 1000) or 64Gi (powers of 1024)?',
    ],
    ["no unit at all", { memory: "64" }, 'memory: "64" is less than 1Mi; did you mean 64Gi?'],
    ["millibytes", { memory: "64m" }, 'memory: "64m" is less than 1Mi; did you mean 64Gi?'],
    [
      "a number for memory",
      { memory: 64 },
      'memory: 64 is not an amount with a unit such as "64Gi"; did you mean "64Gi"?',
    ],
    [
      "a word for memory",
      { memory: "lots" },
      'memory: "lots" is not an amount that Kubernetes reads; expected a number with a unit such as "64Gi"',
    ],
    ["no memory", { memory: undefined }, 'memory: is missing; expected an amount with a unit such as "64Gi"'],
    ["millicores", { cpu: "500m" }, 'cpu: "500m" is not a number of CPU cores; did you mean 0.5?'],
    [
      "too fine a share of a core",
      { cpu: 0.0001 },
      "cpu: 0.0001 is not a number of CPU cores: expected more than 0, in steps of 0.001",
    ],
    ["an unknown key", { acelerator: "x" }, "acelerator: unknown key; did you mean accelerator?"],
    [
      "an unknown key like no other",
      { colour: 1 },
      "colour: unknown key (known: accelerator, machineShape, count, cpu, memory, minimum, maximum, displayName, description, nodeSelector, tolerations, localQueue, priorityClass, enabled, visibleIn, name, namespace, platform, catalog)",
    ],
    [
      "a misspelt product",
      { accelerator: "NVIDIA-A100-SXM-80GB" },
      'accelerator: "NVIDIA-A100-SXM-80GB" is not in the catalogue of accelerators (a resource name such as nvidia.com/gpu stands for any device); did you mean NVIDIA-A100-SXM4-80GB?',
    ],
    ["half an accelerator", { count: 0.5 }, "count: 0.5 is not a whole number from 1 to 64"],
    [
      "a count of nothing",
      { accelerator: undefined, count: 2 },
      "count: 2 accelerators of which kind? Name one in accelerator, or leave count out",
    ],
    [
      "a minimum above the default",
      { minimum: { memory: "64Gi" } },
      "minimum.memory: 64Gi is more than the profile's own memory, 32Gi",
    ],
    ["a maximum below the default", { maximum: { cpu: 2 } }, "maximum.cpu: 2 is less than the profile's own cpu, 4"],
    [
      "a queue and nodes",
      { localQueue: "gpus", nodeSelector: {} },
      "nodeSelector: cannot be combined with localQueue: Kueue's ResourceFlavor decides where pods run",
    ],
    [
      "a priority without a queue",
      { priorityClass: "high" },
      "priorityClass: counts only in a queue; add localQueue, or leave priorityClass out",
    ],
    [
      "a toleration of an unknown effect",
      { tolerations: [{ effect: "NoScedule" }] },
      'tolerations[0].effect: "NoScedule" is not "NoSchedule" or "PreferNoSchedule" or "NoExecute"; did you mean NoSchedule?',
    ],
    [
      "an unknown platform",
      { platform: { kind: "openshift" } },
      'platform.kind: "openshift" is not "kserve" or "openshift-ai"; did you mean openshift-ai?',
    ],
    [
      "a Route of ours where the controller owns it",
      { platform: { ingress: "route" } },
      'platform.ingress: "route" is for plain KServe; OpenShift AI makes its own Route: leave ingress out, or set kind to "kserve"',
    ],
    [
      "a misspelt machine",
      { accelerator: undefined, machineShape: "p5.48xlrge" },
      'machineShape: "p5.48xlrge" is not in the catalogue of machine shapes; did you mean p5.48xlarge?',
    ],
    [
      "a machine like no other",
      { accelerator: undefined, machineShape: "mainframe" },
      'machineShape: "mainframe" is not in the catalogue of machine shapes; name an accelerator, cpu and memory instead',
    ],
    [
      "an accelerator that the machine has not",
      { machineShape: "p5.48xlarge" },
      "accelerator: a p5.48xlarge has NVIDIA-H100-80GB-HBM3; leave accelerator out",
    ],
    [
      "more than the machine has, of everything and in every place",
      {
        accelerator: undefined,
        machineShape: "p5.48xlarge",
        count: 9,
        cpu: 192,
        memory: "2Ti",
        maximum: { count: 16 },
      },
      "cpu: 192, and a p5.48xlarge leaves 191.45 for pods",
      "memory: 2Ti, and a p5.48xlarge leaves 1938410Mi for pods",
      "count: 9, and a p5.48xlarge has 8",
      "maximum.count: 16, and a p5.48xlarge has 8",
    ],
    [
      "neither sizes nor a machine, beside another mistake",
      { cpu: undefined, memory: undefined, count: 0.5 },
      "count: 0.5 is not a whole number from 1 to 64",
      "cpu: is missing; expected a number of CPU cores",
      'memory: is missing; expected an amount with a unit such as "64Gi"',
    ],
    [
      "a place that the dashboard has not",
      { visibleIn: ["models"] },
      'visibleIn[0]: "models" is not "model-serving" or "workbench"; did you mean model-serving?',
    ],
    [
      "text where an object belongs",
      { platform: "kserve" },
      'platform: "kserve" is not an object with kind, version, applicationsNamespace, ingress, install',
    ],
  ]);

  table("serving runtime", servingRuntimeSchema, servingRuntimeRules, RUNTIME, [
    [
      "a floating image",
      { image: "example.com/vllm" },
      'image: "example.com/vllm" names neither a tag nor a digest, so it may change under you; append :<tag>',
    ],
    [
      "capitals in an image",
      { image: "example.com/vLLM:V1" },
      'image: "example.com/vLLM:V1": image names are lower case; did you mean example.com/vllm:V1?',
    ],
    [
      "hardware without a known image",
      { accelerator: "Gaudi3" },
      "image: is missing; the catalogue has no vLLM image for Intel Gaudi accelerator (habana.ai/gaudi), so name one",
    ],
    [
      "an argument of the template",
      { args: ["--port=9000"] },
      'args[0]: "--port=9000" repeats --port of the runtime; remove one of them',
    ],
    [
      "an argument that is a setting",
      { vllm: { maxModelLen: 4096 }, args: ["--max_model_len=8192"] },
      'args[0]: "--max_model_len=8192" repeats --max-model-len of the runtime; use vllm.maxModelLen instead',
    ],
    [
      "more parallelism than accelerators",
      { acceleratorCount: 1, vllm: { tensorParallelSize: 2 } },
      "vllm.tensorParallelSize: 2 (tensor) x 1 (pipeline) = 2, but a replica has 1 accelerator: the server cannot start",
    ],
    [
      "idle accelerators",
      { acceleratorCount: 4, vllm: { tensorParallelSize: 2 } },
      "vllm.tensorParallelSize: 2 (tensor) x 1 (pipeline) = 2, but a replica has 4 accelerators: 2 would stay idle",
    ],
    [
      "a share of memory above one",
      { vllm: { gpuMemoryUtilization: 1.2 } },
      "vllm.gpuMemoryUtilization: 1.2 is not a number above 0 and at most 1",
    ],
    [
      "shared memory as large as the limit",
      { sharedMemory: "16Gi", resources: { limits: { memory: "16Gi" } } },
      "sharedMemory: 16Gi leaves nothing of the memory limit, 16Gi",
    ],
    [
      "limits below requests",
      { resources: { requests: { memory: "16Gi" }, limits: { memory: "8Gi" } } },
      "resources.limits.memory: 8Gi is less than the 16Gi requested",
    ],
    [
      "a variable set twice",
      {
        env: [
          { name: "A", value: "1" },
          { name: "A", value: "2" },
        ],
      },
      'env[1].name: "A" is set twice',
    ],
    [
      "a variable KServe refuses",
      { env: [{ name: "PYTHONPATH", value: "/x" }] },
      "env[0].name: PYTHONPATH is refused by KServe; build it into the image instead",
    ],
    [
      "a variable of two origins",
      { env: [{ name: "A", value: "1", secretName: "s", secretKey: "k" }] },
      "env[0]: A: expected either value, or secretName and secretKey",
    ],
    [
      "half a reference",
      { env: [{ name: "A", secretName: "s" }] },
      "env[0]: A: expected either value, or secretName and secretKey",
    ],
  ]);
});
