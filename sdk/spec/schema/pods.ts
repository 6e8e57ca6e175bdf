/** Pod settings that runtimes, services and profiles share. */
import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { z } from "zod";
import { compareQuantities, parseQuantity } from "../../pod/quantity";
import {
  bytes,
  choice,
  cores,
  dnsLabel,
  expected,
  formatCores,
  list,
  object,
  record,
  text,
  textLike,
  whole,
} from "./fields";
import type { Loose, Plain, SchemaOf } from "./plain";
import type { Path, Problem } from "./problem";
import { quote, within } from "./problem";

/** CPU and memory of one pod. */
export interface ResourceAmounts {
  /** CPU cores, in steps of 0.001. */
  cpu?: number;
  /** Amount with a unit, such as `64Gi`. */
  memory?: string;
}

/** CPU and memory a pod asks for and may use. Accelerators are set apart from these. */
export interface ResourceSettings {
  /** What the scheduler reserves. */
  requests?: ResourceAmounts;
  /** What the pod may use at most. Default: the requests. */
  limits?: ResourceAmounts;
}

/** How a toleration compares the value of a taint. */
export const TolerationOperator = { Exists: "Exists", Equal: "Equal" } as const;
export type TolerationOperator = (typeof TolerationOperator)[keyof typeof TolerationOperator];

/** What a taint does to pods that do not tolerate it. */
export const TaintEffect = {
  NoSchedule: "NoSchedule",
  PreferNoSchedule: "PreferNoSchedule",
  NoExecute: "NoExecute",
} as const;
export type TaintEffect = (typeof TaintEffect)[keyof typeof TaintEffect];

/** Lets pods run on nodes with a matching taint. Upstream: Kubernetes core/v1 Toleration. */
export interface NodeToleration {
  /** Key of the taint; absent with operator `Exists`: every taint. */
  key?: string;
  /** `Exists`, or `Equal` (default) with a value. */
  operator?: TolerationOperator;
  value?: string;
  /** Absent: every effect. */
  effect?: TaintEffect;
  /** How long a pod stays on a node after a NoExecute taint appears. */
  tolerationSeconds?: number;
}

/** An environment variable of the serving container: a value, or a key of a Secret. */
export interface EnvironmentVariable {
  name: string;
  /** Plain value. A Pulumi secret is refused here, since it would be readable in the custom resource. */
  value?: Input<string>;
  /** Secret of the same namespace that holds the value. */
  secretName?: Input<string>;
  /** Key in that Secret. */
  secretKey?: string;
}

/** Affinity as core/v1 has it. */
export type NodeAffinity = types.input.core.v1.Affinity;

export const amountsSchema = object({
  cpu: cores.optional(),
  memory: bytes.optional(),
}) satisfies SchemaOf<ResourceAmounts>;

export const resourcesSchema = object({
  requests: amountsSchema.optional(),
  limits: amountsSchema.optional(),
}) satisfies SchemaOf<ResourceSettings>;

export const tolerationSchema = object({
  key: text("a taint key").optional(),
  operator: choice(Object.values(TolerationOperator)).optional(),
  value: text().optional(),
  effect: choice(Object.values(TaintEffect)).optional(),
  tolerationSeconds: whole(0).optional(),
}) satisfies SchemaOf<NodeToleration>;

export const environmentSchema = object({
  name: textLike(/^[A-Za-z_][A-Za-z0-9_.-]*$/, "the name of an environment variable"),
  value: text().optional(),
  secretName: dnsLabel("the name of a Secret").optional(),
  secretKey: text("a key of the Secret").optional(),
}) satisfies SchemaOf<EnvironmentVariable>;

export const tolerations = list(tolerationSchema, "tolerations");
export const environment = list(environmentSchema, "environment variables");
export const nodeSelector = record(text("a label value"), "label values");
/** A part of the core API that goes through as it is; the API server judges it. */
export function coreObject<T extends object>(what: string): z.ZodType<T, T> {
  const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
  return z.custom<T>(isObject, { error: expected(what) });
}

export const affinity = coreObject<Plain<NodeAffinity>>("an affinity");

/** Requests stay within limits. Paths begin at the resources. */
export function requestsWithinLimits({ requests, limits }: Loose<ResourceSettings>): Problem[] {
  const problems: Problem[] = [];
  if (requests?.cpu !== undefined && limits?.cpu !== undefined && requests.cpu > limits.cpu) {
    problems.push({
      path: ["limits", "cpu"],
      message: `${limits.cpu} is less than the ${requests.cpu} cores requested`,
    });
  }
  if (requests?.memory !== undefined && limits?.memory !== undefined && isLess(limits.memory, requests.memory)) {
    const message = `${limits.memory} is less than the ${requests.memory} requested`;
    problems.push({ path: ["limits", "memory"], message });
  }
  return problems;
}

/** Names are unique, allowed by KServe, and each has exactly one origin. Paths begin at the list. */
export function environmentIsSound(variables: Loose<EnvironmentVariable[]>): Problem[] {
  const names = variables.map((variable) => variable?.name);
  return variables.flatMap((variable, index) => {
    if (variable?.name === undefined) return [];
    const problems: Problem[] = [];
    if (names.indexOf(variable.name) !== index)
      problems.push({ path: ["name"], message: `${quote(variable.name)} is set twice` });
    if (variable.name === "PYTHONPATH") {
      problems.push({ path: ["name"], message: "PYTHONPATH is refused by KServe; build it into the image instead" });
    }
    const secret = variable.secretName !== undefined && variable.secretKey !== undefined;
    const half = (variable.secretName === undefined) !== (variable.secretKey === undefined);
    if (half || secret === (variable.value !== undefined)) {
      problems.push({ path: [], message: `${variable.name}: expected either value, or secretName and secretKey` });
    }
    return within([index], problems);
  });
}

/** Whether the first amount is smaller than the second. */
export function isLess(amount: string, than: string): boolean {
  return compareQuantities(parseQuantity(amount), parseQuantity(than)) < 0;
}

/** Resource entries of a container; requests and limits each hold what is given. */
export function amounts({
  cpu,
  memory,
}: {
  cpu?: number | undefined;
  memory?: string | undefined;
}): Record<string, string> {
  return {
    ...(cpu === undefined ? {} : { cpu: formatCores(cpu) }),
    ...(memory === undefined ? {} : { memory }),
  };
}

/** The rule's problems below the given path, when there is a value at all. */
export function check<T>(value: T | undefined, path: Path, rule: (value: T) => Problem[]): Problem[] {
  return value === undefined ? [] : within(path, rule(value));
}
