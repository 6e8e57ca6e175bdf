/** Values as Go prints them in messages. */

const ESCAPES: Readonly<Record<string, string>> = { "\u0007": "\\a", "\u000b": "\\v" };

/** `%q`. */
export function goQuote(text: string): string {
  return JSON.stringify(text).replace(/\\u00([0-1][0-9a-f])|\u007f/g, (escape, code: string | undefined) => {
    if (code === undefined) return "\\x7f";
    return ESCAPES[String.fromCharCode(parseInt(code, 16))] ?? (escape.startsWith("\\") ? `\\x${code}` : escape);
  });
}

/** A number as Go prints an int64 or a float64: an exponent below 1e-4 and from 1e21. */
export function goNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || size >= 1e-4) return String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
}

/** `json.Marshal`: keys sorted, `<`, `>` and `&` escaped. */
export function goJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = sortedEntries(value).map(([key, inner]) => `${goJson(key)}:${goJson(inner)}`);
    return `{${fields.join(",")}}`;
  }
  if (typeof value !== "string") return JSON.stringify(value ?? null);
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** The fields of an object in the order in which the API server writes them: by name, in bytes. */
export function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(isGiven).sort(byName);
}

function isGiven([, value]: [string, unknown]): boolean {
  return value !== undefined;
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** `%v`. */
export function goPrint(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goPrint).join(" ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = sortedEntries(value).map(([key, inner]) => `${key}:${goPrint(inner)}`);
    return `map[${fields.join(" ")}]`;
  }
  if (typeof value === "number") return goNumber(value);
  if (typeof value === "string") return value;
  return typeof value === "boolean" ? String(value) : "<nil>";
}

/** `%#v`. */
export function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value === "object" && value !== null) {
    const fields = sortedEntries(value).map(([key, inner]) => `${goQuote(key)}:${goSyntax(inner)}`);
    return `map[string]interface {}{${fields.join(", ")}}`;
  }
  return typeof value === "string" ? goQuote(value) : goPrint(value);
}

/** `%T` of what JSON was read into. */
export function goTypeName(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  return typeof value === "boolean" ? "bool" : typeof value;
}
