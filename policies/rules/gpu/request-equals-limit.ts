import { isExtendedResource } from "../../../sdk/capacity/placement/requests";
import type { Container } from "../../../sdk/kubernetes/core";
import { compareQuantities, parseQuantity, scaledValue } from "../../../sdk/pod/quantity";
import type { Rule, Verdict } from "../../rule";
import type { Place, Workload } from "../../world/types";
import { quotePlace } from "../../world/workload";

export const requestEqualsLimit: Rule<Workload> = {
  id: "gpu/request-equals-limit",
  level: "mandatory",
  title: "Devices must have a whole number as limit and either no request or the same one",
  why:
    "Devices cannot be shared out in parts or promised twice, so the API server refuses the Deployment: " +
    '"Invalid value: "1": must be equal to nvidia.com/gpu limit of 2", "Limit must be set for non overcommitable ' +
    'resources" or "must be an integer". Runtime and service are merged name by name, so the two values may come from ' +
    "two objects, each of which looks right.",
  source: "volcano-sh/kthena#576; kubernetes pkg/apis/core/validation/validation.go validateResourceRequirements",
  profile: "minimal",
  subjects: (world) => world.workloads,
  check: (workload) => {
    const spec = workload.pod?.spec;
    if (spec === undefined) return undefined;
    const mistakes = [
      ...spec.containers.map((container, i) => mistakesOf(container, `spec.containers[${i}]`, workload)),
      ...(spec.initContainers ?? []).map((container, i) =>
        mistakesOf(container, `spec.initContainers[${i}]`, workload),
      ),
    ].filter((found) => found !== undefined);
    return mistakes.length === 0 ? undefined : combine(mistakes.flat());
  },
};

interface Mistake {
  place: Place;
  message: string;
  fix: string;
}

/** `undefined` for a container without devices. */
function mistakesOf(container: Container, path: string, workload: Workload): Mistake[] | undefined {
  const { requests = {}, limits = {} } = container.resources ?? {};
  const devices = [...new Set([...Object.keys(requests), ...Object.keys(limits)])].filter(cannotBeShared);
  if (devices.length === 0) return undefined;
  return devices.flatMap((device) => mistakeOf(device, requests[device], limits[device], path, workload) ?? []);
}

/** Upstream: IsOvercommitAllowed. */
function cannotBeShared(resource: string): boolean {
  return isExtendedResource(resource) || resource.startsWith("hugepages-");
}

function mistakeOf(
  device: string,
  request: string | undefined,
  limit: string | undefined,
  path: string,
  workload: Workload,
): Mistake | undefined {
  const requested = workload.placeOf(`${path}.resources.requests[${JSON.stringify(device)}]`);
  const limited = workload.placeOf(`${path}.resources.limits[${JSON.stringify(device)}]`);
  const place = workload.editable([requested, limited]);
  const from = (at: Place | undefined) => (at === undefined ? "" : ` (${quotePlace(at, place)})`);
  const fraction = [request, limit].find((value) => value !== undefined && !isWhole(device, value));
  if (fraction !== undefined) {
    return {
      place,
      message: `${device} is ${fraction}${from(fraction === request ? requested : limited)}; the API server answers: must be an integer.`,
      fix: `Give ${device} as a whole number.`,
    };
  }
  if (request === undefined) return undefined;
  if (limit === undefined) {
    return {
      place,
      message: `${device} has the request ${request}${from(requested)} and no limit; the API server answers: Limit must be set for non overcommitable resources.`,
      fix: `Set the limit of ${device} to ${request}; the request may then be left out.`,
    };
  }
  if (compareQuantities(parseQuantity(request), parseQuantity(limit)) === 0) return undefined;
  return {
    place,
    message:
      `${device} has the request ${request}${from(requested)} and the limit ${limit}${from(limited)}, which must be equal; ` +
      `the API server answers: Invalid value: "${request}": must be equal to ${device} limit of ${limit}.`,
    fix: `Set both to the number of devices the server uses, or leave the request out.`,
  };
}

function isWhole(device: string, quantity: string): boolean {
  if (device.startsWith("hugepages-")) return true;
  const parsed = parseQuantity(quantity);
  return scaledValue(parsed, -3) % 1000n === 0n;
}

function combine(mistakes: Mistake[]): Verdict[] {
  const [first] = mistakes;
  if (first === undefined) return [];
  const message = mistakes.map((mistake) => mistake.message).join(" ");
  const fix = [...new Set(mistakes.map((mistake) => mistake.fix))].join(" ");
  return [{ outcome: "fail", ...first.place, message, fix }];
}
