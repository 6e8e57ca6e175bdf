/** The domains among which a topology spread rule balances, worked out once for rules that say the same. */
import { isDecidedByClass, type NodeClasses } from "./nodeClasses";
import { takesPart, type Domains } from "./peerRules";

export function spreadDomains(known: NodeClasses): Domains {
  const { nodes, classes } = known;
  const isShared = (key: string) => known.isShared(key);
  const found = new Map<string, ReadonlySet<string>>();
  return (rule, pod, keys) => {
    const { nodeSelector, affinity, tolerations = [] } = pod;
    const selects = rule.honorsAffinity ? [nodeSelector, affinity?.nodeAffinity] : [];
    const key = JSON.stringify([rule.topologyKey, keys, selects, rule.honorsTaints ? tolerations : null]);
    const same = found.get(key);
    if (same !== undefined) return same;
    const byClass = keys.every(isShared) && (!rule.honorsAffinity || isDecidedByClass(known, pod));
    const rows = byClass ? classes.map(([first]) => first) : [...nodes.keys()];
    const taking = rows.flatMap((row) => nodes[row] ?? []).filter((node) => takesPart(rule, pod, keys, node));
    const domains = new Set(taking.map(({ labels }) => labels[rule.topologyKey] ?? ""));
    found.set(key, domains);
    return domains;
  };
}
