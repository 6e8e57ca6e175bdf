/**
 * Pods that serve only together: a LeaderWorkerSet's group, or the head and workers of a Ray cluster.
 * Upstream: kubernetes-sigs/lws `pkg/webhooks/pod_webhook.go` for the exclusive topology.
 */
import { devicesOn, nodeAt, place, take, type NodeIndex, type Scope } from "../placement/nodeIndex";
import { deviceCount } from "../placement/requests";
import { bySize } from "./packingOrder";
import type { PodGroup } from "../placement/podShape";

/** All of its pods get a place or none does. */
export interface Gang {
  name: string;
  members: readonly PodGroup[];
  /** All pods must be in one domain of this node label. */
  topologyKey?: string;
  /** No pod of another gang is in its domain, whether that one says so too or not. */
  isExclusive?: boolean;
}

/** One copy and the row of its node. */
export interface Placement {
  group: PodGroup;
  row: number;
}

/** Gangs by the largest of their pods, each whole in the first domain that takes it, or nowhere. */
export function placeGangs(index: NodeIndex, gangs: readonly Gang[]): { whole: Placement[]; unplacedGangs: Gang[] } {
  const size = ({ members }: Gang) => Math.max(0, ...members.map(({ pod }) => deviceCount(pod.requests)));
  const ordered = [...gangs].sort((a, b) => size(b) - size(a) || b.members.length - a.members.length);
  const whole: Placement[] = [];
  const unplacedGangs: Gang[] = [];
  const exclusive: Domain[] = [];
  for (const gang of ordered) {
    const open = domains(index, gang).filter(
      (domain) => gang.isExclusive !== true || !whole.some(({ row }) => isIn(index, row, domain)),
    );
    const found = placeGang(index, gang, open, exclusive);
    if (found === undefined) unplacedGangs.push(gang);
    else whole.push(...found);
  }
  return { whole, unplacedGangs };
}

/** Puts a gang into the first of the domains that takes it. */
function placeGang(
  index: NodeIndex,
  gang: Gang,
  open: readonly Domain[],
  exclusive: Domain[],
): Placement[] | undefined {
  for (const domain of open) {
    const isOpen = (row: number) => isIn(index, row, domain) && !exclusive.some((other) => isIn(index, row, other));
    const found = placeMembers(index, gang, { isIn: isOpen });
    if (found === undefined) continue;
    if (gang.isExclusive === true) exclusive.push(domain);
    return found;
  }
  return undefined;
}

function placeMembers(index: NodeIndex, { members }: Gang, scope: Scope): Placement[] | undefined {
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

/** The nodes with one value of a label; `undefined` for all nodes. */
type Domain = { key: string; value: string } | undefined;

function isIn(index: NodeIndex, row: number, domain: Domain): boolean {
  return domain === undefined || nodeAt(index, row).labels[domain.key] === domain.value;
}

/** Where a gang may go: domains with few free devices first, so that large ones stay whole. */
function domains(index: NodeIndex, { topologyKey: key }: Gang): Domain[] {
  if (key === undefined) return [undefined];
  const free = new Map<string, number>();
  for (const [row, { labels }] of index.classes.nodes.entries()) {
    const value = labels[key];
    if (value !== undefined) free.set(value, (free.get(value) ?? 0) + devicesOn(index, row));
  }
  return [...free].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1)).map(([value]) => ({ key, value }));
}
