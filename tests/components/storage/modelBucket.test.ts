import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ModelBucket } from "../../../components/storage/modelBucket";
import { readPolicy, tlsOnlyPolicy } from "../../../components/storage/bucketPolicies";
import type { ModelBucketArgs } from "../../../sdk/spec/storage/modelBucket";
import { modelBucketRules, modelBucketSchema } from "../../../sdk/spec/storage/modelBucket";
import { table } from "../../sdk/spec/messageTable";
import type { Registered } from "../mocks";
import { registered, valueOf } from "../mocks";

const PROVIDER = "arn:aws-cn:iam::123456789012:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC";
const RIGHT = { region: "eu-central-1", bucketName: "acme-models" };
const access = (change: object): { access: object } => ({ access: { namespace: "models", ...change } });
const STATE = {
  "aws:iam/role:Role": { arn: "arn:aws-cn:iam::123456789012:role/reader", name: "reader" },
  "aws:iam/accessKey:AccessKey": { secret: "s3cr3t" },
};

function made(args: ModelBucketArgs, preview = false): Promise<Registered[]> {
  return registered(
    () => {
      new ModelBucket("store", args);
    },
    { state: STATE, preview },
  );
}

const kind = ({ type }: Registered): string => type.split(":").at(-1) ?? "";
const inputsOf = (resources: Registered[], what: string): Record<string, unknown> => {
  const found = resources.find((resource) => kind(resource) === what);
  assert.ok(found !== undefined, `no ${what}`);
  return found.inputs;
};

/** @covers ST-2 */
describe("ModelBucket", () => {
  it("is private, encrypted, versioned, tidy and TLS only", async () => {
    const resources = await made(RIGHT);
    assert.deepEqual(resources.map(kind).sort(), [
      "Bucket",
      "BucketLifecycleConfiguration",
      "BucketOwnershipControls",
      "BucketPolicy",
      "BucketPublicAccessBlock",
      "BucketServerSideEncryptionConfiguration",
      "BucketVersioning",
      "ModelBucket",
    ]);
    const place = { bucket: "acme-models", region: "eu-central-1" };
    assert.deepEqual(inputsOf(resources, "BucketPublicAccessBlock"), {
      ...place,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(inputsOf(resources, "BucketServerSideEncryptionConfiguration").rules, [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
    assert.deepEqual(inputsOf(resources, "BucketVersioning").versioningConfiguration, { status: "Enabled" });
    assert.deepEqual(inputsOf(resources, "BucketOwnershipControls").rule, { objectOwnership: "BucketOwnerEnforced" });
    assert.deepEqual(inputsOf(resources, "BucketLifecycleConfiguration").rules, [
      {
        id: "abandoned-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      {
        id: "replaced-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 30 },
      },
    ]);
    const policy = JSON.parse(String(inputsOf(resources, "BucketPolicy").policy)) as unknown;
    assert.deepEqual(policy, tlsOnlyPolicy({ partition: "aws", bucket: "acme-models" }));
    const last = resources.find((resource) => kind(resource) === "BucketPolicy");
    assert.ok(last?.dependencies.some((urn) => urn.includes("BucketPublicAccessBlock")));
  });

  it("is encrypted by the KMS key that is given, which its readers may use", async () => {
    const kmsKeyArn = pulumi.output("arn:aws:kms:eu-central-1:123456789012:key/1");
    const resources = await made({ ...RIGHT, kmsKeyArn, access: { namespace: "models", accessKey: {} } });
    assert.deepEqual(inputsOf(resources, "BucketServerSideEncryptionConfiguration").rules, [
      {
        applyServerSideEncryptionByDefault: {
          sseAlgorithm: "aws:kms",
          kmsMasterKeyId: "arn:aws:kms:eu-central-1:123456789012:key/1",
        },
        bucketKeyEnabled: true,
      },
    ]);
    assert.match(String(inputsOf(resources, "UserPolicy").policy), /kms:Decrypt.*key\/1/);
  });

  it("is read under one path by pods of one ServiceAccount, in the partition of its region", async () => {
    const role = { oidcProviderArn: PROVIDER };
    const args = { ...RIGHT, region: "cn-north-1", ...access({ role, prefix: "models/granite/" }) };
    const resources = await made(args as ModelBucketArgs);
    assert.deepEqual(JSON.parse(String(inputsOf(resources, "Role").assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ServiceAccountOfCluster",
          Effect: "Allow",
          Principal: { Federated: PROVIDER },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC:aud": "sts.amazonaws.com",
              "oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC:sub": "system:serviceaccount:models:store-reader",
            },
          },
        },
      ],
    });
    const rights = readPolicy({ partition: "aws-cn", bucket: "acme-models" }, "models/granite");
    assert.deepEqual(JSON.parse(String(inputsOf(resources, "RolePolicy").policy)), rights);
    assert.deepEqual(rights.Statement, [
      {
        Sid: "ListModels",
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: "arn:aws-cn:s3:::acme-models",
        Condition: { StringLike: { "s3:prefix": ["models/granite", "models/granite/*"] } },
      },
      {
        Sid: "ReadModels",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "arn:aws-cn:s3:::acme-models/models/granite/*",
      },
    ]);
    assert.deepEqual(inputsOf(resources, "ServiceAccount").metadata, {
      name: "store-reader",
      namespace: "models",
      labels: { "app.kubernetes.io/managed-by": "pulumi" },
      annotations: {
        "eks.amazonaws.com/role-arn": "arn:aws-cn:iam::123456789012:role/reader",
        "serving.kserve.io/s3-region": "cn-north-1",
      },
    });
  });

  it("is read through EKS Pod Identity by an association, without an annotation", async () => {
    const resources = await made({ ...RIGHT, ...access({ podIdentity: { clusterName: "prod" } }) } as ModelBucketArgs);
    const association = { ...inputsOf(resources, "PodIdentityAssociation"), tags: undefined };
    assert.deepEqual(association, {
      clusterName: "prod",
      namespace: "models",
      serviceAccount: "store-reader",
      roleArn: STATE["aws:iam/role:Role"].arn,
      region: "eu-central-1",
      tags: undefined,
    });
    assert.deepEqual((inputsOf(resources, "ServiceAccount").metadata as { annotations?: object }).annotations, {});
    assert.match(String(inputsOf(resources, "Role").assumeRolePolicy), /pods\.eks\.amazonaws\.com.*sts:TagSession/);
  });

  /** @covers ST-25 */
  it("is read by a user's key through a connection, and nothing of a bucket that exists is touched", async () => {
    const resources = await made({
      ...RIGHT,
      provision: "existing",
      ...access({ accessKey: { connectionName: "aws-connection-store" } }),
    } as ModelBucketArgs);
    assert.deepEqual(resources.map(kind).sort(), [
      "AccessKey",
      "ModelBucket",
      "ModelConnection",
      "Secret",
      "ServiceAccount",
      "User",
      "UserPolicy",
    ]);
    const secret = JSON.stringify(inputsOf(resources, "Secret"));
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    for (const value of ["store-reader-id", "s3cr3t", "acme-models", "https://s3.eu-central-1.amazonaws.com"])
      assert.ok(secret.includes(base64(value)), value);
    assert.ok(secret.includes('"1b47061264138c4ac30d75fd1eb44270"'), "the data is a secret");
  });

  for (const [partition, region] of [
    ["aws", "us-west-2"],
    ["aws-cn", "cn-northwest-1"],
    ["aws-us-gov", "us-gov-east-1"],
  ]) {
    it(`is written for partition ${partition} alone: ARNs, policies and address`, async () => {
      const resources = await made({
        bucketName: "acme-models",
        region,
        ...access({ accessKey: {} }),
      } as ModelBucketArgs);
      const written = resources.map(({ inputs }) => JSON.stringify(inputs)).join("\n");
      const arns = written.match(/arn:[a-z-]+:s3/g) ?? [];
      assert.deepEqual([...new Set(arns)], [`arn:${partition}:s3`]);
      const suffix = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
      assert.ok(written.includes(Buffer.from(`https://s3.${region}.${suffix}`).toString("base64")));
    });
  }

  it("answers over IPv6 as well where asked", async () => {
    let bucket: ModelBucket | undefined;
    await registered(() => {
      bucket = new ModelBucket("store", { ...RIGHT, dualStack: true });
    });
    assert.ok(bucket !== undefined);
    assert.equal(await valueOf(bucket.endpoint), "https://s3.dualstack.eu-central-1.amazonaws.com");
  });

  it("keeps what is known at preview known, beside a KMS key that is not", async () => {
    const kmsKeyArn = pulumi.output("x").apply(() => pulumi.unknown as string);
    const resources = await made(
      { ...RIGHT, kmsKeyArn, tags: { team: "ai" }, ...access({ accessKey: {} }) } as never,
      true,
    );
    assert.deepEqual(inputsOf(resources, "User").tags, { team: "ai" });
    assert.equal((inputsOf(resources, "ServiceAccount").metadata as { namespace?: unknown }).namespace, "models");
  });

  table("arguments", modelBucketSchema, modelBucketRules, { ...RIGHT, ...access({ accessKey: {} }) }, [
    ["a region that is none", { region: "eu-centrl" }, 'region: "eu-centrl" is no region of aws, aws-cn, aws-us-gov'],
    [
      "an existing bucket without a name, and settings that are not ours",
      { bucketName: undefined, provision: "existing", protect: false },
      "bucketName: is missing; which bucket is it that exists?",
      "protect: is up to whoever made the bucket; leave it out of an existing one",
    ],
    [
      "two ways to read",
      access({ accessKey: {}, podIdentity: { clusterName: "c" } }),
      "access: names podIdentity and accessKey; expected exactly one of role, podIdentity, accessKey",
    ],
    [
      "no way to read",
      access({}),
      "access: says nobody how to read; expected exactly one of role, podIdentity, accessKey",
    ],
    [
      "a provider of another partition",
      access({ role: { oidcProviderArn: PROVIDER } }),
      `access.role.oidcProviderArn: "${PROVIDER.slice(0, 76)}... is of partition aws-cn, but eu-central-1 is of aws`,
    ],
    [
      "a path that is an address",
      access({ accessKey: {}, prefix: "s3://acme-models/granite" }),
      'access.prefix: "s3://acme-models/granite" is not a path in the bucket, such as models/granite: no scheme, no slash in front, no wildcard',
    ],
    [
      "a wildcard, which would give more than it says",
      access({ accessKey: {}, prefix: "models/*" }),
      'access.prefix: "models/*" is not a path in the bucket, such as models/granite: no scheme, no slash in front, no wildcard',
    ],
  ]);
});
