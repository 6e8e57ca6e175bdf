/**
 * LimitRanges as the API server's LimitRanger applies them: what it fills in, and what it refuses, in its words.
 * Upstream: kubernetes `plugin/pkg/admission/limitranger/admission.go`, `pkg/apis/core/v1/defaults.go` (1.34).
 */
import type { Container, KubernetesObject, PodSpec } from "../../kubernetes/core";
import { compareQuantities, formatQuantity, parseQuantity, scaledValue, type Quantity } from "../../pod/quantity";
import { podLimits, podRequests } from "../placement/requests";

type Quantities = Readonly<Record<string, string | number>>;

export interface LimitRange extends KubernetesObject {
  spec?: { limits?: LimitRangeItem[] };
}

export interface LimitRangeItem {
  /** `Container`, `Pod` or `PersistentVolumeClaim`. */
  type: string;
  max?: Quantities;
  min?: Quantities;
  default?: Quantities;
  defaultRequest?: Quantities;
  maxLimitRequestRatio?: Quantities;
}

/** The pod with the requests and limits that LimitRanger fills in. */
export function withLimitRangeDefaults(spec: PodSpec, ranges: readonly LimitRange[]): PodSpec {
  const items = ranges.flatMap(({ spec: own }) => own?.limits ?? []).filter(({ type }) => type === "Container");
  const fill = (container: Container) => items.map(withDefaults).reduce(filled, container);
  const { initContainers } = spec;
  return {
    ...spec,
    containers: spec.containers.map(fill),
    ...(initContainers !== undefined && { initContainers: initContainers.map(fill) }),
  };
}

/** Why LimitRanger refuses a pod, after it has filled in defaults; empty when it does not. @throws QuantityError */
export function limitRangeViolations(spec: PodSpec, ranges: readonly LimitRange[]): string[] {
  const pod = withLimitRangeDefaults(spec, ranges);
  return ranges
    .flatMap(({ spec: own }) => own?.limits ?? [])
    .flatMap((item) => {
      if (item.type === "Pod") return violations(item, ofPod(pod));
      if (item.type !== "Container") return [];
      return [...pod.containers, ...(pod.initContainers ?? [])].flatMap((one) => violations(item, ofContainer(one)));
    });
}

interface Stated {
  requests: ReadonlyMap<string, Quantity>;
  limits: ReadonlyMap<string, Quantity>;
}

/** What the API server fills into the LimitRange itself. */
function withDefaults(item: LimitRangeItem): LimitRangeItem {
  const limits = { ...item.max, ...item.default };
  return { ...item, default: limits, defaultRequest: { ...item.min, ...limits, ...item.defaultRequest } };
}

function filled(container: Container, { default: limits = {}, defaultRequest = {} }: LimitRangeItem): Container {
  const own = (container.resources ?? {}) as { limits?: Quantities; requests?: Quantities };
  // The API server has already made a request of every limit that was written.
  const requests = { ...defaultRequest, ...own.limits, ...own.requests };
  const resources = { ...container.resources, limits: { ...limits, ...own.limits }, requests };
  return { ...container, resources: resources as NonNullable<Container["resources"]> };
}

function ofContainer({ resources }: Container): Stated {
  const { limits = {}, requests = {} } = (resources ?? {}) as { limits?: Quantities; requests?: Quantities };
  return { limits: read(limits), requests: read({ ...limits, ...requests }) };
}

/** Upstream leaves the overhead of a runtime class out here, though quotas and the scheduler count it. */
function ofPod(whole: PodSpec): Stated {
  const spec = { ...whole, overhead: {} };
  const quantity = (name: string, amount: number): [string, Quantity] => [
    name,
    {
      unscaled: BigInt(amount),
      exponent: name === "cpu" ? -3 : 0,
      format: /memory|storage|hugepages/.test(name) ? "BinarySI" : "DecimalSI",
    },
  ];
  const all = (amounts: Readonly<Record<string, number>>) =>
    new Map(Object.entries(amounts).map(([name, amount]) => quantity(name, amount)));
  return { requests: all(podRequests(spec)), limits: all(podLimits(spec)) };
}

function violations({ type, min = {}, max = {}, maxLimitRequestRatio = {} }: LimitRangeItem, stated: Stated): string[] {
  const check = (bounds: Quantities, one: Check) =>
    [...read(bounds)].flatMap(([name, bound]) => {
      const problem = one(name, type, bound, stated.requests.get(name), stated.limits.get(name));
      return problem === undefined ? [] : [problem];
    });
  return [...check(min, belowMinimum), ...check(max, aboveMaximum), ...check(maxLimitRequestRatio, ratioExceeded)];
}

type Check = (
  name: string,
  type: string,
  bound: Quantity,
  request: Quantity | undefined,
  limit: Quantity | undefined,
) => string | undefined;

const belowMinimum: Check = (name, type, bound, request, limit) => {
  const rule = `minimum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (request === undefined) return `${rule}.  No request is specified`;
  if (compareQuantities(request, bound) < 0) return `${rule}, but request is ${formatQuantity(request)}`;
  if (limit !== undefined && compareQuantities(limit, bound) < 0)
    return `${rule}, but limit is ${formatQuantity(limit)}`;
  return undefined;
};

const aboveMaximum: Check = (name, type, bound, request, limit) => {
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(bound)}`;
  if (limit === undefined) return `${rule}.  No limit is specified`;
  if (compareQuantities(limit, bound) > 0) return `${rule}, but limit is ${formatQuantity(limit)}`;
  if (request !== undefined && compareQuantities(request, bound) > 0)
    return `${rule}, but request is ${formatQuantity(request)}`;
  return undefined;
};

const ratioExceeded: Check = (name, type, bound, request, limit) => {
  const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(bound)}`;
  const [requested, limited] = [thousandths(request), thousandths(limit)];
  if (requested === 0) return `${rule}, but no request is specified or request is 0`;
  if (limited === 0) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = limited / requested;
  return ratio * 1000 > thousandths(bound) ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
};

function thousandths(quantity: Quantity | undefined): number {
  return quantity === undefined ? 0 : Number(scaledValue(quantity, -3));
}

function read(list: Quantities): Map<string, Quantity> {
  return new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(text)]));
}
