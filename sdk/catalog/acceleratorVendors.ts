/** How each maker's accelerators are made usable: by which operator, where, and what that needs. */
import catalogue from "./acceleratorVendors.json";
import type { ChartName } from "./charts";
import type { OperatorName } from "./operators";

/** A part that operators share. */
export type SharedPart = "nodeFeatureDiscovery" | "kernelModuleManagement" | "certManager";

/** The operator of one maker. */
export interface VendorOperator {
  /** For people. */
  displayName: string;
  /** Package of OLM; absent where OpenShift is not supported. */
  package?: OperatorName;
  /** Helm chart; absent where only OpenShift is supported. */
  chart?: ChartName;
  /** Kinds of cluster it can be installed on. */
  distributions: string[];
  needs: SharedPart[];
  /** Resource of a whole device. */
  resource: string;
  /** Key of the taint that its node pools usually carry. */
  taint?: string;
  /** Taints its pods tolerate: any that are asked for, only the usual one, or none at all. */
  tolerations: "any" | "built-in" | "none";
  /** Chart value that would install Node Feature Discovery along with it. */
  nfdValue?: string;
}

const known = catalogue as Readonly<Record<keyof typeof catalogue, VendorOperator>>;

/** The operator of a maker. */
export function vendorOperator(vendor: keyof typeof catalogue): VendorOperator {
  return known[vendor];
}
