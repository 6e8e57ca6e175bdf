/** The shape of an entry of `awsPartitions.json`. */
import type { AwsPartition, AwsPartitionId } from "../../catalog/awsPartitions";
import { choice, object, text } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";

export const awsPartitionSchema = object({
  id: choice<AwsPartitionId>(["aws", "aws-cn", "aws-us-gov"]),
  dnsSuffix: text("the ending of host names"),
  regionPattern: text("a regular expression"),
  source: text("where it is published"),
}) satisfies SchemaOf<AwsPartition>;
