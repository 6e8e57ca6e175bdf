/** Accelerators: which resource a pod asks for, which node label selects the product, which taint its nodes carry. */
import type { Toleration } from "../kubernetes/core";
import catalogue from "./accelerators.json";
import { nearest } from "./nearest";

/** Maker of an accelerator; decides the runtime image. */
export type Vendor = "nvidia" | "amd" | "intel" | "ibm";

/** One product. A value that is not known is absent, never guessed. */
export interface Accelerator {
  /** For NVIDIA and AMD the value of the node's product label, such as `NVIDIA-A100-SXM4-80GB`. */
  name: string;
  /** Shorter names people write, such as `MI300X`. */
  aliases: string[];
  vendor: Vendor;
  /** Memory as sold, in GB. Never compare with it: what a process can use is less. */
  marketingMemoryGb?: number;
  /** Memory the driver reports, in MiB. */
  reportedMemoryMib?: number;
  /** Memory vLLM multiplies by its utilisation fraction, in GiB. */
  usableMemoryGib?: number;
  /** Node label that selects exactly this product. */
  productLabel?: { key: string; value: string };
}

/** What pods of all products of one vendor share. */
export interface AcceleratorFamily {
  /** Name for people, such as `NVIDIA GPU`. */
  displayName: string;
  /** Extended resource of a whole device, such as `nvidia.com/gpu`. */
  resource: string;
  /** Tolerations for the taint that the vendor's node pools usually carry. */
  tolerations: Toleration[];
}

/** What a name given by a user stands for: a product, or any device behind a resource name. */
export interface AcceleratorChoice {
  resource: string;
  displayName: string;
  tolerations: Toleration[];
  vendor?: Vendor;
  product?: Accelerator;
}

export const accelerators: readonly Accelerator[] = catalogue.accelerators as Accelerator[];
export const acceleratorFamilies: Readonly<Record<Vendor, AcceleratorFamily>> = catalogue.vendors;

/** Resource names of partitions and special builds that start like the vendor's own. */
const RESOURCE_DOMAINS: readonly [string, Vendor][] = [
  ["nvidia.com/", "nvidia"],
  ["amd.com/", "amd"],
  ["habana.ai/", "intel"],
  ["ibm.com/spyre", "ibm"],
];

/**
 * Finds a product by name or alias, ignoring case. A name with a slash is taken for a resource name, such as
 * `nvidia.com/gpu` (any NVIDIA GPU) or `nvidia.com/mig-3g.20gb`, known or not.
 *
 * @returns `undefined` for a product that the catalogue does not hold; {@link nearestAccelerator} proposes one
 */
export function findAccelerator(name: string): AcceleratorChoice | undefined {
  if (name.includes("/")) return byResource(name);
  const wanted = name.toLowerCase();
  const product = accelerators.find((known) => namesOf(known).some((alias) => alias.toLowerCase() === wanted));
  if (product === undefined) return undefined;
  const { displayName, resource, tolerations } = acceleratorFamilies[product.vendor];
  return { displayName, resource, tolerations, vendor: product.vendor, product };
}

/** The known name closest to a misspelt one. */
export function nearestAccelerator(name: string): string | undefined {
  const closest = nearest(name, accelerators.flatMap(namesOf));
  return closest === undefined ? undefined : findAccelerator(closest)?.product?.name;
}

/** The vendor behind an extended resource name; `undefined` for `cpu`, `memory` and unknown devices. */
export function vendorOfResource(resource: string): Vendor | undefined {
  return RESOURCE_DOMAINS.find(([domain]) => resource.startsWith(domain))?.[1];
}

function byResource(resource: string): AcceleratorChoice {
  const vendor = vendorOfResource(resource);
  if (vendor === undefined) return { resource, displayName: resource, tolerations: [] };
  const { displayName, tolerations } = acceleratorFamilies[vendor];
  return { resource, displayName, tolerations, vendor };
}

function namesOf({ name, aliases }: Accelerator): string[] {
  return [name, ...aliases];
}
