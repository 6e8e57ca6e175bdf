/** Plans of the Accelerators component, and what is in them. */
import { acceleratorPlan, type AcceleratorPlan } from "../../../components/accelerators/acceleratorPlan";
import { operatorManifests } from "../../../components/installation/operatorManifests";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { acceleratorsSchema, type AcceleratorsArgs } from "../../../sdk/spec/accelerators/accelerators";
import { acceleratorsRules } from "../../../sdk/spec/accelerators/rules";
import { parseSpec } from "../../../sdk/spec/schema/validate";

/** The plan for some arguments, which must be right. */
export function planOf(args: AcceleratorsArgs): AcceleratorPlan {
  return acceleratorPlan(parseSpec(acceleratorsSchema, acceleratorsRules, args, "accelerators"));
}

/** Every object that a plan makes on OpenShift, in order. */
export function objectsOf({ shared, operators }: AcceleratorPlan): KubernetesObject[] {
  return [...Object.values(shared), ...operators].flatMap(({ operator, provision, operands }) => {
    const made = operator !== undefined && provision === "create" ? operatorManifests(operator) : {};
    const installed: KubernetesObject[] = Object.values<KubernetesObject>({ ...made });
    return [...installed, ...operands.map(({ manifest }) => manifest)];
  });
}

/** Everything OpenShift can have at once. */
export const EVERYTHING: AcceleratorsArgs = {
  operators: [
    {
      vendor: "nvidia",
      nvidia: { migStrategy: "mixed", timeSlicing: { replicas: 4, renamed: true }, kernelModuleType: "open" },
    },
    { vendor: "amd", amd: { driverVersion: "30.20.1" } },
    { vendor: "intel" },
    { vendor: "ibm", ibm: { metricsExporter: true } },
  ],
  tolerations: [{ key: "dedicated", value: "models", effect: "NoExecute" }],
};

/** Every maker whose operator a kind of cluster can have, where operators are charts. */
export function everyChart(distribution: "eks" | "gke" | "aks" | "kubernetes"): AcceleratorsArgs {
  const neuron = distribution === "eks" ? [{ vendor: "aws" as const }] : [];
  return {
    distribution,
    operators: [
      { vendor: "nvidia", nvidia: { timeSlicing: { replicas: 4 } } },
      { vendor: "amd" },
      { vendor: "intel", chart: { version: "1.24.1-482" } },
      ...neuron,
    ],
  };
}
