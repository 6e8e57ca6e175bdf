/** Random nodes, pods on them, and pods that ask for a place, as API objects. */
import * as fc from "fast-check";
import type { NodeObject, PodObject } from "../../sdk/capacity/inventory/inventory";
import type { PodSpec } from "../../sdk/kubernetes/core";

export interface Scenario {
  nodes: NodeObject[];
  /** Bound to the nodes by name. */
  bound: PodObject[];
  probes: PodObject[];
}

/** Two namespaces; the second has the label `team: blue`. */
export interface ScenarioNames {
  id: string;
  namespaces: readonly [string, string];
}

export const SCENARIO_LABEL = "oracle.test/scenario";
const ZONE = "topology.kubernetes.io/zone";
const RACK = "oracle.test/rack";
const HOST = "kubernetes.io/hostname";
const TAINT = "oracle.test/taint";

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc
    .option(arbitrary, { nil: undefined, freq: 3 })
    .chain((value) => fc.boolean().map((keep) => (keep ? value : undefined)));

const nodeArbitrary = fc.record({
  zone: maybe(fc.constantFrom("a", "b")),
  rack: maybe(fc.constantFrom("r1", "r2", "r3")),
  taint: rarely(fc.constantFrom("x:NoSchedule", "y:NoSchedule", "x:PreferNoSchedule")),
  cordoned: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
  cpu: fc.integer({ min: 1, max: 4 }),
  gpus: fc.integer({ min: 0, max: 4 }),
  slices: fc.nat(2),
  disk: fc.integer({ min: 1, max: 3 }),
  pods: fc.integer({ min: 2, max: 5 }),
});

const labelsArbitrary = fc.record({ app: fc.constantFrom("a", "b"), tier: fc.constantFrom("1", "2") });
const portArbitrary = rarely(
  fc.record({
    hostPort: fc.constantFrom(7001, 7002),
    hostIP: fc.constantFrom("", "127.0.0.1", "10.0.0.9"),
    protocol: fc.constantFrom("TCP", "UDP"),
  }),
);
interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

const selectorArbitrary = fc.oneof<fc.Arbitrary<Selector>[]>(
  fc.constantFrom("a", "b").map((app) => ({ matchLabels: { app } })),
  fc.constantFrom("In", "NotIn").map((operator) => ({ matchExpressions: [{ key: "app", operator, values: ["a"] }] })),
  fc.constant<Selector>({ matchExpressions: [{ key: "app", operator: "Exists" }] }),
  fc.constant({}),
);
const termArbitrary = fc.record({
  topologyKey: fc.constantFrom(ZONE, RACK, HOST),
  labelSelector: selectorArbitrary,
  where: fc.constantFrom(
    "own" as const,
    "own" as const,
    "second" as const,
    "all" as const,
    "team" as const,
    "name" as const,
  ),
  same: fc.boolean(),
  other: fc.boolean(),
});
type Term = typeof termArbitrary extends fc.Arbitrary<infer T> ? T : never;

const spreadArbitrary = fc.record({
  topologyKey: fc.constantFrom(ZONE, RACK, HOST),
  maxSkew: fc.integer({ min: 1, max: 2 }),
  minDomains: maybe(fc.integer({ min: 1, max: 4 })),
  labelSelector: selectorArbitrary,
  nodeAffinityPolicy: maybe(fc.constantFrom("Honor", "Ignore")),
  nodeTaintsPolicy: maybe(fc.constantFrom("Honor", "Ignore")),
  same: fc.boolean(),
  soft: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});
type Spread = typeof spreadArbitrary extends fc.Arbitrary<infer T> ? T : never;

const nodeAffinityArbitrary = rarely(
  fc.oneof(
    fc.record({
      key: fc.constantFrom(ZONE, RACK),
      operator: fc.constantFrom("In", "NotIn"),
      values: fc.constant<string[]>(["a"]),
    }),
    fc.record({ key: fc.constantFrom(ZONE, RACK), operator: fc.constantFrom("Exists", "DoesNotExist") }),
  ),
);

const podArbitrary = fc.record({
  second: fc.boolean(),
  labels: labelsArbitrary,
  port: portArbitrary,
  antiAffinity: rarely(termArbitrary),
  cpu: fc.nat(1),
  gpus: fc.nat(2),
});

const boundArbitrary = fc.record({
  pod: podArbitrary,
  node: fc.nat(9),
  isEnding: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
});

const probeArbitrary = fc.record({
  pod: podArbitrary,
  affinity: fc.oneof(
    { weight: 3, arbitrary: fc.constant<Term[]>([]) },
    { weight: 2, arbitrary: fc.array(termArbitrary, { minLength: 1, maxLength: 2 }) },
  ),
  spread: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Spread[]>([]) },
    {
      weight: 2,
      arbitrary: fc.uniqueArray(spreadArbitrary, {
        minLength: 1,
        maxLength: 2,
        selector: ({ topologyKey, soft }) => `${topologyKey}${soft}`,
      }),
    },
  ),
  nodeAffinity: nodeAffinityArbitrary,
  tolerates: maybe(fc.constantFrom("x", "y", "all")),
  slices: fc.integer({ min: 0, max: 5 }).map((n) => Math.max(0, n - 3)),
  disk: fc.integer({ min: 0, max: 8 }).map((n) => Math.max(0, n - 5)),
  isGated: fc.integer({ min: 0, max: 19 }).map((n) => n === 0),
});

/** Scenarios, made into objects once their names are known. */
export const scenarios: fc.Arbitrary<(names: ScenarioNames) => Scenario> = fc
  .record({
    nodes: fc.array(nodeArbitrary, { minLength: 2, maxLength: 6 }),
    bound: fc.array(boundArbitrary, { maxLength: 8 }),
    probes: fc.array(probeArbitrary, { minLength: 4, maxLength: 4 }),
  })
  .map(({ nodes, bound, probes }) => (names) => ({
    nodes: nodes.map((node, i) => nodeObject(names, i, node)),
    bound: bound.map((one, i) => boundObject(names, i, one, nodes.length)),
    probes: probes.map((probe, i) => probeObject(names, i, probe)),
  }));

function nodeName({ id }: ScenarioNames, index: number): string {
  return `oracle-${id}-${index}`;
}

function nodeObject(
  names: ScenarioNames,
  index: number,
  node: typeof nodeArbitrary extends fc.Arbitrary<infer T> ? T : never,
): NodeObject {
  const [value, effect = ""] = node.taint?.split(":") ?? [];
  const amounts = {
    cpu: String(node.cpu),
    memory: "8Gi",
    "ephemeral-storage": `${node.disk}Gi`,
    pods: String(node.pods),
    "nvidia.com/gpu": String(node.gpus),
    "nvidia.com/mig-3g.20gb": String(node.slices),
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: nodeName(names, index),
      labels: {
        [SCENARIO_LABEL]: names.id,
        [HOST]: nodeName(names, index),
        ...(node.zone !== undefined && { [ZONE]: node.zone }),
        ...(node.rack !== undefined && { [RACK]: node.rack }),
      },
    },
    spec: {
      ...(value !== undefined && { taints: [{ key: TAINT, value, effect }] }),
      ...(node.cordoned && { unschedulable: true }),
    },
    status: { allocatable: amounts, ...{ capacity: amounts } },
  };
}

type PodDraft = typeof podArbitrary extends fc.Arbitrary<infer T> ? T : never;

function podObject(
  names: ScenarioNames,
  name: string,
  draft: PodDraft,
  more: Record<string, string>,
  spec: Omit<Partial<PodSpec>, "nodeName" | "priority"> & { nodeName?: string },
): PodObject {
  const requests = { cpu: String(draft.cpu), ...more };
  const limits = { "nvidia.com/gpu": String(draft.gpus) };
  const { port } = draft;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: names.namespaces[draft.second ? 1 : 0], labels: draft.labels },
    spec: {
      containers: [
        {
          name: "main",
          image: "oracle",
          resources: {
            requests,
            limits: {
              ...limits,
              ...("nvidia.com/mig-3g.20gb" in more && { "nvidia.com/mig-3g.20gb": more["nvidia.com/mig-3g.20gb"] }),
            },
          },
          ...(port !== undefined && {
            ports: [
              {
                containerPort: 80,
                hostPort: port.hostPort,
                protocol: port.protocol,
                ...(port.hostIP !== "" && { hostIP: port.hostIP }),
              },
            ],
          }),
        },
      ],
      terminationGracePeriodSeconds: 0,
      ...spec,
    },
  };
}

function boundObject(
  names: ScenarioNames,
  index: number,
  { pod, node, isEnding }: typeof boundArbitrary extends fc.Arbitrary<infer T> ? T : never,
  nodes: number,
): PodObject {
  const affinity =
    pod.antiAffinity === undefined ? {} : { affinity: { podAntiAffinity: required([pod.antiAffinity], names) } };
  const object = podObject(
    names,
    `bound-${index}`,
    pod,
    {},
    { nodeName: nodeName(names, node % nodes), tolerations: [{ operator: "Exists" }], ...affinity },
  );
  return isEnding ? { ...object, metadata: { ...object.metadata, ...{ finalizers: ["oracle.test/hold"] } } } : object;
}

function probeObject(
  names: ScenarioNames,
  index: number,
  probe: typeof probeArbitrary extends fc.Arbitrary<infer T> ? T : never,
): PodObject {
  const { pod, affinity, spread, nodeAffinity, tolerates } = probe;
  const more = {
    ...(probe.disk > 0 && { "ephemeral-storage": `${probe.disk}Gi` }),
    ...(probe.slices > 0 && { "nvidia.com/mig-3g.20gb": String(probe.slices) }),
  };
  return podObject(names, `probe-${index}`, pod, more, {
    nodeSelector: { [SCENARIO_LABEL]: names.id },
    tolerations:
      tolerates === undefined ? [] : [tolerates === "all" ? { operator: "Exists" } : { key: TAINT, value: tolerates }],
    affinity: {
      ...(nodeAffinity !== undefined && {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [nodeAffinity] }] },
        },
      }),
      ...(affinity.length > 0 && { podAffinity: required(affinity, names) }),
      ...(pod.antiAffinity !== undefined && { podAntiAffinity: required([pod.antiAffinity], names) }),
    },
    topologySpreadConstraints: spread.map(spreadObject),
    ...(probe.isGated && { schedulingGates: [{ name: "oracle.test/gate" }] }),
  });
}

function required(terms: readonly Term[], names: ScenarioNames) {
  return {
    requiredDuringSchedulingIgnoredDuringExecution: terms.map(({ topologyKey, labelSelector, where, same, other }) => ({
      topologyKey,
      labelSelector,
      ...namespacesOf(where, names),
      ...(same ? { matchLabelKeys: ["tier", "absent"] } : other && { mismatchLabelKeys: ["tier"] }),
    })),
  };
}

interface Where {
  namespaces?: string[];
  namespaceSelector?: { matchLabels?: Record<string, string> };
}

function namespacesOf(where: Term["where"], { namespaces: [, second] }: ScenarioNames): Where {
  switch (where) {
    case "own":
      return {};
    case "second":
      return { namespaces: [second] };
    case "all":
      return { namespaceSelector: {} };
    case "team":
      return { namespaceSelector: { matchLabels: { team: "blue" } } };
    case "name":
      return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": second } } };
  }
}

function spreadObject({ same, soft, minDomains, nodeAffinityPolicy, nodeTaintsPolicy, ...rest }: Spread) {
  return {
    ...rest,
    whenUnsatisfiable: soft ? "ScheduleAnyway" : "DoNotSchedule",
    ...(minDomains !== undefined && !soft && { minDomains }),
    ...(nodeAffinityPolicy !== undefined && { nodeAffinityPolicy }),
    ...(nodeTaintsPolicy !== undefined && { nodeTaintsPolicy }),
    ...(same && { matchLabelKeys: ["tier"] }),
  };
}
