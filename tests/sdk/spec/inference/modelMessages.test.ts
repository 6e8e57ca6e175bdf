import assert from "node:assert/strict";
import { inferenceServiceRules, inferenceServiceSchema } from "../../../../sdk/spec/inference/inferenceService";
import {
  hardwareProfileRules,
  hardwareProfileSchema,
  resolveHardwareProfile,
} from "../../../../sdk/spec/profiles/hardwareProfile";
import type { Surroundings } from "../../../../sdk/spec/inference/modelDeployment";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../../../sdk/spec/runtimes/servingRuntime";
import { modelDeploymentRules, modelDeploymentSchema } from "../../../../sdk/spec/inference/modelDeployment";
import { formatPath } from "../../../../sdk/spec/schema/problem";
import { routeRules, routeSchema } from "../../../../sdk/spec/exposure/route";
import { parseSpec, validate } from "../../../../sdk/spec/schema/validate";
import { table } from "../messageTable";

const SERVICE = { namespace: "models", runtimeName: "vllm", source: { huggingFace: "a/b" } };
const MODEL = {
  namespace: "models",
  source: { oci: "example.com/granite:1" },
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 2, memory: "16Gi" } },
};
const ROUTE = { namespace: "models", inferenceServiceName: "granite", name: "granite-external" };

describe("messages on models", () => {
  table("inference service", inferenceServiceSchema, inferenceServiceRules("granite"), SERVICE, [
    [
      "dots in the name",
      { name: "llama-3.1-8b" },
      'name: "llama-3.1-8b" is not a service name (lower case letters, digits, dashes; a letter first; no dots); did you mean llama-3-1-8b?',
    ],
    [
      "a digit first",
      { name: "3-llama" },
      'name: "3-llama" is not a service name (lower case letters, digits, dashes; a letter first; no dots); did you mean llama?',
    ],
    [
      "a name KServe accepts but cannot serve",
      { name: "a".repeat(49) },
      `name: "${"a".repeat(49)}" has 49 characters; KServe can serve names of at most 48 in Standard mode`,
    ],
    [
      "the platform's namespace",
      { namespace: "redhat-ods-applications" },
      'namespace: "redhat-ods-applications" belongs to the platform, which admits no models there',
    ],
    [
      "a display name for a runtime",
      { runtimeName: "vLLM ServingRuntime for KServe" },
      'runtimeName: "vLLM ServingRuntime for KServe" is not the name of a runtime object (lower case letters, digits, dashes), not its display name; did you mean vllm-servingruntime-for-kserve?',
    ],
    [
      "two sources",
      { source: { pvc: "a/b", huggingFace: "a/b" } },
      "source: names pvc and huggingFace; expected exactly one of oci, s3, pvc, huggingFace, uri, model, connection, storageKey",
    ],
    [
      "no source",
      { source: {} },
      "source: names no place; expected exactly one of oci, s3, pvc, huggingFace, uri, model, connection, storageKey",
    ],
    [
      "a missing source",
      { source: undefined },
      "source: is missing; expected a model source with oci, s3, pvc, huggingFace, uri, model, connection, storageKey, path, tag, tokenSecret",
    ],
    [
      "a URI without a scheme",
      { source: { uri: "quay.io/org/car:1" } },
      'source.uri: "quay.io/org/car:1" has no scheme such as oci://, s3://, pvc:// or hf://; did you mean oci://quay.io/org/car:1?',
    ],
    [
      "an unknown scheme",
      { source: { uri: "s4://bucket/x" } },
      'source.uri: "s4://bucket/x": KServe loads nothing from s4:// (known: gs, s3, pvc, file, https, http, hdfs, webhdfs, oci, oci+native, oci+fetch, hf); did you mean s3://?',
    ],
    [
      "capitals in a ModelCar",
      { source: { oci: "r.io/modelcar-gemma-2-9b-it-FP8:1.5" } },
      'source.oci: "r.io/modelcar-gemma-2-9b-it-FP8:1.5": image names are lower case; did you mean r.io/modelcar-gemma-2-9b-it-fp8:1.5?',
    ],
    [
      "fixed and scaled replicas",
      { replicas: 2, autoscaling: { minReplicas: 1, maxReplicas: 2 } },
      "replicas: cannot be combined with autoscaling, which owns the number of replicas; keep one of the two",
    ],
    [
      "scaling bounds in the wrong order",
      { autoscaling: { minReplicas: 3, maxReplicas: 2 } },
      "autoscaling.maxReplicas: 2 is less than minReplicas, 3",
    ],
    [
      "scaling to zero by the HPA",
      { autoscaling: { minReplicas: 0, maxReplicas: 2 } },
      'autoscaling.minReplicas: 0: the horizontal pod autoscaler keeps at least 1; scaling to zero takes autoscalerClass "keda"',
    ],
    [
      "a target above 100 percent",
      { autoscaling: { minReplicas: 1, maxReplicas: 2, target: 150 } },
      "autoscaling.target: 150 is not a whole number from 1 to 100",
    ],
    [
      "scaling by GPU",
      { autoscaling: { minReplicas: 1, maxReplicas: 2, metric: "gpu" } },
      'autoscaling.metric: "gpu" is not "cpu" or "memory"; the horizontal pod autoscaler sees no GPUs; use autoscalerClass "keda" with prometheus: [{ vllm: "kvCacheUsage" or "queueLength", ... }]',
    ],
    [
      "surge with Recreate",
      { deploymentStrategy: { type: "Recreate", maxSurge: "1" } },
      "deploymentStrategy.maxSurge: belongs to RollingUpdate; Recreate ends all pods first",
    ],
    [
      "a rollout that cannot move",
      { deploymentStrategy: { maxSurge: "0", maxUnavailable: "0%" } },
      "deploymentStrategy: maxSurge and maxUnavailable are both 0, so no pod could ever be replaced",
    ],
    [
      "exposure without a word on authentication",
      { exposure: {} },
      'exposure.auth: is missing; expected "token" or "apiKey" or "none"',
    ],
    [
      "tokens without authentication",
      { exposure: { auth: "none", tokens: ["a"] } },
      'exposure.tokens: are only checked with auth "token"',
    ],
    [
      "tokens on plain KServe",
      { platform: { kind: "kserve" }, exposure: { auth: "token" } },
      'exposure.auth: "token" needs OpenShift AI; plain KServe checks no tokens. Write "apiKey" for a key that vLLM checks, "none" to publish without authentication, or leave exposure out',
    ],
    [
      "a hardware profile on plain KServe",
      { platform: { kind: "kserve" }, hardwareProfileName: "a100" },
      "hardwareProfileName: plain KServe knows no hardware profiles; give resources and accelerator instead",
    ],
    [
      "the namespace of no profile",
      { hardwareProfileNamespace: "x" },
      "hardwareProfileNamespace: counts only together with hardwareProfileName",
    ],
    [
      "two tokens in one argument",
      { args: ["--max-model-len 4096"] },
      'args[0]: "--max-model-len 4096" is one token to the server; did you mean --max-model-len=4096?',
    ],
    [
      "accelerators of no kind",
      { acceleratorCount: 2 },
      "acceleratorCount: 2 accelerators of which kind? Name one in accelerator",
    ],
  ]);

  /** @covers OP-10, OP-11, HW-3, HW-12, VL-7 */
  table("model deployment", modelDeploymentSchema, modelDeploymentRules("granite", {}), MODEL, [
    [
      "no resources",
      { resources: { requests: { cpu: 2 } } },
      "resources.requests.memory: is missing; without a hardwareProfile a model needs it, since KServe's own default (1 core, 2Gi) loads no language model, and it could not be chosen: the catalogue does not know the model; give modelSize, or extend the catalogue",
    ],
    [
      "accelerators of no kind",
      { accelerator: undefined, acceleratorCount: 2 },
      "acceleratorCount: 2 accelerators of which kind? Name a hardwareProfile or an accelerator",
    ],
    [
      "idle accelerators",
      { acceleratorCount: 4, sharedMemory: "8Gi", vllm: { pipelineParallelSize: 3 } },
      "vllm.pipelineParallelSize: 1 (tensor) x 3 (pipeline) = 3, but a replica has 4 accelerators: 1 would stay idle",
    ],
    [
      "an argument that is a setting",
      { vllm: { dtype: "float16" }, args: ["--dtype=bfloat16"] },
      'args[0]: "--dtype=bfloat16" repeats --dtype of this deployment; use vllm.dtype instead',
    ],
    [
      "a number format that the model's family forbids",
      {
        source: { oci: undefined, huggingFace: "google/gemma-2-9b-it" },
        accelerator: "NVIDIA-A100-SXM4-80GB",
        vllm: { dtype: "float16", maxModelLen: 4096 },
      },
      "accelerator: the model does not start on it: gemma2 is not stable in float16, and vLLM refuses it from 0.9.1 on; what would do: leave out --dtype",
    ],
    [
      "shared memory that takes all",
      { acceleratorCount: 2 },
      "sharedMemory: 16Gi (the default for several accelerators) leaves nothing of the memory limit, 16Gi",
    ],
    [
      "an image for another's runtime",
      { runtimeName: "vllm", image: "example.com/vllm:1" },
      "image: belongs to the runtime; set it there",
    ],
    [
      "an image built for other hardware",
      { image: "quay.io/modh/vllm:rhoai-2.20-rocm" },
      'image: "quay.io/modh/vllm:rhoai-2.20-rocm" is built for AMD GPU, but the hardware is NVIDIA GPU',
    ],
    [
      "limits below requests, once",
      { resources: { requests: { cpu: 2, memory: "16Gi" }, limits: { cpu: 1 } } },
      "resources.limits.cpu: 1 is less than the 2 cores requested",
    ],
    [
      "hardware without a known image",
      { accelerator: "Spyre" },
      "image: is missing; the catalogue has no vLLM image for IBM Spyre accelerator (ibm.com/spyre_pf), so name one, or a runtimeTemplate: several runtimes fit: vllm-spyre-x86-runtime, vllm-spyre-ppc64le-runtime; name one",
    ],
  ]);

  describe("model deployment among other components", () => {
    const runtime = resolveServingRuntime(
      "shared",
      parseSpec(servingRuntimeSchema, servingRuntimeRules, { namespace: "m", vllm: { maxModelLen: 4096 } }, "shared"),
    );
    const hardware = {
      platform: { kind: "kserve" },
      accelerator: "NVIDIA-L4",
      cpu: 4,
      memory: "32Gi",
      maximum: { cpu: 8 },
    };
    const profile = resolveHardwareProfile(
      "l4",
      parseSpec(hardwareProfileSchema, hardwareProfileRules, hardware, "l4"),
    );
    const cases: [string, object, string[]][] = [
      [
        "a runtime for other hardware",
        { ...MODEL, vllm: {} },
        ['runtime: "shared" is a runtime for CPU, but the hardware is NVIDIA GPU'],
      ],
      [
        "a setting made twice",
        { ...MODEL, accelerator: undefined, vllm: { maxModelLen: 8192 } },
        ["vllm.maxModelLen: is set to 4096 by the runtime already; set it in one place"],
      ],
      [
        "two runtimes",
        { ...MODEL, accelerator: undefined, runtimeName: "other" },
        ["runtimeName: cannot be combined with runtime; keep one of the two"],
      ],
    ];
    for (const [what, args, expected] of cases) {
      it(`explains ${what}`, () => {
        assert.deepEqual(explained(args, { runtime }), expected);
      });
    }

    it("explains hardware that is said twice, out of range, or for another platform", () => {
      const args = { ...MODEL, hardwareProfileName: "l4", resources: { requests: { cpu: 16 } } };
      assert.deepEqual(explained(args, { profile }), [
        'accelerator: cannot be combined with hardwareProfile "l4", which says it already',
        "hardwareProfileName: cannot be combined with hardwareProfile; keep one of the two",
        'resources.requests.cpu: 16 is outside the range of hardware profile "l4": 1 to 8',
        'hardwareProfile: "l4" was made for plain KServe, so OpenShift AI would not find it; give both the same platform',
      ]);
    });
  });

  table("route", routeSchema, routeRules("x"), ROUTE, [
    [
      "the name of the service",
      { name: "granite" },
      'name: "granite" is the name of the InferenceService, whose controller owns that Route; did you mean granite-external?',
    ],
    [
      "TLS that ends nowhere",
      { termination: "passthrough" },
      'termination: "passthrough" is not "edge" or "reencrypt"; the router would see no HTTP: no time-out for long answers, no redirect, no path',
    ],
  ]);

  it("name every problem at once, of shape and between fields", () => {
    const wrong = { ...MODEL, sharedMemroy: "1Gi", replicas: 2.5, source: {}, env: [{ name: "A" }], nodeSelector: [] };
    const { problems } = validate(modelDeploymentSchema, modelDeploymentRules("granite", {}), wrong);
    assert.deepEqual(problems.map(({ path }) => formatPath(path)).sort(), [
      "env[0]",
      "nodeSelector",
      "replicas",
      "sharedMemroy",
      "source",
    ]);
  });
});

function explained(args: object, surroundings: Surroundings): string[] {
  const { problems } = validate(modelDeploymentSchema, modelDeploymentRules("granite", surroundings), args);
  return problems.map(({ path, message }) => `${formatPath(path)}: ${message}`);
}
