import { createHash } from "node:crypto";
import { dump } from "js-yaml";
import { nvidiaNodeImage } from "../../sdk/catalog/nvidiaNodeImages";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import type { DevicePluginConfiguration, NvidiaClusterPolicy } from "../../sdk/kubernetes/nvidia";
import { NVIDIA_V1 } from "../../sdk/kubernetes/nvidia";
import { present } from "../../sdk/kubernetes/present";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { NvidiaSpec } from "../../sdk/spec/accelerators/vendors";
import type { ChartValues } from "../../sdk/spec/installation/chart";
import type { Operand, Surroundings } from "./plan";
import { awaiting } from "./plan";

type PolicySpec = NvidiaClusterPolicy["spec"];

const CONFIGURATION = "default";

/**
 * The one ClusterPolicy of NVIDIA's operator on OpenShift, after the ConfigMap it refers to.
 *
 * @requirement AC-3, AC-18
 */
export function nvidiaOperands(settings: NvidiaSpec, around: Surroundings): Operand[] {
  const sharing = timeSlicing(settings);
  const policy: NvidiaClusterPolicy = {
    apiVersion: NVIDIA_V1,
    kind: "ClusterPolicy",
    metadata: {
      name: "gpu-cluster-policy",
      labels: { ...MANAGED },
      ...awaiting("jsonpath={.status.state}=ready", around),
    },
    spec: {
      operator: { defaultRuntime: "crio", use_ocp_driver_toolkit: true },
      ...onNodes(settings, around),
      devicePlugin: present({
        enabled: true,
        config: sharing && { name: sharing.name, default: CONFIGURATION },
      }),
      dcgm: { enabled: true },
      nodeStatusExporter: { enabled: true },
      gfd: { enabled: true },
      migManager: { enabled: true },
    },
  };
  const operand = { suffix: "cluster-policy", manifest: policy };
  if (sharing === undefined) return [operand];
  return [{ suffix: "time-slicing", manifest: timeSlicingMap(sharing, around.namespace) }, operand];
}

/** The same for the Helm chart, which makes the ClusterPolicy itself, without its copy of Node Feature Discovery. */
export function nvidiaValues(settings: NvidiaSpec, around: Surroundings): ChartValues {
  const image = nvidiaNodeImage(around.distribution);
  const sharing = timeSlicing(settings);
  return present({
    nfd: { enabled: false },
    operator: image.runtimeClass === undefined ? undefined : { runtimeClass: image.runtimeClass },
    ...onNodes(settings, around),
    devicePlugin: sharing && {
      config: { create: true, name: sharing.name, default: CONFIGURATION, data: { [CONFIGURATION]: sharing.text } },
    },
  });
}

/** GKE admits pods of system-critical priority outside kube-system only where a quota allows them. */
export function nvidiaPrerequisites({ distribution, namespace }: Surroundings): Operand[] {
  if (nvidiaNodeImage(distribution).podQuota !== true) return [];
  const scope = {
    operator: "In",
    scopeName: "PriorityClass",
    values: ["system-node-critical", "system-cluster-critical"],
  };
  const quota: KubernetesObject & { spec: object } = {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "gpu-operator-quota", namespace, labels: { ...MANAGED } },
    spec: { hard: { pods: "1k" }, scopeSelector: { matchExpressions: [scope] } },
  };
  return [{ suffix: "quota", manifest: quota }];
}

/** What goes on the nodes, in the terms that ClusterPolicy and chart share. */
function onNodes(
  settings: NvidiaSpec,
  { distribution, tolerations }: Surroundings,
): Pick<PolicySpec, "daemonsets" | "driver" | "toolkit" | "dcgmExporter" | "mig" | "hostPaths" | "cdi"> {
  const image = nvidiaNodeImage(distribution);
  const { driver = image.driver, toolkit = image.toolkit, serviceMonitor = image.serviceMonitor } = settings;
  const own = driver ? undefined : image.driverInstallDir;
  const environment = Object.entries(image.toolkitEnvironment ?? {}).map(([name, value]) => ({ name, value }));
  return present({
    daemonsets: { tolerations },
    driver: present({
      enabled: driver,
      kernelModuleType: settings.kernelModuleType,
      version: settings.driverVersion,
    }),
    toolkit: present({
      enabled: toolkit,
      installDir: image.driverInstallDir,
      env: toolkit && environment.length > 0 ? environment : undefined,
    }),
    dcgmExporter: { enabled: true, serviceMonitor: { enabled: serviceMonitor } },
    mig: { strategy: settings.migStrategy },
    hostPaths: own === undefined ? undefined : { driverInstallDir: own },
    cdi: image.driverInstallDir === undefined ? undefined : { enabled: true },
  });
}

/** Named after its content: the operator does not watch the ConfigMap, only which one the ClusterPolicy names. */
function timeSlicing({ timeSlicing: wanted }: NvidiaSpec): { name: string; text: string } | undefined {
  if (wanted === undefined) return undefined;
  const configuration: DevicePluginConfiguration = {
    version: "v1",
    sharing: {
      timeSlicing: {
        renameByDefault: wanted.renamed,
        failRequestsGreaterThanOne: true,
        resources: [{ name: wanted.resource, replicas: wanted.replicas }],
      },
    },
  };
  const text = dump(configuration);
  return { name: `time-slicing-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`, text };
}

function timeSlicingMap(
  { name, text }: { name: string; text: string },
  namespace: string,
): KubernetesObject & { data: Record<string, string> } {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace, labels: { ...MANAGED } },
    data: { [CONFIGURATION]: text },
  };
}
