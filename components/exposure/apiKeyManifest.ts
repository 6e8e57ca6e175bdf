import type { Secret } from "../../sdk/kubernetes/core";
import { ownership } from "../../sdk/kubernetes/ownership";
import type { Exposure } from "../../sdk/spec/inference/serviceSettings";
import type { EnvironmentVariable } from "../../sdk/spec/schema/pods";
import type { Plain } from "../../sdk/spec/schema/plain";

/** Variable from which vLLM takes the key that it asks callers for, and the key of the Secret. */
export const API_KEY = "VLLM_API_KEY";

/** Name of the Secret of a service that names none. */
export function apiKeySecretName(service: string): string {
  return `${service}-api-key`;
}

/**
 * The Secret from which vLLM takes the key it asks callers for.
 *
 * @param value the key; it is the only place where it stands
 */
export function apiKeyManifest(service: { name: string; namespace: string }, value: string): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: apiKeySecretName(service.name),
      namespace: service.namespace,
      labels: ownership(service.name),
    },
    data: { [API_KEY]: Buffer.from(value).toString("base64") },
  };
}

/** The Secret with the key of a service; none where callers need none. */
export function apiKeySecretOf(service: { name: string; exposure?: Plain<Exposure> | undefined }): string | undefined {
  if (service.exposure?.auth !== "apiKey") return undefined;
  return service.exposure.apiKeySecretName ?? apiKeySecretName(service.name);
}

/** Variables of the server for authentication. vLLM takes its key from the environment, so no argument shows it. */
export function apiKeyVariables(service: Parameters<typeof apiKeySecretOf>[0]): Plain<EnvironmentVariable>[] {
  const secretName = apiKeySecretOf(service);
  return secretName === undefined ? [] : [{ name: API_KEY, secretName, secretKey: API_KEY }];
}
