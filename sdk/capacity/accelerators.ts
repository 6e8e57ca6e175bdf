/** Resource names under which device plugins offer accelerators. */
import families from "./accelerators.json";
import type { Amounts } from "./amounts";

/** Devices of one maker under one naming. */
export interface AcceleratorFamily {
  vendor: string;
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

const known: readonly AcceleratorFamily[] = families;

/** The family a resource name belongs to; `undefined` for cpu, memory, network devices and unknown makers. */
export function acceleratorFamily(resource: string): AcceleratorFamily | undefined {
  return known.find(({ resources }) => resources.some((pattern) => matches(pattern, resource)));
}

/** The accelerators among some amounts; a count of zero is none. */
export function acceleratorsIn(amounts: Amounts): Accelerators[] {
  return Object.entries(amounts).flatMap(([resource, count]) => {
    const family = count > 0 ? acceleratorFamily(resource) : undefined;
    return family === undefined ? [] : [{ resource, count, family }];
  });
}

function matches(pattern: string, resource: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return resource === pattern;
  const middle = rest.every((part) => resource.includes(part));
  return resource.length >= start.length + end.length && resource.startsWith(start) && resource.endsWith(end) && middle;
}
