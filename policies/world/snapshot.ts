/**
 * A copy of guarded data without its guards, to be read many times.
 * @throws UnknownValueError for a value in it that is known only after apply
 */
export function snapshot<T>(guarded: T): T {
  return guarded === undefined ? guarded : (JSON.parse(JSON.stringify(guarded)) as T);
}

/** The values that can be read; what cannot is left to the checks of the object it belongs to. */
export function readable<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch {
    return [];
  }
}
