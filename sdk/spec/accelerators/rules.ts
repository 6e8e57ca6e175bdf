/** What must hold between the settings of accelerator operators. */
import type { SharedPart, VendorOperator } from "../../catalog/acceleratorVendors";
import { vendorOperator } from "../../catalog/acceleratorVendors";
import { chartCoordinates } from "../../catalog/charts";
import { operatorCoordinates, type OperatorName } from "../../catalog/operators";
import { chartIsPinned } from "../installation/chart";
import { operatorIsInstallable } from "../installation/operator";
import type { Loose } from "../schema/plain";
import type { Path, Problem } from "../schema/problem";
import { quote, within } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import type { AcceleratorOperator, AcceleratorsArgs, SharedOperator } from "./accelerators";
import { AcceleratorVendor } from "./accelerators";

type Entry = Loose<AcceleratorOperator>;
type Args = Loose<AcceleratorsArgs>;

/** The conditions between the arguments of the Accelerators component. */
export const acceleratorsRules: readonly SpecRule<AcceleratorsArgs>[] = [
  eachVendorOnce,
  (args) => forEach(args, (entry) => vendorFitsDistribution(entry, distributionOf(args))),
  (args) => forEach(args, settingsFitVendor),
  (args) => forEach(args, (entry) => installationFits(entry, distributionOf(args))),
  (args) => forEach(args, (entry) => operandFits(entry, distributionOf(args))),
  (args) => forEach(args, oneFeatureDiscovery),
  (args) => forEach(args, tolerationsAreHeard),
  (args) => forEach(args, driverSettingsNeedDriver),
  sharedPartsAreThere,
];

/** The kind of cluster, which is OpenShift unless said otherwise. */
export function distributionOf({ distribution = "openshift" }: Args): string {
  return distribution;
}

/** Whether the operand is made: not for an operator that is skipped, unless asked for. */
export function makesOperand({ provision, operand }: Entry): boolean {
  return (operand ?? (provision === "skip" ? "skip" : "create")) === "create";
}

function forEach({ operators = [] }: Args, rule: (entry: Entry) => Problem[]): Problem[] {
  return operators.flatMap((entry, index) =>
    entry?.vendor === undefined ? [] : within(["operators", index], rule(entry)),
  );
}

function vendorOf({ vendor = "nvidia" }: Entry): VendorOperator {
  return vendorOperator(vendor);
}

function eachVendorOnce({ operators = [] }: Args): Problem[] {
  const vendors = operators.map((entry) => entry?.vendor);
  return vendors.flatMap((vendor, index) => {
    const first = vendors.indexOf(vendor);
    if (vendor === undefined || first === index) return [];
    const message = `${quote(vendor)} is listed twice (also operators[${first}]); a cluster has one operator of each maker`;
    return [{ path: ["operators", index, "vendor"], message }];
  });
}

function vendorFitsDistribution(entry: Entry, distribution: string): Problem[] {
  const { displayName, distributions } = vendorOf(entry);
  if (distributions.includes(distribution) || entry.provision === "skip") return [];
  const message = `the ${displayName} is not available on ${distribution}; it is on ${distributions.join(", ")}`;
  return [{ path: ["vendor"], message }];
}

function settingsFitVendor(entry: Entry): Problem[] {
  return Object.values(AcceleratorVendor).flatMap((vendor) => {
    if (vendor === entry.vendor || entry[vendor] === undefined) return [];
    return [{ path: [vendor], message: `is for vendor ${quote(vendor)}, and this one is ${quote(entry.vendor)}` }];
  });
}

function installationFits(entry: Entry, distribution: string): Problem[] {
  const { package: name, chart } = vendorOf(entry);
  const created = (entry.provision ?? "create") === "create";
  const problems = installationProblems(entry, distribution, created);
  if (created && entry.namespace !== undefined) {
    const key = distribution === "openshift" ? "operator" : "chart";
    const message = `is for an operator that exists; set ${key}.namespace to choose where this one is installed`;
    problems.push({ path: ["namespace"], message });
  }
  if (!created || problems.length > 0) return problems;
  if (distribution === "openshift") {
    return name === undefined
      ? []
      : within(["operator"], operatorIsInstallable(operatorCoordinates(name), entry.operator ?? {}));
  }
  return chart === undefined ? [] : within(["chart"], chartIsPinned(chartCoordinates(chart), entry.chart ?? {}));
}

/** OLM's settings are for OpenShift and Helm's for the rest, and only where something is installed. */
function installationProblems(
  { operator, chart, provision }: Pick<Entry, "operator" | "chart" | "provision">,
  distribution: string,
  created: boolean,
): Problem[] {
  const problems: Problem[] = [];
  const unused = `has no effect with provision ${quote(provision)}, which installs nothing`;
  if (operator !== undefined && distribution !== "openshift") {
    const message = `is for OLM on OpenShift; on ${distribution} a Helm chart is installed: use chart`;
    problems.push({ path: ["operator"], message });
  } else if (operator !== undefined && !created) problems.push({ path: ["operator"], message: unused });
  if (chart !== undefined && distribution === "openshift") {
    problems.push({ path: ["chart"], message: "is for Helm; on openshift OLM installs operators: use operator" });
  } else if (chart !== undefined && !created) problems.push({ path: ["chart"], message: unused });
  return problems;
}

function operandFits(entry: Entry, distribution: string): Problem[] {
  const { vendor = "nvidia", provision = "create" } = entry;
  const settings = entry[vendor];
  if (provision === "skip" && entry.operand === "create") {
    const message = `"create" needs an operator; set provision to "existing" if somebody else installs it`;
    return [{ path: ["operand"], message }];
  }
  const byChart = distribution !== "openshift" && (vendor === "nvidia" || vendor === "aws");
  if (byChart && provision === "create" && !makesOperand(entry)) {
    const message = `${quote(entry.operand)} has no effect: the chart that is installed sets the nodes up itself`;
    return [{ path: ["operand"], message }];
  }
  // NVIDIA's chart makes the only ClusterPolicy that its operator heeds.
  if (vendor === "nvidia" && provision === "existing" && distribution !== "openshift" && makesOperand(entry)) {
    const message =
      'expected "existing": the chart that installed the operator has made a ClusterPolicy, and a second one is ignored';
    return [{ path: ["operand"], message }];
  }
  if (settings === undefined || makesOperand(entry)) return [];
  return [{ path: [vendor], message: "has no effect, since the operand is not made here" }];
}

/** Charts bring a copy of Node Feature Discovery along, which would fight with the one that this component installs. */
function oneFeatureDiscovery(entry: Entry): Problem[] {
  const { nfdValue } = vendorOf(entry);
  if (nfdValue === undefined) return [];
  const value = entry.chart?.values?.[nfdValue] as unknown;
  if ((value as { enabled?: unknown } | undefined)?.enabled !== true) return [];
  const message =
    "true installs a second Node Feature Discovery; leave it out, nodeFeatureDiscovery of the component installs one";
  return [{ path: ["chart", "values", nfdValue, "enabled"], message }];
}

function tolerationsAreHeard(entry: Entry): Problem[] {
  const { tolerations, displayName, taint } = vendorOf(entry);
  if (entry.tolerations === undefined || entry.tolerations.length === 0 || tolerations === "any") return [];
  const instead =
    tolerations === "none"
      ? "leave its node pools without taints of effect NoSchedule"
      : `its pods tolerate the taint ${taint ?? ""} only: give the pools that one`;
  return [{ path: ["tolerations"], message: `the ${displayName} has no setting for tolerations; ${instead}` }];
}

function driverSettingsNeedDriver({ nvidia, amd }: Entry): Problem[] {
  const message = "has no effect with driver false";
  const unused = (settings: object | undefined, vendor: string, keys: readonly string[]): Problem[] =>
    (settings as { driver?: boolean } | undefined)?.driver === false
      ? keys.flatMap((key) => (key in (settings ?? {}) ? [{ path: [vendor, key], message }] : []))
      : [];
  return [
    ...unused(nvidia, "nvidia", ["driverVersion", "kernelModuleType"]),
    ...unused(amd, "amd", ["driverVersion", "driverImage"]),
  ];
}

/** The shared parts that some operator of the list needs on this kind of cluster. */
export function neededParts(args: Args): Set<SharedPart> {
  const isOpenShift = distributionOf(args) === "openshift";
  const entries = (args.operators ?? []).filter((entry) => entry?.vendor !== undefined && entry.provision !== "skip");
  const needs = entries.flatMap((entry) => (entry === undefined ? [] : vendorOf(entry).needs));
  return new Set(
    needs.filter((part) => part === "nodeFeatureDiscovery" || (part === "kernelModuleManagement") === isOpenShift),
  );
}

const PARTS: Readonly<Record<SharedPart, { name: string; package?: OperatorName }>> = {
  nodeFeatureDiscovery: { name: "Node Feature Discovery", package: "nfd" },
  kernelModuleManagement: { name: "Kernel Module Management", package: "kernel-module-management" },
  certManager: { name: "cert-manager" },
};

function sharedPartsAreThere(args: Args): Problem[] {
  const needed = neededParts(args);
  return (Object.keys(PARTS) as SharedPart[]).flatMap((part) => {
    const settings = args[part];
    return settings === undefined ? [] : within([part], sharedPartProblems(args, part, settings, needed.has(part)));
  });
}

function sharedPartProblems(args: Args, part: SharedPart, settings: Loose<SharedOperator>, needed: boolean): Problem[] {
  const { name, package: olm } = PARTS[part];
  const distribution = distributionOf(args);
  const provision = settings.provision ?? "create";
  const problems = installationProblems(settings, distribution, provision === "create");
  if (provision === "skip" && needed) {
    const path: Path = ["provision"];
    const message = `"skip" leaves ${whoNeeds(args, part)} without ${name}; expected "create", or "existing" if the cluster has it`;
    problems.push({ path, message });
  }
  if (problems.length === 0 && olm !== undefined && distribution === "openshift" && provision === "create")
    problems.push(...within(["operator"], operatorIsInstallable(operatorCoordinates(olm), settings.operator ?? {})));
  return problems;
}

function whoNeeds({ operators = [] }: Args, part: SharedPart): string {
  const names = operators.flatMap((entry) =>
    entry?.vendor !== undefined && entry.provision !== "skip" && vendorOf(entry).needs.includes(part)
      ? [vendorOf(entry).displayName]
      : [],
  );
  return `the ${names.join(" and the ")}`;
}
