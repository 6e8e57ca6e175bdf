/** Where operators are found on OpenShift: package, channel, catalogue and the namespaces that they go by. */
import catalogue from "./operators.json";

/** Which namespaces a version of an operator can be told to watch. Upstream: OLM `InstallMode`. */
export type InstallMode = "OwnNamespace" | "SingleNamespace" | "MultiNamespace" | "AllNamespaces";

/** One operator as OLM installs it. */
export interface OperatorCoordinates {
  /** Name in the catalogue, and of the Subscription. */
  package: string;
  /** Where the operator runs. */
  namespace: string;
  /** Whether OpenShift made the namespace and its OperatorGroup, as it does for `openshift-operators`. */
  sharedNamespace?: boolean;
  /** Namespaces the operator watches; absent: all of them. */
  targetNamespaces?: string[];
  /** What the operator's versions allow; absent: not known. */
  installModes?: InstallMode[];
  /** Whether OpenShift's own Prometheus scrapes what it runs, once the namespace is labelled for that. */
  clusterMonitoring?: boolean;
  channel: string;
  /** CatalogSource that offers the package. */
  catalogSource: string;
  /** Where this was read. */
  source: string;
}

export type OperatorName = keyof typeof catalogue;

const known = catalogue as Readonly<Record<OperatorName, OperatorCoordinates>>;

/** Names of all packages of the catalogue. */
export const operatorNames = Object.keys(catalogue) as OperatorName[];

/** An operator of the catalogue. */
export function operatorCoordinates(name: OperatorName): OperatorCoordinates {
  return known[name];
}

/** Why an operator cannot watch these namespaces from where it runs; undefined when it can, or where it is not known. */
export function targetProblem(
  { package: name, namespace, installModes }: OperatorCoordinates,
  targets: readonly string[] | undefined,
): string | undefined {
  const mode = modeOf(namespace, targets);
  if (installModes === undefined || installModes.includes(mode)) return undefined;
  const found = targets === undefined || targets.length === 0 ? "all namespaces" : targets.join(", ");
  return `${name} cannot watch ${found}: it supports ${installModes.join(" and ")} only; did you mean ${expectedTargets(namespace, installModes)}?`;
}

function modeOf(namespace: string, targets: readonly string[] = []): InstallMode {
  if (targets.length === 0) return "AllNamespaces";
  if (targets.length > 1) return "MultiNamespace";
  return targets[0] === namespace ? "OwnNamespace" : "SingleNamespace";
}

function expectedTargets(namespace: string, modes: readonly InstallMode[]): string {
  return modes.includes("OwnNamespace") ? `[${namespace}]` : "[] (all namespaces)";
}
