/**
 * Objects by which OpenShift AI and Open Data Hub themselves are set up, as plain data. Upstream:
 * opendatahub-io/opendatahub-operator `api/datasciencecluster/v{1,2}`, `api/dscinitialization/v{1,2}`,
 * `api/components/v1alpha1`; opendatahub-io/odh-dashboard CRD of OdhDashboardConfig.
 */
import type { KubernetesObject, ObjectMeta, ResourceRequirements } from "./core";

const CLUSTER_GROUP = "datasciencecluster.opendatahub.io";
const INITIALIZATION_GROUP = "dscinitialization.opendatahub.io";
export const ODH_DASHBOARD_CONFIG_V1ALPHA = "opendatahub.io/v1alpha";

/** The API of a release: v1 up to 2.x, v2 since 3.0. */
export type PlatformApi = "v1" | "v2";

export type Managed = "Managed" | "Removed";

export interface ComponentState {
  managementState: Managed;
}

export interface KServeComponent extends ComponentState {
  rawDeploymentServiceConfig?: "Headless" | "Headed";
  nim?: { managementState?: Managed; airGapped?: boolean };
  wva?: ComponentState;
  enableLLMInferenceServiceTLS?: boolean;
  enableLLMInferenceServiceConsoleDashboards?: boolean;
  modelCache?: {
    managementState?: Managed;
    cacheSize?: string;
    nodeNames?: string[];
    nodeSelector?: { matchLabels: Record<string, string> };
  };
  oauthProxy?: { resources: ResourceRequirements };
  /** v1 only. */
  serving?: { managementState: "Managed" | "Unmanaged" | "Removed" };
  /** v1 only. */
  defaultDeploymentMode?: "RawDeployment" | "Serverless";
}

export interface KueueComponent {
  /** The API also lists `Managed`, which its webhook denies. */
  managementState: "Unmanaged" | "Removed";
  autoCreateQueues?: boolean;
  defaultLocalQueueName?: string;
  defaultClusterQueueName?: string;
}

/** The other components have a state; some have a field of their own. */
export interface OtherComponent extends ComponentState {
  registriesNamespace?: string;
  workbenchNamespace?: string;
}

export interface DataScienceCluster extends KubernetesObject {
  apiVersion: `${typeof CLUSTER_GROUP}/${PlatformApi}`;
  kind: "DataScienceCluster";
  spec: { components: Record<string, KServeComponent | KueueComponent | OtherComponent> };
}

export interface DSCInitialization extends KubernetesObject {
  apiVersion: `${typeof INITIALIZATION_GROUP}/${PlatformApi}`;
  kind: "DSCInitialization";
  spec: {
    applicationsNamespace: string;
    monitoring?: {
      managementState: Managed;
      namespace?: string;
      metrics?: { storage: { size: string; retention: string } };
    };
    trustedCABundle?: { managementState: Managed | "Unmanaged"; customCABundle: string };
    /** v1 only. */
    serviceMesh?: ComponentState;
  };
}

export interface OdhDashboardConfig extends KubernetesObject {
  apiVersion: typeof ODH_DASHBOARD_CONFIG_V1ALPHA;
  kind: "OdhDashboardConfig";
  metadata: ObjectMeta & { namespace: string };
  spec: {
    dashboardConfig: Record<string, boolean>;
    templateOrder?: string[];
    templateDisablement?: string[];
    hardwareProfileOrder?: string[];
    modelServing?: { deploymentStrategy?: "rolling" | "recreate"; isLLMdDefault?: boolean };
  };
}

export function dataScienceClusterApi(api: PlatformApi): DataScienceCluster["apiVersion"] {
  return `${CLUSTER_GROUP}/${api}`;
}

export function initializationApi(api: PlatformApi): DSCInitialization["apiVersion"] {
  return `${INITIALIZATION_GROUP}/${api}`;
}
