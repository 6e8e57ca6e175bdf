/** What a pod asks of a node. Upstream: kubernetes/component-helpers `resource/helpers.go`. */
import type { Container, PodSpec } from "../../kubernetes/core";
import { amountsOf, most, plus, type Amounts } from "../amounts";

type ResourceMap = Record<string, string | number>;

/**
 * The requests the scheduler counts for a pod: the sum over its containers and sidecars, or the largest init container
 * where that is more, with pod-level requests and the overhead of a runtime class. A container that gives only a limit
 * requests as much, as the API server defaults it.
 * @throws QuantityError
 */
export function podRequests(spec: Partial<PodSpec>): Amounts {
  const requests = { ...overContainers(spec, containerRequests), ...amountsOf(podLevel(spec.resources?.requests)) };
  return plus(requests, amountsOf(spec.overhead));
}

/** The limits of a pod, counted the same way; a resource that no container limits has none. @throws QuantityError */
export function podLimits(spec: Partial<PodSpec>): Amounts {
  const ofContainer = ({ resources }: Container) => amountsOf(resources?.limits);
  const limits = { ...overContainers(spec, ofContainer), ...amountsOf(podLevel(spec.resources?.limits)) };
  const overhead = Object.entries(amountsOf(spec.overhead)).filter(([name]) => (limits[name] ?? 0) > 0);
  return plus(limits, Object.fromEntries(overhead));
}

/** What runs together in the end, or while an init container runs where that is more. */
function overContainers(spec: Partial<PodSpec>, amounts: (container: Container) => Amounts): Amounts {
  let running = sum((spec.containers ?? []).map(amounts));
  let sidecars: Amounts = {};
  let starting: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = amounts(container);
    if (container.restartPolicy === "Always") {
      running = plus(running, own);
      sidecars = plus(sidecars, own);
      starting = most(starting, sidecars);
    } else {
      starting = most(starting, plus(own, sidecars));
    }
  }
  return most(running, starting);
}

function containerRequests({ resources }: Container): Amounts {
  return amountsOf({
    ...(resources?.limits as ResourceMap | undefined),
    ...(resources?.requests as ResourceMap | undefined),
  });
}

/** Only these may be given for a pod as a whole; they replace the sum over the containers. */
function podLevel(requests: ResourceMap = {}): ResourceMap {
  const allowed = (name: string) => name === "cpu" || name === "memory" || name.startsWith("hugepages-");
  return Object.fromEntries(Object.entries(requests).filter(([name]) => allowed(name)));
}

function sum(all: Amounts[]): Amounts {
  return all.reduce(plus, {});
}

/** Devices of all kinds among some amounts. */
export function deviceCount(amounts: Amounts): number {
  return Object.entries(amounts).reduce((sum, [name, count]) => (isExtendedResource(name) ? sum + count : sum), 0);
}

/**
 * Whether a resource is a device or the like: not one of Kubernetes' own, so integer and never overcommitted.
 * Upstream: kubernetes `pkg/apis/core/v1/helper/helpers.go` IsExtendedResourceName.
 */
export function isExtendedResource(name: string): boolean {
  return name.includes("/") && !name.includes("kubernetes.io/") && !name.startsWith("requests.");
}
