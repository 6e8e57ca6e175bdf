/** Where a model answers, and how to try it. */
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { modelTypeOf, tokensOf } from "../../sdk/spec/inference/serviceSettings";
import { API_PATH, PORT } from "../runtimes/vllmServer";

/** Prefix of the Open Inference Protocol, which the servers of predictive models speak. */
const V2_PATH = "/v2";

/** Facts of a served model that do not depend on the cluster. */
export interface Endpoints {
  /** Service that KServe makes. */
  serviceName: string;
  /** Address inside the cluster. */
  internalUrl: string;
  /** Prefix of the OpenAI API, or of the v2 protocol for predictive models. */
  apiPath: string;
  /** What callers write as `model`. */
  modelName: string;
}

/** Addresses of a service as its platform makes them. */
export function endpointsOf(service: InferenceServiceSpec): Endpoints {
  const { name, namespace, platform, exposure } = service;
  const serviceName = `${name}-predictor`;
  const host = `${serviceName}.${namespace}.svc.cluster.local`;
  return {
    serviceName,
    internalUrl: addressOf(host, platform.kind, exposure?.auth),
    apiPath: modelTypeOf(service) === "predictive" ? V2_PATH : API_PATH,
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

/** Who is asked by a {@link testCommand}, and where. */
export interface Target {
  /** Address from outside, where there is one. */
  url: string | undefined;
  internalUrl: string;
  namespace: string;
  modelName: string;
  /** Secret with a token that the server asks for. */
  tokenSecret?: string | undefined;
  /** Whether the server speaks the v2 protocol instead of the OpenAI API. */
  isPredictive?: boolean;
}

/** What {@link testCommand} needs to know of an InferenceService. */
export function targetOf(service: InferenceServiceSpec, url: string | undefined): Target {
  const { internalUrl, modelName } = endpointsOf(service);
  const [token] = tokensOf(service.exposure);
  return {
    url,
    internalUrl,
    namespace: service.namespace,
    modelName,
    tokenSecret: token === undefined ? undefined : tokenSecretName(token, service.name),
    isPredictive: modelTypeOf(service) === "predictive",
  };
}

/** A request by curl, to the model or for its description; from inside the cluster where there is no other way in. */
export function testCommand(target: Target): string {
  const { url, internalUrl, namespace, modelName } = target;
  const request = `${url ?? internalUrl}${target.isPredictive === true ? describes(target) : asks(target)}`;
  if (url !== undefined) return `curl -sS ${request}`;
  const pod = `kubectl run ${modelName}-test --namespace ${namespace} --rm -i --restart=Never`;
  return `${pod} --image=curlimages/curl:8.11.0 -- curl -sSk ${request}`;
}

function asks(target: Target): string {
  const question = [{ role: "user", content: "What is machine learning?" }];
  const body = JSON.stringify({ model: target.modelName, messages: question });
  return `${API_PATH}/chat/completions -H 'Content-Type: application/json'${tokenHeader(target)} -d '${body}'`;
}

/** The inputs of a predictive model are its own, so it is asked which ones it takes. */
function describes(target: Target): string {
  return `${V2_PATH}/models/${target.modelName}${tokenHeader(target)}`;
}

function tokenHeader({ tokenSecret, namespace }: Target): string {
  if (tokenSecret === undefined) return "";
  const secret = `kubectl get secret ${tokenSecret} --namespace ${namespace}`;
  return ` -H "Authorization: Bearer $(${secret} -o jsonpath='{.data.token}' | base64 -d)"`;
}

/** As OpenShift AI's dashboard names the Secret of a token. */
export function tokenSecretName(token: string, service: string): string {
  return `${token}-${service}-sa`;
}
