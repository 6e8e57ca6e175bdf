import { randomBytes } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ApiKeyArgs } from "../../sdk/spec/exposure/apiKey";
import { apiKeyRules, apiKeySchema } from "../../sdk/spec/exposure/apiKey";
import { childOf } from "../children";
import { specify } from "../specification";
import { API_KEY, apiKeyManifest } from "./apiKeyManifest";

const TYPE = "model-serving:index:ApiKey";

/**
 * The key that callers of a vLLM server show, in a Secret. Give `secretName` to `exposure.apiKeySecretName` of the model.
 *
 * @requirement XA-8
 */
export class ApiKey extends pulumi.ComponentResource {
  /** Secret that holds the key. */
  readonly secretName: pulumi.Output<string>;
  /** The key, as a Pulumi secret. */
  readonly key: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ApiKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ApiKey ${JSON.stringify(name)}`;
    const { spec, restore } = specify(apiKeySchema, apiKeyRules, args, subject, ([field]) => field === "key");
    const key = spec.key === undefined ? undefined : pulumi.secret(restore(spec.key));
    super(TYPE, name, key === undefined ? args : { ...args, key }, opts);
    const service = { name: spec.serviceName, namespace: spec.namespace };
    const { metadata } = apiKeyManifest(service, "");
    const value = pulumi.secret(key ?? randomBytes(32).toString("base64url"));
    // Every run makes another random key; the first one is kept. A `stringData` would come back as `data` on a refresh.
    const kept = key === undefined ? { ignoreChanges: ["data"] } : {};
    const secret = new k8s.core.v1.Secret(
      name,
      { metadata: restore(metadata), data: value.apply((text) => apiKeyManifest(service, text).data ?? {}) },
      { ...childOf(this, opts), ...kept },
    );
    this.secretName = pulumi.output(metadata.name);
    this.key = pulumi.secret(secret.data.apply(keyIn));
    this.registerOutputs({ secretName: this.secretName, key: this.key });
  }
}

function keyIn(data: Record<string, string> | undefined): string {
  return Buffer.from(data?.[API_KEY] ?? "", "base64").toString();
}
