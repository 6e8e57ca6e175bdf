import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ModelDeployment } from "../../../components/inference/modelDeployment";
import { ModelConnection } from "../../../components/storage/modelConnection";
import {
  connectionData,
  connectionSecret,
  connectionServiceAccount,
} from "../../../components/storage/modelConnectionManifests";
import { admittedPods } from "../../../sdk/pod/admittedPod";
import { parseSpec } from "../../../sdk/spec/schema/validate";
import type { ModelConnectionArgs, ModelConnectionSpec } from "../../../sdk/spec/storage/modelConnection";
import { modelConnectionRules, modelConnectionSchema } from "../../../sdk/spec/storage/modelConnection";
import type { Plain } from "../../../sdk/spec/schema/plain";
import { runtimeObject, serviceObject } from "../manifests";
import type { Registered } from "../mocks";
import { objectOf, registered } from "../mocks";

const S3 = { bucket: "models", accessKeyId: "AKIA2QWERTY", secretAccessKey: 'quo"ted\\key' };
const KSERVE = { kind: "kserve" } as const;
const MODEL = {
  namespace: "models",
  accelerator: "nvidia.com/gpu",
  resources: { requests: { cpu: 4, memory: "16Gi" } },
};

function connection(args: Partial<Plain<ModelConnectionArgs>>): ModelConnectionSpec {
  const name = "aws-connection-store";
  return { ...parseSpec(modelConnectionSchema, modelConnectionRules, { namespace: "models", ...args }, name), name };
}

describe("ModelConnection", () => {
  /** @covers ST-4, ST-5, ST-23 */
  it("to a bucket is the Secret of OpenShift AI's dashboard: labels, three annotations, five keys", () => {
    const spec = connection({ s3: S3, displayName: "Model store" });
    assert.deepEqual(connectionSecret(spec), {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata: {
        name: "aws-connection-store",
        namespace: "models",
        labels: {
          "app.kubernetes.io/managed-by": "pulumi",
          "opendatahub.io/dashboard": "true",
          "opendatahub.io/managed": "true",
        },
        annotations: {
          "opendatahub.io/connection-type-protocol": "s3",
          "opendatahub.io/connection-type-ref": "s3",
          "opendatahub.io/connection-type": "s3",
          "openshift.io/display-name": "Model store",
        },
      },
    });
    assert.deepEqual(connectionData(spec), {
      AWS_ACCESS_KEY_ID: "AKIA2QWERTY",
      AWS_SECRET_ACCESS_KEY: 'quo"ted\\key',
      AWS_S3_ENDPOINT: "https://s3.amazonaws.com",
      AWS_DEFAULT_REGION: "us-east-1",
      AWS_S3_BUCKET: "models",
    });
  });

  /** @covers ST-2, ST-23 */
  it("reaches Amazon in the region's own partition, and any other store by its endpoint", () => {
    const endpoint = (s3: object): unknown => connectionData(connection({ s3: { ...S3, ...s3 } })).AWS_S3_ENDPOINT;
    assert.equal(endpoint({ region: "eu-central-1" }), "https://s3.eu-central-1.amazonaws.com");
    assert.equal(endpoint({ region: "cn-north-1" }), "https://s3.cn-north-1.amazonaws.com.cn");
    assert.equal(endpoint({ region: "us-gov-west-1" }), "https://s3.us-gov-west-1.amazonaws.com");
    const odf = "https://s3-openshift-storage.apps.example.com";
    assert.equal(endpoint({ endpoint: odf }), odf);
  });

  /** @covers ST-8, ST-9 */
  it("by address or to a registry has that kind's protocol, type and keys, and no managed label", () => {
    const kinds = [
      connection({ uri: { uri: "https://example.com/model?sig=1" }, hidden: true }),
      connection({ oci: { host: "quay.io", username: "robot", password: "t0ken", access: ["Pull", "Push"] } }),
      connection({ oci: { host: "quay.io", dockerConfigJson: '{"auths":{"quay.io":{}}}' } }),
    ];
    const shown = kinds.map((kind) => {
      const { type, metadata } = connectionSecret(kind);
      return [type, metadata.labels, metadata.annotations, connectionData(kind)];
    });
    const labels = { "app.kubernetes.io/managed-by": "pulumi", "opendatahub.io/dashboard": "true" };
    const annotations = (protocol: string): object => ({
      "opendatahub.io/connection-type-protocol": protocol,
      "opendatahub.io/connection-type-ref": `${protocol}-v1`,
      "openshift.io/display-name": "aws-connection-store",
    });
    const login = '{"auths":{"quay.io":{"username":"robot","password":"t0ken","auth":"cm9ib3Q6dDBrZW4="}}}';
    const dockerType = "kubernetes.io/dockerconfigjson";
    assert.deepEqual(shown, [
      [
        "Opaque",
        labels,
        { ...annotations("uri"), "opendatahub.io/connection-hidden": "true" },
        { URI: "https://example.com/model?sig=1" },
      ],
      [
        dockerType,
        labels,
        annotations("oci"),
        { ".dockerconfigjson": login, OCI_HOST: "quay.io", ACCESS_TYPE: '["Pull","Push"]' },
      ],
      [
        dockerType,
        labels,
        annotations("oci"),
        { ".dockerconfigjson": '{"auths":{"quay.io":{}}}', OCI_HOST: "quay.io", ACCESS_TYPE: '["Pull"]' },
      ],
    ]);
  });

  /** @covers ST-6, ST-28, ST-3, ST-20 */
  for (const install of ["kustomize", "helm"] as const) {
    it(`on plain KServe installed by ${install} gives the pod's initializer bucket and keys`, () => {
      const platform = { ...KSERVE, install };
      const spec = connection({ s3: { ...S3, endpoint: "https://minio.local:9000" }, platform });
      const frame = connectionSecret(spec);
      assert.deepEqual(frame.metadata.annotations, {
        "serving.kserve.io/s3-endpoint": "minio.local:9000",
        "serving.kserve.io/s3-usehttps": "1",
        "serving.kserve.io/s3-region": "us-east-1",
      });
      const secret = {
        apiVersion: frame.apiVersion,
        kind: frame.kind,
        metadata: frame.metadata,
        stringData: connectionData(spec),
      };
      const source = { connection: spec.name, path: "models/llama-3.1-8b/" };
      const service = serviceObject("llama", { ...MODEL, runtimeName: "vllm", source, platform });
      const key = install === "helm" ? "serving.kserve.io/secretName" : "serving.kserve.io/storageSecretName";
      assert.equal(service.metadata.annotations?.[key], spec.name);
      if (install === "helm") return;
      const runtime = runtimeObject("vllm", { namespace: "models", accelerator: "nvidia.com/gpu", platform });
      const objects = { secrets: [secret], serviceAccounts: [connectionServiceAccount(spec)], storageContainers: [] };
      const [pod] = admittedPods({ service, runtime, objects });
      const initializer = pod?.pod.spec.initContainers?.[0];
      assert.deepEqual(initializer?.args, ["s3://models/models/llama-3.1-8b/", "/mnt/models"]);
      assert.deepEqual(initializer.env?.find(({ name }) => name === "STORAGE_CONFIG")?.valueFrom, {
        secretKeyRef: { name: spec.name, key: spec.name },
      });
    });
  }

  /** @covers ST-6 */
  it("never makes storage-config on OpenShift AI, and makes it on plain KServe where asked", async () => {
    const objects = async (args: Partial<ModelConnectionArgs>): Promise<unknown[]> => {
      const resources = await registered(() => {
        new ModelConnection("store", { namespace: "models", s3: S3, ...args });
      });
      return resources.map(({ type, inputs }) => [type.split(":").at(-1), inputs.metadata?.name]);
    };
    assert.deepEqual(await objects({}), [
      ["ModelConnection", undefined],
      ["Secret", "store"],
      ["ServiceAccount", "store-sa"],
    ]);
    assert.deepEqual(await objects({ platform: KSERVE, storageConfig: "create" }), [
      ["ModelConnection", undefined],
      ["Secret", "store"],
      ["Secret", "storage-config"],
      ["ServiceAccount", "store-sa"],
    ]);
  });

  /** @covers ST-25 */
  it("keeps every credential a Pulumi secret, given as one or not, and escapes it where it is JSON", async () => {
    const resources = await registered(() => {
      new ModelConnection("store", { namespace: "models", platform: KSERVE, s3: S3 });
      const secretAccessKey = pulumi.secret(S3.secretAccessKey);
      new ModelConnection("other", { namespace: "models", platform: KSERVE, s3: { ...S3, secretAccessKey } });
    });
    const secret = resources.find(({ type }) => type === "kubernetes:core/v1:Secret");
    const data = unwrap(secret?.inputs.data) as Record<string, string>;
    const entry = Buffer.from(data.store ?? "", "base64").toString();
    assert.equal((JSON.parse(entry) as { secret_access_key: string }).secret_access_key, S3.secretAccessKey);
    const clear = resources.map(({ inputs }) => JSON.stringify(withoutSecrets(inputs))).join("");
    assert.ok(
      !clear.includes("AKIA2QWERTY") && !clear.includes("quo") && !clear.includes(data.AWS_ACCESS_KEY_ID ?? "?"),
    );
  });

  /** @covers ST-26 */
  it("to Hugging Face gives the model's initializer the token by the Secret's name", async () => {
    const resources = await registered(() => {
      const hub = new ModelConnection("hub", { namespace: "models", huggingFace: { token: "hf_x" }, platform: KSERVE });
      new ModelDeployment("llama", {
        ...MODEL,
        source: { huggingFace: "meta-llama/L" },
        connection: hub,
        platform: KSERVE,
      });
    });
    const { inputs, dependencies } = objectOf(resources, "InferenceService");
    assert.equal(inputs.metadata?.annotations?.["serving.kserve.io/storageSecretName"], "hub");
    assert.equal(modelOf(inputs).storageUri, "hf://meta-llama/L");
    assert.ok(dependencies.includes("kubernetes:core/v1:Secret hub"));
  });

  /** @covers ST-3, ST-7, ST-24 */
  it("serves several models, each after the Secret, with annotation, key and path", async () => {
    const resources = await registered(() => {
      const store = new ModelConnection("store", { namespace: "models", s3: S3 });
      for (const name of ["granite", "llama"])
        new ModelDeployment(name, { ...MODEL, source: { path: `models/${name}/` }, connection: store });
    });
    const services = resources.filter(
      ({ type }) => type.endsWith(":InferenceService") && type.startsWith("kubernetes:"),
    );
    assert.equal(resources.filter(({ type }) => type.endsWith(":Secret")).length, 1);
    for (const { name, inputs, dependencies } of services) {
      assert.deepEqual(modelOf(inputs).storage, { key: "store", path: `models/${name}/` });
      assert.equal(modelOf(inputs).storageUri, undefined);
      assert.equal(inputs.metadata?.annotations?.["opendatahub.io/connections"], "store");
      assert.equal(inputs.metadata.annotations["opendatahub.io/connection-path"], `models/${name}/`);
      assert.equal(
        (inputs.spec as { predictor: { serviceAccountName?: string } }).predictor.serviceAccountName,
        "store-sa",
      );
      assert.ok(dependencies.includes("kubernetes:core/v1:Secret store"));
      assert.ok(dependencies.includes("kubernetes:core/v1:ServiceAccount store-sa"));
    }
    assert.equal(services.length, 2);
  });

  /** @covers ST-8 */
  it("by address leaves the address to OpenShift AI's webhook, and writes it itself on plain KServe", async () => {
    for (const [platform, uri] of [
      [{}, undefined],
      [KSERVE, "https://example.com/model.tar"],
    ] as const) {
      const resources = await registered(() => {
        const site = new ModelConnection("site", {
          namespace: "models",
          uri: { uri: pulumi.output("https://example.com/model.tar") },
          platform,
        });
        new ModelDeployment("m", { ...MODEL, source: {}, connection: site, platform });
      });
      assert.equal(modelOf(objectOf(resources, "InferenceService").inputs).storageUri, uri);
    }
  });

  it("says at once what is wrong, also of a model that names it twice", async () => {
    await assert.rejects(
      registered(() => {
        const store = new ModelConnection("store", { namespace: "models", s3: S3 });
        new ModelDeployment("m", { ...MODEL, source: { connection: "other", path: "p" }, connection: store });
      }),
      /source\.connection: cannot be combined with connection; keep one of the two/,
    );
  });
});

function modelOf(inputs: Registered["inputs"]): Record<string, unknown> {
  return (inputs.spec as { predictor: { model: Record<string, unknown> } }).predictor.model;
}

const SECRET = "4dabf18193072939515e22adb298388d";

function unwrap(value: unknown): unknown {
  const marked = value as { [SECRET]?: string; value?: unknown } | undefined;
  return marked?.[SECRET] === undefined ? value : marked.value;
}

/** The inputs as Pulumi shows them. */
function withoutSecrets(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutSecrets);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}
