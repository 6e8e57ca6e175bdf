import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf, s3Endpoint } from "../../sdk/catalog/awsPartitions";
import type { ModelBucketArgs, ModelBucketSpec } from "../../sdk/spec/storage/modelBucket";
import { modelBucketRules, modelBucketSchema } from "../../sdk/spec/storage/modelBucket";
import { childOf } from "../children";
import { specify } from "../specification";
import type { Known } from "./bucketReaders";
import { bucketReaders } from "./bucketReaders";
import { bucketArn, tlsOnlyPolicy } from "./bucketPolicies";

const TYPE = "model-serving:index:ModelBucket";

/**
 * A bucket for models on AWS: private, encrypted, versioned, TLS only, and readable by exactly the models that should.
 *
 * @requirement ST-2
 */
export class ModelBucket extends pulumi.ComponentResource {
  /** Name of the bucket. */
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** Address of S3 in the bucket's region. */
  readonly endpoint: pulumi.Output<string>;
  /** Role of the readers; undefined with an access key. */
  readonly roleArn: pulumi.Output<string | undefined>;
  /** What models write as `serviceAccountName`, with `source.s3`; undefined with an access key. */
  readonly serviceAccountName: pulumi.Output<string | undefined>;
  /** What models write as `source.connection`, with `source.path`; undefined without an access key. */
  readonly connectionName: pulumi.Output<string | undefined>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelBucket ${JSON.stringify(name)}`;
    const { spec, restore } = specify(modelBucketSchema, modelBucketRules, args, subject);
    super(TYPE, name, args, opts);
    const child = childOf(this, opts);
    const known: Known = (select) => pulumi.output(restore(select(spec))) as never;
    const partition = partitionOf(spec.region)?.id ?? "aws";
    const bucket = spec.provision === "existing" ? undefined : createBucket(name, spec, known, partition, child);
    this.bucketName = bucket?.bucket ?? pulumi.output(spec.bucketName ?? "");
    this.bucketArn = this.bucketName.apply((bucketName) => bucketArn({ partition, bucket: bucketName }));
    this.endpoint = pulumi.output(s3Endpoint(spec.region, spec.dualStack) ?? "");
    const place = { partition, bucket: this.bucketName, endpoint: this.endpoint };
    const readers = bucketReaders(name, spec, known, place, child);
    this.roleArn = pulumi.output(readers.roleArn);
    this.serviceAccountName = pulumi.output(readers.serviceAccountName);
    this.connectionName = pulumi.output(readers.connectionName);
    this.registerOutputs({
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      endpoint: this.endpoint,
      roleArn: this.roleArn,
      serviceAccountName: this.serviceAccountName,
      connectionName: this.connectionName,
    });
  }
}

/** The bucket, and all that keeps it private; its policy comes last, once nothing can be public any more. */
function createBucket(
  name: string,
  spec: ModelBucketSpec,
  known: Known,
  partition: string,
  child: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
  const { region } = spec;
  const named = spec.bucketName === undefined ? {} : { bucket: spec.bucketName };
  const tags = known((args) => args.tags ?? {});
  const bucket = new aws.s3.Bucket(name, { ...named, region, tags }, { ...child, protect: spec.protect });
  const place = { bucket: bucket.bucket, region };
  const block = new aws.s3.BucketPublicAccessBlock(
    name,
    { ...place, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    child,
  );
  new aws.s3.BucketOwnershipControls(name, { ...place, rule: { objectOwnership: "BucketOwnerEnforced" } }, child);
  new aws.s3.BucketServerSideEncryptionConfiguration(name, { ...place, rules: [encryption(spec, known)] }, child);
  const versioning = new aws.s3.BucketVersioning(
    name,
    { ...place, versioningConfiguration: { status: "Enabled" } },
    child,
  );
  new aws.s3.BucketLifecycleConfiguration(
    name,
    { ...place, rules: lifecycle(spec) },
    { ...child, dependsOn: [versioning] },
  );
  const policy = bucket.bucket.apply((bucketName) => JSON.stringify(tlsOnlyPolicy({ partition, bucket: bucketName })));
  new aws.s3.BucketPolicy(name, { ...place, policy }, { ...child, dependsOn: [block] });
  return bucket;
}

type EncryptionRule = aws.types.input.s3.BucketServerSideEncryptionConfigurationRule;

function encryption({ kmsKeyArn }: ModelBucketSpec, known: Known): EncryptionRule {
  if (kmsKeyArn === undefined) return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  const kmsMasterKeyId = known((args) => args.kmsKeyArn ?? "");
  // A key of the bucket's own, derived from the KMS key, saves a request to KMS for each file.
  return { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId }, bucketKeyEnabled: true };
}

function lifecycle(spec: ModelBucketSpec): aws.types.input.s3.BucketLifecycleConfigurationRule[] {
  return [
    {
      id: "abandoned-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: spec.abandonedUploadDays },
    },
    {
      id: "replaced-versions",
      status: "Enabled",
      filter: { prefix: "" },
      noncurrentVersionExpiration: { noncurrentDays: spec.noncurrentVersionDays },
    },
  ];
}
