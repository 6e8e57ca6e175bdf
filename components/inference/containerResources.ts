import type { ResourceRequirements } from "../../sdk/kubernetes/core";
import type { Loose } from "../../sdk/spec/schema/plain";
import type { ResourceSettings } from "../../sdk/spec/schema/pods";
import { amounts } from "../../sdk/spec/schema/pods";

/**
 * Requests and limits of the serving container, in canonical quantities.
 *
 * A limit that is not given follows the request, as OpenShift AI's admission does. Accelerators are whole, and the
 * same on both sides: extended resources cannot be overcommitted.
 */
export function containerResources(
  { requests = {}, limits = {} }: Loose<ResourceSettings>,
  device: string | undefined,
  count: number,
): ResourceRequirements | undefined {
  const devices = device === undefined || count === 0 ? {} : { [device]: String(count) };
  const resources = {
    requests: { ...amounts(requests), ...devices },
    limits: { ...amounts({ ...requests, ...limits }), ...devices },
  };
  const isEmpty = Object.keys(resources.limits).length === 0;
  return isEmpty ? undefined : resources;
}
