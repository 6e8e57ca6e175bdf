/** The model, accelerator and version that a person names. */
import { findAccelerator, nearestAccelerator, type Accelerator } from "../sdk/catalog/accelerators";
import type { Catalog } from "../sdk/catalog/catalog";
import { findModelByName, nearestModel, type CatalogueModel } from "../sdk/catalog/models";
import { machineShapeOfInstanceType } from "../sdk/catalog/machineShapes";
import { defaultServingImage } from "../sdk/catalog/servingImages";
import { parseVersion } from "../sdk/capacity/fit/version";
import type { Device } from "../policies/fit/fitDevice";
import type { InputProblem } from "../policies/manifests/problem";

/** What a name stands for, what was read into it, or why it cannot be used. */
export interface Named<T> {
  value?: T;
  remarks: string[];
  problems: InputProblem[];
}

export function nameModel(name: string, { models }: Catalog): Named<CatalogueModel> {
  const value = findModelByName(name, models);
  if (value !== undefined) return { value, remarks: [], problems: [] };
  if (/^(?!hf:|oci:)[a-z0-9]+:\/\/|^\//.test(name)) {
    return problem(
      "--model",
      `found "${name}", which is a place; name the model that it holds, such as microsoft/phi-4`,
    );
  }
  const close = nearestModel(name, models);
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  return problem("--model", `found "${name}", which the catalogue does not know${hint}`);
}

/**
 * Exact names and aliases; else the words of a name, when all products that have them are alike:
 * `NVIDIA H100 80GB` is either board of that memory, `H100` may have 80 or 94 GB. `-MIG-3g.40gb` behind it is a slice.
 */
export function nameAccelerator(written: string, { accelerators }: Catalog): Named<Device> {
  const [, whole, slice] = /^(?:(.+?)[- ])?(?:nvidia\.com\/)?mig[- ](.+)$/i.exec(written) ?? [];
  const wanted = slice?.toLowerCase();
  const having = accelerators.filter((product) => wanted !== undefined && profilesOf(product).includes(wanted));
  if (slice !== undefined && whole === undefined) {
    const names = having.map(({ name }) => `${name}-MIG-${slice}`);
    const expected =
      names.length === 0
        ? "PRODUCT-MIG-PROFILE, such as NVIDIA-H100-80GB-HBM3-MIG-3g.40gb"
        : `one of ${names.join(", ")}`;
    return problem("--accelerator", `"${written}" names a slice of no product; write ${expected}`);
  }
  const sliced = having.length === 0 ? undefined : nameProduct(whole ?? written, having);
  const product = sliced?.value === undefined ? nameProduct(whole ?? written, accelerators) : sliced;
  const { value, problems, remarks } = product;
  if (value === undefined) return { remarks, problems };
  if (wanted === undefined) return { value: { accelerator: value }, remarks, problems };
  const profiles = profilesOf(value);
  if (profiles.includes(wanted)) return { value: { accelerator: value, migProfile: wanted }, remarks, problems };
  const some = profiles.map((profile) => `${value.name}-MIG-${profile}`);
  const expected = profiles.length === 0 ? "it has no MIG slices" : `expected one of ${some.join(", ")}`;
  return problem("--accelerator", `found the slice "${slice ?? ""}" of ${value.name}; ${expected}`);
}

function profilesOf({ migProfiles = [] }: Accelerator): string[] {
  return migProfiles.map(({ profile }) => profile);
}

function nameProduct(name: string, known: readonly Accelerator[]): Named<Accelerator> {
  const exact = findAccelerator(name, known)?.product;
  if (exact !== undefined) return { value: exact, remarks: [], problems: [] };
  const meant = withWords(name, known);
  const [first, ...others] = meant;
  if (first !== undefined && others.every((other) => alike(first, other))) {
    return { value: first, remarks: [`"${name}" is read as ${first.name}`], problems: [] };
  }
  if (first !== undefined) {
    return problem("--accelerator", `"${name}" may be ${meant.map((one) => one.name).join(", ")}; name one of them`);
  }
  const machine = machineShapeOfInstanceType(name);
  if (machine !== undefined) return problem("--accelerator", `"${name}" is a machine; name its ${machine.accelerator}`);
  if (name.includes("/")) return problem("--accelerator", `"${name}" is a resource of many products; name the product`);
  if (wordsOf(name).every((word) => EMPTY.has(word))) return problem("--accelerator", `"${name}" names no product`);
  const close = nearestAccelerator(name, known);
  const hint = close === undefined ? "" : `; did you mean ${close}?`;
  return problem("--accelerator", `found "${name}", which the catalogue does not know${hint}`);
}

/** Without one: that of the newest image in the catalogue. */
export function nameVersion(text: string | undefined): Named<string> {
  if (text === undefined) {
    const newest = defaultServingImage("vllm", "nvidia")?.serverVersion;
    if (newest === undefined) return problem("--vllm", "expected a version, such as 0.21.0");
    return { value: newest, remarks: [`vLLM ${newest} assumed: no version was given`], problems: [] };
  }
  if (parseVersion(text) !== undefined) return { value: text.replace(/^v/, ""), remarks: [], problems: [] };
  return problem("--vllm", `found "${text}", expected a version, such as 0.21.0`);
}

function problem(place: string, text: string): { remarks: []; problems: InputProblem[] } {
  return { remarks: [], problems: [{ place, problem: text }] };
}

/** Words that say nothing about which product it is. */
const EMPTY = new Set(["nvidia", "amd", "intel", "gpu", "geforce", "tesla", "instinct"]);

function withWords(name: string, products: readonly Accelerator[]): Accelerator[] {
  const wanted = wordsOf(name).filter((word) => !EMPTY.has(word));
  if (wanted.length === 0) return [];
  return products.filter((accelerator) => {
    const known = [accelerator.name, ...accelerator.aliases].flatMap(wordsOf);
    return wanted.every((word) => known.includes(word) || saysMemory(word, accelerator) || beginsForm(word, known));
  });
}

/** `80gb`, as it is sold. */
function saysMemory(word: string, { marketingMemoryGb }: Accelerator): boolean {
  return marketingMemoryGb !== undefined && word === `${marketingMemoryGb}gb`;
}

/** `sxm` for `sxm5`. */
function beginsForm(word: string, known: readonly string[]): boolean {
  return /^(?:sxm|pcie|nvl)$/.test(word) && known.some((other) => other.startsWith(word));
}

function wordsOf(name: string): string[] {
  return name
    .toLowerCase()
    .replace(/(\d) gi?b\b/g, "$1gb")
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
}

/** Same arithmetic, and memory within a hundredth. */
function alike(one: Accelerator, other: Accelerator): boolean {
  const [a, b] = [one.usableMemoryGib ?? one.reportedMemoryMib, other.usableMemoryGib ?? other.reportedMemoryMib];
  if (a === undefined || b === undefined) return false;
  return one.computeCapability === other.computeCapability && Math.abs(a - b) <= 0.01 * a;
}
