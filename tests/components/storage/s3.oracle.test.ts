/** A real S3 store with IAM judges the rights and the connection that our components give. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { ModelBucket } from "../../../components/storage/modelBucket";
import { ModelConnection } from "../../../components/storage/modelConnection";
import { startS3Server, type S3Server } from "../../../tools/s3/server";
import { registered, type Registered } from "../mocks";

const BUCKET = "acme-models";
const REGION = "us-east-1";

describe("models in a real S3 store", function () {
  this.timeout(300_000);
  let folder = "";
  let server: S3Server;
  let reader: S3Client;
  let keys: Record<string, string>;

  before(async () => {
    // Short: a socket's path has at most 108 characters.
    folder = mkdtempSync(join(tmpdir(), "s3-"));
    server = await startS3Server(folder);
    const owner = client(server.https, server.owner);
    await owner.send(new CreateBucketCommand({ Bucket: BUCKET }));
    for (const Key of ["models/granite/config.json", "models/granite-code/config.json", "private/notes"])
      await owner.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));

    const access = { namespace: "models", prefix: "models/granite", accessKey: {} };
    const bucket = await registered(
      () => {
        new ModelBucket("store", { bucketName: BUCKET, region: REGION, access });
      },
      { state: { "aws:iam/accessKey:AccessKey": { secret: "of no use here" } } },
    );
    await owner.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: policyOf(bucket, "BucketPolicy") }));
    const key = await userWith(policyOf(bucket, "UserPolicy"));

    const connection = await registered(() => {
      new ModelConnection("store", { namespace: "models", s3: { bucket: BUCKET, endpoint: server.https, ...key } });
    });
    keys = secretTexts(connection);
    reader = client(keys.AWS_S3_ENDPOINT ?? "", {
      accessKeyId: keys.AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY ?? "",
    });
  });

  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** @covers ST-2, ST-3, ST-4 */
  it("are listed and read with what the connection's Secret holds", async () => {
    const list = await reader.send(new ListObjectsV2Command({ Bucket: keys.AWS_S3_BUCKET, Prefix: "models/granite/" }));
    assert.deepEqual(
      list.Contents?.map(({ Key }) => Key),
      ["models/granite/config.json"],
    );
    const object = await reader.send(
      new GetObjectCommand({ Bucket: keys.AWS_S3_BUCKET, Key: "models/granite/config.json" }),
    );
    assert.equal(await object.Body?.transformToString(), "models/granite/config.json");
  });

  const denied: [what: string, ask: () => Promise<unknown>][] = [
    ["a neighbour whose name begins alike", () => get("models/granite-code/config.json")],
    ["another path", () => get("private/notes")],
    ["the list of a neighbour", () => list("models/granite-code/")],
    ["the list of the whole bucket", () => list(undefined)],
    ["the list of the folder above", () => list("models/")],
    ["writing", () => reader.send(new PutObjectCommand({ Bucket: BUCKET, Key: "models/granite/x", Body: "x" }))],
    ["deleting", () => reader.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "models/granite/config.json" }))],
    ["a policy of its own", () => reader.send(new PutBucketPolicyCommand({ Bucket: BUCKET, Policy: "{}" }))],
    ["asking without keys", () => get("models/granite/config.json", client(server.https, undefined))],
    ["asking with a wrong secret", () => get("models/granite/config.json", client(server.https, wrongKey()))],
    ["asking without TLS", () => get("models/granite/config.json", client(server.http, readerKey()))],
  ];

  /** @covers ST-2 */
  for (const [what, ask] of denied) {
    it(`deny ${what}`, async () => {
      await assert.rejects(ask(), (error: { $metadata?: { httpStatusCode?: number } }) => {
        assert.equal(error.$metadata?.httpStatusCode, 403);
        return true;
      });
    });
  }

  function get(key: string, from = reader): Promise<unknown> {
    return from.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
  }

  function list(prefix: string | undefined): Promise<unknown> {
    return reader.send(new ListObjectsV2Command({ Bucket: BUCKET, ...(prefix !== undefined && { Prefix: prefix }) }));
  }

  function readerKey(): Key {
    return { accessKeyId: keys.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: keys.AWS_SECRET_ACCESS_KEY ?? "" };
  }

  function wrongKey(): Key {
    return { ...readerKey(), secretAccessKey: "another" };
  }

  /** As the component's User, UserPolicy and AccessKey would be made in AWS. */
  async function userWith(policy: string): Promise<Key> {
    const iam = new IAMClient({ region: REGION, endpoint: server.iam, credentials: server.owner });
    const UserName = "store-reader";
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "store-reader", PolicyDocument: policy }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  }

  function client(endpoint: string, credentials: Key | undefined): S3Client {
    return new S3Client({
      region: REGION,
      endpoint,
      forcePathStyle: true,
      maxAttempts: 1,
      requestHandler: { httpsAgent: { ca: server.certificateAuthority } },
      ...(credentials === undefined
        ? {
            signer: { sign: (request) => Promise.resolve(request) },
            credentials: { accessKeyId: "", secretAccessKey: "" },
          }
        : { credentials }),
    });
  }
});

interface Key {
  accessKeyId: string;
  secretAccessKey: string;
}

function policyOf(resources: readonly Registered[], kind: string): string {
  return String(resources.find(({ type }) => type.endsWith(`:${kind}`))?.inputs.policy);
}

/** What a pod that reads the Secret sees. */
function secretTexts(resources: readonly Registered[]): Record<string, string> {
  const secret = resources.find(({ type }) => type === "kubernetes:core/v1:Secret");
  const { value } = secret?.inputs.data as { value: Record<string, string> };
  return Object.fromEntries(Object.entries(value).map(([key, text]) => [key, Buffer.from(text, "base64").toString()]));
}
