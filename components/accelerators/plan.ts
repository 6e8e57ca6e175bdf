/** What the parts of an accelerator set-up have in common: an installation, and the objects that tell it what to do. */
import type { SharedPart } from "../../sdk/catalog/acceleratorVendors";
import type { KubernetesObject, Toleration } from "../../sdk/kubernetes/core";
import type { KubernetesDistribution } from "../../sdk/spec/installation/distribution";
import type { Provision } from "../../sdk/spec/schema/provision";
import type { ChartInstallation } from "../installation/helmRelease";
import type { OperatorInstallation } from "../installation/operatorManifests";

/** An object for an operator to act on. */
export interface Operand {
  /** Ends its logical name. */
  suffix: string;
  manifest: KubernetesObject;
}

/** One operator and its operands. */
export interface InstallationPlan {
  /** Ends the logical name. */
  suffix: string;
  provision: Provision;
  /** On OpenShift. */
  operator?: OperatorInstallation;
  /** Elsewhere. */
  chart?: ChartInstallation;
  /** In the order of their creation; the last one says when all is ready. */
  operands: Operand[];
  /** Shared parts that must be there before. */
  needs: SharedPart[];
  /** Seconds that an operand may take to become ready. */
  timeoutSeconds: number;
}

/** What the plan of every maker depends on. */
export interface Surroundings {
  distribution: KubernetesDistribution;
  /** Where the operator runs. */
  namespace: string;
  /** Taints of the pools, the maker's usual one first. */
  tolerations: Toleration[];
  awaitReady: boolean;
}

/** Annotations by which Pulumi waits for an operand, when it shall. */
export function awaiting(
  expectation: string,
  { awaitReady }: Pick<Surroundings, "awaitReady">,
): {
  annotations?: Record<string, string>;
} {
  return awaitReady ? { annotations: { "pulumi.com/waitFor": expectation } } : {};
}
