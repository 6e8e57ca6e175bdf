/** Random pairs of a runtime and a service that KServe accepts, for comparing our pod with the controller's. */
import * as fc from "fast-check";
import type { ClusterServingRuntime, InferenceService, ServingRuntime } from "../../../sdk/kubernetes/kserve";
import {
  affinity,
  annotations,
  containerParts,
  handler,
  imagePullSecrets,
  labels,
  nodeSelector,
  type PartChoice,
  servicePod,
  some,
  tolerations,
  volumes,
} from "./podParts";

/** The objects a user would write. */
export interface Pair {
  service: InferenceService;
  /** Absent for a predictor of plain containers. */
  runtime?: ServingRuntime | ClusterServingRuntime;
}

const NAMESPACE = "pairs";
const FORMATS = ["vLLM", "sklearn", "xgboost", "huggingface", "mlflow"];

const image = fc.constantFrom(
  "quay.io/modh/vllm:rhoai-2.20",
  "registry:5000/serving/vllm",
  "quay.io/modh/vllm@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  "vllm-{{.Labels.modelClass}}:1",
  "kserve/huggingfaceserver:v0.17.0",
);

const storage = fc.oneof(
  fc.constant({}),
  fc
    .constantFrom(
      "oci://quay.io/m/granite:1",
      "s3://models/granite",
      "pvc://claim/models/g",
      "hf://org/model:main",
      "gs://b/m",
      "https://h/m.tar",
    )
    .map((storageUri) => ({ storageUri })),
  some({
    key: fc.constant("minio"),
    path: fc.constantFrom("/models/g", "models/g"),
    parameters: fc.constantFrom({ type: "s3", bucket: "b&<c>" }),
  }).map((spec) => ({ storage: spec })),
);
const claims = fc
  .uniqueArray(
    fc.constantFrom(
      { uri: "pvc://one/a", mountPath: "/mnt/one" },
      { uri: "pvc://two", mountPath: "/mnt/two/x" },
      { uri: "pvc://three/b" },
    ),
    {
      minLength: 1,
      maxLength: 2,
    },
  )
  .map((storageUris) => ({ storageUris }));

const replicas = fc
  .record({ min: fc.constantFrom(undefined, 0, 1, 2), extra: fc.constantFrom(undefined, 0, 2) })
  .map(({ min, extra }) => ({
    ...(min === undefined ? {} : { minReplicas: min }),
    ...(extra === undefined ? {} : { maxReplicas: (min ?? 1) + extra }),
  }));
const strategy = fc.constantFrom(
  {},
  { deploymentStrategy: { type: "Recreate" } },
  { deploymentStrategy: { type: "RollingUpdate" } },
  { deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } } },
  { deploymentStrategy: { rollingUpdate: { maxSurge: "50%" } } },
  { deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "0%" } } },
);
const scaler = fc
  .constantFrom(undefined, "hpa", "none", "external")
  .map((autoscaler) => (autoscaler === undefined ? {} : { "serving.kserve.io/autoscalerClass": autoscaler }));
const mode = fc
  .constantFrom(undefined, "Standard", "RawDeployment")
  .map((value) => (value === undefined ? {} : { "serving.kserve.io/deploymentMode": value }));

const sharedPod = {
  nodeSelector,
  affinity,
  tolerations,
  imagePullSecrets,
  schedulerName: fc.constantFrom("default-scheduler", "kueue"),
};

function container(name: string, choice: PartChoice): fc.Arbitrary<object> {
  return fc
    .tuple(image, containerParts(choice))
    .map(([picture, parts]) => ({ name, image: picture.replace("{{.Labels.modelClass}}", "x"), ...parts }));
}

function runtimeObject(choice: PartChoice, own: object[]): fc.Arbitrary<object> {
  const others = fc
    .subarray(["sidecar", "transformer-container"])
    .chain((names) => fc.tuple(...names.map((name) => container(name, choice))));
  return fc
    .record({
      namespaced: fc.boolean(),
      server: fc.constantFrom(undefined, undefined, "mlserver", "tritonserver", "torchserve", "vllmserver"),
      main: fc
        .tuple(image, containerParts(choice))
        .map(([picture, parts]) => ({ name: "kserve-container", image: picture, ...parts })),
      mainFirst: fc.boolean(),
      others,
      pod: some({ ...sharedPod, labels, annotations, hostIPC: fc.boolean() }),
    })
    .map(({ namespaced, server, main, mainFirst, others: rest, pod }) => ({
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: namespaced ? "ServingRuntime" : "ClusterServingRuntime",
      metadata: {
        name: "pair",
        ...(namespaced ? { namespace: NAMESPACE } : {}),
        ...(server === undefined ? {} : { annotations: { "serving.kserve.io/server-type": server } }),
      },
      spec: {
        supportedModelFormats: FORMATS.map((name) => ({ name, version: "1" })),
        containers: mainFirst ? [main, ...rest] : [...rest, main],
        ...(own.length === 0 ? {} : { volumes: own }),
        ...pod,
      },
    }));
}

function serviceObject(choice: PartChoice, own: object[], isCustom: boolean): fc.Arbitrary<object> {
  const model = fc
    .tuple(
      fc.constantFrom(...FORMATS).map((name) => ({ modelFormat: { name }, runtime: "pair" })),
      containerParts(choice),
      some({ runtimeVersion: fc.constantFrom("v9", "1.2-x"), image: fc.constantFrom("mine/vllm:2", "mine/vllm") }),
      storage,
    )
    .map((parts) => ({ model: Object.assign({}, ...parts) as object }));
  const extra = fc
    .subarray(["transformer-container", "extra"])
    .chain((names) => fc.tuple(...names.map((name) => container(name, choice))));
  const custom = fc
    .tuple(fc.constantFrom("", "kserve-container"), container("", choice), fc.subarray(["transformer-container"]))
    .chain(([name, main, names]) =>
      fc.tuple(...names.map((other) => container(other, choice))).map((others) => ({
        containers: [{ ...main, name: names.length === 0 ? name : "kserve-container" }, ...others],
      })),
    );
  const withExtra = extra.map((containers) => (containers.length === 0 ? {} : { containers }));
  return fc
    .record({
      metadata: fc.record({
        labels,
        annotations: fc.tuple(annotations, scaler, mode).map((parts) => Object.assign({}, ...parts) as object),
      }),
      implementation: isCustom
        ? custom
        : fc.tuple(model, withExtra).map(([first, second]) => ({ ...first, ...second })),
      storageUris: claims,
      hasStorageUris: fc.nat(5).map((value) => value === 0),
      pod: some({ ...sharedPod, labels, annotations }),
      own: servicePod,
      scaling: fc.tuple(replicas, strategy).map((parts) => Object.assign({}, ...parts) as object),
      addOns: some({
        logger: fc.constant({ mode: "all", url: "http://sink" }),
        batcher: fc.constant({ maxBatchSize: 8, maxLatency: 50 }),
      }),
    })
    .map(({ metadata, implementation, storageUris, hasStorageUris, pod, own: only, scaling, addOns }) => ({
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata: { name: "pair", namespace: NAMESPACE, ...metadata },
      spec: {
        predictor: {
          ...implementation,
          ...(hasStorageUris && !hasOtherStorage(implementation) ? storageUris : {}),
          ...(own.length === 0 ? {} : { volumes: own }),
          ...pod,
          ...only,
          ...scaling,
          ...addOns,
        },
      },
    }));
}

function hasOtherStorage(implementation: object): boolean {
  const model: unknown = "model" in implementation ? implementation.model : undefined;
  return typeof model === "object" && model !== null && ("storageUri" in model || "storage" in model);
}

/** Pairs called `pair` in the namespace `pairs`; {@link named} makes them objects that can be created together. */
export const pairs: fc.Arbitrary<{ service: object; runtime?: object }> = fc
  .record({
    handler,
    gpuRequests: fc.boolean(),
    runtimeVolumes: volumes,
    serviceVolumes: volumes,
    isCustom: fc.nat(9).map((value) => value === 0),
  })
  .chain(({ handler: kind, gpuRequests, runtimeVolumes, serviceVolumes, isCustom }) => {
    const known = [...(isCustom ? [] : runtimeVolumes), ...serviceVolumes].map(({ name }) => name);
    const choice = { handler: kind, gpuRequests, volumes: [...new Set(known)] };
    const service = serviceObject(choice, serviceVolumes, isCustom);
    if (isCustom) return service.map((only) => ({ service: only }));
    return fc.record({ service, runtime: runtimeObject(choice, runtimeVolumes) });
  });

/** The pair under a name and in a namespace of its own. */
export function named(pair: { service: object; runtime?: object }, name: string, namespace = NAMESPACE): Pair {
  const json = JSON.stringify(pair)
    .replace(/"(name|runtime)":"pair"/g, (_, key: string) => `"${key}":"${name}"`)
    .replaceAll(`"namespace":"${NAMESPACE}"`, `"namespace":"${namespace}"`);
  return JSON.parse(json) as Pair;
}
