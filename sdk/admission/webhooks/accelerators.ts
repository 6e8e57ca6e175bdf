/**
 * Which resources KServe takes for accelerators of a multi-node model.
 * Upstream: kserve/kserve `pkg/utils/utils.go` (HasUnknownGpuResourceType).
 */
import type { DecodedContainer } from "./decoded";
import { annotationPath, type Denial } from "./rule";

const ORDINARY = ["cpu", "memory", "storage", "ephemeral-storage"];
const ACCELERATORS = ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi"];
const ANNOTATION = "serving.kserve.io/gpu-resource-types";

/** A resource nobody knows, or an annotation naming more of them that cannot be read. */
export function acceleratorProblem(
  { resources }: DecodedContainer,
  annotations: Readonly<Record<string, string>>,
): "unknown" | Denial | undefined {
  const extra = annotations[ANNOTATION] ?? "";
  const named = extra === "" ? [] : textsOf(extra);
  if (named === undefined) {
    const message = `invalid GPU format(${extra}) for ${ANNOTATION} annotation: must be a valid JSON array`;
    return { message, field: annotationPath(ANNOTATION) };
  }
  const known = [...ORDINARY, ...ACCELERATORS, ...named];
  const wanted = [...Object.keys(resources?.limits ?? {}), ...Object.keys(resources?.requests ?? {})];
  return wanted.every((name) => known.includes(name)) ? undefined : "unknown";
}

function textsOf(json: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const texts = value.filter((item): item is string => typeof item === "string" && item !== "");
  return texts.length === value.length ? texts : undefined;
}
