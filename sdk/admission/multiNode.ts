/**
 * What models spread over several nodes may ask for; the rules of services and runtimes differ only in their words.
 * Upstream: kserve/kserve `pkg/utils/utils.go` (HasUnknownGpuResourceType).
 */
import type { DecodedContainer, DecodedWorker } from "./decoded";
import type { Denial } from "./rule";

const ORDINARY = ["cpu", "memory", "storage", "ephemeral-storage"];
const ACCELERATORS = ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi"];
const ACCELERATORS_ANNOTATION = "serving.kserve.io/gpu-resource-types";

/**
 * A resource that is neither an ordinary one nor a known accelerator.
 * @param denial makes the denial, or takes the one for an annotation that cannot be read
 */
export function unknownAccelerator(
  container: DecodedContainer | undefined,
  annotations: Readonly<Record<string, string>>,
  field: string,
  denial: (given?: Denial) => Denial,
): Denial | undefined {
  const extra = annotations[ACCELERATORS_ANNOTATION] ?? "";
  const named = extra === "" ? [] : textsOf(extra);
  if (named === undefined) {
    const rule = `for ${ACCELERATORS_ANNOTATION} annotation: must be a valid JSON array`;
    return denial({ message: `invalid GPU format(${extra}) ${rule}`, field });
  }
  const { limits = {}, requests = {} } = container?.resources ?? {};
  const known = [...ORDINARY, ...ACCELERATORS, ...named];
  const isKnown = [...Object.keys(limits), ...Object.keys(requests)].every((name) => known.includes(name));
  return isKnown ? undefined : denial();
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

/** Sizes below one. */
export function parallelSizeDenial(
  { pipelineParallelSize: pipeline = 1, tensorParallelSize: tensor = 1 }: DecodedWorker,
  deny: (reason: string, field: string) => Denial,
): Denial | undefined {
  if (pipeline < 1) {
    return deny(`WorkerSpec.PipelineParallelSize cannot be less than 1(${pipeline})`, "pipelineParallelSize");
  }
  return tensor < 1
    ? deny(`WorkerSpec.TensorParallelSize cannot be less than 1(${tensor})`, "tensorParallelSize")
    : undefined;
}
