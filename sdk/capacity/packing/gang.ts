/**
 * Pods that serve only together: a LeaderWorkerSet's group, or the head and workers of a Ray cluster.
 * Upstream: kubernetes-sigs/lws `pkg/webhooks/pod_webhook.go` for the exclusive topology.
 */
import { devicesOn, place, take, type NodeIndex, type Scope } from "../placement/nodeIndex";
import { bySize, devicesOf } from "./packingOrder";
import type { PodGroup } from "../placement/podShape";

/** All of its pods get a place or none does. */
export interface Gang {
  name: string;
  members: readonly PodGroup[];
  /** All pods must be in one domain of this node label. */
  topologyKey?: string;
  /** No two gangs that say so share a domain of the same label. */
  isExclusive?: boolean;
}

/** One copy and the row of its node. */
export interface Placement {
  group: PodGroup;
  row: number;
}

/** Gangs by the largest of their pods, each whole in the first domain that takes it, or nowhere. */
export function placeGangs(index: NodeIndex, gangs: readonly Gang[]): { whole: Placement[]; unplacedGangs: Gang[] } {
  const size = ({ members }: Gang) => Math.max(0, ...members.map(({ pod }) => devicesOf(pod)));
  const ordered = [...gangs].sort((a, b) => size(b) - size(a) || b.members.length - a.members.length);
  const whole: Placement[] = [];
  const unplacedGangs: Gang[] = [];
  const taken = new Set<string>();
  for (const gang of ordered) {
    const found = placeGang(index, gang, taken);
    if (found === undefined) unplacedGangs.push(gang);
    else whole.push(...found);
  }
  return { whole, unplacedGangs };
}

function placeGang(index: NodeIndex, gang: Gang, taken: Set<string>): Placement[] | undefined {
  for (const { domain, scope } of domainScopes(index, gang, taken)) {
    const found = placeMembers(index, gang, scope);
    if (found === undefined) continue;
    if (gang.isExclusive === true && domain !== undefined) taken.add(domain);
    return found;
  }
  return undefined;
}

function placeMembers(index: NodeIndex, { members }: Gang, scope: Scope | undefined): Placement[] | undefined {
  const done: Placement[] = [];
  for (const group of bySize(index, members)) {
    const rows = place(index, group.pod, group.count, scope);
    done.push(...rows.map((row) => ({ group, row })));
    if (rows.length === group.count) continue;
    for (const { group: other, row } of done) take(index, row, other.pod, -1);
    return undefined;
  }
  return done;
}

/** A place for a whole gang to be tried. */
interface DomainScope {
  /** Label and value; `undefined` for all nodes. */
  domain: string | undefined;
  scope: Scope | undefined;
}

/**
 * Where a gang may go: domains with few free devices first, so that large ones stay whole.
 *
 * @param taken domains of gangs that want theirs alone
 */
function domainScopes(index: NodeIndex, { topologyKey, isExclusive }: Gang, taken: ReadonlySet<string>): DomainScope[] {
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
