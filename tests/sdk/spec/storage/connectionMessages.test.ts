import assert from "node:assert/strict";
import { modelConnectionRules, modelConnectionSchema } from "../../../../sdk/spec/storage/modelConnection";
import { isPlaceholder } from "../../../../sdk/spec/storage/s3";
import { table } from "../messageTable";

const KEYS = { bucket: "models", accessKeyId: "AKIA2QWERTY", secretAccessKey: "s3cr3t/+" };
const S3 = { namespace: "models", s3: KEYS };
const s3 = (change: Record<string, unknown>): Record<string, unknown> => ({ s3: { ...KEYS, ...change } });
const LOGIN = { host: "registry.redhat.io", username: "robot", password: "t0ken" };

/** @covers ST-1, ST-22, ST-23, ST-25, ST-6, ST-9 */
describe("messages of a connection", () => {
  table("ModelConnection", modelConnectionSchema, modelConnectionRules, S3, [
    ["no place at all", { s3: undefined }, ": names no place; expected exactly one of s3, uri, oci, huggingFace"],
    [
      "two places",
      { uri: { uri: "https://example.com/m" } },
      ": names s3 and uri; expected exactly one of s3, uri, oci, huggingFace",
    ],
    [
      "an endpoint that is a bucket",
      s3({ endpoint: "s3://models" }),
      's3.endpoint: "s3://models" is not the URL of a store, such as https://s3.amazonaws.com; a bucket belongs into bucket',
    ],
    [
      "an endpoint without a scheme",
      s3({ endpoint: "minio.local:9000" }),
      's3.endpoint: "minio.local:9000" is not the URL of a store, such as https://s3.amazonaws.com; did you mean https://minio.local:9000?',
    ],
    [
      "an endpoint with the bucket as its path",
      s3({ endpoint: "https://minio.local:9000/models" }),
      's3.endpoint: "https://minio.local:9000/models" names a bucket; write it into bucket and https://minio.local:9000 here',
    ],
    [
      "an endpoint with the bucket as its host",
      s3({ endpoint: "https://models.s3.amazonaws.com" }),
      's3.endpoint: "https://models.s3.amazonaws.com" names the bucket "models" again; did you mean https://s3.amazonaws.com?',
    ],
    [
      "an endpoint with credentials in it, without repeating them",
      s3({ endpoint: "https://user:pass@minio.local" }),
      "s3.endpoint: holds credentials or a query; expected the bare URL of a store",
    ],
    [
      "plain http",
      s3({ endpoint: "http://minio.models:9000" }),
      's3.endpoint: "http://minio.models:9000" sends keys and models in the clear; use https, or set allowHttp to true',
    ],
    ["nothing where plain http is waived", s3({ endpoint: "http://minio.models:9000", allowHttp: true })],
    [
      "a region that is none of Amazon's",
      s3({ region: "dc1" }),
      's3.region: "dc1" is no region of Amazon S3, whose address is the default of endpoint; write endpoint as well',
    ],
    ["nothing of a region of a store's own", s3({ region: "dc1", endpoint: "https://minio.local" })],
    [
      "a bucket with a scheme",
      s3({ bucket: "s3://Models/granite" }),
      's3.bucket: "s3://Models/granite" is not the name of a bucket (3 to 63 lower case letters, digits, dashes, dots); did you mean models?',
    ],
    [
      "placeholders, all at once",
      s3({ accessKeyId: "your-access-key", secretAccessKey: "" }),
      's3.accessKeyId: "your-access-key" is a placeholder; give the real one as a Pulumi secret',
      "s3.secretAccessKey: is empty; give the real one as a Pulumi secret",
    ],
    [
      "a key that is no text, without repeating it",
      s3({ secretAccessKey: 12345 }),
      "s3.secretAccessKey: is not a secret access key",
    ],
    ["a misspelt key", s3({ acessKeyId: "A" }), "s3.acessKeyId: unknown key; did you mean accessKeyId?"],
    [
      "a name that is no name of a Secret",
      { name: "My Connection" },
      'name: "My Connection" is not the name of a Secret (lower case letters, digits, dashes; at most 63); did you mean my-connection?',
    ],
    [
      "storage-config on OpenShift AI",
      { storageConfig: "create" },
      'storageConfig: "create" is for plain KServe; OpenShift AI generates storage-config from all connections itself',
    ],
    [
      "storage-config without a bucket",
      { s3: undefined, uri: { uri: "hf://a/b" }, storageConfig: "create", platform: { kind: "kserve" } },
      'storageConfig: "create" is for s3; storage-config holds no other credentials',
    ],
    [
      "an address without a scheme, without repeating it",
      { s3: undefined, uri: { uri: "example.com/model?sig=abc" } },
      "uri.uri: has no scheme such as https://, hf:// or oci://",
    ],
    [
      "a registry with a scheme and no account",
      { s3: undefined, oci: { host: "https://quay.io/org" } },
      'oci.host: "https://quay.io/org" is not the host of a registry; did you mean quay.io?',
      "oci: names no account; expected username and password, or dockerConfigJson",
    ],
    [
      "two ways to log in",
      { s3: undefined, oci: { ...LOGIN, dockerConfigJson: "{}" } },
      "oci.dockerConfigJson: cannot be combined with username and password; keep one of the two",
    ],
    [
      "a login that is no JSON, without repeating it",
      { s3: undefined, oci: { host: "quay.io", dockerConfigJson: "user:pass" } },
      'oci.dockerConfigJson: is not a registry login: expected JSON with an object "auths"',
    ],
    [
      "a login to another registry",
      { s3: undefined, oci: { host: "quay.io", dockerConfigJson: '{"auths":{"registry.redhat.io":{}}}' } },
      "oci.dockerConfigJson: holds no login for quay.io (it has registry.redhat.io)",
    ],
  ]);

  it("knows placeholders of guides from keys", () => {
    const placeholders = [
      "your-access-key",
      "your-secret-key",
      "<token>",
      "${TOKEN}",
      "changeme",
      "AKIAIOSFODNN7EXAMPLE",
      "xxxx",
      " ",
    ];
    const keys = ["AKIA2QWERTY", "minio", "minio123", "hf_abcDEF", "wJalrXUtnFEMI/K7MDENG", "keyring7"];
    assert.deepEqual(
      placeholders.filter((text) => !isPlaceholder(text)),
      [],
    );
    assert.deepEqual(keys.filter(isPlaceholder), []);
  });
});
