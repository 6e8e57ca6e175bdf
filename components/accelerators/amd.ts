import devices from "../../sdk/catalog/amdDevices.json";
import type { DeviceConfig } from "../../sdk/kubernetes/amd";
import { AMD_V1ALPHA1 } from "../../sdk/kubernetes/amd";
import type { MachineConfig } from "../../sdk/kubernetes/machineConfig";
import { MACHINE_CONFIG_V1 } from "../../sdk/kubernetes/machineConfig";
import type { NodeFeatureRule } from "../../sdk/kubernetes/nodeFeatureDiscovery";
import { NFD_RULE_V1ALPHA1 } from "../../sdk/kubernetes/nodeFeatureDiscovery";
import { present } from "../../sdk/kubernetes/present";
import { MANAGED } from "../../sdk/kubernetes/ownership";
import type { AmdSpec } from "../../sdk/spec/accelerators/vendors";
import type { ChartValues } from "../../sdk/spec/installation/chart";
import type { Operand, Surroundings } from "./plan";
import { awaiting } from "./plan";

/** AMD's number as a maker of PCI devices. */
const PCI_VENDOR = "1002";

/** The label by which AMD's operator finds its nodes. */
const AMD_LABEL = "feature.node.kubernetes.io/amd-gpu";

/**
 * How AMD GPUs are found, freed from the kernel's own driver, and set up.
 *
 * @requirement AC-9, AC-18
 */
export function amdOperands(settings: AmdSpec, around: Surroundings): Operand[] {
  const config = { suffix: "device-config", manifest: deviceConfig(settings, around) };
  if (around.distribution !== "openshift") return [config];
  const rule = { suffix: "node-feature-rule", manifest: nodeFeatureRule(around.namespace) };
  if (!blacklists(settings)) return [rule, config];
  return [rule, { suffix: "blacklist", manifest: blacklist(settings.machineConfigRole) }, config];
}

/** The chart's own copies of shared parts stay out; its DeviceConfig too, since it never follows the values later. */
export function amdValues({ driver }: AmdSpec): ChartValues {
  return {
    "node-feature-discovery": { enabled: false },
    kmm: { enabled: driver, watch: driver },
    crds: { defaultCR: { install: false, upgrade: false } },
  };
}

function blacklists({ driver, blacklist: wanted = driver }: AmdSpec): boolean {
  return wanted;
}

function deviceConfig(settings: AmdSpec, around: Surroundings): DeviceConfig {
  const { distribution, namespace, tolerations } = around;
  const isOpenShift = distribution === "openshift";
  const { driver, metricsExporter, serviceMonitor = isOpenShift } = settings;
  return {
    apiVersion: AMD_V1ALPHA1,
    kind: "DeviceConfig",
    metadata: { name: "amd-gpu", namespace, labels: { ...MANAGED }, ...awaiting("condition=Ready", around) },
    spec: {
      driver: present({
        enable: driver,
        version: settings.driverVersion,
        image: settings.driverImage,
        useSourceImage: driver && isOpenShift ? true : undefined,
        // On OpenShift the operator cannot; there the MachineConfig does.
        blacklist: isOpenShift ? undefined : blacklists(settings),
        tolerations: driver ? tolerations : undefined,
      }),
      devicePlugin: present({
        enableDevicePlugin: true,
        enableNodeLabeller: true,
        devicePluginTolerations: tolerations,
        nodeLabellerTolerations: tolerations,
        devicePluginArguments: { resource_naming_strategy: settings.resourceNaming },
      }),
      metricsExporter: metricsExporter
        ? { enable: true, tolerations, prometheus: { serviceMonitor: { enable: serviceMonitor } } }
        : { enable: false },
      selector: settings.nodeSelector ?? { [AMD_LABEL]: "true" },
    },
  };
}

function nodeFeatureRule(namespace: string): NodeFeatureRule {
  const matchExpressions = {
    vendor: { op: "In" as const, value: [PCI_VENDOR] },
    device: { op: "In" as const, value: devices.map(({ id }) => id) },
  };
  return {
    apiVersion: NFD_RULE_V1ALPHA1,
    kind: "NodeFeatureRule",
    metadata: { name: "amd-gpu", namespace, labels: { ...MANAGED } },
    spec: {
      rules: [
        {
          name: "amd-gpu",
          labels: { [AMD_LABEL]: "true" },
          matchAny: [{ matchFeatures: [{ feature: "pci.device", matchExpressions }] }],
        },
      ],
    },
  };
}

function blacklist(role: string): MachineConfig {
  const source = `data:text/plain;base64,${Buffer.from("blacklist amdgpu\n").toString("base64")}`;
  const file = { path: "/etc/modprobe.d/amdgpu-blacklist.conf", mode: 0o644, overwrite: true, contents: { source } };
  return {
    apiVersion: MACHINE_CONFIG_V1,
    kind: "MachineConfig",
    metadata: {
      name: `99-${role}-amdgpu-blacklist`,
      labels: { ...MANAGED, "machineconfiguration.openshift.io/role": role },
    },
    spec: { config: { ignition: { version: "3.2.0" }, storage: { files: [file] } } },
  };
}
