import type { NeuronSpec } from "../../sdk/spec/accelerators/vendors";
import type { ChartValues } from "../../sdk/spec/installation/chart";
import type { Surroundings } from "./plan";

/** The chart's list of tolerations replaces its default, so what it says by default is said again. */
const CRITICAL = { key: "CriticalAddonsOnly", operator: "Exists" };

/**
 * Values of AWS's Neuron chart; there is no operand beside it. Upstream: aws-neuron/neuron-helm-charts.
 *
 * @requirement AC-18
 */
export function neuronValues(
  { scheduler, nodeProblemDetector }: NeuronSpec,
  { tolerations }: Surroundings,
): ChartValues {
  return {
    devicePlugin: { tolerations: [CRITICAL, ...tolerations] },
    scheduler: { enabled: scheduler },
    npd: { enabled: nodeProblemDetector },
  };
}
