/** Random services: predictors of every form, with transformers, explainers and workers. */
import * as fc from "fast-check";
import { LEGACY_FRAMEWORKS } from "../../../../sdk/pod/legacyPredictor";
import { companions } from "./companionParts";
import { container, containersNamed, FORMATS, NAMESPACE, sharedPod } from "./containers";
import { type Devices, serviceWorker } from "./multiNodeParts";
import { annotations, containerParts, labels, type PartChoice, servicePod, some } from "./podParts";
import {
  batcher,
  logger,
  modelStorage,
  serviceAccountName,
  storageUri,
  storageUris,
  webhookAnnotations,
} from "./storageParts";

/** How a predictor is written. */
export type Form = "model" | "custom" | "legacy" | "multiNode";

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

function joined(...parts: fc.Arbitrary<object>[]): fc.Arbitrary<object> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as object);
}

const own = some({
  runtimeVersion: fc.constantFrom("v9", "1.2-x"),
  image: fc.constantFrom("mine/vllm:2", "mine/vllm"),
});

function modelPredictor(choice: PartChoice): fc.Arbitrary<object> {
  const format = fc.constantFrom(...FORMATS).map((name) => ({ modelFormat: { name }, runtime: "pair" }));
  const model = joined(format, containerParts(choice), own, modelStorage).map((block) => ({ model: block }));
  const others = containersNamed(["transformer-container", "extra"], choice);
  return joined(model, others.map(listed), optionalUris).map(withoutTwoLocations);
}

function legacyPredictor(choice: PartChoice): fc.Arbitrary<object> {
  const block = joined(containerParts(choice), own, modelStorage);
  const named = fc.tuple(fc.constantFrom(...LEGACY_FRAMEWORKS), block).map(([name, parts]) => ({ [name]: parts }));
  return joined(named, optionalUris).map(withoutTwoLocations);
}

/** Always one container that KServe can find: with two, the names are the user's. */
function customPredictor(choice: PartChoice): fc.Arbitrary<object> {
  const variable = storageUri.map((value) => [{ name: "STORAGE_URI", value }]);
  return fc
    .tuple(
      fc.constantFrom("", "kserve-container"),
      container("", choice),
      containersNamed(["transformer-container"], choice),
      fc.oneof(fc.constant([]), variable, fc.constant([{ name: "MULTI_MODEL_SERVER", value: "true" }])),
      optionalUris,
    )
    .map(([name, main, others, variables, uris]) => {
      const { env = [] } = main as { env?: object[] };
      const first = { ...main, env: [...env, ...variables], name: others.length === 0 ? name : "kserve-container" };
      const names = JSON.stringify(variables).includes("STORAGE_URI");
      return { containers: [first, ...others], ...(names ? {} : uris) };
    });
}

function multiNodePredictor(choice: PartChoice, devices: Devices): fc.Arbitrary<object> {
  const format = fc.constantFrom(...FORMATS).map((name) => ({ modelFormat: { name }, runtime: "pair" }));
  const place = fc
    .constantFrom("pvc://claim/m", "oci://quay.io/m/granite:1")
    .map((uri) => ({ storageUri: uri, resources: {} }));
  const model = joined(format, containerParts(choice), own, place).map((block) => ({ model: block }));
  return joined(
    model,
    serviceWorker(devices).map((workerSpec) => ({ workerSpec })),
  );
}

const optionalUris = fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: storageUris });

function listed(containers: object[]): object {
  return containers.length === 0 ? {} : { containers };
}

/** A service names its model in one way only. */
function withoutTwoLocations(predictor: object): object {
  const blocks = Object.entries(predictor).filter(([name]) => name !== "storageUris" && name !== "containers");
  const isNamed = blocks.some(([, block]) => "storageUri" in block || "storage" in block);
  return isNamed ? { ...predictor, storageUris: undefined } : predictor;
}

function predictorOf(form: Form, choice: PartChoice, devices: Devices): fc.Arbitrary<object> {
  if (form === "custom") return customPredictor(choice);
  if (form === "legacy") return legacyPredictor(choice);
  return form === "model" ? modelPredictor(choice) : multiNodePredictor(choice, devices);
}

/** A service called `pair` with volumes of its own. */
export function serviceObject(
  choice: PartChoice,
  volumes: object[],
  form: Form,
  devices: Devices,
): fc.Arbitrary<object> {
  const fixedSize = fc.constant({ "serving.kserve.io/autoscalerClass": "none" });
  const scaling = form === "multiNode" ? fixedSize : scaler;
  const pod = joined(
    some({ ...sharedPod, labels, annotations }),
    servicePod,
    some({ serviceAccountName, logger, batcher }),
    replicas,
    strategy,
  );
  return fc
    .record({
      metadata: fc.record({ labels, annotations: joined(annotations, webhookAnnotations, scaling, mode) }),
      predictor: predictorOf(form, choice, devices),
      pod,
      // Volumes are the predictor's.
      companions: companions({ ...choice, volumes: [] }),
    })
    .map(({ metadata, predictor, pod: fields, companions: others }) => ({
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata: { name: "pair", namespace: NAMESPACE, ...metadata },
      spec: { predictor: { ...predictor, ...(volumes.length === 0 ? {} : { volumes }), ...fields }, ...others },
    }));
}
