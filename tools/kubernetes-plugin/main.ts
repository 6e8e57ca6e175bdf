/** The plugin process: `pulumi-resource-kubernetes [engine address]`. */
import { version } from "@pulumi/kubernetes/package.json";
import { serve } from "../plugin/serve";
import { providerService } from "./rpc";

serve(version, providerService);
