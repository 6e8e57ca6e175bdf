/** Amounts of resources as the scheduler counts them: cpu in millicores, everything else in whole units, rounded up. */
import { formatQuantity, parseQuantity, scaledValue } from "../pod/quantity";

/** By resource name: `cpu` in millicores, `memory` in bytes, devices in pieces. A missing name is 0. */
export type Amounts = Readonly<Record<string, number>>;

/** A `resources.requests`, `resources.limits` or `status.allocatable` map. @throws QuantityError */
export function amountsOf(list: Readonly<Record<string, string | number>> | undefined): Amounts {
  return Object.fromEntries(Object.entries(list ?? {}).map(([name, quantity]) => [name, amountOf(name, quantity)]));
}

/** One quantity in the scheduler's unit of its resource. @throws QuantityError */
export function amountOf(resource: string, quantity: string | number): number {
  return Number(scaledValue(parseQuantity(quantity), resource === "cpu" ? -3 : 0));
}

/** The quantity that the API server would write: `500m` of cpu, `16Gi` of memory; also by a quota's names. */
export function quantityOf(resource: string, amount: number): string {
  const isBytes = /memory|storage|hugepages/.test(resource);
  const exponent = resource === "cpu" || resource.endsWith(".cpu") ? -3 : 0;
  return formatQuantity({ unscaled: BigInt(amount), exponent, format: isBytes ? "BinarySI" : "DecimalSI" });
}

export function plus(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (x, y) => x + y);
}

export function minus(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (x, y) => x - y);
}

/** The larger of both, name by name. */
export function most(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, Math.max);
}

/** The smaller of both, name by name; what one of them lacks is 0. */
export function least(a: Amounts, b: Amounts): Amounts {
  return Object.fromEntries(Object.entries(a).map(([name, amount]) => [name, Math.min(amount, b[name] ?? 0)]));
}

function combine(a: Amounts, b: Amounts, join: (x: number, y: number) => number): Amounts {
  const result: Record<string, number> = { ...a };
  for (const [name, amount] of Object.entries(b)) result[name] = join(result[name] ?? 0, amount);
  return result;
}
