/** Where a model answers, and how to try it. */
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { tokensOf } from "../../sdk/spec/inference/serviceSettings";
import { API_PATH, PORT } from "../runtimes/vllmServer";

/** Facts of a served model that do not depend on the cluster. */
export interface Endpoints {
  /** Service that KServe makes. */
  serviceName: string;
  /** Address inside the cluster. */
  internalUrl: string;
  /** Prefix of the OpenAI API. */
  apiPath: string;
  /** What callers write as `model`. */
  modelName: string;
}

/** Addresses of a service as its platform makes them. */
export function endpointsOf({ name, namespace, platform, exposure }: InferenceServiceSpec): Endpoints {
  const serviceName = `${name}-predictor`;
  const host = `${serviceName}.${namespace}.svc.cluster.local`;
  return {
    serviceName,
    internalUrl: addressOf(host, platform.kind, exposure?.auth),
    apiPath: API_PATH,
    modelName: name,
  };
}

/**
 * The Service of OpenShift AI has no cluster address of its own, so its port 80 leads nowhere and callers use the
 * container's; with token authentication only the proxy's TLS port answers.
 */
function addressOf(host: string, kind: string, auth: string | undefined): string {
  if (kind === "kserve") return `http://${host}`;
  return auth === "token" ? `https://${host}:8443` : `http://${host}:${PORT}`;
}

/** A request to the OpenAI API by curl; from inside the cluster where there is no other way in. */
export function testCommand(service: InferenceServiceSpec, url: string | undefined): string {
  const { internalUrl, apiPath, modelName } = endpointsOf(service);
  const body = JSON.stringify({ model: modelName, messages: [{ role: "user", content: "What is machine learning?" }] });
  const request = `${url ?? internalUrl}${apiPath}/chat/completions -H 'Content-Type: application/json'${tokenHeader(service)} -d '${body}'`;
  if (url !== undefined) return `curl -sS ${request}`;
  const pod = `kubectl run ${modelName}-test --namespace ${service.namespace} --rm -i --restart=Never`;
  return `${pod} --image=curlimages/curl:8.11.0 -- curl -sSk ${request}`;
}

function tokenHeader({ name, namespace, exposure }: InferenceServiceSpec): string {
  const [token] = tokensOf(exposure);
  if (token === undefined) return "";
  const secret = `kubectl get secret ${tokenSecretName(token, name)} --namespace ${namespace}`;
  return ` -H "Authorization: Bearer $(${secret} -o jsonpath='{.data.token}' | base64 -d)"`;
}

/** As OpenShift AI's dashboard names the Secret of a token. */
export function tokenSecretName(token: string, service: string): string {
  return `${token}-${service}-sa`;
}
