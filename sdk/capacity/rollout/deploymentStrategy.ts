/**
 * What the API server says of the strategy of a Deployment.
 * Upstream: kubernetes `pkg/apis/apps/validation/validation.go` ValidateDeploymentStrategy; what a strategy leaves out
 * is filled in first, `pkg/apis/apps/v1/defaults.go` (1.34.2).
 */
import { aggregate, forbidden, type FieldError } from "../../admission/schema/fieldError";
import { goJson, goQuote } from "../../admission/golang/text";
import type { DeploymentStrategy } from "../../kubernetes/core";
import { DEFAULT_BOUND } from "./rollout";

type Bound = string | number;

/**
 * Every complaint, in the API server's order; none for a strategy that it takes. Types are taken to be right: what is no
 * text, or no whole number of 32 bits, never gets as far as this.
 *
 * @param path of the strategy in the object
 */
export function strategyErrors(strategy: DeploymentStrategy = {}, path = "spec.strategy"): FieldError[] {
  const type = strategy.type ?? "";
  const rolling = strategy.rollingUpdate ?? undefined;
  if (type === "Recreate") {
    const detail = "may not be specified when strategy `type` is 'Recreate'";
    return rolling === undefined ? [] : [forbidden(`${path}.rollingUpdate`, detail)];
  }
  if (type !== "" && type !== "RollingUpdate") return [unsupported(strategy, path)];
  const { maxUnavailable = DEFAULT_BOUND, maxSurge = DEFAULT_BOUND } = rolling ?? {};
  return rollingErrors(maxUnavailable, maxSurge, `${path}.rollingUpdate`);
}

/** The API server's whole answer to a Deployment of that strategy; `undefined` where it takes it. */
export function strategyRefusal(deployment: string, strategy: DeploymentStrategy | undefined): string | undefined {
  const errors = strategyErrors(strategy);
  return errors.length === 0 ? undefined : `Deployment.apps "${deployment}" is invalid: ${aggregate(errors)}`;
}

function rollingErrors(maxUnavailable: Bound, maxSurge: Bound, path: string): FieldError[] {
  const unavailable = `${path}.maxUnavailable`;
  const areZero = valueOf(maxUnavailable) === 0 && valueOf(maxSurge) === 0;
  const isTooMuch = isPercentage(maxUnavailable) && valueOf(maxUnavailable) > 100;
  return [
    ...boundErrors(maxUnavailable, unavailable),
    ...boundErrors(maxSurge, `${path}.maxSurge`),
    ...(areZero ? [invalid(unavailable, maxUnavailable, "may not be 0 when `maxSurge` is 0")] : []),
    ...(isTooMuch ? [invalid(unavailable, maxUnavailable, "must not be greater than 100%")] : []),
  ];
}

const PERCENTAGE = /^[0-9]+%$/;
const NO_PERCENTAGE =
  "a valid percent string must be a numeric string followed by an ending '%' " +
  "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

function boundErrors(bound: Bound, path: string): FieldError[] {
  if (typeof bound === "string") return isPercentage(bound) ? [] : [invalid(path, bound, NO_PERCENTAGE)];
  return bound < 0 ? [invalid(path, bound, "must be greater than or equal to 0")] : [];
}

/** A bound is shown as JSON, which escapes what a quoted text would not. */
function invalid(field: string, bound: Bound, detail: string): FieldError {
  return { type: "Invalid value", field, body: `Invalid value: ${goJson(bound)}: ${detail}`, blocksRules: false };
}

function isPercentage(bound: Bound): boolean {
  return typeof bound === "string" && PERCENTAGE.test(bound);
}

/** A text that is neither a percentage nor a number counts as 0. */
function valueOf(bound: Bound): number {
  if (typeof bound === "number") return bound;
  const digits = isPercentage(bound) ? bound.slice(0, -1) : bound;
  return /^[+-]?[0-9]+$/.test(digits) ? Number(digits) : 0;
}

/** Shows the strategy with the names of Go's fields, and with 0 for a bound that nobody fills in. */
function unsupported({ type, rollingUpdate }: DeploymentStrategy, path: string): FieldError {
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const rolling =
    (rollingUpdate ?? undefined) === undefined
      ? "null"
      : `{"MaxUnavailable":${goJson(maxUnavailable)},"MaxSurge":${goJson(maxSurge)}}`;
  const shown = `{"Type":${goJson(type)},"RollingUpdate":${rolling}}`;
  const supported = ["Recreate", "RollingUpdate"].map(goQuote).join(", ");
  const body = `Unsupported value: ${shown}: supported values: ${supported}`;
  return { type: "Unsupported value", field: path, body, blocksRules: true };
}
