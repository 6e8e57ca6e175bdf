/** Where a model answers, and how to try it. */
import type { InferenceServiceSpec } from "../../sdk/spec/inference/inferenceService";
import { findAccelerator } from "../../sdk/catalog/accelerators";
import { MetricSource } from "../../sdk/monitoring/metrics";
import type { QueriedService } from "../../sdk/monitoring/serviceQueries";
import { catalogOf } from "../../sdk/spec/catalog/field";
import { tokensOf } from "../../sdk/spec/inference/serviceSettings";
import type { ServerApi } from "../../sdk/requests/serverApis";
import { serverApiOf } from "../../sdk/requests/serverApis";
import { API_KEY, apiKeySecretOf } from "../exposure/apiKeyManifest";
import { API_PATH } from "../runtimes/vllmServer";

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

/** Prefix of the Open Inference Protocol. */
const V2_PATH = "/v2";
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
function entranceOf({ platform, exposure }: InferenceServiceSpec, server: ServerApi): { scheme: string; port: number } {
  if (platform.kind === "kserve") return { scheme: "http", port: SERVICE_PORT };
  return exposure?.auth === "token" ? { scheme: "https", port: PROXY_PORT } : { scheme: "http", port: server.port };
}

/** Who is asked by a {@link testCommand}, and where. */
export interface Target {
  /** Address from outside, where there is one. */
  url: string | undefined;
  internalUrl: string;
  namespace: string;
  modelName: string;
  /** Prefix of the server's API. Default: that of vLLM. */
  apiPath?: string;
  /** Whether the server speaks the Open Inference Protocol instead of OpenAI's API. */
  isPredictive?: boolean;
  /** Secret with the credential that the server asks for. */
  tokenSecret?: string | undefined;
  /** Key of the credential in it. Default: `token`. */
  secretKey?: string;
}

/** What {@link testCommand} needs to know of an InferenceService. */
export function targetOf(service: InferenceServiceSpec, url: string | undefined): Target {
  const { name, namespace, exposure } = service;
  const { internalUrl, modelName, apiPath } = endpointsOf(service);
  const [token] = tokensOf(exposure);
  const apiKey = apiKeySecretOf(service);
  return {
    url,
    internalUrl,
    namespace,
    modelName,
    apiPath,
    isPredictive: serverOf(service).protocol === "v2",
    tokenSecret: token === undefined ? apiKey : tokenSecretName(token, name),
    ...(apiKey === undefined ? {} : { secretKey: API_KEY }),
  };
}

/**
 * A request by curl in the server's own API; from inside the cluster where there is no other way in.
 *
 * @requirement XA-15
 */
export function testCommand(target: Target): string {
  const { url, internalUrl, namespace, modelName } = target;
  const request = `${url ?? internalUrl}${target.isPredictive === true ? describes(target) : asks(target)}`;
  if (url !== undefined) return `curl -sS ${request}`;
  const pod = `kubectl run ${modelName}-test --namespace ${namespace} --rm -i --restart=Never`;
  return `${pod} --image=curlimages/curl:8.11.0 -- curl -sSk ${request}`;
}

function asks(target: Target): string {
  const { modelName: model, apiPath = API_PATH } = target;
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "What is machine learning?" }] });
  return `${apiPath}/chat/completions -H 'Content-Type: application/json'${credentialHeader(target)} -d '${body}'`;
}

/** The inputs of a predictive model are its own, so it is asked which ones it takes. */
function describes(target: Target): string {
  return `${target.apiPath ?? V2_PATH}/models/${target.modelName}${credentialHeader(target)}`;
}

/** What decides which metrics a service has. */
type Queried = Served &
  Pick<InferenceServiceSpec, "name" | "namespace"> &
  Partial<Pick<InferenceServiceSpec, "accelerator">> & { autoscaling?: unknown; catalog?: unknown };

type Served = Pick<InferenceServiceSpec, "runtimeName" | "modelFormat" | "modelServer">;

/** What Prometheus can be asked of a service. */
export function queriedService(service: Queried, release?: string): QueriedService {
  const { name, namespace, autoscaling, accelerator } = service;
  const { accelerators } = catalogOf(service);
  const resource = accelerator === undefined ? undefined : findAccelerator(accelerator, accelerators)?.resource;
  const { server } = serverOf(service);
  return {
    namespace,
    service: name,
    engine: Object.values(MetricSource).find((source) => source === server),
    release,
    autoscaled: autoscaling !== undefined,
    gpus: resource?.startsWith("nvidia.com/") === true,
  };
}

function serverOf({ runtimeName, modelFormat, modelServer }: Served): ServerApi {
  return serverApiOf(runtimeName, modelFormat, modelServer);
}

function credentialHeader({ tokenSecret, namespace, secretKey = "token" }: Target): string {
  return tokenSecret === undefined ? "" : bearer(tokenSecret, namespace, secretKey);
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
