/** Random ways to name a model, and the add-ons that the pod webhook knows. */
import * as fc from "fast-check";
import { ACCOUNT_NAMES } from "../surroundings";
import { some } from "./podParts";

/** Every scheme that KServe knows, and those of downloaders of our own. */
const URIS = [
  ...["oci://quay.io/m/granite:1", "oci://quay.io/m/granite@sha256:0123"],
  ...["s3://models/granite", "gs://b/m", "hf://org/model:main", "https://h/m.tar", "http://h/m.zip"],
  ...["https://a.blob.core.windows.net/c/m", "https://a.file.core.windows.net/s/m"],
  ...["hdfs://n/m", "webhdfs://n/m", "file:///opt/m"],
  ...["pvc://claim", "pvc://claim/models/g", "pvc://claim/"],
  ...["model-registry://granite/1", "fetch://store/granite"],
];
export const storageUri = fc.constantFrom(...URIS);

const storageKey = some({
  key: fc.constantFrom(
    ...["minio", "minio", "hadoop", "certified", "bucketless", "strange", "typeless", "broken", "missing"],
  ),
  path: fc.constantFrom("/models/g", "models/g"),
  parameters: fc.constantFrom<Record<string, string>>(
    { type: "s3", bucket: "b&<c>" },
    { type: "s3" },
    { type: "hdfs", z: "1", a: "2" },
    { bucket: "mine" },
    {},
  ),
}).map((storage) => ({ storage }));

/** `storageUri`, `storage`, or nothing: then many models share the pod. */
export const modelStorage: fc.Arbitrary<object> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 6, arbitrary: storageUri.map((uri) => ({ storageUri: uri })) },
  { weight: 2, arbitrary: storageKey },
);

const claims = fc.uniqueArray(
  fc.constantFrom(
    { uri: "pvc://one/a", mountPath: "/mnt/one" },
    { uri: "pvc://two", mountPath: "/mnt/two/x" },
    { uri: "pvc://three/b" },
  ),
  { minLength: 1, maxLength: 2 },
);
const several = fc.subarray(
  [
    { uri: "model-registry://base", mountPath: "/mnt/models/base" },
    { uri: "model-registry://lora", mountPath: "/mnt/models/lora" },
    { uri: "s3://b/more", mountPath: "/mnt/models/more" },
    { uri: "pvc://four/x", mountPath: "/mnt/four" },
  ],
  { minLength: 1 },
);
/** Several locations. */
export const storageUris = fc
  .oneof(
    claims,
    several,
    several.map((list) => [{ uri: "pvc://first", mountPath: "/mnt/first" }, ...list]),
    fc.constant([{ uri: "oci://quay.io/m/granite:1", mountPath: "/mnt/models" }]),
  )
  .map((list) => ({ storageUris: list }));

const logStore = fc
  .record({
    path: fc.constantFrom("/logs", ""),
    parameters: fc.constantFrom({ format: "parquet" }, { type: "s3" }),
    key: fc.constantFrom("minio"),
    account: fc.constantFrom(undefined, "gcs", "reader"),
  })
  .map(({ account, ...rest }) => ({ ...rest, ...(account === undefined ? {} : { serviceAccountName: account }) }));

export const logger = fc
  .tuple(
    fc.constantFrom("all", "request", "response"),
    some({
      url: fc.constantFrom("http://sink", "s3://logs"),
      metadataHeaders: fc.constantFrom(["a", "b"]),
      metadataAnnotations: fc.constantFrom(["note", "absent"], ["example.com/x", "team"]),
      storage: logStore,
      marshallerUrl: fc.constantFrom("http://marshal"),
      batchSize: fc.constantFrom(1, 10),
      batchInterval: fc.constantFrom("5s"),
    }),
  )
  .map(([mode, rest]) => ({ mode, ...rest }));

export const batcher = some({
  maxBatchSize: fc.constantFrom(8, 32),
  maxLatency: fc.constantFrom(50, 500),
  timeout: fc.constantFrom(5),
});

export const serviceAccountName = fc.constantFrom(...ACCOUNT_NAMES);

/** Annotations that the pod webhook reads. */
export const webhookAnnotations = some({
  "serving.kserve.io/storage-initializer-uid": fc.constantFrom("1337", "many"),
  "serving.kserve.io/storageSecretName": fc.constantFrom("storage-other", "hf"),
  "serving.kserve.io/gke-accelerator": fc.constantFrom("nvidia-l4"),
  "serving.kserve.io/enable-metric-aggregation": fc.constantFrom("true", "false"),
});
