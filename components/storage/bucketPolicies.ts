/** What IAM and S3 are told about a bucket of models, as plain data. */

/** A policy document. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: PolicyStatement[];
}

export interface PolicyStatement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string | string[];
  Resource?: string | string[];
  Principal?: "*" | Record<string, string>;
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A bucket where its ARNs hold. */
export interface BucketPlace {
  partition: string;
  bucket: string;
}

export function bucketArn({ partition, bucket }: BucketPlace): string {
  return `arn:${partition}:s3:::${bucket}`;
}

/** Nobody, whatever they may do otherwise, reads or writes without TLS. */
export function tlsOnlyPolicy(place: BucketPlace): PolicyDocument {
  const arn = bucketArn(place);
  return document({
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
}

/**
 * Reading what lies under one path, and nothing else: what KServe's storage initializer does is list the path and get
 * its objects.
 *
 * @param prefix path without slash at its end; empty for the whole bucket
 */
export function readPolicy(place: BucketPlace, prefix: string, kmsKeyArn?: string): PolicyDocument {
  const arn = bucketArn(place);
  const path = prefix.replace(/\/+$/, "");
  const within = { StringLike: { "s3:prefix": [path, `${path}/*`] } };
  const statements: PolicyStatement[] = [
    {
      Sid: "ListModels",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: arn,
      ...(path === "" ? {} : { Condition: within }),
    },
    {
      Sid: "ReadModels",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: path === "" ? `${arn}/*` : `${arn}/${path}/*`,
    },
  ];
  if (kmsKeyArn !== undefined)
    statements.push({ Sid: "DecryptModels", Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn });
  return document(...statements);
}

/** Pods of one ServiceAccount, and no others of the cluster, take the role. */
export function roleTrust(providerArn: string, audience: string, namespace: string, account: string): PolicyDocument {
  const issuer = providerArn.slice(providerArn.indexOf("/") + 1);
  return document({
    Sid: "ServiceAccountOfCluster",
    Effect: "Allow",
    Principal: { Federated: providerArn },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${issuer}:aud`]: audience, [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${account}` },
    },
  });
}

/** EKS takes the role for the pods that it is associated with. */
export function podIdentityTrust(): PolicyDocument {
  return document({
    Sid: "EksPodIdentity",
    Effect: "Allow",
    Principal: { Service: "pods.eks.amazonaws.com" },
    Action: ["sts:AssumeRole", "sts:TagSession"],
  });
}

function document(...statements: PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}
