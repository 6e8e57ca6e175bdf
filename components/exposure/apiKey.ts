import { randomBytes } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ApiKeySettings } from "../../sdk/spec/exposure/apiKey";
import { apiKeySchema } from "../../sdk/spec/exposure/apiKey";
import { childOf } from "../children";
import { specify } from "../specification";
import { API_KEY, apiKeyManifest } from "./apiKeyManifest";

const TYPE = "model-serving:index:ApiKey";

/** Arguments of the ApiKey component. */
export interface ApiKeyArgs extends ApiKeySettings {
  /** The key, best from `config.requireSecret`. Default: 32 random bytes, made once and kept in the Secret. */
  key?: pulumi.Input<string>;
}

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
    const { key, ...settings } = args;
    const { spec, restore } = specify(apiKeySchema, [], settings, `ApiKey ${JSON.stringify(name)}`);
    super(TYPE, name, key === undefined ? args : { ...args, key: pulumi.secret(key) }, opts);
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
