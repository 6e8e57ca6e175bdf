/** Paths of what an API server kept otherwise than it was sent, or not at all: a field outside the schema is gone. */
export function lost(object: unknown, other: unknown, path = ""): string[] {
  if (typeof object !== "object" || object === null) return object === other ? [] : [path];
  const kept = typeof other === "object" && other !== null ? (other as Record<string, unknown>) : {};
  return Object.entries(object).flatMap(([key, value]) => lost(value, kept[key], `${path}.${key}`));
}
