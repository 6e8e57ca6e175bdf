import { annotations } from "../../sdk/kubernetes/kserve";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import { present } from "../../sdk/kubernetes/present";
import type { ObjectBucketClaim } from "../../sdk/kubernetes/storage";
import type { BucketClaimSpec } from "../../sdk/spec/storage/bucketClaim";

/** The claim; awaited, since ConfigMap and Secret of its name come with the bucket. */
export function bucketClaimManifest(claim: BucketClaimSpec): ObjectBucketClaim {
  return {
    apiVersion: "objectbucket.io/v1alpha1",
    kind: "ObjectBucketClaim",
    metadata: {
      name: claim.name,
      namespace: claim.namespace,
      labels: { ...MANAGED },
      annotations: { [annotations.waitFor]: "jsonpath={.status.phase}=Bound" },
    },
    spec: present({
      storageClassName: claim.storageClassName,
      bucketName: claim.bucketName,
      generateBucketName: claim.bucketName === undefined ? claim.name : undefined,
    }),
  };
}
