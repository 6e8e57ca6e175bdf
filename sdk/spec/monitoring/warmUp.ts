/** What a user may say of the first request to a model. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { dnsLabel, object, text, textLike, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { SpecRule } from "../schema/validate";

/**
 * Arguments of the WarmUp component: a Job that asks a language model for one token. Some metrics of vLLM exist only
 * after its first request, and kernels are compiled during it.
 *
 * @requirement MO-9
 */
export interface WarmUpArgs {
  /** Name of the Job. Default: the component's name. */
  name?: string;
  /** Namespace of the Job. */
  namespace: Input<string>;
  /** Address of the service, without a path: `internalUrl` of a deployment. */
  url: Input<string>;
  /** What callers write as `model`. */
  modelName: string;
  /** Prefix of the OpenAI API. Default: `/v1`. */
  apiPath?: string;
  /** Secret with the credential, where the model asks for one. */
  secretName?: Input<string>;
  /** Key of the credential in it. Default: `token`; `VLLM_API_KEY` for an API key. */
  secretKey?: string;
  /** Image with curl. Default: `curlimages/curl:8.11.0`. */
  image?: string;
  /** Seconds after which the Job gives up. Default: 600. */
  timeoutSeconds?: number;
}

export const warmUpSchema = object({
  name: dnsLabel("a name").optional(),
  namespace: dnsLabel("a namespace"),
  url: textLike(
    /^https?:\/\/[^\s/]+\/?$/,
    "an address without a path, such as http://granite-predictor.models.svc.cluster.local",
  ),
  modelName: text("the name of a model"),
  apiPath: textLike(/^\/\S*$/, "a path that begins with /", (value) => `/${value}`).default("/v1"),
  secretName: dnsLabel("the name of a Secret").optional(),
  secretKey: text("a key of the Secret").optional(),
  image: text("an image").default("curlimages/curl:8.11.0"),
  timeoutSeconds: whole(1).default(600),
}) satisfies SchemaOf<WarmUpArgs>;

export type WarmUpSpec = z.output<typeof warmUpSchema> & { name: string };

export const warmUpRules: readonly SpecRule<WarmUpArgs>[] = [
  ({ secretName, secretKey }) =>
    secretKey !== undefined && secretName === undefined
      ? [{ path: ["secretKey"], message: "counts only together with secretName" }]
      : [],
];
