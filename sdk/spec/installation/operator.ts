/** What a user may say of an operator that OLM installs. */
import type { z } from "zod";
import type { OperatorCoordinates } from "../../catalog/operators";
import { targetProblem } from "../../catalog/operators";
import { choice, dnsLabel, list, object, text, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";

/** Who approves what OLM is about to install. */
export const InstallPlanApproval = {
  /** OLM installs, and later updates, by itself. */
  Automatic: "Automatic",
  /** A person approves each InstallPlan; `pulumi up` waits for the first, until its time is up. */
  Manual: "Manual",
} as const;
export type InstallPlanApproval = (typeof InstallPlanApproval)[keyof typeof InstallPlanApproval];

/** How an operator's OLM subscription differs from the catalogue's. Upstream: operator-framework/api Subscription. */
export interface OperatorSettings {
  /** Update channel of the package. Default: the catalogue's. */
  channel?: string;
  /** Version to begin with, such as `gpu-operator-certified.v26.3.1`. Default: the newest of the channel. */
  startingCsv?: string;
  /** Default: `Automatic`. */
  installPlanApproval?: InstallPlanApproval;
  /** CatalogSource that offers the package, for mirrors of clusters without internet. Default: the catalogue's. */
  catalogSource?: string;
  /** Default: `openshift-marketplace`. */
  catalogSourceNamespace?: string;
  /** Where the operator runs. Default: the catalogue's. */
  namespace?: string;
  /** Namespaces the operator watches; an empty list means all. Default: what the operator supports. */
  targetNamespaces?: string[];
  /** Seconds until an operator that is not installed fails the update. Default: 900. */
  timeoutSeconds?: number;
}

export const operatorSettingsSchema = object({
  channel: text("a channel of the package").optional(),
  startingCsv: text("the name of a ClusterServiceVersion").optional(),
  installPlanApproval: choice(Object.values(InstallPlanApproval)).optional(),
  catalogSource: dnsLabel("the name of a CatalogSource").optional(),
  catalogSourceNamespace: dnsLabel("a namespace").optional(),
  namespace: dnsLabel("a namespace").optional(),
  targetNamespaces: list(dnsLabel("a namespace"), "namespaces").optional(),
  timeoutSeconds: whole(1).optional(),
}) satisfies SchemaOf<OperatorSettings>;

export type OperatorSettingsSpec = z.output<typeof operatorSettingsSchema>;

/** An operator watches only what its versions support. Paths begin at the settings. */
export function operatorIsInstallable(coordinates: OperatorCoordinates, settings: Loose<OperatorSettings>): Problem[] {
  const given = settings.targetNamespaces;
  const targets = given?.filter((name) => name !== undefined) ?? targetsOf(coordinates, settings.namespace);
  const moved = { ...coordinates, namespace: settings.namespace ?? coordinates.namespace };
  if (given !== undefined && coordinates.sharedNamespace === true && settings.namespace === undefined) {
    const message = `${coordinates.package} runs in ${coordinates.namespace}, whose OperatorGroup is OpenShift's own; set namespace as well`;
    return [{ path: ["targetNamespaces"], message }];
  }
  return at(["targetNamespaces"], targetProblem(moved, targets));
}

/** The namespaces an operator watches unless told otherwise: its own moves along with it. */
export function targetsOf(
  { namespace: original, targetNamespaces }: OperatorCoordinates,
  namespace = original,
): string[] | undefined {
  return targetNamespaces?.map((target) => (target === original ? namespace : target));
}
