/** What the plugin's tests need of the cluster: the plugin, plain requests, and a kind of their own. */
import { apiServer, type ApiServer } from "../../tools/kubernetes-plugin/apiServer";
import { connectionOf, readKubeconfig } from "../../tools/kubernetes-plugin/kubeconfig";
import type { JsonObject } from "../../tools/kubernetes-plugin/wire";
import { testCluster } from "../cluster/harness";
import { Plugin } from "./kubernetesPluginProcess";

/** A plugin configured for the test cluster, and the cluster without the plugin. */
export async function pluginAndApi(configuration: Record<string, string> = {}): Promise<[Plugin, ApiServer]> {
  const { kubeconfig } = await testCluster();
  const api = apiServer(await connectionOf(readKubeconfig(kubeconfig)), { qps: 0, burst: 0, timeoutSeconds: 0 });
  return [await Plugin.start({ kubeconfig, ...configuration }), api];
}

/** Whether the API server has an object. */
export async function exists(api: ApiServer, path: string): Promise<boolean> {
  return (await api.request("GET", path).catch(() => undefined)) !== undefined;
}

export const WIDGET = "plugin.test/v1";

/** A kind that no controller looks after, so that the tests alone decide about status and finalizers. */
export async function ensureWidgets(api: ApiServer): Promise<void> {
  const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } } };
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.plugin.test" },
    spec: {
      group: "plugin.test",
      scope: "Namespaced",
      names: { kind: "Widget", plural: "widgets", singular: "widget" },
      versions: [{ name: "v1", served: true, storage: true, schema, subresources: { status: {} } }],
    },
  };
  await merge(api, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.plugin.test", definition);
}

/**
 * Deleting in the foreground, as is the default, ends only when the garbage collector has noticed the kind; it looks for
 * new definitions twice a minute.
 */
export const BACKGROUND = { "pulumi.com/deletionPropagationPolicy": "background" };

export function widget(namespace: string, name: string, more: JsonObject = {}): JsonObject {
  const { metadata, ...rest } = { metadata: {}, ...more };
  return { apiVersion: WIDGET, kind: "Widget", metadata: { name, namespace, ...metadata }, spec: {}, ...rest };
}

export function widgetPath(namespace: string, name: string): string {
  return `/apis/${WIDGET}/namespaces/${namespace}/widgets/${name}`;
}

/** Writes fields as some other manager than the plugin. */
export function merge(api: ApiServer, path: string, body: JsonObject, manager = "somebody-else"): Promise<JsonObject> {
  const contentType = "application/apply-patch+yaml";
  return api.request("PATCH", path, { query: { fieldManager: manager, force: "true" }, body, contentType });
}

/** Changes an object as `kubectl edit` does. */
export function edit(api: ApiServer, path: string, body: JsonObject): Promise<JsonObject> {
  const query = { fieldManager: "kubectl-edit" };
  return api.request("PATCH", path, { query, body, contentType: "application/merge-patch+json" });
}
