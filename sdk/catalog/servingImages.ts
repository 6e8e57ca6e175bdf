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
  return (
    builds.find((entry) => isOf(entry, platformVersion)) ?? builds.find((entry) => entry.platformVersion === undefined)
  );
}

/** Which image is wanted. */
export interface ImageWish {
  server: string;
  vendor: Vendor | "cpu";
  platformVersion?: string | undefined;
  /** Version of the server that the platform version brings. */
  shippedVersion?: string | undefined;
  /** Version of the server that a person asks for; no other will do. */
  serverVersion?: string | undefined;
}

/**
 * The image of a server, by what it should hold: that of the platform version, else one with the version of the server
 * which the platform brings, else {@link defaultServingImage}.
 *
 * @requirement RT-41, RT-44
 */
export function servingImageFor(
  { server, vendor, platformVersion, shippedVersion, serverVersion }: ImageWish,
  known: readonly ServingImage[] = servingImages,
): ServingImage | undefined {
  const builds = known.filter((entry) => entry.server === server && entry.vendor === vendor);
  const holds = (version: string | undefined): ServingImage | undefined =>
    version === undefined ? undefined : builds.find((entry) => entry.serverVersion === version);
  if (serverVersion !== undefined) return holds(serverVersion.replace(/^v/, ""));
  const ofPlatform = builds.find((entry) => isOf(entry, platformVersion));
  return ofPlatform ?? holds(shippedVersion) ?? defaultServingImage(server, vendor, platformVersion, known);
}

function isOf(entry: ServingImage, platformVersion: string | undefined): boolean {
  return entry.platformVersion !== undefined && entry.platformVersion === platformVersion;
}

/** Versions of a server for a kind of hardware that the catalogue has an image of. */
export function imageVersions(
  server: string,
  vendor: Vendor | "cpu",
  known: readonly ServingImage[] = servingImages,
): string[] {
  const builds = known.filter((entry) => entry.server === server && entry.vendor === vendor);
  return [...new Set(builds.flatMap(({ serverVersion }) => (serverVersion === undefined ? [] : [serverVersion])))];
}

/**
 * What is known of an image reference.
 *
 * @requirement RT-43
 */
export function findServingImage(
  image: string,
  known: readonly ServingImage[] = servingImages,
): ServingImage | undefined {
  return known.find((entry) => entry.image === image);
}
