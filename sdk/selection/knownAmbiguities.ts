/** Requests for which more than one of the platform's runtimes fits, so that a person must choose. */
import type { HardwareIdentifier } from "../kubernetes/hardwareProfile";
import type { PlatformRuntime } from "../pod/platformRuntime";
import { offeredRuntimes, suggestRuntime, type RuntimeRequest } from "./suggestRuntime";

/** One such request. */
export interface KnownAmbiguity {
  /** For people. */
  what: string;
  why: string;
  request: RuntimeRequest;
}

const CPU: HardwareIdentifier = {
  displayName: "CPU",
  identifier: "cpu",
  minCount: 1,
  defaultCount: 1,
  resourceType: "CPU",
};

function accelerated(identifier: string): HardwareIdentifier[] {
  return [CPU, { displayName: identifier, identifier, minCount: 1, defaultCount: 1, resourceType: "Accelerator" }];
}

/**
 * The ones that follow from the templates themselves.
 *
 * @requirement AS-11
 */
export const knownAmbiguities: readonly KnownAmbiguity[] = [
  {
    what: "a generative model on a profile of CPUs",
    why: "without an accelerator every vLLM template fits, those for GPUs too",
    request: { modelType: "generative", profile: [CPU] },
  },
  {
    what: "an ONNX model",
    why: "OpenVINO Model Server and MLServer both serve it",
    request: { modelType: "predictive", format: { name: "onnx", version: "1" }, profile: [CPU] },
  },
  {
    what: "a generative model on IBM Spyre of x86 or ppc64le",
    why: "both architectures call the device ibm.com/spyre_pf",
    request: { modelType: "generative", profile: accelerated("ibm.com/spyre_pf") },
  },
];

/** The runtimes that a person may choose from for an ambiguous request; empty once it is none any more. */
export function candidatesOf(
  { request }: KnownAmbiguity,
  runtimes: readonly PlatformRuntime[] = offeredRuntimes(),
): readonly string[] {
  const suggestion = suggestRuntime(request, runtimes);
  return suggestion.outcome === "none" ? suggestion.candidates : [];
}
