/** In which order pods are placed. */
import { admittedCount, type NodeIndex } from "../placement/nodeIndex";
import { podRules } from "../placement/podRules";
import type { PodGroup, PodShape } from "../placement/podShape";
import { deviceCount } from "../placement/requests";

/**
 * Accelerators decide; then pods that want others near them come after the rest, and pods with few nodes to choose from
 * before those with many; then memory and cpu. Never the order they came in.
 */
export function bySize(index: NodeIndex, groups: readonly PodGroup[]): PodGroup[] {
  const keyed = groups.map((group) => ({
    group,
    devices: deviceCount(group.pod.requests),
    follows: podRules(group.pod).affinity.length > 0 ? 1 : 0,
    choices: admittedCount(index, group.pod),
  }));
  keyed.sort(
    (a, b) =>
      b.devices - a.devices ||
      a.follows - b.follows ||
      a.choices - b.choices ||
      byContent(a.group.pod, b.group.pod, a.group.count - b.group.count),
  );
  return keyed.map(({ group }) => group);
}

function byContent(a: PodShape, b: PodShape, tie: number): number {
  const amount = (name: string) => (b.requests[name] ?? 0) - (a.requests[name] ?? 0);
  const order = amount("memory") || amount("cpu") || tie;
  if (order !== 0) return order;
  const [x, y] = [identity(a), identity(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const texts = new WeakMap<PodShape, string>();

function identity(pod: PodShape): string {
  const text = texts.get(pod) ?? JSON.stringify(pod);
  texts.set(pod, text);
  return text;
}
