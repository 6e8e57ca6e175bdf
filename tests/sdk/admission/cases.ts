/** Random requests to the API server: an object, right or wrong, and how it is sent. */
import * as fc from "fast-check";
import type { KubernetesObject } from "../../../sdk/kubernetes/core";
import { NAME, NAMESPACE, validObjects } from "./bases";
import type { Json } from "./change";
import { mistakesFor } from "./mistakes";

/** One request. */
export interface AdmissionCase {
  labels: string[];
  object: KubernetesObject;
  request: "apply" | "write";
  fieldValidation: "Strict" | "Warn" | "Ignore";
  /** What is stored under the name when the request is an update. */
  previous?: KubernetesObject;
  /** The deployment mode that the controller has recorded in it. */
  previousMode?: string;
  /** Where it is sent, when the object itself does not say. */
  namespace?: string;
}

const SENT: readonly Pick<AdmissionCase, "request" | "fieldValidation">[] = [
  { request: "write", fieldValidation: "Warn" },
  { request: "write", fieldValidation: "Strict" },
  { request: "write", fieldValidation: "Ignore" },
  { request: "apply", fieldValidation: "Warn" },
  { request: "apply", fieldValidation: "Strict" },
];

/** Requests for objects called `pair` in the namespace `pairs`. */
export const admissionCases: fc.Arbitrary<AdmissionCase> = validObjects.chain((valid) =>
  fc
    .record({
      mistakes: mistakesFor(valid.kind),
      sent: fc.constantFrom(...SENT),
      isUpdate: fc.nat(5).map((value) => value === 0),
    })
    .map(({ mistakes, sent: { request, fieldValidation }, isUpdate }) => {
      const object = structuredClone(valid);
      for (const { apply } of mistakes) apply(object as KubernetesObject & Json);
      const labels = mistakes.map(({ label }) => label);
      // An apply is merged with what is stored; a write replaces it. KServe deletes a TrainedModel without its service.
      if (!isUpdate || valid.kind === "TrainedModel" || object.metadata.name !== NAME)
        return { labels, object, request, fieldValidation };
      return { labels, object, request: "write", fieldValidation, previous: valid };
    }),
);

/** The same request under a name and in a namespace of its own. */
export function moved<T extends object>(value: T, name: string, namespace: string): T {
  const text = JSON.stringify(value)
    .replace(new RegExp(`"(name|runtime)":"${NAME}"`, "g"), (_, key: string) => `"${key}":"${name}"`)
    .replaceAll(`"namespace":"${NAMESPACE}"`, `"namespace":"${namespace}"`);
  return { ...(JSON.parse(text) as T), namespace };
}
