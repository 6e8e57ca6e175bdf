/** Families of accelerators: the resource names under which device plugins offer them, and what pods need to use them. */
import type { Toleration } from "../kubernetes/core";
import families from "./acceleratorFamilies.json";

export const VENDORS = ["nvidia", "amd", "intel", "ibm", "aws", "google"] as const;

/** Maker of an accelerator with products in this catalogue; decides the runtime image. */
export type Vendor = (typeof VENDORS)[number];

/** Devices of one maker under one naming. */
export interface AcceleratorFamily {
  /** For people, such as `Intel Gaudi`. */
  maker: string;
  vendor?: Vendor;
  /** What a device is called for people, such as `NVIDIA GPU`; with `vendor`. */
  displayName?: string;
  /** Resource of a whole device, such as `nvidia.com/gpu`; with `vendor`. */
  resource?: string;
  /** Resource names; `*` stands for any text. */
  resources: string[];
  /** Whether a server runs one rank per device; false where a device has several cores or tiles. */
  rankPerDevice: boolean;
  /** Key of the taint that operators and clouds put on such nodes (effect NoSchedule), where there is a habit. */
  usualTaint?: string;
}

/** Accelerators of one resource name. */
export interface Accelerators {
  resource: string;
  count: number;
  family: AcceleratorFamily;
}

const known = families as readonly AcceleratorFamily[];

/** The family a resource name belongs to; `undefined` for cpu, memory, network devices and unknown makers. */
export function acceleratorFamily(resource: string): AcceleratorFamily | undefined {
  return known.find(({ resources }) => resources.some((pattern) => matches(pattern, resource)));
}

/** The accelerators among some amounts; a count of zero is none. */
export function acceleratorsIn(amounts: Readonly<Record<string, number>>): Accelerators[] {
  return Object.entries(amounts).flatMap(([resource, count]) => {
    const family = count > 0 ? acceleratorFamily(resource) : undefined;
    return family === undefined ? [] : [{ resource, count, family }];
  });
}

/** The family whose whole devices are a vendor's products. */
export function familyOfVendor(vendor: Vendor): AcceleratorFamily | undefined {
  return known.find((family) => family.vendor === vendor);
}

/** Tolerations for the taint that node pools of a family usually carry. */
export function usualTolerations({ usualTaint }: AcceleratorFamily): Toleration[] {
  return usualTaint === undefined ? [] : [{ key: usualTaint, operator: "Exists", effect: "NoSchedule" }];
}

function matches(pattern: string, resource: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return resource === pattern;
  const middle = rest.every((part) => resource.includes(part));
  return resource.length >= start.length + end.length && resource.startsWith(start) && resource.endsWith(end) && middle;
}
