/** The options of `model-serving fit`, checked all at once. */
import type { InputProblem } from "../policies/manifests/problem";
import type { FitSettings } from "../sdk/capacity/fit/start";
import { nearest } from "../sdk/catalog/nearest";

/** As they were typed. */
export interface FitOptions {
  model?: string;
  accelerator?: string;
  catalog?: string;
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
  const read = reader();
  const settings = present({
    tensorParallelSize: read.whole("--tp", options.tp),
    pipelineParallelSize: read.whole("--pp", options.pp),
    maxModelLen: read.whole("--max-model-len", options.maxModelLen),
    maxNumSeqs: read.whole("--max-num-seqs", options.maxNumSeqs),
    maxNumBatchedTokens: read.whole("--max-num-batched-tokens", options.maxNumBatchedTokens),
    gpuMemoryUtilization: read.share("--gpu-memory-utilization", options.gpuMemoryUtilization),
    kvCacheDtype: read.word("--kv-cache-dtype", options.kvCacheDtype, CACHE_TYPES),
    dtype: read.word("--dtype", options.dtype, TYPES),
    quantization: options.quantization,
    enforceEager: options.enforceEager,
  });
  return { settings, problems: read.problems };
}

/** Reads values and collects what is wrong with them; a wrong one is as good as absent. */
function reader() {
  const problems: InputProblem[] = [];
  const accept = <T>(place: string, text: string | undefined, value: T, isRight: boolean, expected: string) => {
    if (text === undefined || isRight) return text === undefined ? undefined : value;
    problems.push({ place, problem: `found "${text}", expected ${expected}` });
    return undefined;
  };
  return {
    problems,
    whole: (place: string, text?: string) =>
      accept(place, text, Number(text), /^[1-9]\d*$/.test(text ?? ""), "a whole number above 0"),
    share(place: string, text?: string) {
      const value = /^\d*\.?\d+$/.test(text ?? "") ? Number(text) : 0;
      return accept(place, text, value, value > 0 && value <= 1, "a number above 0 and up to 1");
    },
    word(place: string, text: string | undefined, words: readonly string[]) {
      const close = nearest(text ?? "", words);
      const hint = close === undefined ? "" : `; did you mean ${close}?`;
      return accept(place, text, text, words.includes(text ?? ""), `one of ${words.join(", ")}${hint}`);
    },
  };
}

/** Without the entries that are not set. */
function present(settings: { [K in keyof FitSettings]: FitSettings[K] | undefined }): FitSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
