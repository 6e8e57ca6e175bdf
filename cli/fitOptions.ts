/** The options of `model-serving fit`, checked all at once. */
import type { InputProblem } from "../policies/manifests/problem";
import type { FitSettings } from "../sdk/capacity/fit/start";
import { nearest } from "../sdk/catalog/nearest";

/** As they were typed. */
export interface FitOptions {
  model?: string;
  accelerator?: string;
  cluster?: string[];
  tp?: string;
  pp?: string;
  vllm?: string;
  maxModelLen?: string;
  maxNumSeqs?: string;
  maxNumBatchedTokens?: string;
  gpuMemoryUtilization?: string;
  kvCacheDtype?: string;
  quantization?: string;
  dtype?: string;
  enforceEager?: boolean;
  format: string;
}

const CACHE_TYPES = ["auto", "bfloat16", "float16", "fp8", "fp8_e4m3", "fp8_e5m2"];
const TYPES = ["auto", "bfloat16", "float16", "half"];

/** The settings, and every problem with them. */
export function readSettings(options: FitOptions): { settings: FitSettings; problems: InputProblem[] } {
  const problems: InputProblem[] = [];
  const complain = <T>(place: string, problem: string): T | undefined => {
    problems.push({ place, problem });
    return undefined;
  };
  const whole = (place: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    return /^[1-9]\d*$/.test(text) ? Number(text) : complain(place, `found "${text}", expected a whole number above 0`);
  };
  const fraction = (place: string, text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    const value = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
    return value > 0 && value <= 1 ? value : complain(place, `found "${text}", expected a number above 0 and up to 1`);
  };
  const word = (place: string, text: string | undefined, words: readonly string[]): string | undefined => {
    if (text === undefined || words.includes(text)) return text;
    const close = nearest(text, words);
    const hint = close === undefined ? "" : `; did you mean ${close}?`;
    return complain(place, `found "${text}", expected one of ${words.join(", ")}${hint}`);
  };
  const settings = present({
    tensorParallelSize: whole("--tp", options.tp),
    pipelineParallelSize: whole("--pp", options.pp),
    maxModelLen: whole("--max-model-len", options.maxModelLen),
    maxNumSeqs: whole("--max-num-seqs", options.maxNumSeqs),
    maxNumBatchedTokens: whole("--max-num-batched-tokens", options.maxNumBatchedTokens),
    gpuMemoryUtilization: fraction("--gpu-memory-utilization", options.gpuMemoryUtilization),
    kvCacheDtype: word("--kv-cache-dtype", options.kvCacheDtype, CACHE_TYPES),
    dtype: word("--dtype", options.dtype, TYPES),
    quantization: options.quantization,
    enforceEager: options.enforceEager,
  });
  return { settings, problems };
}

/** Without the entries that are not set. */
function present(settings: { [K in keyof FitSettings]: FitSettings[K] | undefined }): FitSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
