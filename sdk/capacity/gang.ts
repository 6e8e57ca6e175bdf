/**
 * Pods that serve only together: a LeaderWorkerSet's group, or the head and workers of a Ray cluster.
 * Upstream: kubernetes-sigs/lws `pkg/webhooks/pod_webhook.go` for the exclusive topology.
 */
import { devicesOn, type NodeIndex, type Scope } from "./nodeIndex";
import type { PodGroup } from "./podShape";

/** All of its pods get a place or none does. */
export interface Gang {
  name: string;
  members: readonly PodGroup[];
  /** All pods must be in one domain of this node label. */
  topologyKey?: string;
  /** No two gangs that say so share a domain of the same label. */
  isExclusive?: boolean;
}

/** A place for a whole gang to be tried. */
export interface DomainScope {
  /** Label and value; `undefined` for all nodes. */
  domain: string | undefined;
  scope: Scope | undefined;
}

/**
 * Where a gang may go: domains with few free devices first, so that large ones stay whole.
 *
 * @param taken domains of gangs that want theirs alone
 */
export function domainScopes(
  index: NodeIndex,
  { topologyKey, isExclusive }: Gang,
  taken: ReadonlySet<string>,
): DomainScope[] {
  if (topologyKey === undefined) return [{ domain: undefined, scope: undefined }];
  const free = new Map<string, number>();
  for (const [row, { labels }] of index.classes.nodes.entries()) {
    const value = labels[topologyKey];
    if (value !== undefined) free.set(value, (free.get(value) ?? 0) + devicesOn(index, row));
  }
  const values = [...free].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([value]) => value);
  const open = isExclusive === true ? values.filter((value) => !taken.has(domainName(topologyKey, value))) : values;
  return open.map((value) => ({
    domain: domainName(topologyKey, value),
    scope: { isIn: (row) => index.classes.nodes[row]?.labels[topologyKey] === value },
  }));
}

function domainName(key: string, value: string): string {
  return `${key}=${value}`;
}
