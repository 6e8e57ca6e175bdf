/** Partitions of AWS: worlds of their own, with their own ARNs and host names. */
import partitions from "./awsPartitions.json";

export type AwsPartitionId = "aws" | "aws-cn" | "aws-us-gov";

/** One partition. */
export interface AwsPartition {
  /** Second part of every ARN. */
  id: AwsPartitionId;
  /** Ending of the host names of its services. */
  dnsSuffix: string;
  /** Matches the names of its regions. */
  regionPattern: string;
  source: string;
}

export const awsPartitions: readonly AwsPartition[] = partitions as AwsPartition[];

/** The partition that a region belongs to; undefined for a name that is no region's. */
export function partitionOf(region: string): AwsPartition | undefined {
  return awsPartitions.find(({ regionPattern }) => new RegExp(regionPattern).test(region));
}

/**
 * Address of S3 in a region.
 *
 * The global address serves the commercial partition's first region, and S3 refers other regions' requests elsewhere.
 *
 * @param dualStack whether the address answers over IPv6 as well
 * @returns undefined for a name that is no region's
 */
export function s3Endpoint(region: string, dualStack = false): string | undefined {
  const partition = partitionOf(region);
  if (partition === undefined) return undefined;
  if (region === "us-east-1" && !dualStack) return "https://s3.amazonaws.com";
  return `https://s3${dualStack ? ".dualstack" : ""}.${region}.${partition.dnsSuffix}`;
}
