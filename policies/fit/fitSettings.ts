/** The arguments and variables of a server that bear on its memory. */
import { isAutomatic, readWhole } from "../../sdk/capacity/fit/argumentNumbers";
import type { Refusal } from "../../sdk/capacity/fit/refusal";
import type { FitSettings } from "../../sdk/capacity/fit/start";
import type { VllmVersion } from "../../sdk/capacity/fit/version";
import { modelOf } from "../../sdk/pod/legacyPredictor";
import { strangeFlags, unmodelledPart } from "./fitFlags";
import type { Workload } from "../world/types";

/** The settings beside what the server refuses of them, or why they cannot be judged. */
export type SettingsRead = { settings: FitSettings; refused: Refusal[] } | { refused: Refusal[] } | { unknown: string };

const NUMBERS: Readonly<Record<string, keyof FitSettings>> = {
  "tensor-parallel-size": "tensorParallelSize",
  "pipeline-parallel-size": "pipelineParallelSize",
  "max-num-seqs": "maxNumSeqs",
  "max-num-batched-tokens": "maxNumBatchedTokens",
  "max-model-len": "maxModelLen",
};
const TEXTS: Readonly<Record<string, keyof FitSettings>> = {
  "kv-cache-dtype": "kvCacheDtype",
  quantization: "quantization",
  dtype: "dtype",
};

/** Reads the settings as this version of the server reads them. */
export function readFitSettings(workload: Workload, version: VllmVersion | undefined): SettingsRead {
  const strange = strangeFlags(workload, version);
  const { arguments: args } = workload;
  const length = args.get("max-model-len")?.value;
  const isOpen = length !== undefined && isAutomatic("max-model-len", length, version);
  const automatic = isOpen
    ? `with --max-model-len ${length} the server takes the longest length that fits, whatever it is`
    : undefined;
  const unmodelled = unmodelledPart(workload, version) ?? automatic;
  if (unmodelled !== undefined) return strange.length > 0 ? { refused: strange } : { unknown: unmodelled };
  const numbers = readNumbers(workload, version);
  const texts = Object.entries(TEXTS).flatMap(([flag, setting]) => {
    const written = args.get(flag)?.value;
    return written === undefined ? [] : [[setting, written] as const];
  });
  const settings = { ...numbers.settings, ...Object.fromEntries(texts), ...switches(workload) };
  return { settings, refused: [...strange, ...numbers.refused] };
}

function readNumbers(
  { arguments: args, accelerators: asked }: Workload,
  version: VllmVersion | undefined,
): { settings: FitSettings; refused: Refusal[] } {
  const settings: Record<string, number> = {};
  const refused: Refusal[] = [];
  const read = (flag: string, setting: keyof FitSettings): void => {
    const written = args.get(flag)?.value;
    if (written === undefined) return;
    const found = flag === "gpu-memory-utilization" ? readShare(written) : readWhole(flag, written, version);
    if ("value" in found) settings[setting] = found.value;
    else
      refused.push({
        reason: `--${flag} ${written} ${found.problem}`,
        ...("message" in found && { message: found.message }),
      });
  };
  for (const [flag, setting] of Object.entries(NUMBERS)) read(flag, setting);
  read("gpu-memory-utilization", "gpuMemoryUtilization");
  read(
    args.get("data-parallel-size-local") === undefined ? "data-parallel-size" : "data-parallel-size-local",
    "dataParallelSize",
  );
  const [devices] = asked;
  return { settings: { ...settings, ...(devices !== undefined && { accelerators: devices.count }) }, refused };
}

/** Upstream: vllm-project/vllm `vllm/config/cache.py`. */
function readShare(text: string): ReturnType<typeof readWhole> {
  const value = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : Number.NaN;
  const flag = "argument --gpu-memory-utilization";
  if (Number.isNaN(value)) return { problem: "is no number", message: `${flag}: invalid float value: '${text}'` };
  if (value > 0 && value <= 1) return { value };
  return {
    problem: "is not above 0 and up to 1",
    message: `GPU memory utilization must be less than 1.0. Got ${value}.`,
  };
}

function switches({ arguments: args, pod, service }: Workload): FitSettings {
  const isOn = (flag: string): boolean => args.get(flag) !== undefined && args.get(flag)?.value !== "false";
  const images = args.get("limit-mm-per-prompt")?.value ?? "";
  const { storageUri } = modelOf(service.spec.predictor) ?? {};
  return {
    enforceEager: isOn("enforce-eager"),
    enableExpertParallel: isOn("enable-expert-parallel"),
    imagesAllowed: !/image"?\s*[:=]\s*0\b/.test(images) && !isOn("language-model-only"),
    allowLongMaxModelLen: pod?.main.env?.some(({ name, value }) => name === LONG && value === "1") === true,
    ...(storageUri?.startsWith("oci://") === true && { modelImage: storageUri.slice("oci://".length) }),
  };
}

const LONG = "VLLM_ALLOW_LONG_MAX_MODEL_LEN";
