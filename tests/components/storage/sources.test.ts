import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { BucketClaim } from "../../../components/storage/bucketClaim";
import { LocalModelCache } from "../../../components/storage/localModelCache";
import { modelLocation } from "../../../components/storage/modelLocation";
import { ModelServiceAccount } from "../../../components/storage/modelServiceAccount";
import { catalogueModels } from "../../../sdk/catalog/models";
import { modelcarUri } from "../../../sdk/spec/storage/modelcar";
import { inferenceServiceRules, inferenceServiceSchema } from "../../../sdk/spec/inference/inferenceService";
import { localModelCacheRules, localModelCacheSchema } from "../../../sdk/spec/storage/localModelCache";
import { modelServiceAccountRules, modelServiceAccountSchema } from "../../../sdk/spec/storage/modelServiceAccount";
import type { PlainModelSource } from "../../../sdk/spec/storage/modelSource";
import { table } from "../../sdk/spec/messageTable";
import { objectOf, registered } from "../mocks";

const AI = { kind: "openshift-ai", install: "kustomize" } as const;
const KSERVE = { kind: "kserve", install: "kustomize" } as const;
const GRANITE = "RedHatAI/granite-3.1-8b-instruct";

describe("where a model is loaded from", () => {
  /** @covers ST-1, ST-3, ST-11, ST-15, ST-16, ST-17, ST-20, ST-26, ST-27, ST-28, MC-18 */
  describe("becomes fields of that place only", () => {
    const none = { annotations: {}, imagePullSecrets: [] };
    const connections = { "opendatahub.io/connections": "c" };
    const cases: [string, PlainModelSource, typeof AI | typeof KSERVE | { kind: "kserve"; install: "helm" }, object][] =
      [
        ["a public image", { oci: "quay.io/u/r:1" }, AI, { ...none, storageUri: "oci://quay.io/u/r:1" }],
        [
          "a private image",
          { oci: "registry.redhat.io/rhelai1/m:1.5", connection: "c" },
          AI,
          { annotations: connections, storageUri: "oci://registry.redhat.io/rhelai1/m:1.5", imagePullSecrets: ["c"] },
        ],
        [
          "a private image on plain KServe",
          { oci: "registry.redhat.io/rhelai1/m:1.5", connection: "c" },
          KSERVE,
          { ...none, storageUri: "oci://registry.redhat.io/rhelai1/m:1.5", imagePullSecrets: ["c"] },
        ],
        [
          "a volume",
          { pvc: "model-pvc/llama-3.1-8b-instruct" },
          AI,
          { ...none, storageUri: "pvc://model-pvc/llama-3.1-8b-instruct" },
        ],
        [
          "a connection's bucket",
          { connection: "c", path: "models/llama-3.1-8b/" },
          AI,
          {
            annotations: { ...connections, "opendatahub.io/connection-path": "models/llama-3.1-8b/" },
            storage: { key: "c", path: "models/llama-3.1-8b/" },
            serviceAccountName: "c-sa",
            imagePullSecrets: [],
          },
        ],
        ["a connection's address", { connection: "c" }, AI, { annotations: connections, imagePullSecrets: [] }],
        [
          "an entry of storage-config",
          { storageKey: "k", path: "m" },
          KSERVE,
          { ...none, storage: { key: "k", path: "m" } },
        ],
        [
          "a gated model of Hugging Face, KServe by Helm",
          { huggingFace: "o/m", tokenSecret: "t" },
          { kind: "kserve", install: "helm" },
          { annotations: { "serving.kserve.io/secretName": "t" }, storageUri: "hf://o/m", imagePullSecrets: [] },
        ],
      ];
    for (const [what, source, platform, location] of cases) {
      it(what, () => {
        assert.deepEqual(modelLocation(source, platform), location);
      });
    }
  });

  /** @covers MC-16 */
  it("is a model of the catalogue by its id, with another tag where one is given", () => {
    const uri = "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct";
    assert.equal(modelLocation({ model: GRANITE }, AI).storageUri, `${uri}:1.5`);
    assert.equal(modelLocation({ model: GRANITE, tag: "1.6" }, AI).storageUri, `${uri}:1.6`);
    const cars = catalogueModels.filter(({ image }) => image !== undefined);
    assert.deepEqual(
      cars.map(({ id }) => modelcarUri(id)),
      cars.map(({ image }) => `oci://${image}`),
    );
  });

  /** @covers ST-21, ST-22 */
  table(
    "source",
    inferenceServiceSchema,
    inferenceServiceRules("m"),
    { namespace: "models", runtimeName: "vllm", source: { connection: "c", path: "models/m" } },
    [
      [
        "a scheme and bucket in the path",
        { source: { connection: "c", path: "s3://bucket/models/m" } },
        'source.path: "s3://bucket/models/m" names a scheme and a bucket, which the connection does; did you mean models/m?',
      ],
      [
        "a slash in front of the path",
        { source: { connection: "c", path: "/models/m" } },
        'source.path: "/models/m" begins with a slash, which no object\'s key does; did you mean models/m?',
      ],
      [
        "a path without a bucket",
        { source: { oci: "r.io/a:1", path: "x" } },
        "source.path: belongs to connection or storageKey; every other place holds its own path",
      ],
      [
        "a key without a path",
        { source: { storageKey: "k" } },
        "source.path: is missing; storageKey names a bucket only, so the path in it must be said",
      ],
      [
        "two places",
        { source: { connection: "c", path: "p", storageKey: "k" } },
        "source: names connection and storageKey; expected exactly one of oci, s3, pvc, huggingFace, uri, model, connection, storageKey",
      ],
      [
        "a misspelt model",
        { source: { model: "RedHatAI/granite-3.1-8b-instuct" } },
        `source.model: "RedHatAI/granite-3.1-8b-instuct" is not in the catalogue; did you mean ${GRANITE}?`,
      ],
      [
        "a tag without a model",
        { source: { oci: "r.io/a:1", tag: "2" } },
        "source.tag: belongs to model; append it to the image instead, as :<tag>",
      ],
      [
        "a token that nobody asks for",
        { source: { oci: "r.io/a:1", tokenSecret: "t" } },
        "source.tokenSecret: is for huggingFace; no other place asks for its token",
      ],
      [
        "a connection that plain KServe cannot read",
        { source: { connection: "c" }, platform: { kind: "kserve" } },
        "source.connection: needs path on plain KServe, which reads nothing but S3 credentials from a connection; write the URI of another place as uri",
      ],
    ],
  );
});

/** @covers ST-1, ST-2 */
describe("ModelServiceAccount", () => {
  it("bears what each cloud's workload identity reads, and no key", async () => {
    const clientId = "11111111-2222-3333-4444-555555555555";
    const resources = await registered(() => {
      new ModelServiceAccount("aws", { namespace: "m", aws: { roleArn: "arn:aws:iam::123456789012:role/r" } });
      new ModelServiceAccount("gcp", {
        namespace: "m",
        google: { serviceAccount: pulumi.output("reader@p.iam.gserviceaccount.com") },
      });
      new ModelServiceAccount("azure", { namespace: "m", azure: { clientId } });
    });
    const accounts = resources.filter(({ type }) => type.endsWith(":ServiceAccount"));
    assert.deepEqual(accounts.map(({ inputs }) => [inputs.metadata?.name, inputs.metadata?.annotations]).sort(), [
      ["aws", { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/r" }],
      ["azure", { "azure.workload.identity/client-id": clientId }],
      ["gcp", { "iam.gke.io/gcp-service-account": "reader@p.iam.gserviceaccount.com" }],
    ]);
  });

  table(
    "arguments",
    modelServiceAccountSchema,
    modelServiceAccountRules,
    { namespace: "m", google: { serviceAccount: "reader@p.iam.gserviceaccount.com" } },
    [
      [
        "no account",
        { google: undefined },
        ": stands for no account; expected one of aws, google, azure, or secrets alone",
      ],
      [
        "a person's address",
        { google: { serviceAccount: "me@gmail.com" } },
        'google.serviceAccount: "me@gmail.com" is not an account such as reader@project.iam.gserviceaccount.com',
      ],
    ],
  );
});

/** @covers ST-2 */
describe("BucketClaim", () => {
  it("turns what the provisioner wrote into a connection", async () => {
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const state = {
      "kubernetes:core/v1:ConfigMap": {
        data: {
          BUCKET_HOST: "s3.openshift-storage.svc",
          BUCKET_NAME: "models-1f",
          BUCKET_PORT: "443",
          BUCKET_REGION: "",
        },
      },
      "kubernetes:core/v1:Secret": {
        data: { AWS_ACCESS_KEY_ID: base64("AKIA2"), AWS_SECRET_ACCESS_KEY: base64("s3cr3t") },
      },
    };
    const resources = await registered(
      () => {
        new BucketClaim("models", { namespace: "m", storageClassName: "openshift-storage.noobaa.io" });
      },
      { state },
    );
    const claim = objectOf(resources, "ObjectBucketClaim").inputs;
    assert.deepEqual(claim.spec, { storageClassName: "openshift-storage.noobaa.io", generateBucketName: "models" });
    assert.deepEqual(claim.metadata?.annotations, { "pulumi.com/waitFor": "jsonpath={.status.phase}=Bound" });
    const secret = resources.find(({ name }) => name === "models-connection")?.inputs;
    const data = JSON.stringify(
      resources.filter(({ name }) => name === "models-connection").map(({ inputs }) => inputs),
    );
    assert.ok(secret !== undefined);
    for (const text of ["AKIA2", "s3cr3t", "models-1f", "https://s3.openshift-storage.svc"])
      assert.ok(data.includes(base64(text)), text);
  });
});

/** @covers ST-1 */
describe("LocalModelCache", () => {
  const group = { name: "h100", storageLimit: "500Gi", nodeSelector: { "nvidia.com/gpu.product": "NVIDIA-H100" } };

  it("keeps a model on the nodes of its groups", async () => {
    const resources = await registered(() => {
      new LocalModelCache("granite", { source: { model: GRANITE }, modelSize: "20Gi", nodeGroups: [group] });
    });
    assert.deepEqual(objectOf(resources, "LocalModelCache").inputs.spec, {
      sourceModelUri: "oci://registry.redhat.io/rhelai1/modelcar-granite-3-1-8b-instruct:1.5",
      modelSize: "20Gi",
      nodeGroups: ["h100"],
    });
    assert.deepEqual(objectOf(resources, "LocalModelNodeGroup").inputs.spec, {
      storageLimit: "500Gi",
      persistentVolumeSpec: {
        accessModes: ["ReadWriteOnce"],
        volumeMode: "Filesystem",
        capacity: { storage: "500Gi" },
        local: { path: "/models" },
        storageClassName: "local-storage",
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: "nvidia.com/gpu.product", operator: "In", values: ["NVIDIA-H100"] }] },
            ],
          },
        },
      },
      persistentVolumeClaimSpec: {
        accessModes: ["ReadWriteOnce"],
        storageClassName: "local-storage",
        resources: { requests: { storage: "500Gi" } },
      },
    });
  });

  table(
    "arguments",
    localModelCacheSchema,
    localModelCacheRules,
    { source: { huggingFace: "a/b" }, modelSize: "20Gi", nodeGroups: [group] },
    [
      ["no nodes", { nodeGroups: [] }, "nodeGroups: names no nodes; expected nodeGroups or nodeGroupNames"],
      [
        "a model larger than the nodes' room",
        { modelSize: "600Gi" },
        'nodeGroups[0].storageLimit: "500Gi" is less than the model\'s 600Gi',
      ],
      [
        "a volume as the source",
        { source: { pvc: "a/b" } },
        "source: names no address that a node can download; expected s3, oci, huggingFace, model or uri",
      ],
    ],
  );
});
