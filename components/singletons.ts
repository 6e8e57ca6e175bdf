/** What a cluster, or a namespace, can have only one of. */
import * as pulumi from "@pulumi/pulumi";
import { isEventual } from "../sdk/spec/schema/eventual";
import { refuse } from "./specification";

/** Keyed by the program's monitor, so that what one program makes is nothing to the next in the same process. */
const programs = new WeakMap<object, Map<string, Claim[]>>();

interface Claim {
  /** The provider, which stands for the cluster; undefined is the default one. */
  cluster: pulumi.ProviderResource | undefined;
  owner: string;
}

/**
 * Refuses, already at preview, what the cluster would refuse later: a second object of which there can be one.
 *
 * @param component tells the cluster by its provider
 * @param what such as `DataScienceCluster`, or `NIM Account of namespace nim`
 * @param owner such as `OpenShiftAI "platform"`
 * @throws RunError when another component of the program has it on the same cluster
 */
export function claim(component: pulumi.ComponentResource, what: string, owner: string): void {
  const monitor: unknown = pulumi.runtime.getMonitor();
  if (typeof monitor !== "object" || monitor === null || isEventual(what)) return;
  const claims = programs.get(monitor) ?? new Map<string, Claim[]>();
  programs.set(monitor, claims);
  const cluster = component.getProvider("kubernetes:core/v1:ConfigMap");
  const earlier = claims.get(what) ?? [];
  const other = earlier.find((one) => one.cluster === cluster);
  if (other !== undefined)
    refuse(owner, [{ path: [], message: `${what}: ${other.owner} makes it already; there can be one` }]);
  claims.set(what, [...earlier, { cluster, owner }]);
}
