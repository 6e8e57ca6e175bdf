/**
 * What the API server says about one field.
 * Upstream: kubernetes `staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go`.
 */
import { goJson, goNumber, goQuote } from "../golang/text";

/** The kinds of complaint, in the API server's words. */
export type FieldErrorType =
  "Required value" | "Invalid value" | "Unsupported value" | "Duplicate value" | "Too long" | "Too many" | "Forbidden";

export interface FieldError {
  type: FieldErrorType;
  /** `spec.predictor.containers[0].name`; `<nil>` where the API server names none. */
  field: string;
  /** Everything after the field. */
  body: string;
  /** Whether CEL rules are not evaluated when this is wrong. */
  blocksRules: boolean;
}

export function required(field: string, detail = ""): FieldError {
  return { type: "Required value", field, body: withDetail("Required value", detail), blocksRules: true };
}

export function invalid(field: string, value: unknown, detail: string): FieldError {
  return valued("Invalid value", field, value, detail);
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { ...invalid(field, value, detail), blocksRules: true };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const texts = supported.map((one) => goQuote(typeof one === "string" ? one : goJson(one)));
  const detail = texts.length === 0 ? "" : `supported values: ${texts.join(", ")}`;
  return { ...valued("Unsupported value", field, value, detail), blocksRules: true };
}

export function duplicate(field: string, value: unknown): FieldError {
  return valued("Duplicate value", field, value, "");
}

export function forbidden(field: string, detail: string): FieldError {
  return { type: "Forbidden", field, body: withDetail("Forbidden", detail), blocksRules: false };
}

export function tooLong(field: string, limit: number): FieldError {
  const detail = `may not be more than ${limit} ${limit === 1 ? "byte" : "bytes"}`;
  return { type: "Too long", field, body: withDetail("Too long", detail), blocksRules: true };
}

export function tooMany(field: string, actual: number, limit: number): FieldError {
  const detail = `must have at most ${limit} ${limit === 1 ? "item" : "items"}`;
  return { ...valued("Too many", field, actual, detail), blocksRules: true };
}

/** `field: body` of each, equal ones once; several in brackets. */
export function aggregate(errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(({ field, body }) => `${field}: ${body}`))];
  return texts.length === 1 ? texts.join() : `[${texts.join(", ")}]`;
}

function valued(type: FieldErrorType, field: string, value: unknown, detail: string): FieldError {
  return { type, field, body: withDetail(`${type}: ${printed(value)}`, detail), blocksRules: false };
}

function withDetail(text: string, detail: string): string {
  return detail === "" ? text : `${text}: ${detail}`;
}

function printed(value: unknown): string {
  if (typeof value === "string") return goQuote(value);
  if (typeof value === "number") return goNumber(value);
  return goJson(value);
}
