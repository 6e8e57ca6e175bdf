import { deviceErrors, devicesAsked, type DeviceError } from "../../../sdk/capacity/placement/deviceErrors";
import type { Container } from "../../../sdk/kubernetes/core";
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
  if (devicesAsked(container).length === 0) return undefined;
  return deviceErrors(container).map((error) => mistakeOf(error, path, workload));
}

function mistakeOf(error: DeviceError, path: string, workload: Workload): Mistake {
  const { device, request, limit, kind, fractionOf, answer } = error;
  const requested = workload.placeOf(`${path}.resources.requests[${JSON.stringify(device)}]`);
  const limited = workload.placeOf(`${path}.resources.limits[${JSON.stringify(device)}]`);
  const place = workload.editable([requested, limited]);
  const from = (at: Place | undefined) => (at === undefined ? "" : ` (${quotePlace(at, place)})`);
  const [fraction, origin] = fractionOf === "request" ? [request, requested] : [limit, limited];
  const asks = { request: `the request ${request ?? ""}${from(requested)}`, limit: `${limit ?? ""}${from(limited)}` };
  switch (kind) {
    case "fraction":
      return {
        place,
        message: `${device} is ${fraction ?? ""}${from(origin)}; the API server answers: ${answer}.`,
        fix: `Give ${device} as a whole number.`,
      };
    case "no-limit":
      return {
        place,
        message: `${device} has ${asks.request} and no limit; the API server answers: ${answer}.`,
        fix: `Set the limit of ${device} to ${request ?? ""}; the request may then be left out.`,
      };
    case "unequal":
      return {
        place,
        message: `${device} has ${asks.request} and the limit ${asks.limit}, which must be equal; the API server answers: ${answer}.`,
        fix: `Set both to the number of devices the server uses, or leave the request out.`,
      };
  }
}

function combine(mistakes: Mistake[]): Verdict[] {
  const [first] = mistakes;
  if (first === undefined) return [];
  const message = mistakes.map((mistake) => mistake.message).join(" ");
  const fix = [...new Set(mistakes.map((mistake) => mistake.fix))].join(" ");
  return [{ outcome: "fail", ...first.place, message, fix }];
}
