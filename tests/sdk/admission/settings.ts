/** The fields people set wrongly, with right values among the wrong ones, by kind. */
import * as fc from "fast-check";
import { change, type Json, type Mistake } from "./change";

function setting(path: string, ...values: readonly unknown[]): fc.Arbitrary<Mistake> {
  return fc.constantFrom(...values).map((value) => ({
    label: `${path} = ${JSON.stringify(value)}`,
    apply: (object: Json) => {
      change(object, path.split("|"), () => value);
    },
  }));
}

const long = (length: number): string => "a".repeat(length);
const container = (name: string, env: readonly object[] = []): object => ({ name, image: "x:1", env });
const metric = (type: string, target: object): object => ({
  type: "Resource",
  resource: { name: type, target },
});
const place = (uri: string, mountPath?: string): object => ({ uri, ...(mountPath === undefined ? {} : { mountPath }) });
const format = (name: string, priority?: number, version?: string): object => ({
  name,
  autoSelect: true,
  ...(priority === undefined ? {} : { priority }),
  ...(version === undefined ? {} : { version }),
});

const metadata: readonly fc.Arbitrary<Mistake>[] = [
  setting("metadata|name", "Bad_Name", "1abc", "a.b", "x-", long(63), long(64), long(254), "ok-name", "ünï"),
  setting("metadata|generateName", "gen-", "Gen-", "a_"),
  setting("metadata|labels", { "a b": "x" }, { a: "x y" }, { a: long(64) }, { "x/y/z": "1" }, { "/y": "1" }, { a: 1 }),
  setting("metadata|labels", { [long(64)]: "x" }, { "UPPER.com/x": "1" }, { a: "" }, { a: "-x" }, "text"),
  setting("metadata|annotations", { "a b": "x" }, { "x.y/": "1" }, { a: true }, { [long(64)]: "x" }, []),
  setting(
    "metadata|annotations|serving.kserve.io/deploymentMode",
    "Knative",
    "Serverless",
    "RawDeployment",
    "ModelMesh",
  ),
  setting("metadata|annotations|serving.kserve.io/deploymentMode", "Standard", "Fancy", ""),
  setting("metadata|annotations|serving.kserve.io/autoscalerClass", "hpa", "keda", "none", "external", "kpa", "HPA"),
  setting("metadata|annotations|autoscaling.knative.dev/class", "hpa.autoscaling.knative.dev", "kpa"),
  setting("metadata|annotations|serving.kserve.io/gpu-resource-types", '["a.b/c"]', "[]", "x", '[""]', "[1]"),
  setting("metadata|finalizers", ["foregroundDeletion"], ["x y"], ["a.b/c"]),
  setting("metadata|ownerReferences", [{ apiVersion: "v1", kind: "Pod", name: "p", uid: "u" }], [{}]),
];

const predictor: readonly fc.Arbitrary<Mistake>[] = [
  setting("spec|predictor|minReplicas", -1, 0, 3, "3", 1.5),
  setting("spec|predictor|maxReplicas", -1, 0, 2, "2", 2 ** 31),
  setting("spec|predictor|scaleMetric", "cpu", "memory", "concurrency", "rps", "gpu", 1),
  setting("spec|predictor|scaleTarget", -1, 0, 50, 101),
  setting("spec|predictor|scaleMetricType", "Utilization", "AverageValue", "Sum"),
  setting("spec|predictor|containerConcurrency", -1, 0, 100),
  setting("spec|predictor|canaryTrafficPercent", -1, 50, 101, "10"),
  setting("spec|predictor|timeout", 0, -5, 2 ** 40),
  setting(
    "spec|predictor|deploymentStrategy",
    { type: "Recreate" },
    { type: "Fast" },
    { rollingUpdate: { maxSurge: true } },
  ),
  setting("spec|predictor|logger", { mode: "some" }, { mode: "request" }, { mode: "all", storage: { path: "x" } }, {}),
  setting("spec|predictor|logger", { mode: "all", storage: { path: "p", key: "k", parameters: { type: "s3" } } }),
  setting("spec|predictor|batcher", { maxBatchSize: -1 }, { maxBatchSize: "1" }),
  setting("spec|predictor|serviceAccountName", "sa", 5),
  setting("spec|predictor|tolerations", [{ operator: "Sometimes" }], [{ tolerationSeconds: "5" }], "x"),
  setting("spec|predictor|volumes", [{ name: "a" }, { name: "a" }], [{ emptyDir: {} }], [{ name: "b", secret: 1 }]),
  setting("spec|predictor|nodeSelector", { a: 1 }, { a: "b" }, "a=b"),
  setting("spec|predictor|affinity", { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } }),
  setting(
    "spec|predictor|topologySpreadConstraints",
    [{ maxSkew: 1 }],
    [
      { maxSkew: 1, topologyKey: "z", whenUnsatisfiable: "DoNotSchedule" },
      { maxSkew: 2, topologyKey: "z", whenUnsatisfiable: "DoNotSchedule" },
    ],
  ),
];

const implementations: readonly fc.Arbitrary<Mistake>[] = [
  setting("spec|predictor|sklearn", { storageUri: "gs://a/b" }, { name: "x" }, {}),
  setting("spec|predictor|xgboost", { storageUri: "gs://a/b" }, { name: "x" }),
  setting("spec|predictor|onnx", { storageUri: "gs://a/b.txt" }, { storageUri: "gs://a/b.onnx" }),
  setting("spec|predictor|pytorch", { runtimeVersion: "1-gpu" }),
  setting("spec|predictor|model", {}, { modelFormat: {} }, { modelFormat: { name: "vLLM" }, name: "x" }),
  setting("spec|predictor|model|protocolVersion", "v1", "v2", "v3", 2),
  setting("spec|predictor|model|storageUri", "ftp://x", "s3://b/p", "", 5, "oci://q/m:1", "https://h/m"),
  setting("spec|predictor|model|storage", { key: "k" }, { key: 1 }, { parameters: { type: "gs" } }),
  setting("spec|predictor|model|runtime", "nope", 1),
  setting(
    "spec|predictor|model|resources",
    { limits: { cpu: "1x" } },
    { limits: { cpu: "" } },
    { limits: { cpu: true } },
  ),
  setting(
    "spec|predictor|model|resources",
    { limits: { cpu: 1.5 } },
    { requests: { memory: "16GB" } },
    { claims: [{}] },
  ),
  setting("spec|predictor|model|resources", { limits: { "nvidia.com/mig-1g.5gb": 1 } }, { limits: { "x.y/z": "1" } }),
  setting("spec|predictor|model|env", [{ value: "x" }], [{ name: "A", value: 1 }], [{ name: "A" }, { name: "A" }]),
  setting(
    "spec|predictor|model|env",
    [{ name: "PIPELINE_PARALLEL_SIZE", value: "1" }],
    [{ name: "TENSOR_PARALLEL_SIZE", value: "1" }],
  ),
  setting("spec|predictor|model|args", "--x", [1], ["--x", "--x"], [null]),
  setting(
    "spec|predictor|model|ports",
    [{ containerPort: "http" }],
    [{ name: "h" }],
    [{ containerPort: 1 }, { containerPort: 1 }, { containerPort: 1, protocol: "UDP" }],
  ),
  setting(
    "spec|predictor|model|livenessProbe",
    { httpGet: {} },
    { httpGet: { port: "http" } },
    { tcpSocket: { port: true } },
  ),
  setting(
    "spec|predictor|containers",
    [container("kserve-container")],
    [container("")],
    [],
    [container("a"), container("a")],
  ),
  setting(
    "spec|predictor|containers",
    [container("transformer-container", [{ name: "STORAGE_URI", value: "gs://a" }])],
    [container("kserve-container", [{ name: "PROTOCOL", value: "v3" }])],
    [container("kserve-container", [{ name: "STORAGE_URI", value: "gs://a" }])],
    [{ image: "x" }, { image: "y" }],
  ),
  setting("spec|predictor|storageUris", [], [place("gs://a")], [place("gs://a", "mnt")], [place("", "/a")], [{}]),
  setting(
    "spec|predictor|storageUris",
    [place("gs://a", "/a/b"), place("gs://c", "/d/e")],
    [place("gs://a", "/")],
    [place("gs://a", "/a/../b")],
    [place("gs://a", `/${long(255)}`)],
    [place("gs://a", "/a/b"), place("gs://c", "/a/c"), place("pvc://x", "/p"), place("pvc://y", "/p")],
  ),
  setting(
    "spec|predictor|workerSpec",
    {},
    { containers: [container("w"), container("v")] },
    { containers: [container("w")] },
  ),
  setting(
    "spec|predictor|workerSpec",
    { pipelineParallelSize: 0 },
    { tensorParallelSize: 0 },
    { tensorParallelSize: "2" },
  ),
  setting("spec|predictor|workerSpec", { containers: [{ name: "w", resources: { limits: { "x.y/z": 1 } } }] }),
  setting("spec|transformer", {}, { containers: [] }, { containers: [container("t")], minReplicas: -1 }),
  setting("spec|transformer", {
    containers: [container("t")],
    scaleMetric: "rps",
    storageUris: [place("gs://a", "/a")],
  }),
  setting("spec|explainer", {}, { art: { type: "X" } }, { art: { type: "SquareAttack", storage: {} } }, { art: {} }),
  setting(
    "spec|predictor|autoScaling|metrics",
    [{ type: "Pods" }],
    [{ type: "Resource" }],
    [{ type: "PodMetric" }],
    [],
  ),
  setting(
    "spec|predictor|autoScaling|metrics",
    [metric("cpu", { type: "Value", value: "1" })],
    [metric("cpu", { type: "Utilization" })],
    [metric("cpu", { type: "Utilization", averageUtilization: 0 })],
    [metric("memory", { type: "AverageValue", averageValue: "1k" })],
    [metric("memory", { type: "Value", value: "1x" })],
    [metric("gpu", { type: "Utilization", averageUtilization: 5 })],
    [metric("memory", { type: "AverageValue", averageValue: 2.5 })],
    [{ type: "External", external: { metric: { backend: "prometheus" }, target: { type: "Value", value: 5 } } }],
    [{ type: "External", external: { metric: { backend: "x", query: "q" }, target: { type: "Value" } } }],
  ),
];

const runtimes: readonly fc.Arbitrary<Mistake>[] = [
  setting(
    "spec|supportedModelFormats",
    [format("vLLM", 1), format("vLLM", 2)],
    [format("taken", 5, "1")],
    [format("TAKEN", 5, "1")],
    [format("taken", 5)],
    [format("vLLM", 0)],
    [{}],
    [],
    [format("huggingface", 1, "1")],
  ),
  setting("spec|protocolVersions", ["v1"], ["v2"], ["v3"], [], "v2", ["v1", "v1"]),
  setting(
    "spec|containers",
    [],
    [container("kserve-container"), container("kserve-container")],
    [container("other")],
    null,
  ),
  setting(
    "spec|containers",
    [{ image: "x" }],
    [container("kserve-container", [{ name: "TENSOR_PARALLEL_SIZE", value: "1" }])],
  ),
  setting("spec|containers", [{ name: "kserve-container", resources: { limits: { "x.y/z": "1", cpu: 2 } } }]),
  setting("spec|containers", [{ name: "kserve-container", image: "x", resources: { limits: { cpu: "2x" } } }]),
  setting("spec|workerSpec", { containers: [] }, { containers: [container("a"), container("b")] }, {}),
  setting("spec|workerSpec", { containers: [container("worker-container")], pipelineParallelSize: 0 }),
  setting("spec|workerSpec", { containers: [container("worker-container")], tensorParallelSize: -1 }),
  setting("spec|workerSpec", { containers: [{ name: "worker-container", resources: { limits: { "x.y/z": "1" } } }] }),
  setting("spec|workerSpec", { containers: [container("worker-container")] }),
  setting("spec|multiModel", true, "yes"),
  setting("spec|disabled", true, false),
  setting("spec|annotations", { "serving.kserve.io/gpu-resource-types": '["x.y/z"]' }, { a: 1 }),
  setting("spec|builtInAdapter", { serverType: "x" }, { serverType: "triton", env: [{}] }),
  setting("spec|replicas", -1, 70000, 2),
];

const graphs: readonly fc.Arbitrary<Mistake>[] = [
  setting("spec|nodes", {}, { other: { routerType: "Sequence" } }, { root: { routerType: "Loop" } }),
  setting(
    "spec|nodes|root|steps",
    [{ serviceName: "a" }],
    [{ weight: 100 }],
    [{ serviceName: "a", nodeName: "b", weight: 100 }],
  ),
  setting("spec|nodes|root|steps", [
    { name: "x", serviceName: "a", weight: 50 },
    { name: "x", serviceName: "b", weight: 50 },
  ]),
];

const models: readonly fc.Arbitrary<Mistake>[] = [
  setting("spec|model|storageUri", "pvc://x", "s3://x", ""),
  setting("spec|model|memory", "1x", 5, "512Mi"),
];

/** Changes that make sense for a kind. */
export const settings: Readonly<Record<string, readonly fc.Arbitrary<Mistake>[]>> = {
  InferenceService: [...metadata, ...predictor, ...predictor, ...implementations, ...implementations],
  ServingRuntime: [...metadata, ...runtimes, ...runtimes],
  ClusterServingRuntime: [...metadata, ...runtimes, ...runtimes],
  InferenceGraph: [...metadata, ...graphs, ...graphs, ...graphs, ...graphs],
  TrainedModel: [...metadata, ...models, ...models, ...models],
};
