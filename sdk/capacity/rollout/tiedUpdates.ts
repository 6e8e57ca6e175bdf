/** Which updates are tied to others: rules of the pods of one are about the pods of another. */
import { portsClash } from "../placement/hostPorts";
import { selectorMatches } from "../placement/labelSelector";
import { addPeer, candidates, coveredNamespaces, heldAgainst, noPeers, type Peers } from "../placement/peers";
import { podRules, termMatches, type NamespaceLabels } from "../placement/podRules";
import type { PodShape } from "../placement/podShape";
import { presentRevision, type Update } from "./update";

/** Linear in the updates, but for those with host ports. Both revisions count. */
export function tiedToOthers(all: readonly Update[], namespaces: NamespaceLabels): ReadonlySet<Update> {
  const shapes = all.map((update) => [update.pod, presentRevision(update) ?? update.pod]);
  const terms = shapes.flat().flatMap((pod) => podRules(pod).antiAffinity);
  const domain = Object.fromEntries(terms.map(({ topologyKey }) => [topologyKey, ""]));
  const peers = noPeers(namespaces);
  for (const [row, pods] of shapes.entries()) for (const pod of pods) addPeer(peers, { ...pod }, row, domain, 1);
  const withPorts = all.filter(({ pod }) => pod.hostPorts !== undefined);
  return new Set(
    all.filter((update, row) => {
      const clashes = (other: Update) =>
        other !== update && portsClash(update.pod.hostPorts ?? [], other.pod.hostPorts ?? []);
      return (
        (shapes[row] ?? []).some((pod) => meetsOthers(pod, row, peers, shapes[row] ?? [])) || withPorts.some(clashes)
      );
    }),
  );
}

function meetsOthers(pod: PodShape, own: number, peers: Peers, shapes: readonly PodShape[]): boolean {
  const { namespace, affinity, antiAffinity, spread } = podRules(pod);
  const ownKeys = new Map<string, number>();
  for (const { key } of shapes.flatMap((shape) => podRules(shape).antiAffinity)) {
    ownKeys.set(key, (ownKeys.get(key) ?? 0) + 1);
  }
  const isHeldByOthers = heldAgainst(peers, pod).some(({ term, counts }) => {
    return (counts.get("") ?? 0) > (ownKeys.get(term.key) ?? 0);
  });
  const isAboutOthers = [...affinity, ...antiAffinity].some((term) => {
    const near = [...candidates(peers, term, coveredNamespaces(peers, term))];
    return near.some((peer) => peer.row !== own && termMatches(term, peer.namespace, peer.labels, peers.namespaces));
  });
  const countsOthers = spread.some(({ selector }) => {
    const near = [...candidates(peers, { selector }, [namespace])];
    return near.some((peer) => peer.row !== own && selectorMatches(selector, peer.labels));
  });
  return isHeldByOthers || isAboutOthers || countsOthers;
}
