/** What a user may say of Kueue's quotas and queues. */
import type { z } from "zod";
import { findAccelerator } from "../../catalog/accelerators";
import type { ChartSettings } from "../installation/chart";
import { chartSettingsSchema } from "../installation/chart";
import type { OperatorSettings } from "../installation/operator";
import { operatorSettingsSchema } from "../installation/operator";
import { acceleratorProblems } from "../profiles/hardwareProfile";
import {
  bytes,
  choice,
  cores,
  dnsLabel,
  list,
  object,
  quantity,
  record,
  text,
  unknownName,
  whole,
} from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { NodeToleration } from "../schema/pods";
import { nodeSelector, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";
import type { SpecRule } from "../schema/validate";

/** Version of Kueue's API. */
export const QueueApi = {
  /** Served by every current Kueue; deprecated since 0.14 or later. */
  V1beta1: "v1beta1",
  V1beta2: "v1beta2",
} as const;
export type QueueApi = (typeof QueueApi)[keyof typeof QueueApi];

/** What installs Kueue. */
export const QueueInstaller = {
  /** Kueue's chart, on any Kubernetes. */
  Helm: "helm",
  /** Red Hat's operator of Kueue, on OpenShift. */
  Olm: "olm",
} as const;
export type QueueInstaller = (typeof QueueInstaller)[keyof typeof QueueInstaller];

/** Which waiting workload goes first. */
export const QueueingStrategy = {
  /** By age; one that does not fit lets later ones pass. */
  BestEffortFIFO: "BestEffortFIFO",
  /** By age; one that does not fit holds up all later ones. */
  StrictFIFO: "StrictFIFO",
} as const;
export type QueueingStrategy = (typeof QueueingStrategy)[keyof typeof QueueingStrategy];

/** Which running workloads may be stopped for a waiting one. */
export const PreemptionPolicy = {
  Never: "Never",
  LowerPriority: "LowerPriority",
  /** Within the queue only. */
  LowerOrNewerEqualPriority: "LowerOrNewerEqualPriority",
  /** Within the cohort only. */
  Any: "Any",
} as const;
export type PreemptionPolicy = (typeof PreemptionPolicy)[keyof typeof PreemptionPolicy];

/** One kind of node. */
export interface QueueFlavor {
  /** Product of the catalogue or resource name; gives resource, node labels and tolerations. */
  accelerator?: string;
  /** Labels of the nodes. Default: the product's label. */
  nodeLabels?: Record<string, string>;
  /** Given to admitted pods. Default: those that nodes of the accelerator usually need. */
  tolerations?: NodeToleration[];
}

/** An amount of one flavor. */
export interface QueueAmounts {
  /** CPU cores. */
  cpu?: number;
  /** Amount with a unit, such as `512Gi`. */
  memory?: string;
  /** Devices of the flavor's accelerator. */
  accelerators?: number;
  /** Any other resource by name. */
  resources?: Record<string, string>;
}

/** What a queue has of one flavor. */
export interface QueueQuota extends QueueAmounts {
  /** How much may be borrowed from the cohort beyond the quota. Default: all there is. */
  borrowing?: QueueAmounts;
  /** How much of the quota the cohort may borrow. Default: all of it. */
  lending?: QueueAmounts;
}

/** Quotas that workloads of several namespaces share. */
export interface ClusterQueueSettings {
  /** By name of the flavor, in the order in which they are tried. */
  quotas: Record<string, QueueQuota>;
  /** Queues of one cohort lend each other what they do not use. */
  cohort?: string;
  /** Default: `BestEffortFIFO`. */
  queueingStrategy?: QueueingStrategy;
  /** Labels of the namespaces whose workloads may use it. Default: all namespaces. */
  namespaceLabels?: Record<string, string>;
  /** Default: `Never`. */
  preemptionWithinQueue?: PreemptionPolicy;
  /** To get back what the cohort borrowed. Default: `Never`. */
  preemptionWithinCohort?: PreemptionPolicy;
}

/** The queue by which a namespace's workloads reach a quota. */
export interface LocalQueueSettings {
  name: string;
  namespace: string;
  clusterQueue: string;
}

/** Arguments of the Queues component. */
export interface QueuesArgs {
  /** Default: `v1beta1`. */
  api?: QueueApi;
  /** Kueue itself. Default: `existing`. */
  kueue?: Provision;
  /** Default: `helm`. */
  installer?: QueueInstaller;
  /** How Kueue's release differs from the catalogue's. */
  chart?: ChartSettings;
  /** How the subscription of Kueue's operator differs from the catalogue's. */
  operatorSettings?: OperatorSettings;
  /** Kinds of node, by name. */
  flavors: Record<string, QueueFlavor>;
  /** Quotas, by name. */
  clusterQueues: Record<string, ClusterQueueSettings>;
  localQueues?: LocalQueueSettings[];
}

const amountsShape = {
  cpu: cores.optional(),
  memory: bytes.optional(),
  accelerators: whole(0).optional(),
  resources: record(quantity("an amount"), "amounts").optional(),
};

const amountsSchema = object(amountsShape) satisfies SchemaOf<QueueAmounts>;

const quotaSchema = object({
  ...amountsShape,
  borrowing: amountsSchema.optional(),
  lending: amountsSchema.optional(),
}) satisfies SchemaOf<QueueQuota>;

const preemption = choice(Object.values(PreemptionPolicy));

const clusterQueueSchema = object({
  quotas: record(quotaSchema, "quotas"),
  cohort: dnsLabel("the name of a cohort").optional(),
  queueingStrategy: choice(Object.values(QueueingStrategy)).default("BestEffortFIFO"),
  namespaceLabels: record(text("a label value"), "label values").default({}),
  preemptionWithinQueue: preemption.default("Never"),
  preemptionWithinCohort: preemption.default("Never"),
}) satisfies SchemaOf<ClusterQueueSettings>;

export const queuesSchema = object({
  api: choice(Object.values(QueueApi)).default("v1beta1"),
  kueue: provision.default("existing"),
  installer: choice(Object.values(QueueInstaller)).default("helm"),
  chart: chartSettingsSchema.optional(),
  operatorSettings: operatorSettingsSchema.optional(),
  flavors: record(
    object({
      accelerator: text("an accelerator").optional(),
      nodeLabels: nodeSelector.optional(),
      tolerations: tolerations.optional(),
    }),
    "flavors",
  ),
  clusterQueues: record(clusterQueueSchema, "cluster queues"),
  localQueues: list(
    object({
      name: dnsLabel("the name of a queue"),
      namespace: dnsLabel("a namespace"),
      clusterQueue: text("the name of a cluster queue"),
    }),
    "local queues",
  ).default([]),
}) satisfies SchemaOf<QueuesArgs>;

/** Queues with their defaults. */
export type QueuesSpec = z.output<typeof queuesSchema>;

type Args = Loose<QueuesArgs>;

/** Names of objects of the cluster. */
function namesAreLegal({ flavors, clusterQueues }: Args): Problem[] {
  const named: [string, string[]][] = [
    ["flavors", Object.keys(flavors ?? {})],
    ["clusterQueues", Object.keys(clusterQueues ?? {})],
  ];
  return named.flatMap(([field, names]) =>
    names.flatMap((name) => {
      const result = dnsLabel("the name of an object").safeParse(name);
      const messages = result.success ? [] : result.error.issues.map(({ message }) => message);
      return messages.map((message) => ({ path: [field, name], message }));
    }),
  );
}

function referencesResolve({ flavors = {}, clusterQueues = {}, localQueues = [] }: Args): Problem[] {
  const problems: Problem[] = [];
  for (const [queue, settings] of Object.entries(clusterQueues)) {
    for (const flavor of Object.keys(settings?.quotas ?? {})) {
      if (flavor in flavors) continue;
      const message = unknownName(flavor, "flavor", Object.keys(flavors));
      problems.push({ path: ["clusterQueues", queue, "quotas", flavor], message });
    }
  }
  localQueues.forEach((local, index) => {
    const target = local?.clusterQueue;
    if (target === undefined || target in clusterQueues) return;
    const message = unknownName(target, "cluster queue", Object.keys(clusterQueues));
    problems.push({ path: ["localQueues", index, "clusterQueue"], message });
  });
  return problems;
}

function namesAreUnique({ localQueues = [] }: Args): Problem[] {
  const keys = localQueues.map((local) => `${local?.namespace ?? ""}/${local?.name ?? ""}`);
  return keys.flatMap((key, index) => {
    const first = keys.indexOf(key);
    if (first === index) return [];
    return [{ path: ["localQueues", index], message: `${key} is localQueues[${first}] already` }];
  });
}

/** The API refuses limits on what cannot be borrowed, and a flavor without any resource. */
function quotasAreSound({ flavors = {}, clusterQueues = {} }: Args): Problem[] {
  const problems: Problem[] = [];
  for (const [queue, settings] of Object.entries(clusterQueues)) {
    const quotas = Object.entries(settings?.quotas ?? {});
    const path = ["clusterQueues", queue, "quotas"];
    if (quotas.length === 0) problems.push({ path, message: "is empty; expected a quota of at least one flavor" });
    for (const [flavor, quota] of quotas) {
      const { borrowing, lending, ...amounts } = quota ?? {};
      const at = [...path, flavor];
      if (Object.values(amounts).every((amount) => amount === undefined)) {
        problems.push({ path: at, message: "is empty; expected cpu, memory, accelerators or resources" });
      }
      if (borrowing !== undefined && settings?.cohort === undefined) {
        problems.push({ path: [...at, "borrowing"], message: "there is nobody to borrow from without a cohort" });
      }
      if (lending !== undefined && settings?.cohort === undefined) {
        problems.push({ path: [...at, "lending"], message: "there is nobody to lend to without a cohort" });
      }
      const device = flavors[flavor]?.accelerator;
      if (amounts.accelerators !== undefined && flavor in flavors && device === undefined) {
        const message = `of which kind? Name the accelerator in flavors.${flavor}, or write the resource into resources`;
        problems.push({ path: [...at, "accelerators"], message });
      }
    }
  }
  return problems;
}

function preemptionIsPossible({ clusterQueues = {} }: Args): Problem[] {
  return Object.entries(clusterQueues).flatMap(([queue, settings]) => {
    const problems: Problem[] = [];
    if (settings?.preemptionWithinQueue === "Any") {
      const message = '"Any" is for preemptionWithinCohort; did you mean LowerOrNewerEqualPriority?';
      problems.push({ path: ["clusterQueues", queue, "preemptionWithinQueue"], message });
    }
    if (settings?.preemptionWithinCohort === "LowerOrNewerEqualPriority") {
      const message = '"LowerOrNewerEqualPriority" is for preemptionWithinQueue; did you mean LowerPriority?';
      problems.push({ path: ["clusterQueues", queue, "preemptionWithinCohort"], message });
    }
    return problems;
  });
}

export const queuesRules: readonly SpecRule<QueuesArgs>[] = [
  namesAreLegal,
  ({ flavors = {} }) =>
    Object.entries(flavors).flatMap(([name, flavor]) =>
      acceleratorProblems({ accelerator: flavor?.accelerator }, ["flavors", name, "accelerator"]),
    ),
  referencesResolve,
  namesAreUnique,
  quotasAreSound,
  preemptionIsPossible,
];

/** The resource name of a flavor's accelerator. */
export function deviceOf(flavor: QueuesSpec["flavors"][string]): string | undefined {
  return flavor.accelerator === undefined ? undefined : findAccelerator(flavor.accelerator)?.resource;
}
