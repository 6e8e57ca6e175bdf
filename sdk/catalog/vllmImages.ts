/** vLLM serving images, one build per kind of accelerator. */
import type { Vendor } from "./acceleratorFamilies";
import images from "./vllmImages.json";

/** One published image. */
export interface VllmImage {
  image: string;
  /** Hardware the build is for. */
  vendor: Vendor | "cpu";
  /** vLLM version inside; absent where it was never read from the image. */
  vllm?: string;
  /** OpenShift AI version the image belongs to; absent: the project's own release. */
  platformVersion?: string;
  /** Interpreter that starts `vllm.entrypoints.openai.api_server`. */
  python: string;
}

export const vllmImages: readonly VllmImage[] = images as VllmImage[];

/**
 * The image for a kind of hardware: that of the OpenShift AI version when the catalogue has one, else vLLM's newest
 * release here.
 *
 * @returns `undefined` where no build is known; the user then names one
 */
export function defaultVllmImage(vendor: Vendor | "cpu", platformVersion?: string): VllmImage | undefined {
  const builds = vllmImages.filter((entry) => entry.vendor === vendor);
  const ofPlatform = builds.find(
    (entry) => entry.platformVersion !== undefined && entry.platformVersion === platformVersion,
  );
  return ofPlatform ?? builds.find((entry) => entry.platformVersion === undefined);
}

/** What is known of an image reference. */
export function findVllmImage(image: string): VllmImage | undefined {
  return vllmImages.find((entry) => entry.image === image);
}
