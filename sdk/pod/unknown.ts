/**
 * Values that Pulumi knows only after apply.
 *
 * In plain data they are the symbol {@link UNKNOWN}. Merging copies the symbol along; reading through {@link guard}
 * throws {@link UnknownValueError}, which whoever evaluates a rule turns into the outcome "unknown". So rules are
 * written as if every value were known, and still never mistake an unknown for an absent one.
 */
export const UNKNOWN: unique symbol = Symbol("unknown until apply");

const ONLY_AFTER_APPLY = "is known only after apply";

/** Thrown when a value is read that nobody can tell yet: as a rule, one that is known only after apply. */
export class UnknownValueError extends Error {
  /**
   * @param path where the unknown value sits, such as `spec.predictor.model.args`
   * @param why goes on after the path; default: `is known only after apply`
   */
  constructor(
    readonly path: string,
    readonly why: string = ONLY_AFTER_APPLY,
  ) {
    super(`${path} ${why}`);
    this.name = "UnknownValueError";
  }
}

/** Whether the value will be known once its stack is applied; a shell in a container decides otherwise. */
export function isKnownAfterApply({ why }: UnknownValueError): boolean {
  return why === ONLY_AFTER_APPLY;
}

/** A read-only view of plain data that throws {@link UnknownValueError} as soon as an unknown part is read. */
export function guard<T>(value: T, path = ""): T {
  if ((value as unknown) === UNKNOWN) throw new UnknownValueError(path);
  if (typeof value !== "object" || value === null) return value;
  return new Proxy(value, {
    get(target, key, receiver): unknown {
      const inner: unknown = Reflect.get(target, key, receiver);
      if (typeof key === "symbol" || typeof inner === "function") return inner;
      return guard(inner, childPath(path, key, Array.isArray(target)));
    },
  });
}

function childPath(path: string, key: string, inArray: boolean): string {
  if (inArray) return `${path}[${key}]`;
  const step = /^[A-Za-z_$][\w$-]*$/.test(key) ? key : `["${key}"]`;
  return path === "" || step.startsWith("[") ? path + step : `${path}.${step}`;
}
