/** Settings of vLLM that the product documentation recommends by size and purpose of a model. */
import presets from "./vllmPresets.json";

/** One recommendation. */
export interface CataloguePreset {
  name: string;
  description: string;
  /** Settings, under the names of {@link VllmSettings}. */
  vllm: { maxModelLen?: number; gpuMemoryUtilization?: number; maxNumSeqs?: number; tensorParallelSize?: number };
  /** CPU and memory of a replica. */
  resources?: Record<"requests" | "limits", { cpu: number; memory: string }>;
  /** Accelerators of a replica; absent: any number. */
  accelerators?: number;
  notes?: string[];
  source: string;
}

/**
 * Every recommendation.
 *
 * @requirement VL-17, VL-18, VL-19, VL-25, VL-29, BP-4
 */
export const vllmPresets: readonly CataloguePreset[] = presets;

/** @returns `undefined` for a name that is none */
export function findVllmPreset(name: string): CataloguePreset | undefined {
  return vllmPresets.find((preset) => preset.name === name);
}
