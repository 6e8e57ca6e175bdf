/**
 * The accelerators of a container, by the resource names that KServe takes for such.
 * Upstream: kserve/kserve `pkg/utils/utils.go` (GetGPUResourceQtyByType, UpdateGPUResourceTypeListByAnnotation).
 */
import type { ControllerConfig } from "../controllerConfig";
import { isStrings } from "../jsonFields";
import { decode } from "../merge/decode";
import { added, field, isUnknown, text, type Traced, unknown, withField } from "../merge/traced";
import { parseQuantity, QuantityError, scaledValue } from "../quantity";

const KNOWN = ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi"];

/** The names, in KServe's order; a pod's annotation may add some. */
export function gpuResources(annotations: Traced | undefined, { customGpuResourceTypes }: ControllerConfig): string[] {
  const written = text(field(annotations, "serving.kserve.io/gpu-resource-types"));
  return [...new Set([...KNOWN, ...customGpuResourceTypes, ...(written === undefined ? [] : parseNames(written))])];
}

/** How many a container requests, 0 for none; unknown where it requests several kinds, of which KServe takes any. */
export function quantityOf(container: Traced | undefined, types: readonly string[]): Traced {
  const requests = field(container, "resources", "requests");
  if (container === undefined || isUnknown(requests)) return unknown(requests?.origin);
  const found = types.map((type) => field(requests, type)).filter((amount) => amount !== undefined);
  const [first] = found;
  if (first === undefined) return added(0);
  if (found.length > 1 || isUnknown(first)) return unknown(first.origin);
  return { kind: "leaf", value: wholeNumber(first), origin: first.origin };
}

/** The container with that many of the accelerators it names, of NVIDIA's where it names none. */
export function withGpus(container: Traced, count: Traced, types: readonly string[]): Traced {
  const resources = field(container, "resources");
  if (isUnknown(resources)) return container;
  const isGiven = (type: string): boolean =>
    ["limits", "requests"].some((list) => {
      const amount = field(resources, list, type);
      return amount !== undefined && (isUnknown(amount) || wholeNumber(amount) !== 0);
    });
  const type = types.find(isGiven) ?? "nvidia.com/gpu";
  const amount =
    count.kind === "leaf" && typeof count.value === "number" ? { ...count, value: String(count.value) } : count;
  const lists = ["limits", "requests"].reduce(
    (rest, list) => withField(rest, list, withField(field(rest, list), type, amount)),
    resources ?? added({}),
  );
  return withField(container, "resources", decode(lists) ?? lists);
}

function wholeNumber(amount: Traced): number {
  if (amount.kind !== "leaf" || (typeof amount.value !== "string" && typeof amount.value !== "number")) return 0;
  try {
    return Number(scaledValue(parseQuantity(amount.value), 0));
  } catch (error) {
    if (error instanceof QuantityError) return 0;
    throw error;
  }
}

function parseNames(json: string): string[] {
  try {
    const names: unknown = JSON.parse(json);
    return isStrings(names) ? names : [];
  } catch {
    return [];
  }
}
