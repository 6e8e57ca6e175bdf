/** The nearest changes that let a refused server start; each is one change, and each is tried. */
import type { Accelerator } from "../../catalog/accelerators";
import type { CatalogueModel } from "../../catalog/models";
import { type FitInput, type FitSettings, resolveStart } from "./start";
import { isAtLeast, parseVersion } from "./version";

/** One change. */
export interface WayOut {
  /** For people, such as `lower --max-num-seqs to 64`. */
  text: string;
  /** The settings to change; a value of `undefined` drops the flag. */
  settings: { [K in keyof FitSettings]?: FitSettings[K] | undefined };
  /** Name of another accelerator to take. */
  accelerator?: string;
  /** Id of the same model in smaller numbers. */
  model?: string;
}

/** The start with a way out taken, its accelerator aside. */
export function withSettings(input: FitInput, settings: WayOut["settings"]): FitInput {
  const changed = { ...input };
  for (const [setting, value] of Object.entries(settings)) {
    if (value === undefined) Reflect.deleteProperty(changed, setting);
    else Reflect.set(changed, setting, value);
  }
  return changed;
}

/** Answers whether a changed start fits. */
type Try = (input: FitInput) => boolean;

/**
 * What the arguments ask for comes first, then the cheapest: flags of the server, then the same model in smaller
 * numbers, then more or larger accelerators.
 */
export function findWaysOut(
  input: FitInput,
  accelerators: readonly Accelerator[],
  models: readonly CatalogueModel[],
  fits: Try,
): WayOut[] {
  return [
    ...moreAccelerators(input, fits),
    ...droppedFlags(input, fits),
    ...lower("maxNumSeqs", "--max-num-seqs", 1, input, fits),
    ...lower("maxNumBatchedTokens", "--max-num-batched-tokens", 256, input, fits),
    ...lower("maxModelLen", "--max-model-len", 1024, input, fits),
    ...utilisation(input, fits),
    ...smallerCache(input, fits),
    ...fewerGraphs(input, fits),
    ...quantised(input, models, fits),
    ...moreRanks(input, fits),
    ...otherAccelerators(input, accelerators, fits),
  ];
}

/** Flags that contradict the checkpoint or the device. */
function droppedFlags(input: FitInput, fits: Try): WayOut[] {
  const flags: [keyof FitSettings, string][] = [
    ["quantization", "--quantization"],
    ["dtype", "--dtype"],
  ];
  const dropped = flags.flatMap(([setting, flag]): WayOut[] =>
    input[setting] !== undefined && fits(without(input, setting))
      ? [{ text: `leave out ${flag}`, settings: { [setting]: undefined } }]
      : [],
  );
  const half: FitSettings = { dtype: "half" };
  return input.dtype !== "half" && fits({ ...input, ...half })
    ? [...dropped, { text: "set --dtype half", settings: half }]
    : dropped;
}

type Numeric = "maxNumSeqs" | "maxNumBatchedTokens" | "maxModelLen";

/** The largest smaller value that fits: a fit stays one when any of these shrinks. */
function lower(setting: Numeric, flag: string, step: number, input: FitInput, fits: Try): WayOut[] {
  const start = resolveStart(input);
  if ("unknown" in start) return [];
  const settings = (steps: number): FitSettings => ({ [setting]: steps * step });
  const most = Math.ceil(start[setting] / step) - 1;
  const steps = largest(most, (count) => fits({ ...input, ...settings(count) }));
  return steps === undefined ? [] : [{ text: `lower ${flag} to ${steps * step}`, settings: settings(steps) }];
}

/** The largest of 1…most for which a condition holds that holds for all smaller ones. */
function largest(most: number, holds: (count: number) => boolean): number | undefined {
  if (most < 1 || !holds(1)) return undefined;
  let [good, bad] = [1, most + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Above this, nothing is left for what the server does not count. */
const HIGHEST_UTILISATION = 0.95;

function utilisation(input: FitInput, fits: Try): WayOut[] {
  const start = resolveStart(input);
  if ("unknown" in start) return [];
  const first = Math.floor(start.gpuMemoryUtilization * 100) + 1;
  const last = HIGHEST_UTILISATION * 100;
  const percents = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  const percent = percents.find((value) => fits({ ...input, gpuMemoryUtilization: value / 100 }));
  if (percent === undefined) return [];
  const settings = { gpuMemoryUtilization: percent / 100 };
  return [{ text: `raise --gpu-memory-utilization to ${settings.gpuMemoryUtilization}`, settings }];
}

/** 8-bit caches need a GPU with 8-bit floats in every release, and Hopper before 0.9. */
function smallerCache(input: FitInput, fits: Try): WayOut[] {
  const { computeCapability = 0 } = input.accelerator;
  const version = parseVersion(input.vllm);
  const least = version !== undefined && isAtLeast(version, "0.9.0") ? 8.9 : 9;
  const settings = { kvCacheDtype: "fp8" };
  if (computeCapability < least || input.kvCacheDtype?.startsWith("fp8") === true || !fits({ ...input, ...settings }))
    return [];
  return [{ text: "set --kv-cache-dtype fp8 (check the accuracy)", settings }];
}

function fewerGraphs(input: FitInput, fits: Try): WayOut[] {
  const settings = { enforceEager: true };
  if (input.enforceEager === true || !fits({ ...input, ...settings })) return [];
  return [{ text: "set --enforce-eager (slower)", settings }];
}

/**
 * The quantised checkpoint of the same model that keeps most of it, one with an image before others. The method of a
 * checkpoint is its own, so a method that was asked for goes.
 *
 * @requirement BP-12
 */
function quantised({ modelImage, ...input }: FitInput, models: readonly CatalogueModel[], fits: Try): WayOut[] {
  const original = ({ id, baseModel = id }: CatalogueModel): string => baseModel;
  const settings = { quantization: undefined };
  const bytes = ({ weightBytes }: CatalogueModel): number => weightBytes;
  const found = models
    .filter((model) => model.quantization !== undefined && original(model) === original(input.model))
    .filter((model) => bytes(model) < bytes(input.model))
    .sort((a, b) => bytes(b) - bytes(a) || Number(b.image !== undefined) - Number(a.image !== undefined))
    .find((model) => fits(withSettings({ ...input, model }, settings)));
  if (found === undefined) return [];
  const text = `serve ${found.id}: weights of ${found.quantization?.weightBits ?? "fewer"} bits (check the accuracy)`;
  return [
    { text, settings: modelImage === undefined ? settings : { ...settings, modelImage: undefined }, model: found.id },
  ];
}

/** Ranks of one node. */
const RANKS = [2, 4, 8];

/** As many as there are ranks. */
function moreAccelerators(input: FitInput, fits: Try): WayOut[] {
  const { tensorParallelSize = 1, pipelineParallelSize = 1, dataParallelSize = 1, accelerators } = input;
  const needed = tensorParallelSize * pipelineParallelSize * dataParallelSize;
  const settings = { accelerators: needed };
  if (accelerators === undefined || accelerators >= needed) return [];
  return fits({ ...input, ...settings }) ? [{ text: `ask for ${counted(needed)}`, settings }] : [];
}

/**
 * The first size that fits: larger ones, then smaller ones, since heads may not be cut; only smaller ones where the pod
 * has too few accelerators as it is.
 */
function moreRanks({ migProfile, ...input }: FitInput, fits: Try): WayOut[] {
  const { tensorParallelSize: tp = 1, pipelineParallelSize = 1, dataParallelSize = 1, accelerators } = input;
  const groups = pipelineParallelSize * dataParallelSize;
  if (migProfile !== undefined) return [];
  const hasTooFew = accelerators !== undefined && accelerators < tp * groups;
  const settings = (ranks: number): FitSettings => ({
    tensorParallelSize: ranks,
    ...(accelerators !== undefined && { accelerators: Math.max(accelerators, ranks * groups) }),
  });
  const up = RANKS.filter((size) => size > tp && !hasTooFew);
  const down = [...RANKS, 1].filter((size) => size < tp && !(hasTooFew && size * groups > accelerators));
  const sizes = [...up, ...down.sort((a, b) => b - a)];
  const ranks = sizes.find((size) => fits({ ...input, ...settings(size) }));
  if (ranks === undefined) return [];
  return [{ text: `set --tensor-parallel-size ${ranks}, with ${counted(ranks * groups)}`, settings: settings(ranks) }];
}

function counted(accelerators: number): string {
  return accelerators === 1 ? "1 accelerator" : `${accelerators} accelerators`;
}

/** The smallest other accelerator of the same maker, the settings unchanged. */
function otherAccelerators(
  { migProfile, ...input }: FitInput,
  alternatives: readonly Accelerator[],
  fits: Try,
): WayOut[] {
  const found = alternatives
    .filter(
      ({ name, vendor }) =>
        vendor === input.accelerator.vendor && (migProfile !== undefined || name !== input.accelerator.name),
    )
    .sort((a, b) => (a.usableMemoryGib ?? Infinity) - (b.usableMemoryGib ?? Infinity) || (a.name < b.name ? -1 : 1))
    .find((accelerator) => fits({ ...input, accelerator }));
  return found === undefined ? [] : [{ text: `take ${found.name}`, settings: {}, accelerator: found.name }];
}

function without(input: FitInput, setting: keyof FitSettings): FitInput {
  return withSettings(input, { [setting]: undefined });
}
