/** Objects as they are written down: a property without a value is left out. */

/** An object whose undefined properties are missing instead. */
export type Present<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/** Leaves out the properties that are undefined; the API server takes an explicit null for a value. */
export function present<T extends object>(properties: T): Present<T> {
  const given = Object.entries(properties).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Present<T>;
}

/** The list or record, unless there is nothing in it. */
export function nonEmpty<T extends object>(value: T | undefined): T | undefined {
  return value === undefined || Object.keys(value).length === 0 ? undefined : value;
}
