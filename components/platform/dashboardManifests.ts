import { fieldProblem } from "../../sdk/catalog/platformFields";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { annotations, labels } from "../../sdk/kubernetes/kserve";
import type { OdhDashboardConfig } from "../../sdk/kubernetes/openDataHub";

import { ODH_DASHBOARD_CONFIG_V1ALPHA } from "../../sdk/kubernetes/openDataHub";

import { nonEmpty, present } from "../../sdk/kubernetes/present";
import type { OpenShiftAISpec } from "../../sdk/spec/platform/openShiftAI";
import { applicationsNamespaceOf, platformApi } from "./dataScienceClusterManifest";

/** A v1 ConfigMap. */
export interface ConfigMap extends KubernetesObject {
  apiVersion: "v1";
  kind: "ConfigMap";
  data: Record<string, string>;
}

/**
 * The dashboard's configuration. A cluster has one, which the platform makes with its dashboard.
 *
 * @requirement PL-7, AS-7, AS-8, MO-5
 */
export function dashboardConfigManifest(platform: OpenShiftAISpec): OdhDashboardConfig {
  const { dashboard, kserve, modelMesh } = platform;
  const legacy = platformApi(platform) === "v1" ? { disableModelMesh: !modelMesh } : {};
  const { isLLMdDefault, deploymentStrategy } = dashboard;
  return {
    apiVersion: ODH_DASHBOARD_CONFIG_V1ALPHA,
    kind: "OdhDashboardConfig",
    metadata: {
      name: "odh-dashboard-config",
      namespace: applicationsNamespaceOf(platform),
      // Without it the operator would take the object back to what it ships.
      annotations: { "opendatahub.io/managed": "false" },
    },
    spec: present({
      dashboardConfig: {
        disableKServe: kserve.state === "Removed",
        disableKServeMetrics: false,
        disablePerformanceMetrics: false,
        disableNIMModelServing: kserve.nim?.state === "Removed",
        ...legacy,
        ...(platform.features.distributedInference && hasLlmdSwitch(platform.version) ? { disableLLMd: false } : {}),
        ...dashboard.flags,
      },
      templateOrder: dashboard.templateOrder,
      templateDisablement: dashboard.templateDisablement,
      hardwareProfileOrder: dashboard.hardwareProfileOrder,
      modelServing: nonEmpty(present({ deploymentStrategy, isLLMdDefault })),
    }),
  };
}

function hasLlmdSwitch(version: string): boolean {
  return fieldProblem("dashboard", "disableLLMd", version) === undefined;
}

type ConnectionTypeSpec = OpenShiftAISpec["connectionTypes"][string];

/**
 * A kind of connection that the dashboard offers to all projects.
 *
 * @requirement ST-10, PL-15
 */
export function connectionTypeManifest(name: string, type: ConnectionTypeSpec, platform: OpenShiftAISpec): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name,
      namespace: applicationsNamespaceOf(platform),
      labels: {
        "opendatahub.io/connection-type": "true",
        [labels.dashboard]: "true",
        [labels.managedBy]: "pulumi",
      },
      annotations: present({
        [annotations.displayName]: type.displayName ?? name,
        [annotations.description]: type.description,
        "opendatahub.io/disabled": String(!type.enabled),
      }),
    },
    data: { category: JSON.stringify(type.category), fields: JSON.stringify(type.fields.map(fieldOf)) },
  };
}

/** A field as the dashboard's form reads it; one whose value must not be read back asks for it anew. */
function fieldOf(field: ConnectionTypeSpec["fields"][number]): object {
  const { type, name, description, envVar, required, defaultValue, choices, multiple } = field;
  if (type === "section") return present({ type, name, description });
  const properties = present({
    defaultValue: type === "dropdown" && defaultValue !== undefined ? [defaultValue] : defaultValue,
    variant: type === "dropdown" ? (multiple ? "multi" : "single") : undefined,
    items: type === "dropdown" ? choices : undefined,
    deferInput: type === "hidden" || type === "file" ? true : undefined,
  });
  return present({ type, name, description, envVar, required, properties });
}
