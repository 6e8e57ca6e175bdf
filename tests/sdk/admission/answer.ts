/** The API server's answer to a request, and how ours is held against it. */
import { type AdmissionVerdict, admissionVerdict } from "../../../sdk/admission/verdict";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import type { AdmissionCase } from "./cases";

/** What the real API server said. */
export interface Answer {
  allowed: boolean;
  message?: string;
  /** `field: message` of an object that is invalid. */
  causes?: string[];
}

/** Our verdict on the same request. */
export function ourVerdict(one: AdmissionCase, runtimes: readonly KubernetesObject[]): AdmissionVerdict {
  const { object, request, fieldValidation, previous } = one;
  return admissionVerdict(object, { request, fieldValidation, runtimes, ...(previous && { previous }) });
}

/** What is wrong with our verdict; nothing when it is theirs and says all they say. */
export function disagreement(ours: AdmissionVerdict, theirs: Answer): string | undefined {
  if (ours.verdict === "allowed") return theirs.allowed ? undefined : `we allow, they refuse: ${theirs.message ?? ""}`;
  if (ours.verdict !== "refused") return `we say ${ours.verdict}`;
  if (theirs.allowed) return `we refuse, they allow: ${ours.message}`;
  const [we, they] = [
    complaints(ours.message, ours.causes),
    complaints(theirs.message ?? "", undefined, theirs.causes),
  ];
  const missing = they.filter((line) => !we.includes(line));
  // Server-side apply stops at an undeclared field, somewhere in an object whose fields it meets in random order.
  const stopsEarly = they.some((line) => line.endsWith("field not declared in schema"));
  const extra = stopsEarly ? [] : we.filter((line) => !they.includes(line));
  if (missing.length === 0 && extra.length === 0) return undefined;
  return `they say\n    ${they.join("\n    ")}\n  we say\n    ${we.join("\n    ")}`;
}

/** The single complaints, since the API server goes through maps in random order. */
function complaints(
  message: string,
  ours: readonly { field: string; message: string }[] | undefined,
  theirs?: readonly string[],
): string[] {
  if (message.includes("is invalid: ") && !message.includes("admission webhook")) {
    const causes =
      ours?.map(({ field, message: text }) => `${field === "" ? "<nil>" : field}: ${text}`) ?? theirs ?? [];
    const head = message.slice(0, message.indexOf("is invalid: "));
    return [head, ...new Set(causes)].sort();
  }
  const apply = /^(failed to create typed patch object \([^)]*\)): (?:errors:\n)?([^]*)$/.exec(message);
  if (apply !== null) return [apply[1] ?? "", ...(apply[2] ?? "").split("\n").map((line) => line.trim())].sort();
  return [message];
}
