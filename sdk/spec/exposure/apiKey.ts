/** What a user may say of the key that callers of a vLLM server show. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { credential, dnsLabel, object } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { SpecRule } from "../schema/validate";

/** Arguments of the ApiKey component. */
export interface ApiKeyArgs {
  /** The service whose callers show it; the Secret is called `<serviceName>-api-key`. */
  serviceName: string;
  /** Namespace of the service. */
  namespace: Input<string>;
  /** The key, best from `config.requireSecret`. Default: 32 random bytes, made once and kept in the Secret. */
  key?: Input<string>;
}

export const apiKeySchema = object({
  serviceName: dnsLabel("the name of a service"),
  namespace: dnsLabel("a namespace"),
  key: credential("a key").optional(),
}) satisfies SchemaOf<ApiKeyArgs>;

/** vLLM asks nobody for an empty key. */
export const apiKeyRules: readonly SpecRule<ApiKeyArgs>[] = [
  ({ key }) => (key?.trim() === "" ? [{ path: ["key"], message: "is empty; leave it out to have one made" }] : []),
];

export type ApiKeySpec = z.output<typeof apiKeySchema>;
