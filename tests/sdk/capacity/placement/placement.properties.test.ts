/** The index, with its classes, trees and counts, against rules written down plainly and asked node by node. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { BoundPod, ClusterNode } from "../../../../sdk/capacity/inventory/inventory";
import {
  feasibleAt,
  feasibleRows,
  nodeAt,
  nodeIndex,
  nodesOf,
  place,
  rowOf,
  slotsIn,
  take,
} from "../../../../sdk/capacity/placement/nodeIndex";
import { obstacles, slots, type PodShape } from "../../../../sdk/capacity/placement/placement";
import { selectsNode, untolerated } from "../../../../sdk/capacity/placement/scheduling";
import { GPU, freeNode, gpuTaint, gpuToleration } from "../nodes";

const ZONE = "zone";
const HOST = "host";
const APPS = ["a", "b"];

interface Term {
  topologyKey: string;
  labelSelector: { matchLabels: Record<string, string> };
}

const terms = fc.array(
  fc
    .record({ topologyKey: fc.constantFrom(ZONE, HOST), app: fc.constantFrom(...APPS) })
    .map(({ topologyKey, app }): Term => ({ topologyKey, labelSelector: { matchLabels: { app } } })),
  { maxLength: 2 },
);
const constraints = fc.array(
  fc.record({
    maxSkew: fc.integer({ min: 1, max: 2 }),
    minDomains: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    topologyKey: fc.constantFrom(ZONE, HOST),
    app: fc.constantFrom(...APPS),
    nodeAffinityPolicy: fc.constantFrom("Honor", "Ignore", undefined),
    nodeTaintsPolicy: fc.constantFrom("Honor", "Ignore", undefined),
    whenUnsatisfiable: fc.constantFrom("DoNotSchedule", "DoNotSchedule", "ScheduleAnyway"),
  }),
  { maxLength: 2 },
);
const where = fc.constantFrom("any", "any", "zone x", "host n2", "named", "not n1", "nowhere");
const rules = fc.constantFrom("none", "none", "near", "apart", "spread", "ports");

const pods = fc
  .record({
    gpus: fc.nat(2),
    app: fc.constantFrom(...APPS),
    tolerant: fc.boolean(),
    where,
    rule: rules,
    terms,
    constraints,
  })
  .map(({ gpus, app, tolerant, where: place, rule, terms: some, constraints: spread }): PodShape => {
    const required = { requiredDuringSchedulingIgnoredDuringExecution: some };
    const { nodeSelector, nodeAffinity } = placeOf(place);
    return {
      requests: { [GPU]: gpus },
      labels: { app },
      tolerations: tolerant ? [gpuToleration] : [],
      ...(nodeSelector !== undefined && { nodeSelector }),
      affinity: {
        ...(nodeAffinity !== undefined && { nodeAffinity }),
        ...(rule === "near" && { podAffinity: required }),
        ...(rule === "apart" && { podAntiAffinity: required }),
      },
      ...(rule === "ports" && { hostPorts: [{ ip: "0.0.0.0", protocol: "TCP", port: 80 + gpus }] }),
      ...(rule === "spread" && {
        topologySpreadConstraints: spread.map(({ app: about, minDomains, ...rest }) => ({
          ...rest,
          ...(minDomains !== undefined && { minDomains }),
          labelSelector: { matchLabels: { app: about } },
        })),
      }),
    };
  });

function placeOf(place: string): Pick<PodShape, "nodeSelector"> & { nodeAffinity?: object } {
  const affinity = (...nodeSelectorTerms: object[]) => ({
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  });
  const named = (...values: string[]) => ({
    matchFields: values.map((value) => ({ key: "metadata.name", operator: "In", values: [value] })),
  });
  switch (place) {
    case "zone x":
      return { nodeSelector: { [ZONE]: "x" } };
    case "host n2":
      return { nodeSelector: { [HOST]: "n2" } };
    case "named":
      return affinity(named("n3"), named("n1"));
    case "not n1":
      return affinity({ matchExpressions: [{ key: HOST, operator: "NotIn", values: ["n1"] }] });
    case "nowhere":
      return affinity(named("n1"), { matchExpressions: [{ key: ZONE, operator: "In", values: ["q"] }] });
    default:
      return {};
  }
}

const nodes = fc
  .array(
    fc.record({
      gpus: fc.nat(4),
      zone: fc.constantFrom("x", "y", undefined),
      hasHost: fc.constantFrom(true, true, true, false),
      tainted: fc.boolean(),
      cordoned: fc.constantFrom(false, false, true),
      bound: fc.array(fc.record({ pod: pods, terminating: fc.boolean() }), { maxLength: 1 }),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((all) =>
    all.map(({ gpus, zone, hasHost, tainted, cordoned, bound }, i): ClusterNode =>
      freeNode(`n${i}`, gpus, {
        free: { pods: 3, [GPU]: gpus },
        labels: { ...(hasHost && { [HOST]: `n${i}` }), ...(zone !== undefined && { [ZONE]: zone }) },
        taints: tainted ? [gpuTaint] : [],
        unschedulable: cordoned,
        bound: bound.map(({ pod, terminating }): BoundPod => ({
          namespace: "default",
          name: `bound-${i}`,
          labels: pod.labels ?? {},
          requests: {},
          priority: 0,
          shape: pod,
          ...(terminating && { terminating }),
        })),
      }),
    ),
  );

interface Resident {
  labels: Readonly<Record<string, string>>;
  shape: PodShape;
  node: ClusterNode;
  terminating: boolean;
}

function residents(all: readonly ClusterNode[]): Resident[] {
  return all.flatMap((node) => [
    ...node.bound.map(({ labels, shape, terminating = false }) => ({ labels, shape: shape!, node, terminating })),
    ...(node.planned ?? []).map((shape) => ({ labels: shape.labels ?? {}, shape, node, terminating: false })),
  ]);
}

const isAbout = ({ labelSelector }: Term, labels: Readonly<Record<string, string>>) =>
  labelSelector.matchLabels.app === labels.app;
const affinityOf = ({ affinity }: PodShape) =>
  (affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) as Term[];
const antiOf = ({ affinity }: PodShape) =>
  (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) as Term[];

/** Whether a node suits a pod, as the documentation of the rules tells it. */
function suits(pod: PodShape, node: ClusterNode, all: readonly ClusterNode[]): boolean {
  const others = residents(all);
  const labels = pod.labels ?? {};
  const shares = (key: string, other: ClusterNode) =>
    node.labels[key] !== undefined && node.labels[key] === other.labels[key];
  const near = affinityOf(pod);
  const friends = others.filter((other) => near.every((term) => isAbout(term, other.labels)));
  const hasDomains = near.every(({ topologyKey }) => node.labels[topologyKey] !== undefined);
  const isMet = near.every(({ topologyKey }) => friends.some((other) => shares(topologyKey, other.node)));
  const isAlone = !friends.some((other) =>
    near.some(({ topologyKey }) => other.node.labels[topologyKey] !== undefined),
  );
  const isFirst = isAlone && near.every((term) => isAbout(term, labels));
  return (
    obstacles(pod, node).length === 0 &&
    hasDomains &&
    (isMet || isFirst) &&
    !antiOf(pod).some((term) =>
      others.some((other) => isAbout(term, other.labels) && shares(term.topologyKey, other.node)),
    ) &&
    !others.some((other) =>
      antiOf(other.shape).some((term) => isAbout(term, labels) && shares(term.topologyKey, other.node)),
    ) &&
    spreads(pod, node, all)
  );
}

function spreads(pod: PodShape, node: ClusterNode, all: readonly ClusterNode[]): boolean {
  const hard = (pod.topologySpreadConstraints ?? []).filter((one) => one.whenUnsatisfiable === "DoNotSchedule");
  return hard.every((one) => {
    const counted = all.filter(
      (other) =>
        hard.every(({ topologyKey }) => other.labels[topologyKey] !== undefined) &&
        (one.nodeAffinityPolicy === "Ignore" || selectsNode(pod, other)) &&
        (one.nodeTaintsPolicy !== "Honor" || untolerated(other.taints, pod.tolerations ?? []).length === 0),
    );
    const isCounted = (labels: Readonly<Record<string, string>>) => isAbout(one as Term, labels);
    const there = residents(counted).filter(({ labels, terminating }) => !terminating && isCounted(labels));
    const countIn = (domain: string | undefined) =>
      there.filter((other) => other.node.labels[one.topologyKey] === domain).length;
    const domains = [...new Set(counted.map(({ labels }) => labels[one.topologyKey]))];
    const own = node.labels[one.topologyKey];
    if (own === undefined) return false;
    const fewest = domains.length < (one.minDomains ?? 1) ? 0 : Math.min(...domains.map(countIn));
    return countIn(own) + (isCounted(pod.labels ?? {}) ? 1 : 0) - fewest <= one.maxSkew;
  });
}

describe("the index of nodes, with rules between pods", () => {
  it("knows after any number of changes where a pod may go", () => {
    fc.assert(
      fc.property(nodes, fc.array(pods, { minLength: 1, maxLength: 4 }), (given, asking) => {
        const index = nodeIndex(given);
        for (const pod of asking) {
          const now = nodesOf(index);
          const suitable = now.filter((node) => suits(pod, node, now)).map(({ name }) => name);
          const rows = feasibleRows(index, pod);
          assert.deepEqual(rows.map((row) => nodeAt(index, row).name).sort(), suitable.sort());
          for (const row of rows) assert.ok(feasibleAt(index, row, pod));
          assert.equal(slotsIn(index, pod), slots(pod, now));
          const placed = place(index, pod, 2);
          assert.equal(placed.length > 0, suitable.length > 0);
          assert.equal(placed.length, Math.min(2, slots(pod, now)));
          if (placed.length > 0) assert.ok(rows.includes(placed[0]!));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("is as it was once what was put on it is gone", () => {
    fc.assert(
      fc.property(nodes, fc.array(pods, { minLength: 1, maxLength: 3 }), pods, (given, coming, asked) => {
        const index = nodeIndex(given);
        const before = feasibleRows(index, asked);
        const rows = coming.map((pod) => ({ pod, rows: place(index, pod, 2) }));
        for (const one of rows.toReversed()) for (const row of one.rows) take(index, row, one.pod, -1);
        assert.deepEqual(feasibleRows(index, asked), before);
        assert.deepEqual(
          nodesOf(index).map(({ name, free, planned = [] }) => [name, free, planned]),
          given.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, free }) => [name, free, []]),
        );
        for (const { name } of given) assert.equal(nodeAt(index, rowOf(index, name)!).name, name);
      }),
      { numRuns: 150 },
    );
  });
});
