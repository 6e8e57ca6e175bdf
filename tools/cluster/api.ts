/** The few calls to an API server that setting a cluster up takes; loads in no time, unlike a full client. */
import { Agent, request } from "node:https";
import type { KubernetesObject } from "../../sdk/kubernetes/core";

/** How to reach an API server. */
export interface ApiServer {
  /** `https://127.0.0.1:<port>` */
  url: string;
  /** Certificate of the authority, PEM. */
  ca: string;
  token: string;
}

export interface ApiResponse {
  status: number;
  body: string;
}

/** Paths of the kinds that are applied while setting up. */
const COLLECTIONS: Record<string, string> = {
  Namespace: "/api/v1/namespaces",
  Node: "/api/v1/nodes",
  ConfigMap: "/api/v1/namespaces/{namespace}/configmaps",
  CustomResourceDefinition: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  MutatingWebhookConfiguration: "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
  ValidatingWebhookConfiguration: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
  ClusterStorageContainer: "/apis/serving.kserve.io/v1alpha1/clusterstoragecontainers",
  LLMInferenceServiceConfig: "/apis/serving.kserve.io/v1alpha2/namespaces/{namespace}/llminferenceserviceconfigs",
  Gateway: "/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/gateways",
  ClusterServingRuntime: "/apis/serving.kserve.io/v1alpha1/clusterservingruntimes",
};

const agent = new Agent({ keepAlive: true });

/** One request; rejects when nothing answers within `timeoutMs`. */
export function call(
  server: ApiServer,
  method: string,
  path: string,
  body?: string,
  { accept = "application/json", contentType = "application/json", timeoutMs = 30_000 } = {},
): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string | number> = { authorization: `Bearer ${server.token}`, accept };
    if (body !== undefined) {
      headers["content-type"] = contentType;
      headers["content-length"] = Buffer.byteLength(body);
    }
    const outgoing = request(
      new URL(path, server.url),
      { method, headers, agent, ca: server.ca, timeout: timeoutMs },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => (text += part));
        response.on("error", reject).on("end", () => {
          resolve({ status: response.statusCode ?? 0, body: text });
        });
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer from ${server.url}${path}`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** Whether a GET of the path answers 200; false when nothing answers. */
export async function answers(server: ApiServer, path: string): Promise<boolean> {
  try {
    return (await call(server, "GET", path, undefined, { timeoutMs: 5_000 })).status === 200;
  } catch {
    return false;
  }
}

/** `<plural>.<group>` of everything that the server serves outside the core group. */
export async function servedResources(server: ApiServer): Promise<Set<string>> {
  const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  const { body } = await call(server, "GET", "/apis", undefined, { accept });
  const { items } = JSON.parse(body) as {
    items: { metadata: { name: string }; versions: { resources?: { resource: string }[] }[] }[];
  };
  const names = items.flatMap(({ metadata, versions }) =>
    versions.flatMap(({ resources = [] }) => resources.map(({ resource }) => `${resource}.${metadata.name}`)),
  );
  return new Set(names);
}

/** Server-side apply. */
export async function apply(server: ApiServer, object: KubernetesObject, subresource = ""): Promise<void> {
  await applyText(
    server,
    object.kind,
    object.metadata.name,
    JSON.stringify(object),
    object.metadata.namespace,
    subresource,
  );
}

/** Server-side apply of an object that is YAML or JSON text already. */
export async function applyText(
  server: ApiServer,
  kind: string,
  name: string,
  text: string,
  namespace = "default",
  subresource = "",
): Promise<void> {
  const collection = COLLECTIONS[kind];
  if (collection === undefined) throw new Error(`no path known for kind ${kind}`);
  const path = `${collection.replace("{namespace}", namespace)}/${name}${subresource}`;
  const query = "?fieldManager=embedded-cluster&force=true";
  const { status, body } = await call(server, "PATCH", path + query, text, {
    contentType: "application/apply-patch+yaml",
    // The answer would be the object, a CRD's hundreds of kilobytes for one.
    accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1",
  });
  if (status !== 200 && status !== 201) throw new Error(`${kind} ${name}: ${statusMessage(body)}`);
}

function statusMessage(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body;
  }
}
