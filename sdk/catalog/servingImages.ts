/** Serving images: which server is inside, in which version, for which hardware. */
import type { Vendor } from "./acceleratorFamilies";
import images from "./servingImages.json";

/** One published image. A value that was never read from the image is absent. */
export interface ServingImage {
  image: string;
  /** Model server inside, as {@link CatalogueRuntime} names it. */
  server: string;
  /** Hardware the build is for. */
  vendor: Vendor | "cpu";
  /** Version of the server inside. */
  serverVersion?: string;
  /** OpenShift AI version the image belongs to; absent: the project's own release. */
  platformVersion?: string;
  /** Interpreter that starts `vllm.entrypoints.openai.api_server`. */
  python?: string;
  notes?: string[];
}

export const servingImages: readonly ServingImage[] = images as ServingImage[];

/**
 * A server's image for a kind of hardware: that of the OpenShift AI version when the catalogue has one, else the
 * newest release of the server's own project here.
 *
 * @returns `undefined` where no build is known; the user then names one
 */
export function defaultServingImage(
  server: string,
  vendor: Vendor | "cpu",
  platformVersion?: string,
  known: readonly ServingImage[] = servingImages,
): ServingImage | undefined {
  const builds = known.filter((entry) => entry.server === server && entry.vendor === vendor);
  const ofPlatform = builds.find(
    (entry) => entry.platformVersion !== undefined && entry.platformVersion === platformVersion,
  );
  return ofPlatform ?? builds.find((entry) => entry.platformVersion === undefined);
}

/** What is known of an image reference. */
export function findServingImage(
  image: string,
  known: readonly ServingImage[] = servingImages,
): ServingImage | undefined {
  return known.find((entry) => entry.image === image);
}
