/** Operators that OLM installs on OpenShift. */
import type * as pulumi from "@pulumi/pulumi";
import type { Provision } from "../../sdk/spec/schema/provision";
import { after } from "../children";
import { createObject } from "../objects";
import type { OperatorInstallation } from "./operatorManifests";
import { operatorManifests } from "./operatorManifests";

const TIMEOUT_SECONDS = 900;

/** What an installation leaves for those that build on it. */
export interface Installation {
  /** Where the operator runs. */
  namespace: string;
  /** What to wait for; empty for an operator that somebody else installed. */
  ready: pulumi.Resource[];
}

/**
 * Installs an operator with OLM and waits until its ClusterServiceVersion, and with it its CRDs, exist. The operator's
 * own pods may still be starting then: an operand's readiness tells when they work.
 *
 * @param name begins the logical names of what is made
 * @param provision nothing is made for `existing` and `skip`
 * @requirement AC-15
 */
export function installOperator(
  name: string,
  operator: OperatorInstallation,
  provision: Provision,
  opts: pulumi.CustomResourceOptions,
): Installation {
  const { namespace } = operator;
  if (provision !== "create") return { namespace, ready: [] };
  const manifests = operatorManifests(operator);
  const before: pulumi.Resource[] = [];
  for (const [suffix, manifest] of [
    ["namespace", manifests.namespace],
    ["operator-group", manifests.operatorGroup],
  ] as const) {
    if (manifest === undefined) continue;
    before.push(createObject(`${name}-${suffix}`, { ...manifest }, after(opts, before)));
  }
  const seconds = `${operator.timeoutSeconds ?? TIMEOUT_SECONDS}s`;
  const subscription = createObject(
    `${name}-subscription`,
    { ...manifests.subscription },
    { ...after(opts, before), customTimeouts: { create: seconds, update: seconds } },
  );
  return { namespace, ready: [subscription] };
}
