/** Paths into properties, as Pulumi writes them: `spec.containers[0].image`, `metadata.labels["app.io/name"]`. */
export type PropertyPath = (string | number)[];

export function formatPath(path: PropertyPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    if (/[."[\]]/.test(step)) return `${text}["${step.replaceAll('"', '\\"')}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

/** The steps of a path; `*` stands for every element, and an index is a number. */
export function parsePath(text: string): PropertyPath {
  const steps = text.matchAll(/\[(?:"((?:[^"\\]|\\.)*)"|(\d+|\*))\]|\.?([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, name]) => {
    if (quoted !== undefined) return quoted.replaceAll('\\"', '"');
    if (index !== undefined) return index === "*" ? "*" : Number(index);
    return name ?? "";
  });
}

/** Whether `pattern` is the path itself or leads to something that holds it. */
export function covers(pattern: PropertyPath, path: PropertyPath): boolean {
  return pattern.length <= path.length && pattern.every((step, index) => step === "*" || step === path[index]);
}
