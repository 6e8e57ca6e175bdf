import { createHash } from "node:crypto";

/** Longest name of a Kubernetes object that is a label too, and what is left of it beside a hash. */
const LONGEST = 63;
const HEAD = LONGEST - 32;

/** The name of an object made for another one, shortened by a hash where it is too long. Upstream: knative.dev/pkg `kmeta/names.go`. */
export function childName(parent: string, suffix: string): string {
  if (parent.length <= LONGEST - suffix.length) return parent + suffix;
  if (suffix.length < HEAD) return `${parent.slice(0, HEAD - suffix.length)}${md5(parent)}${suffix}`;
  const hashed = parent.slice(0, HEAD) + md5(parent + suffix);
  return (hashed + suffix).slice(0, Math.max(LONGEST, hashed.length)).replace(/[^a-zA-Z0-9]+$/, "");
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
