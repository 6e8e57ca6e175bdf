import type { SharedPart } from "../../sdk/catalog/acceleratorVendors";
import { vendorOperator } from "../../sdk/catalog/acceleratorVendors";
import { chartCoordinates } from "../../sdk/catalog/charts";
import { operatorCoordinates } from "../../sdk/catalog/operators";
import type { Toleration } from "../../sdk/kubernetes/core";
import { present } from "../../sdk/kubernetes/present";
import type { AcceleratorOperatorSpec, AcceleratorsSpec } from "../../sdk/spec/accelerators/accelerators";
import { makesOperand, neededParts } from "../../sdk/spec/accelerators/rules";
import type { ChartValues } from "../../sdk/spec/installation/chart";
import { chartWith } from "../installation/helmRelease";
import { operatorWith } from "../installation/operatorManifests";
import { amdOperands, amdValues } from "./amd";
import { gaudiOperands } from "./gaudi";
import { neuronValues } from "./neuron";
import { nodeFeatureDiscoveryManifest, nodeFeatureDiscoveryValues } from "./nodeFeatureDiscovery";
import { nvidiaOperands, nvidiaPrerequisites, nvidiaValues } from "./nvidia";
import type { InstallationPlan, Operand, Surroundings } from "./plan";
import { spyreOperands } from "./spyre";

/** Everything that makes the accelerators of a cluster usable, in the order of its installation. */
export interface AcceleratorPlan {
  /** Parts that operators share, each at most once. */
  shared: Partial<Record<SharedPart, InstallationPlan>>;
  /** One for each maker. */
  operators: InstallationPlan[];
  /** Resource names under which the devices will be offered. */
  resources: string[];
}

const SHARED_TIMEOUT_SECONDS = 900;

/**
 * Plans the set-up of a cluster's accelerators.
 *
 * @requirement AC-15, AC-18
 */
export function acceleratorPlan(spec: AcceleratorsSpec): AcceleratorPlan {
  const needed = neededParts(spec);
  const plans: Record<SharedPart, (spec: AcceleratorsSpec) => InstallationPlan> = {
    nodeFeatureDiscovery: featureDiscoveryPlan,
    certManager: certManagerPlan,
    kernelModuleManagement: kernelModulePlan,
  };
  const parts = (Object.keys(plans) as SharedPart[]).filter((part) => needed.has(part));
  const made = spec.operators.filter(({ provision }) => provision !== "skip");
  return {
    shared: Object.fromEntries(parts.map((part) => [part, plans[part](spec)])),
    operators: made.map((entry) => ({
      ...vendorPlan(entry, spec),
      needs: parts.filter((part) => vendorOperator(entry.vendor).needs.includes(part)),
    })),
    resources: spec.operators.map(resourceOf),
  };
}

function vendorPlan(entry: AcceleratorOperatorSpec, spec: AcceleratorsSpec): Omit<InstallationPlan, "needs"> {
  const { vendor, provision } = entry;
  const { package: olm, chart } = vendorOperator(vendor);
  const common = { suffix: vendor, provision, timeoutSeconds: entry.readyTimeoutSeconds };
  if (spec.distribution === "openshift") {
    if (olm === undefined) return { ...common, operands: [] };
    const operator = operatorWith(operatorCoordinates(olm), entry.operator);
    const around = surroundings(entry, spec, operator.namespace);
    return { ...common, operator, operands: makesOperand(entry) ? operandsOf(entry, around) : [] };
  }
  if (chart === undefined) return { ...common, operands: [] };
  const { namespace } = chartWith(chartCoordinates(chart), {}, entry.chart);
  const around = surroundings(entry, spec, namespace);
  const before = vendor === "nvidia" ? nvidiaPrerequisites(around) : [];
  return {
    ...common,
    chart: { ...chartWith(chartCoordinates(chart), valuesOf(entry, around), entry.chart), before },
    operands: makesOperand(entry) && hasOperandBesideChart(entry) ? operandsOf(entry, around) : [],
  };
}

function surroundings(entry: AcceleratorOperatorSpec, spec: AcceleratorsSpec, namespace: string): Surroundings {
  return {
    distribution: spec.distribution,
    namespace: entry.namespace ?? namespace,
    tolerations: tolerated([entry], spec),
    awaitReady: entry.awaitReady,
  };
}

function operandsOf(entry: AcceleratorOperatorSpec, around: Surroundings): Operand[] {
  switch (entry.vendor) {
    case "nvidia":
      return nvidiaOperands(entry.nvidia, around);
    case "amd":
      return amdOperands(entry.amd, around);
    case "intel":
      return gaudiOperands(entry.intel, around);
    case "ibm":
      return spyreOperands(entry.ibm, around);
    case "aws":
      return [];
  }
}

function valuesOf(entry: AcceleratorOperatorSpec, around: Surroundings): ChartValues {
  if (entry.vendor === "nvidia") return nvidiaValues(entry.nvidia, around);
  if (entry.vendor === "amd") return amdValues(entry.amd);
  if (entry.vendor === "aws") return neuronValues(entry.aws, around);
  return {};
}

function hasOperandBesideChart({ vendor }: AcceleratorOperatorSpec): boolean {
  return vendor === "amd" || vendor === "intel";
}

function resourceOf({ vendor, nvidia }: AcceleratorOperatorSpec): string {
  const { resource } = vendorOperator(vendor);
  if (vendor !== "nvidia" || nvidia.timeSlicing?.renamed !== true) return resource;
  return `${nvidia.timeSlicing.resource}.shared`;
}

/** The taints that node pools usually carry, and those that the user names; each once. */
function tolerated(entries: readonly AcceleratorOperatorSpec[], spec: AcceleratorsSpec): Toleration[] {
  const usual = entries.flatMap(({ vendor }): Toleration[] => {
    const { taint } = vendorOperator(vendor);
    return taint === undefined ? [] : [{ key: taint, operator: "Exists", effect: "NoSchedule" }];
  });
  const named = [...spec.tolerations, ...entries.flatMap(({ tolerations = [] }) => tolerations)];
  const all = [...usual, ...named.map((toleration) => present(toleration))];
  return [...new Map(all.map((toleration) => [JSON.stringify(toleration), toleration])).values()];
}

function featureDiscoveryPlan(spec: AcceleratorsSpec): InstallationPlan {
  const { provision, operator, chart } = spec.nodeFeatureDiscovery;
  const tolerations = tolerated(spec.operators, spec);
  const common = { suffix: "nfd", provision, needs: [], timeoutSeconds: SHARED_TIMEOUT_SECONDS };
  if (spec.distribution !== "openshift") {
    const values = nodeFeatureDiscoveryValues(tolerations);
    return { ...common, chart: chartWith(chartCoordinates("node-feature-discovery"), values, chart), operands: [] };
  }
  const installed = operatorWith(operatorCoordinates("nfd"), operator);
  const manifest = nodeFeatureDiscoveryManifest(installed.namespace, tolerations);
  const operands = provision === "create" ? [{ suffix: "instance", manifest }] : [];
  return { ...common, operator: installed, operands };
}

function certManagerPlan({ certManager: { provision, chart } }: AcceleratorsSpec): InstallationPlan {
  const values = { crds: { enabled: true } };
  return {
    suffix: "cert-manager",
    provision,
    chart: chartWith(chartCoordinates("cert-manager"), values, chart),
    operands: [],
    needs: [],
    timeoutSeconds: SHARED_TIMEOUT_SECONDS,
  };
}

function kernelModulePlan({ kernelModuleManagement: { provision, operator } }: AcceleratorsSpec): InstallationPlan {
  return {
    suffix: "kmm",
    provision,
    operator: operatorWith(operatorCoordinates("kernel-module-management"), operator),
    operands: [],
    needs: [],
    timeoutSeconds: SHARED_TIMEOUT_SECONDS,
  };
}
