/**
 * What is left of pod fields once KServe has read them into its Go types.
 *
 * A Go field that is no pointer cannot tell "absent" from "zero", so before merging `value: ""`, `readOnly: false`,
 * `initialDelaySeconds: 0`, `args: []` and nulls are gone: a service cannot reset a runtime's value with them.
 * Quantities come out canonical. Upstream: kubernetes/api `core/v1/types.go` (omitempty without a pointer).
 */
import { canonicalQuantity, QuantityError } from "../quantity";
import { type Traced, type TracedLeaf, type TracedMap, withDefault } from "./traced";

/** Scalars that are pointers in Go, whose zero value therefore counts. */
const POINTERS = new Set([
  "activeDeadlineSeconds",
  "allowPrivilegeEscalation",
  "automountServiceAccountToken",
  "defaultMode",
  "enableServiceLinks",
  "enabled",
  "expirationSeconds",
  "fsGroup",
  "fsGroupChangePolicy",
  "hostUsers",
  "hostnameOverride",
  "localhostProfile",
  "maxReplicas",
  "maxSurge",
  "maxUnavailable",
  "minDomains",
  "minReplicas",
  "mode",
  "nodeAffinityPolicy",
  "nodeTaintsPolicy",
  "optional",
  "preemptionPolicy",
  "priority",
  "privileged",
  "readOnlyRootFilesystem",
  "replicas",
  "runAsGroup",
  "runAsNonRoot",
  "runAsUser",
  "runtimeClassName",
  "service",
  "setHostnameAsFQDN",
  "shareProcessNamespace",
  "storageClassName",
  "terminationGracePeriodSeconds",
  "tolerationSeconds",
]);

/** Maps of user-chosen keys: dropped when empty, and their values are kept whatever they are. */
const MAPS = new Set(["annotations", "labels", "limits", "matchLabels", "nodeSelector", "overhead", "requests"]);
/** Maps whose values are quantities. */
const QUANTITY_MAPS = new Set(["limits", "requests", "overhead"]);
/** Quantities that stand alone. */
const QUANTITIES = new Set(["sizeLimit", "divisor"]);

/** What the custom resources' schemas fill in, and a merge can therefore not tell from what a user wrote. */
const SCHEMA_DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ports: { protocol: "TCP" },
  grpc: { service: "" },
};

/** The value as Go holds it; `undefined` when Go drops it. */
export function decode(node: Traced | undefined, name = ""): Traced | undefined {
  if (node === undefined) return undefined;
  if (node.kind === "list") {
    return node.items.length === 0 ? undefined : { ...node, items: node.items.map((item) => decodeItem(item, name)) };
  }
  if (node.kind === "leaf") {
    if (QUANTITIES.has(name)) return canonical(node);
    const isZero = node.value === "" || node.value === 0 || node.value === false;
    return node.value === null || (isZero && !POINTERS.has(name)) ? undefined : node;
  }
  if (!MAPS.has(name)) return decodeFields(withSchemaDefaults(node, name));
  if (node.fields.size === 0) return undefined;
  return QUANTITY_MAPS.has(name) ? mapLeaves(node, canonical) : node;
}

/** Applies a function to every leaf. */
export function mapLeaves(node: Traced, change: (leaf: TracedLeaf) => Traced): Traced {
  if (node.kind === "leaf") return change(node);
  if (node.kind === "list") return { ...node, items: node.items.map((item) => mapLeaves(item, change)) };
  return { ...node, fields: new Map([...node.fields].map(([key, inner]) => [key, mapLeaves(inner, change)])) };
}

function decodeFields(node: Traced): Traced {
  if (node.kind !== "map") return node;
  const fields = new Map<string, Traced>();
  for (const [key, value] of node.fields) {
    const decoded = decode(value, key);
    if (decoded !== undefined) fields.set(key, decoded);
  }
  return { ...node, fields };
}

/** Items of a list are never dropped: an empty argument is an argument. */
function decodeItem(item: Traced, listName: string): Traced {
  return item.kind === "map" ? decodeFields(withSchemaDefaults(item, listName)) : item;
}

function withSchemaDefaults(node: TracedMap, name: string): Traced {
  const defaults = Object.entries(SCHEMA_DEFAULTS[name] ?? {});
  return defaults.reduce<Traced>((rest, [key, value]) => withDefault(rest, key, value), node);
}

/** A text that is no quantity stays as it is; the API server will refuse it. */
function canonical(leaf: TracedLeaf): TracedLeaf {
  if (typeof leaf.value !== "string" && typeof leaf.value !== "number") return leaf;
  try {
    return { ...leaf, value: canonicalQuantity(leaf.value) };
  } catch (error) {
    if (error instanceof QuantityError) return leaf;
    throw error;
  }
}
