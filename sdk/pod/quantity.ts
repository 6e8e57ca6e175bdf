/**
 * Kubernetes quantities (`500m`, `16Gi`, `1e3`), parsed, compared, added and printed exactly as the API server does.
 * Upstream: kubernetes/apimachinery `pkg/api/resource/{quantity,suffix,amount}.go`.
 *
 * The arithmetic is exact. What looks odd is upstream's and kept on purpose, because a manifest is compared with what
 * the API server prints: a bare `m` is zero, `1.500` stays as it is while `1.5` becomes `1500m`, and 1000 exa prints `1`.
 */

/** How a quantity is printed: `12M`, `12Mi` or `12e6`. */
export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

/** An exact amount, `unscaled` x 10^`exponent`, together with the notation it was written in. */
export interface Quantity {
  readonly unscaled: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text it was read from, where the API server would print it back unchanged. */
  readonly text?: string;
}

/** A text that the API server would not accept as a quantity. */
export class QuantityError extends Error {
  constructor(readonly value: string) {
    const nearest = nearestQuantity(value);
    const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
    super(
      `"${value}" is not a Kubernetes quantity: expected a number, then nothing, a decimal suffix (n, u, m, k, M, G, T, P, E), ` +
        `a binary suffix (Ki, Mi, Gi, Ti, Pi, Ei) or an exponent (e3)${hint}`,
    );
    this.name = "QuantityError";
  }
}

const DECIMAL_SUFFIXES = new Map([
  ["n", -9],
  ["u", -6],
  ["m", -3],
  ["", 0],
  ["k", 3],
  ["M", 6],
  ["G", 9],
  ["T", 12],
  ["P", 15],
  ["E", 18],
]);
const BINARY_SUFFIXES = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const NANO = -9;
const MAX_INT64 = 2n ** 63n - 1n;
/** Decimal digits that always fit into an int64. */
const INT64_DIGITS = 18;

/**
 * Reads a quantity as `resource.ParseQuantity` does; a number is read as its decimal text.
 * @throws QuantityError naming the value and what was expected
 */
export function parseQuantity(text: string | number): Quantity {
  const written = String(text);
  const parts = /^([+-]?)0*(\d*)(?:\.(\d*))?([eEinumkKMGTP]*[-+]?\d*)$/.exec(written);
  const unit = parts === null || written === "" ? undefined : readSuffix(parts[4] ?? "");
  if (parts === null || unit === undefined) throw new QuantityError(written);
  const [, sign = "", whole = "", fraction = ""] = parts;
  const digits = (whole === "" ? "0" : whole) + fraction;
  const exponent = (unit.base === 10 ? unit.exponent : 0) - fraction.length;
  const magnitude = BigInt(digits) * (unit.base === 2 ? 2n ** BigInt(unit.exponent) : 1n);
  if (fitsInt64(digits, fraction, unit, exponent)) {
    const unscaled = sign === "-" ? -magnitude : magnitude;
    const kept = keepsText(digits, magnitude, unit, exponent);
    return { unscaled, exponent, format: unit.format, ...(kept ? { text: written } : {}) };
  }
  return bounded(magnitude, exponent, unit.format, sign === "-");
}

/** The canonical text, as the API server prints it after reading: `1024Mi` gives `1Gi`, `0.5` gives `500m`. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.unscaled === 0n) return "0";
  if (quantity.format === "BinarySI") {
    const small = { unscaled: 1024n, exponent: 0, format: quantity.format } as const;
    const isSmall = compareQuantities(absolute(quantity), small) < 0;
    const whole = scaledValue(quantity, 0);
    const exact = quantity.exponent >= 0 || whole * 10n ** BigInt(-quantity.exponent) === quantity.unscaled;
    if (!isSmall && exact) return formatBinary(whole);
  }
  return formatDecimal(quantity);
}

/** {@link formatQuantity} of {@link parseQuantity}. @throws QuantityError */
export function canonicalQuantity(text: string | number): string {
  return formatQuantity(parseQuantity(text));
}

/** Whether the API server and KServe's webhooks leave the text as it is; false also for what is no quantity. */
export function isCanonical(text: unknown): boolean {
  if (typeof text !== "string") return false;
  try {
    return canonicalQuantity(text) === text;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** Below, equal to or above zero as `left` is less than, equal to or more than `right`; notation does not matter. */
export function compareQuantities(left: Quantity, right: Quantity): number {
  const signs = signOf(left) - signOf(right);
  if (signs !== 0) return signs;
  const orders = orderOf(left) - orderOf(right);
  // Amounts of different length need no common scale; 1e1000000 would have a very long one.
  if (orders !== 0) return orders * (signOf(left) === 0 ? 0 : signOf(left));
  const [a, b] = align(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The exact sum, in the notation of `left` (of `right` when `left` is zero). */
export function addQuantities(left: Quantity, right: Quantity): Quantity {
  const format = left.unscaled === 0n ? right.format : left.format;
  const [a, b, exponent] = align(left, right);
  return { unscaled: a + b, exponent, format };
}

/**
 * The amount in units of 10^`exponent`, rounded away from zero: `scaledValue(q, 0)` is bytes or whole devices,
 * `scaledValue(q, -3)` millicores.
 */
export function scaledValue(quantity: Quantity, exponent: number): bigint {
  const shift = quantity.exponent - exponent;
  if (shift >= 0) return quantity.unscaled * 10n ** BigInt(shift);
  return divideAwayFromZero(quantity.unscaled, -shift);
}

interface Suffix {
  base: 2 | 10;
  exponent: number;
  format: QuantityFormat;
}

function readSuffix(suffix: string): Suffix | undefined {
  const decimal = DECIMAL_SUFFIXES.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: "DecimalSI" };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary >= 0) return { base: 2, exponent: (binary + 1) * 10, format: "BinarySI" };
  if (!/^[eE][-+]?\d+$/.test(suffix)) return undefined;
  const exponent = BigInt(suffix.slice(1).replace("+", ""));
  if (BigInt.asIntN(64, exponent) !== exponent) return undefined;
  return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: "DecimalExponent" };
}

/** Whether upstream reads the amount into an int64; only then is the written text ever kept. */
function fitsInt64(digits: string, fraction: string, unit: Suffix, exponent: number): boolean {
  if (exponent < NANO) return false;
  if (unit.base === 10) return digits.length <= INT64_DIGITS;
  const whole = digits.length - fraction.length;
  return fraction === "" && 15 - whole - (unit.exponent * 3) / 10 - 1 >= 0;
}

/** Upstream's quick test for "is canonical already", which lets a few other texts through. */
function keepsText(digits: string, magnitude: bigint, unit: Suffix, exponent: number): boolean {
  if (unit.base === 2) return (magnitude >> BigInt(unit.exponent)) % 8n !== 0n;
  return exponent % 3 === 0 && !digits.endsWith("000") && !digits.startsWith("0");
}

/** Rounds up to nano units ("if you want some resources, you should get some") and caps binary amounts at int64. */
function bounded(magnitude: bigint, exponent: number, written: QuantityFormat, negative: boolean): Quantity {
  const tooFine = exponent < NANO;
  let unscaled = tooFine ? divideAwayFromZero(magnitude, NANO - exponent) : magnitude;
  let scale = tooFine ? NANO : exponent;
  let format = written;
  if (format === "BinarySI") {
    const one = 10n ** BigInt(-scale);
    if (unscaled > MAX_INT64 * one) [unscaled, scale] = [MAX_INT64, 0];
    else if (unscaled < one && unscaled > 0n) format = "DecimalSI";
  }
  return { unscaled: negative ? -unscaled : unscaled, exponent: scale, format };
}

function formatBinary(value: bigint): string {
  let [amount, power] = [value, 0];
  while (amount % 1024n === 0n) [amount, power] = [amount / 1024n, power + 1];
  return `${String(amount)}${BINARY_SUFFIXES[power - 1] ?? ""}`;
}

function formatDecimal({ unscaled, exponent, format }: Quantity): string {
  let [amount, power] = [unscaled, exponent];
  while (amount % 10n === 0n) [amount, power] = [amount / 10n, power + 1];
  while (power % 3 !== 0) [amount, power] = [amount * 10n, power - 1];
  if (format === "DecimalExponent") return power === 0 ? String(amount) : `${String(amount)}e${power}`;
  const suffix = [...DECIMAL_SUFFIXES].find(([, exponentOfSuffix]) => exponentOfSuffix === power)?.[0] ?? "";
  return `${String(amount)}${suffix}`;
}

function divideAwayFromZero(value: bigint, decimals: number): bigint {
  const sign = value < 0n ? -1n : 1n;
  if (decimals > String(value).length) return value === 0n ? 0n : sign;
  const divisor = 10n ** BigInt(decimals);
  return value / divisor + (value % divisor === 0n ? 0n : sign);
}

function absolute(quantity: Quantity): Quantity {
  return { ...quantity, unscaled: quantity.unscaled < 0n ? -quantity.unscaled : quantity.unscaled };
}

function signOf({ unscaled }: Quantity): number {
  return unscaled > 0n ? 1 : unscaled < 0n ? -1 : 0;
}

/** The position of the leading digit. */
function orderOf({ unscaled, exponent }: Quantity): number {
  return unscaled === 0n ? 0 : String(unscaled < 0n ? -unscaled : unscaled).length + exponent;
}

function align(left: Quantity, right: Quantity): [bigint, bigint, number] {
  const exponent = Math.min(left.exponent, right.exponent);
  return [scaledValue(left, exponent), scaledValue(right, exponent), exponent];
}

/** The spelling people most often mean: `10GB`, `10gib`, `2K`, `4 Gi`, `500M i`. */
function nearestQuantity(value: string): string | undefined {
  const parts = /^\s*([+-]?\d+(?:\.\d+)?)\s*([a-zA-Z]+)?\s*$/.exec(value);
  if (parts === null) return undefined;
  const [, number = "", unit = ""] = parts;
  const letters = unit.toLowerCase().replace(/(?:bytes?|b)$/, "");
  const binary = BINARY_SUFFIXES.find((suffix) => suffix.toLowerCase() === letters);
  const decimal = ["k", "M", "G", "T", "P", "E", ""].find((suffix) => suffix.toLowerCase() === letters);
  const suffix = binary ?? decimal;
  return suffix === undefined ? undefined : number + suffix;
}
