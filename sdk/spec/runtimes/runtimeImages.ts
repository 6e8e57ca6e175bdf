/** The image of a runtime: the one given, built for the hardware, or the catalogue's. */
import { type Vendor, familyOfVendor } from "../../catalog/acceleratorFamilies";
import type { AcceleratorChoice } from "../../catalog/accelerators";
import type { Catalog } from "../../catalog/catalog";
import { findServingImage, imageVersions, servingImageFor, type ServingImage } from "../../catalog/servingImages";
import { serverVersionOf } from "../../catalog/servingRuntimes";
import { isEventual } from "../schema/eventual";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import { imageProblem } from "../storage/modelSource";

type Hardware = Vendor | "cpu";

/** What people call the hardware of a vendor. */
export function hardwareName(vendor: Hardware): string {
  return vendor === "cpu" ? "CPU" : (familyOfVendor(vendor)?.displayName ?? vendor);
}

/** An image is built for one kind of hardware. */
export function imageFits(
  image: string | undefined,
  hardware: AcceleratorChoice | undefined,
  { servingImages }: Catalog,
): Problem[] {
  if (image === undefined || isEventual(image)) return [];
  const form = imageProblem(image);
  if (form !== undefined) return at(["image"], form);
  const built = findServingImage(image, servingImages)?.vendor;
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  if (built === undefined || vendor === undefined || built === vendor) return [];
  return at(
    ["image"],
    `${quote(image)} is built for ${hardwareName(built)}, but the hardware is ${hardwareName(vendor)}`,
  );
}

/** The catalogue must have an image for the hardware when the user names none. */
export function imageExists(
  hardware: AcceleratorChoice | undefined,
  version: string | undefined,
  catalog: Catalog,
  serverVersion?: string,
): Problem[] {
  const vendor = hardware === undefined ? "cpu" : hardware.vendor;
  if (vendor !== undefined && vllmImage(vendor, version, catalog, serverVersion) !== undefined) return [];
  const name = hardware === undefined ? "CPU" : `${hardware.displayName} (${hardware.resource})`;
  if (vendor !== undefined && serverVersion !== undefined) {
    return versionMissing(`vLLM ${serverVersion} for ${name}`, imageVersions("vllm", vendor, catalog.servingImages));
  }
  return [{ path: ["image"], message: `is missing; the catalogue has no vLLM image for ${name}, so name one` }];
}

/** The answer to a version of a server of which no image is known. */
export function versionMissing(what: string, known: readonly string[]): Problem[] {
  const versions = known.length === 0 ? "none at all" : `those of ${known.join(", ")}`;
  return at(["serverVersion"], `the catalogue has no image of ${what}, but ${versions}; name an image instead`);
}

/** vLLM for a kind of hardware, as the platform version brings it. */
export function vllmImage(
  vendor: Hardware,
  platformVersion: string | undefined,
  { servingImages, servingRuntimes }: Catalog,
  serverVersion?: string,
): ServingImage | undefined {
  const shipped = servingRuntimes.find(({ server, hardware }) => server === "vllm" && hardware === vendor);
  const shippedVersion =
    shipped === undefined || platformVersion === undefined ? undefined : serverVersionOf(shipped, platformVersion);
  return servingImageFor({ server: "vllm", vendor, platformVersion, shippedVersion, serverVersion }, servingImages);
}
