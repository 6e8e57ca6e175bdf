/** Updates whose pods have rules about each other, on small nodes in zones. */
import fc from "fast-check";
import type { ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import { feasibleRows, nodeIndex } from "../../../../sdk/capacity/placement/nodeIndex";
import type { PodShape } from "../../../../sdk/capacity/placement/placement";
import { nextRevision, type Update } from "../../../../sdk/capacity/rollout/update";
import { nodesFor, oneMore, smallCase, update, type CaseOfUpdate, type SmallCase } from "./rolloutCases";

export const HOST = "kubernetes.io/hostname";
export const ZONE = "topology.kubernetes.io/zone";

type Rules = Pick<PodShape, "affinity" | "topologySpreadConstraints" | "hostPorts">;

/** Rules of pods that carry the label `app`; `byRevision` counts only pods of the same revision. */
export const RULES = {
  "apart by host": (app: string): Rules => apart(app, HOST),
  "apart by host and revision": (app: string): Rules => apart(app, HOST, true),
  "apart by zone": (app: string): Rules => apart(app, ZONE),
  "spread over zones": (app: string): Rules => spread(app, ZONE, 1),
  "spread over zones by revision": (app: string): Rules => spread(app, ZONE, 1, true),
  "spread over hosts, two apart": (app: string): Rules => spread(app, HOST, 2),
  "spread over zones, apart by host": (app: string): Rules => ({ ...spread(app, ZONE, 1), ...apart(app, HOST) }),
  "together in a zone": (app: string): Rules => ({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term(app, ZONE)] } },
  }),
  "a port of the host": (app: string): Rules => {
    return { hostPorts: [{ ip: "0.0.0.0", protocol: "TCP", port: 8000 + (app.codePointAt(1) ?? 0) }] };
  },
} as const;

function term(app: string, topologyKey: string) {
  return { topologyKey, labelSelector: { matchLabels: { app } } };
}

function apart(app: string, topologyKey: string, byRevision = false): Rules {
  const one = { ...term(app, topologyKey), ...(byRevision && { matchLabelKeys: ["pod-template-hash"] }) };
  return { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [one] } } };
}

function spread(app: string, topologyKey: string, maxSkew: number, byRevision = false): Rules {
  const rule = { ...term(app, topologyKey), maxSkew, whenUnsatisfiable: "DoNotSchedule" };
  return { topologySpreadConstraints: [{ ...rule, ...(byRevision && { matchLabelKeys: ["pod-template-hash"] }) }] };
}

/** The update with rules between its pods, which its nodes then list. */
export function tied(one: Update, rules: (app: string) => Rules): Update {
  const { name: app } = one;
  const present: PodShape = {
    ...one.pod,
    requests: one.old ?? one.pod.requests,
    namespace: "models",
    labels: { app, "pod-template-hash": "now" },
    ...rules(app),
  };
  const running = one.running.map((pod) => ({ ...pod, shape: present }));
  return { ...one, pod: nextRevision({ ...present, requests: one.pod.requests }), running };
}

/** Nodes with names and zones as labels, two zones in turn, that list the old pods. */
export function zoned(nodes: readonly ClusterNode[], all: readonly Update[]): ClusterNode[] {
  return nodes.map((node, i) => ({
    ...node,
    labels: { [HOST]: node.name, [ZONE]: `zone-${i % 2}` },
    planned: all.flatMap(({ running }) => running.flatMap((pod) => (pod.node === node.name ? (pod.shape ?? []) : []))),
  }));
}

/** Small cases in which some updates have such rules. Old pods may stand as no scheduler would put them, and one may wait. */
export const tiedCase: fc.Arbitrary<SmallCase> = fc
  .record({
    small: smallCase,
    rules: fc.array(fc.constantFrom(undefined, ...Object.values(RULES)), { minLength: 3, maxLength: 3 }),
    waits: fc.array(fc.constantFrom(false, false, true), { minLength: 3, maxLength: 3 }),
  })
  .map(({ small, rules, waits }) => {
    const whole = small.updates.map((one, i) => {
      const own = rules[i];
      return own === undefined ? one : tied(one, own);
    });
    return whole.reduce<SmallCase>((now, _, i) => (waits[i] === true ? withOneWaiting(now, i) : now), {
      updates: whole,
      nodes: zoned(small.nodes, whole),
    });
  });

/** One old pod fewer has a place, if it then finds none. */
function withOneWaiting({ updates, nodes }: SmallCase, i: number): SmallCase {
  const fewer = updates.map((one, at) =>
    at === i && one.running.length > 1 ? { ...one, running: one.running.slice(1) } : one,
  );
  const there = zoned(nodes, fewer);
  const old = fewer[i]?.running[0]?.shape ?? { requests: fewer[i]?.old ?? {} };
  return feasibleRows(nodeIndex(there), old).length > 0 ? { updates, nodes } : { updates: fewer, nodes: there };
}

/** More updates than are walked through, on nodes of eight accelerators with some to spare. */
export const manyTied: fc.Arbitrary<SmallCase> = fc
  .record({
    nodes: fc.integer({ min: 4, max: 8 }),
    updates: fc.array(
      fc.record({
        gpus: fc.constantFrom(1, 1, 2, 4),
        on: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 3 }),
        strategy: fc.constantFrom<CaseOfUpdate["strategy"]>(oneMore, oneMore, { surge: 0, unavailable: 1 }, "Recreate"),
        rules: fc.constantFrom(undefined, ...Object.values(RULES)),
      }),
      { minLength: 7, maxLength: 9 },
    ),
    spare: fc.array(fc.nat(6), { minLength: 8, maxLength: 8 }),
  })
  .map(({ nodes, updates, spare }) => {
    const all = updates.map(({ gpus, on, strategy = oneMore, rules }, i) => {
      const letters = on.map((node) => String.fromCharCode(97 + (node % nodes))).join("");
      const one = update({ name: `u${i}`, gpus, on: letters, strategy });
      return rules === undefined ? one : tied(one, rules);
    });
    const sizes = spare.slice(0, nodes).map((free, i) => {
      const held = all.flatMap(({ running }) => running.filter(({ node }) => node === String.fromCharCode(97 + i)));
      return free + held.reduce((sum, { requests }) => sum + (requests["nvidia.com/gpu"] ?? 0), 0);
    });
    return { updates: all, nodes: zoned(nodesFor(sizes, all), all) };
  });
