import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { labels as labelKeys } from "../../sdk/kubernetes/kserve";
import { present } from "../../sdk/kubernetes/present";
import { grafanaDashboard } from "../../sdk/monitoring/grafana";
import type { ModelDashboardsSpec } from "../../sdk/spec/monitoring/modelDashboards";

/** A dashboard as an object of the cluster. */
export interface DashboardObject extends KubernetesObject {
  /** Of a ConfigMap. */
  data?: Record<string, string>;
  /** Of a GrafanaDashboard (`grafana.integreatly.org/v1beta1`). */
  spec?: { json: string; instanceSelector: { matchLabels: Record<string, string> }; folder?: string };
}

/**
 * A dashboard for each server.
 *
 * @requirement MO-2, MO-3, MO-12
 */
export function modelDashboardsManifests(dashboards: ModelDashboardsSpec): DashboardObject[] {
  const { namespace, kind, folder } = dashboards;
  return dashboards.engines.map((engine) => {
    const { engineVersion: release, range, refresh, gpus } = dashboards;
    const json = `${JSON.stringify(grafanaDashboard({ engine, release, range, refresh, gpus }), null, 2)}\n`;
    const name = `${dashboards.name}-${engine}`;
    const managed = { [labelKeys.managedBy]: "pulumi" };
    if (kind === "GrafanaDashboard") {
      const matchLabels = dashboards.labels ?? { dashboards: "grafana" };
      return {
        apiVersion: "grafana.integreatly.org/v1beta1",
        kind,
        metadata: { name, namespace, labels: managed },
        spec: present({ json, instanceSelector: { matchLabels }, folder }),
      };
    }
    return {
      apiVersion: "v1",
      kind,
      metadata: present({
        name,
        namespace,
        labels: { ...(dashboards.labels ?? { grafana_dashboard: "1" }), ...managed },
        annotations: folder === undefined ? undefined : { grafana_folder: folder },
      }),
      data: { [`${name}.json`]: json },
    };
  });
}
