/** Where a model answers, and how to try it. */
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { tokensOf } from "../../sdk/spec/inference/serviceSettings";
import type { ModelServer } from "../../sdk/requests/servers";
import { modelServerOf } from "../../sdk/requests/servers";
import { API_KEY, apiKeySecretOf } from "../exposure/apiKeyManifest";

/**
 * Facts of a served model that do not depend on the cluster.
 *
 * @requirement XA-6, XA-15, XA-17, MO-16
 */
export interface Endpoints {
  /** Service that KServe makes. */
  serviceName: string;
  /** Address inside the cluster. */
  internalUrl: string;
  /** Prefix of the server's API: OpenAI's for language models, the Open Inference Protocol's for others. */
  apiPath: string;
  /** What callers write as `model`. */
  modelName: string;
  /** A command that makes the model answer at {@link localUrl}. */
  portForwardCommand: string;
  /** Address on the machine where the port-forward runs. */
  localUrl: string;
}

/** Port of the proxy that checks tokens. */
const PROXY_PORT = 8443;
/** Port of KServe's Service. */
const SERVICE_PORT = 80;
const LOCAL_PORT = 8080;

/** Addresses of a service as its platform makes them. */
export function endpointsOf(service: InferenceServiceSpec): Endpoints {
  const { name, namespace } = service;
  const serviceName = `${name}-predictor`;
  const host = `${serviceName}.${namespace}.svc.cluster.local`;
  const server = serverOf(service);
  const { scheme, port } = entranceOf(service, server);
  return {
    serviceName,
    internalUrl: `${scheme}://${host}${port === SERVICE_PORT ? "" : `:${port}`}`,
    apiPath: server.apiPath,
    modelName: name,
    portForwardCommand: portForward(`service/${serviceName}`, namespace, port),
    localUrl: `${scheme}://localhost:${LOCAL_PORT}`,
  };
}

/**
 * Brings a Service's port to the machine of the caller.
 *
 * @requirement OP-22
 */
export function portForward(target: string, namespace: string, port: number): string {
  return `kubectl port-forward --namespace ${namespace} ${target} ${LOCAL_PORT}:${port}`;
}

/**
 * The Service of OpenShift AI has no cluster address of its own, so its port 80 leads nowhere and callers use the
 * container's; with token authentication only the proxy's TLS port answers.
 */
function entranceOf(
  { platform, exposure }: InferenceServiceSpec,
  server: ModelServer,
): { scheme: string; port: number } {
  if (platform.kind === "kserve") return { scheme: "http", port: SERVICE_PORT };
  return exposure?.auth === "token" ? { scheme: "https", port: PROXY_PORT } : { scheme: "http", port: server.port };
}

/**
 * A request by curl in the server's own API; from inside the cluster where there is no other way in.
 *
 * @requirement XA-15
 */
export function testCommand(service: InferenceServiceSpec, url: string | undefined): string {
  const { internalUrl, modelName } = endpointsOf(service);
  const request = requestOf(service, url ?? internalUrl);
  if (url !== undefined) return `curl -sS ${request}`;
  const pod = `kubectl run ${modelName}-test --namespace ${service.namespace} --rm -i --restart=Never`;
  return `${pod} --image=curlimages/curl:8.11.0 -- curl -sSk ${request}`;
}

/** A chat for a language model; other models have inputs of their own, so they are asked what these are. */
function requestOf(service: InferenceServiceSpec, url: string): string {
  const { apiPath, protocol } = serverOf(service);
  const header = credentialHeader(service);
  const model = service.name;
  if (protocol === "v2") return `${url}${apiPath}/models/${model}${header}`;
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "What is machine learning?" }] });
  return `${url}${apiPath}/chat/completions -H 'Content-Type: application/json'${header} -d '${body}'`;
}

function serverOf({ runtimeName, modelFormat }: InferenceServiceSpec): ModelServer {
  return modelServerOf(runtimeName, modelFormat);
}

function credentialHeader(service: InferenceServiceSpec): string {
  const { name, namespace, exposure } = service;
  const [token] = tokensOf(exposure);
  if (token !== undefined) return bearer(tokenSecretName(token, name), namespace, "token");
  const apiKey = apiKeySecretOf(service);
  return apiKey === undefined ? "" : bearer(apiKey, namespace, API_KEY);
}

/** The credential is read when the command runs, so that the command itself can be printed. */
function bearer(secret: string, namespace: string, key: string): string {
  const read = `kubectl get secret ${secret} --namespace ${namespace} -o jsonpath='{.data.${key}}' | base64 -d`;
  return ` -H "Authorization: Bearer $(${read})"`;
}

/** As OpenShift AI's dashboard names the Secret of a token. */
export function tokenSecretName(token: string, service: string): string {
  return `${token}-${service}-sa`;
}
