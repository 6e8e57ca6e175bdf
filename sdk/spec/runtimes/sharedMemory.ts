/** Memory that the processes of a replica share. */
import type { Loose } from "../schema/plain";
import type { ResourceSettings } from "../schema/pods";
import { isLess } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at } from "../schema/problem";

/**
 * Size of `/dev/shm`, through which the processes of a replica exchange data; without it there are 64Mi.
 *
 * @requirement RT-15, VL-16
 */
export function usualSharedMemory(count: number): string | undefined {
  return count === 0 ? undefined : count === 1 ? "2Gi" : "16Gi";
}

/** `/dev/shm` counts against the memory limit. */
export function sharedMemoryFits(
  given: string | undefined,
  count: number,
  resources: Loose<ResourceSettings> | undefined,
): Problem[] {
  const limit = resources?.limits?.memory ?? resources?.requests?.memory;
  const size = given ?? usualSharedMemory(count);
  if (size === undefined || limit === undefined || isLess(size, limit)) return [];
  const origin =
    given === undefined ? ` (the default for ${count === 1 ? "one accelerator" : "several accelerators"})` : "";
  return at(["sharedMemory"], `${size}${origin} leaves nothing of the memory limit, ${limit}`);
}
