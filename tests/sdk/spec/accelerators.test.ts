import { acceleratorsSchema } from "../../../sdk/spec/accelerators/accelerators";
import { acceleratorsRules } from "../../../sdk/spec/accelerators/rules";
import type { Case } from "./messageTable";
import { table } from "./messageTable";

const nvidia = { vendor: "nvidia" };
const helm = { distribution: "eks" };

/** One operator that is wrong, and what is said of it. */
function one(what: string, operator: object, ...problems: string[]): Case {
  return [what, { operators: [operator] }, ...problems.map((problem) => `operators[0]${problem}`)];
}

table("arguments of Accelerators", acceleratorsSchema, acceleratorsRules, { operators: [nvidia] }, [
  ["no list", { operators: undefined }, "operators: is missing; expected a list of operators"],
  ["one that is no list", { operators: nvidia }, 'operators: {"vendor":"nvidia"} is not a list of operators'],
  [
    "a cluster that is named otherwise",
    { distribution: "rosa" },
    'distribution: "rosa" is not "openshift" or "eks" or "gke" or "aks" or "kubernetes"; ROSA is OpenShift',
  ],
  [
    "a misspelt key",
    { nodeFeatureDiscovry: {} },
    "nodeFeatureDiscovry: unknown key; did you mean nodeFeatureDiscovery?",
  ],
  one(
    "an accelerator in place of its maker",
    { vendor: "gaudi" },
    '.vendor: "gaudi" is not "nvidia" or "amd" or "intel" or "ibm" or "aws"; Gaudi is made by "intel"',
  ),
  one(
    "TPUs",
    { vendor: "google" },
    '.vendor: "google" is not "nvidia" or "amd" or "intel" or "ibm" or "aws"; TPUs need no operator: GKE sets their nodes up',
  ),
  [
    "a maker that is listed twice",
    { operators: [nvidia, { vendor: "amd" }, nvidia] },
    'operators[2].vendor: "nvidia" is listed twice (also operators[0]); a cluster has one operator of each maker',
  ],
  one(
    "Neuron on OpenShift",
    { vendor: "aws" },
    ".vendor: the AWS Neuron device plugin is not available on openshift; it is on eks, kubernetes",
  ),
  [
    "Spyre on EKS",
    { ...helm, operators: [{ vendor: "ibm" }] },
    "operators[0].vendor: the IBM Spyre Operator is not available on eks; it is on openshift",
  ],
  one(
    "settings of another maker",
    { vendor: "amd", nvidia: {} },
    '.nvidia: is for vendor "nvidia", and this one is "amd"',
  ),
  one(
    "a chart on OpenShift",
    { ...nvidia, chart: {} },
    ".chart: is for Helm; on openshift OLM installs operators: use operator",
  ),
  [
    "a subscription elsewhere",
    { ...helm, operators: [{ ...nvidia, operator: {} }] },
    "operators[0].operator: is for OLM on OpenShift; on eks a Helm chart is installed: use chart",
  ],
  one(
    "a channel of an operator that is not installed",
    { ...nvidia, provision: "existing", operator: { channel: "stable" } },
    '.operator: has no effect with provision "existing", which installs nothing',
  ),
  one(
    "a namespace of an operator that is installed",
    { ...nvidia, namespace: "gpus" },
    ".namespace: is for an operator that exists; set operator.namespace to choose where this one is installed",
  ),
  one(
    "AMD's operator for one namespace",
    { vendor: "amd", operator: { targetNamespaces: ["openshift-amd-gpu"] } },
    ".operator.targetNamespaces: amd-gpu-operator cannot watch openshift-amd-gpu: it supports AllNamespaces only; did you mean [] (all namespaces)?",
  ),
  one(
    "NVIDIA's operator for all namespaces",
    { ...nvidia, operator: { targetNamespaces: [] } },
    ".operator.targetNamespaces: gpu-operator-certified cannot watch all namespaces: it supports OwnNamespace and SingleNamespace only; did you mean [nvidia-gpu-operator]?",
  ),
  [
    "Gaudi's chart without a version",
    { ...helm, operators: [{ vendor: "intel" }] },
    "operators[0].chart.version: is missing; expected one exact version of the chart habana-ai-operator: no published source names the current one",
  ],
  one(
    "an operand without an operator",
    { ...nvidia, provision: "skip", operand: "create" },
    '.operand: "create" needs an operator; set provision to "existing" if somebody else installs it',
  ),
  [
    "a second ClusterPolicy",
    { ...helm, operators: [{ ...nvidia, provision: "existing" }] },
    'operators[0].operand: expected "existing": the chart that installed the operator has made a ClusterPolicy, and a second one is ignored',
  ],
  [
    "an operand that the chart makes in any case",
    { ...helm, operators: [{ ...nvidia, operand: "existing" }] },
    'operators[0].operand: "existing" has no effect: the chart that is installed sets the nodes up itself',
  ],
  one(
    "settings of an operand that is not made",
    { ...nvidia, operand: "existing", nvidia: { migStrategy: "mixed" } },
    ".nvidia: has no effect, since the operand is not made here",
  ),
  [
    "a second Node Feature Discovery by NVIDIA's chart",
    { ...helm, operators: [{ ...nvidia, chart: { values: { nfd: { enabled: true } } } }] },
    "operators[0].chart.values.nfd.enabled: true installs a second Node Feature Discovery; leave it out, nodeFeatureDiscovery of the component installs one",
  ],
  [
    "a second Node Feature Discovery by AMD's chart",
    { ...helm, operators: [{ vendor: "amd", chart: { values: { "node-feature-discovery": { enabled: true } } } }] },
    "operators[0].chart.values.node-feature-discovery.enabled: true installs a second Node Feature Discovery; leave it out, nodeFeatureDiscovery of the component installs one",
  ],
  [
    "no Node Feature Discovery",
    { operators: [nvidia, { vendor: "ibm" }], nodeFeatureDiscovery: { provision: "skip" } },
    'nodeFeatureDiscovery.provision: "skip" leaves the NVIDIA GPU Operator and the IBM Spyre Operator without Node Feature Discovery; expected "create", or "existing" if the cluster has it',
  ],
  [
    "no Kernel Module Management",
    { operators: [{ vendor: "amd" }], kernelModuleManagement: { provision: "skip" } },
    'kernelModuleManagement.provision: "skip" leaves the AMD GPU Operator without Kernel Module Management; expected "create", or "existing" if the cluster has it',
  ],
  [
    "no cert-manager",
    { ...helm, operators: [{ vendor: "amd" }], certManager: { provision: "skip" } },
    'certManager.provision: "skip" leaves the AMD GPU Operator without cert-manager; expected "create", or "existing" if the cluster has it',
  ],
  [
    "a chart of Node Feature Discovery on OpenShift, for all namespaces",
    { nodeFeatureDiscovery: { chart: {}, operator: { targetNamespaces: [] } } },
    "nodeFeatureDiscovery.chart: is for Helm; on openshift OLM installs operators: use operator",
  ],
  [
    "Node Feature Discovery for all namespaces",
    { nodeFeatureDiscovery: { operator: { targetNamespaces: [] } } },
    "nodeFeatureDiscovery.operator.targetNamespaces: nfd cannot watch all namespaces: it supports OwnNamespace and SingleNamespace only; did you mean [openshift-nfd]?",
  ],
  one(
    "taints that Gaudi's pods cannot tolerate",
    { vendor: "intel", tolerations: [{ operator: "Exists" }] },
    ".tolerations: the Intel Gaudi Base Operator has no setting for tolerations; leave its node pools without taints of effect NoSchedule",
  ),
  one(
    "taints that Spyre's pods cannot tolerate",
    { vendor: "ibm", tolerations: [{ operator: "Exists" }] },
    ".tolerations: the IBM Spyre Operator has no setting for tolerations; its pods tolerate the taint ibm.com/spyre only: give the pools that one",
  ),
  one(
    "a version of a driver that is not installed",
    { ...nvidia, nvidia: { driver: false, driverVersion: "570", kernelModuleType: "open" } },
    ".nvidia.driverVersion: has no effect with driver false",
    ".nvidia.kernelModuleType: has no effect with driver false",
  ),
  one(
    "a GPU shared by one",
    { ...nvidia, nvidia: { timeSlicing: { replicas: 1, resource: "amd.com/gpu" } } },
    ".nvidia.timeSlicing.replicas: 1 is not a whole number of at least 2",
    '.nvidia.timeSlicing.resource: "amd.com/gpu" is not a resource such as "nvidia.com/gpu"',
  ),
]);
