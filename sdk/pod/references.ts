/**
 * Environment references `$(NAME)` in a container's command and arguments, filled as the kubelet fills them.
 * Upstream: kubernetes `third_party/forked/golang/expansion/expand.go`, `pkg/kubelet/container/helpers.go`.
 */
import type { Container } from "../kubernetes/core";
import { HOLE, type Variables } from "./shell";
import { UNKNOWN, UnknownValueError } from "./unknown";

/** What a container's environment comes from. */
export type Environment = Pick<Container, "env" | "envFrom">;

/** A value that is read, or {@link UNKNOWN} where it is known only after apply. */
export function peek<T>(read: () => T): T | typeof UNKNOWN {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValueError) return UNKNOWN;
    throw error;
  }
}

/** The variables a container sets: their text where it is written there, a {@link HOLE} where it comes from elsewhere. */
export function variablesOf(environment: Environment): Variables {
  const variables = new Map<string, string>();
  const env: unknown = peek(() => environment.env);
  if (!Array.isArray(env)) return variables;
  for (const index of env.keys()) {
    const variable: unknown = peek(() => env[index] as unknown);
    if (typeof variable !== "object" || variable === null) continue;
    const [name, value] = ["name", "value"].map((key) => peek(() => Reflect.get(variable, key) as unknown));
    const isElsewhere = peek(() => Reflect.get(variable, "valueFrom") as unknown) !== undefined;
    if (typeof name !== "string") continue;
    const isText = typeof value === "string" && !isElsewhere;
    variables.set(name, isText ? fillReferences(value, variables) : value === undefined && !isElsewhere ? "" : HOLE);
  }
  return variables;
}

/** Fills the references to known variables; `$$` is a plain `$`. Other references stay, or are holes when `isOpen`. */
export function fillReferences(text: string, variables: Variables, isOpen = false): string {
  return text.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, name?: string) => {
    if (name === undefined) return "$";
    return variables.get(name) ?? (isOpen ? HOLE : reference);
  });
}

/** Whether the container may have variables that are not listed by name. */
export function hasUnlistedVariables(environment: Environment): boolean {
  const envFrom: unknown = peek(() => environment.envFrom);
  const env: unknown = peek(() => environment.env);
  if (env === UNKNOWN || envFrom === UNKNOWN) return true;
  const hasGap = Array.isArray(env) && [...env.keys()].some((index) => peek(() => env[index] as unknown) === UNKNOWN);
  return hasGap || (Array.isArray(envFrom) && envFrom.length > 0);
}

/** Whether any part of the environment is known only after apply. */
export function isUnapplied(environment: Environment): boolean {
  const hasUnknown = (value: unknown): boolean => {
    if (value === UNKNOWN) return true;
    if (typeof value !== "object" || value === null) return false;
    return Reflect.ownKeys(value).some((key) => hasUnknown(peek(() => Reflect.get(value, key) as unknown)));
  };
  return hasUnknown({ env: peek(() => environment.env), envFrom: peek(() => environment.envFrom) });
}
