/** JSON as Go's encoding/json prints it. */

/** A map of texts: keys sorted, `<`, `>` and `&` escaped. */
export function goJsonOfMap(map: Readonly<Record<string, unknown>>): string {
  const sorted = Object.entries(map).sort(([left], [right]) => (left < right ? -1 : 1));
  return goJson(Object.fromEntries(sorted));
}

/** A struct, whose fields keep their order. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
