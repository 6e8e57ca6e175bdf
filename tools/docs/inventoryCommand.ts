/** The command that writes the inventory of a cluster, for `docs/guard.md`. */
import objectTypes from "../../policies/world/objectTypes.json";

/** Kinds that are read and yet not asked for: credentials, what only a stack is judged for, and the two maps below. */
const LEFT_OUT = new Set(["/Secret", "/ConfigMap", "route.openshift.io/Route"]);

/** Resources of which only the name or a label tells something: the platform, an autoscaler, a namespace. */
const NAMED_ONLY = [
  "namespaces",
  "clusterautoscalers.autoscaling.openshift.io",
  "datascienceclusters.datasciencecluster.opendatahub.io",
  "dscinitializations.dscinitialization.opendatahub.io",
];

const CONFIG_MAPS = ["inferenceservice-config", "cluster-autoscaler-status"];

const WIDTH = 110;

/** Every resource to list, as `kubectl api-resources -o name` prints it; the API group tells equal names apart. */
export function inventoryResources(): string[] {
  const kinds = Object.keys(objectTypes.kinds).filter((kind) => !LEFT_OUT.has(kind));
  return [...kinds.map(resourceOf), ...NAMED_ONLY].sort(byGroup);
}

/** A fenced shell block. A kind that the cluster lacks would end `kubectl get`, so it is asked which ones it has. */
export function inventoryCommand(): string {
  return [
    "```sh",
    `kinds='${lines(inventoryResources()).join("\n  ")}'`,
    `present=$(kubectl api-resources --verbs=list -o name | grep -xF "$(echo "$kinds" | tr -s ' ' '\\n')" | paste -sd, -)`,
    "{",
    '  kubectl get "$present" -A -o yaml',
    `  for name in ${CONFIG_MAPS.join(" ")}; do`,
    '    echo "---"; kubectl get configmaps -A --field-selector "metadata.name=$name" -o yaml',
    "  done",
    "} > inventory.yaml",
    "```",
  ].join("\n");
}

function resourceOf(key: string): string {
  const [group = "", kind = ""] = key.split("/");
  const plural = kind.toLowerCase() + (kind.endsWith("s") ? "es" : "s");
  return group === "" ? plural : `${plural}.${group}`;
}

/** Without a group first, then group by group. */
function byGroup(a: string, b: string): number {
  const key = (name: string) => [name.replace(/^[^.]*\.?/, ""), name].join(" ");
  return key(a) < key(b) ? -1 : 1;
}

function lines(words: readonly string[]): string[] {
  const made: string[] = [];
  for (const word of words) {
    const last = made.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) made[made.length - 1] = `${last} ${word}`;
    else made.push(word);
  }
  return made;
}
