/** Accelerators: which resource a pod asks for, which node label selects the product, which taint its nodes carry. */
import type { Toleration } from "../kubernetes/core";
import { acceleratorFamily, familyOfVendor, usualTolerations, type Vendor } from "./acceleratorFamilies";
import catalogue from "./accelerators.json";
import { nearest } from "./nearest";

/** One product. A value that is not known is absent, never guessed. */
export interface Accelerator {
  /** For NVIDIA and AMD the value of the node's product label, such as `NVIDIA-A100-SXM4-80GB`. */
  name: string;
  /** Shorter names people write, such as `MI300X`. */
  aliases: string[];
  vendor: Vendor;
  /** Memory of one device as sold, in GB. Never compare with it: what a process can use is less. */
  marketingMemoryGb?: number;
  /** Memory the driver reports, in MiB. */
  reportedMemoryMib?: number;
  /** Memory vLLM multiplies by its utilisation fraction, in GiB. */
  usableMemoryGib?: number;
  /** Node label that selects exactly this product. */
  productLabel?: { key: string; value: string };
  /** Values of other node labels that name this product, by key: those of GKE, CoreWeave, AMD's device number. */
  otherLabels?: Record<string, string[]>;
  /** Such as `Hopper`. */
  architecture?: string;
  /** NVIDIA compute capability, such as 8.9. */
  computeCapability?: number;
  /** Cores of one device, where a server's rank takes one core and not the device. */
  coresPerDevice?: number;
  /**
   * What joins several of them in one machine: `nvlink` on the board, a `bridge` that may be fitted over neighbours, or
   * only `pcie`.
   */
  interconnect?: "nvlink" | "bridge" | "pcie";
  /** Number formats with arithmetic of their own; `fp8WeightOnly`: stored in 8 bit, computed in 16. */
  numerics?: Partial<Record<"bf16" | "fp8" | "fp8WeightOnly" | "int8" | "int4" | "fp4", boolean>>;
  /** Slices that Multi-Instance GPU can make of it; `memoryGib` as the driver lists it, where that was seen. */
  migProfiles?: { profile: string; maxInstances: number; memoryGib?: number }[];
  notes?: string[];
  source?: string;
  confidence?: string;
}

/** What a name given by a user stands for: a product, or any device behind a resource name. */
export interface AcceleratorChoice {
  resource: string;
  displayName: string;
  tolerations: Toleration[];
  vendor?: Vendor;
  product?: Accelerator;
}

export const accelerators: readonly Accelerator[] = catalogue as Accelerator[];

/**
 * Finds a product by name or alias, ignoring case. A name with a slash is taken for a resource name, such as
 * `nvidia.com/gpu` (any NVIDIA GPU) or `nvidia.com/mig-3g.20gb`, known or not.
 *
 * @returns `undefined` for a product that the catalogue does not hold; {@link nearestAccelerator} proposes one
 */
export function findAccelerator(
  name: string,
  products: readonly Accelerator[] = accelerators,
): AcceleratorChoice | undefined {
  if (name.includes("/")) return byResource(name);
  const wanted = name.toLowerCase();
  const product = products.find((known) => namesOf(known).some((alias) => alias.toLowerCase() === wanted));
  const family = product === undefined ? undefined : familyOfVendor(product.vendor);
  if (product === undefined || family?.resource === undefined) return undefined;
  return { ...byResource(family.resource), product };
}

/** The known name closest to a misspelt one. */
export function nearestAccelerator(name: string, products: readonly Accelerator[] = accelerators): string | undefined {
  const closest = nearest(name, products.flatMap(namesOf));
  return closest === undefined ? undefined : findAccelerator(closest, products)?.product?.name;
}

function byResource(resource: string): AcceleratorChoice {
  const family = acceleratorFamily(resource);
  if (family === undefined) return { resource, displayName: resource, tolerations: [] };
  const { vendor, displayName = resource } = family;
  const tolerations = usualTolerations(family);
  return { resource, displayName, tolerations, ...(vendor !== undefined && { vendor }) };
}

function namesOf({ name, aliases }: Accelerator): string[] {
  return [name, ...aliases];
}
