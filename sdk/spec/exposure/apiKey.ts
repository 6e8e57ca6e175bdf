/** What a user may say of the key that callers of a vLLM server show. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { dnsLabel, object } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";

/** Arguments of the ApiKey component, beside the key itself. */
export interface ApiKeySettings {
  /** The service whose callers show it; the Secret is called `<serviceName>-api-key`. */
  serviceName: string;
  /** Namespace of the service. */
  namespace: Input<string>;
}

export const apiKeySchema = object({
  serviceName: dnsLabel("the name of a service"),
  namespace: dnsLabel("a namespace"),
}) satisfies SchemaOf<ApiKeySettings>;

export type ApiKeySpec = z.output<typeof apiKeySchema>;
