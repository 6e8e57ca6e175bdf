/** What the API server says of the devices of a container. Upstream: kubernetes `pkg/apis/core/validation/validation.go` validateResourceRequirements. */
import { compareQuantities, parseQuantity, scaledValue } from "../../pod/quantity";
import type { Container } from "../../kubernetes/core";
import { isExtendedResource } from "./requests";

export interface DeviceError {
  device: string;
  request: string | undefined;
  limit: string | undefined;
  kind: "fraction" | "no-limit" | "unequal";
  /** Of a fraction: which of the two it is. */
  fractionOf?: "request" | "limit";
  /** In the API server's words. */
  answer: string;
}

/** Resources that cannot be shared out in parts or promised twice. Upstream: IsOvercommitAllowed. */
export function devicesAsked({ resources }: Pick<Container, "resources">): string[] {
  const names = [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})];
  return [...new Set(names)].filter((name) => isExtendedResource(name) || name.startsWith("hugepages-"));
}

/** One for each device that is wrong. @throws QuantityError */
export function deviceErrors(container: Pick<Container, "resources">): DeviceError[] {
  const { requests = {}, limits = {} } = container.resources ?? {};
  return devicesAsked(container).flatMap((device) => {
    const asked = { device, request: requests[device], limit: limits[device] };
    return errorOf(asked) ?? [];
  });
}

function errorOf(asked: Pick<DeviceError, "device" | "request" | "limit">): DeviceError | undefined {
  const { device, request, limit } = asked;
  const fractionOf = (["request", "limit"] as const).find((one) => !isWhole(device, asked[one]));
  if (fractionOf !== undefined) return { ...asked, kind: "fraction", fractionOf, answer: "must be an integer" };
  if (request === undefined) return undefined;
  if (limit === undefined) {
    return { ...asked, kind: "no-limit", answer: "Limit must be set for non overcommitable resources" };
  }
  if (compareQuantities(parseQuantity(request), parseQuantity(limit)) === 0) return undefined;
  const answer = `Invalid value: "${request}": must be equal to ${device} limit of ${limit}`;
  return { ...asked, kind: "unequal", answer };
}

function isWhole(device: string, quantity = "0"): boolean {
  return device.startsWith("hugepages-") || scaledValue(parseQuantity(quantity), -3) % 1000n === 0n;
}
