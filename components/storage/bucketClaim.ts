import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { BucketClaimArgs } from "../../sdk/spec/storage/bucketClaim";
import {
  bucketClaimRules,
  bucketClaimSchema,
  claimEndpoint,
  connectionNameOf,
} from "../../sdk/spec/storage/bucketClaim";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { bucketClaimManifest } from "./bucketClaimManifest";
import { ModelConnection } from "./modelConnection";

const TYPE = "model-serving:index:BucketClaim";

/**
 * A bucket in the cluster, from OpenShift Data Foundation or Rook, and a connection to it: the claim's own ConfigMap
 * and Secret are written anew in the form that the serving platform reads.
 *
 * @requirement ST-2
 */
export class BucketClaim extends pulumi.ComponentResource {
  /** Name of the bucket. */
  readonly bucketName: pulumi.Output<string>;
  /** What models write as `source.connection`, with `source.path`. */
  readonly connectionName: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: BucketClaimArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `BucketClaim ${JSON.stringify(name)}`;
    const checked = specify(
      bucketClaimSchema,
      [...bucketClaimRules(name), defaultName(bucketClaimSchema.shape.name, name)],
      args,
      subject,
    );
    const spec = { ...checked.spec, name: checked.spec.name ?? name };
    super(TYPE, name, args, opts);
    const child = childOf(this, opts);
    const manifest = restoreManifest(bucketClaimManifest(spec), checked.restore);
    const claim = createObject(name, manifest, { ...child, retainOnDelete: spec.retain });
    const namespace = pulumi.output(checked.restore(spec.namespace));
    // Known once the claim is bound: before that there is nothing to read.
    const id = pulumi.all([claim.id, namespace]).apply(([, where]) => `${where}/${spec.name}`);
    const place = k8s.core.v1.ConfigMap.get(`${name}-place`, id, { parent: this }).data;
    const keys = k8s.core.v1.Secret.get(`${name}-keys`, id, { parent: this, additionalSecretOutputs: ["data"] }).data;
    const key = (which: string): pulumi.Output<string> =>
      pulumi.secret(keys.apply((data) => Buffer.from(data[which] ?? "", "base64").toString()));
    this.bucketName = place.apply(({ BUCKET_NAME = "" }) => BUCKET_NAME);
    const { caBundleConfigMap, displayName } = args;
    const connection = new ModelConnection(
      `${name}-connection`,
      {
        name: spec.connectionName ?? connectionNameOf(spec.name),
        namespace,
        ...(displayName === undefined ? {} : { displayName }),
        platform: spec.platform as object,
        s3: {
          bucket: this.bucketName,
          endpoint: place.apply(claimEndpoint),
          region: place.apply(({ BUCKET_REGION = "" }) => (BUCKET_REGION === "" ? "us-east-1" : BUCKET_REGION)),
          accessKeyId: key("AWS_ACCESS_KEY_ID"),
          secretAccessKey: key("AWS_SECRET_ACCESS_KEY"),
          allowHttp: spec.allowHttp,
          ...(caBundleConfigMap === undefined ? {} : { caBundleConfigMap }),
        },
      },
      child,
    );
    this.connectionName = connection.secretName;
    this.registerOutputs({ bucketName: this.bucketName, connectionName: this.connectionName });
  }
}
