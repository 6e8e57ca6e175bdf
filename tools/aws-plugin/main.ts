/** The plugin process: `pulumi-resource-aws [engine address]`. Writes down what it is asked in AWS_STAND_IN_RECORD. */
import { version } from "@pulumi/aws/package.json";
import { serve } from "../plugin/serve";
import { awsService } from "./rpc";

serve(version, (options) => awsService(options, process.env.AWS_STAND_IN_RECORD));
