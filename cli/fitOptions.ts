/** The options of `model-serving fit`, checked all at once. */
import type { InputProblem } from "../policies/manifests/problem";
import type { FitSettings } from "../sdk/capacity/fit/start";
import { isAutomatic, readWhole } from "../sdk/capacity/fit/argumentNumbers";
import { type WordFlag, wordsOf } from "../sdk/capacity/fit/argumentWords";
import { parseVersion } from "../sdk/capacity/fit/version";
import { nearest } from "../sdk/catalog/nearest";
import { nameVersion } from "./fitNames";

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

/** The settings, and every problem with them. */
export function readSettings(options: FitOptions): { settings: FitSettings; problems: InputProblem[] } {
  const read = reader(options.vllm);
  const settings = present({
    tensorParallelSize: read.whole("tensor-parallel-size", options.tp, "--tp"),
    pipelineParallelSize: read.whole("pipeline-parallel-size", options.pp, "--pp"),
    maxModelLen: read.whole("max-model-len", options.maxModelLen),
    maxNumSeqs: read.whole("max-num-seqs", options.maxNumSeqs),
    maxNumBatchedTokens: read.whole("max-num-batched-tokens", options.maxNumBatchedTokens),
    gpuMemoryUtilization: read.share("--gpu-memory-utilization", options.gpuMemoryUtilization),
    kvCacheDtype: read.word("kv-cache-dtype", options.kvCacheDtype),
    dtype: read.word("dtype", options.dtype),
    quantization: read.word("quantization", options.quantization),
    enforceEager: options.enforceEager,
  });
  return { settings, problems: read.problems };
}

/** Reads values and collects what is wrong with them; a wrong one is as good as absent. */
function reader(vllm: string | undefined) {
  const problems: InputProblem[] = [];
  const version = vllm === undefined ? undefined : parseVersion(vllm);
  const accept = <T>(place: string, text: string | undefined, value: T | undefined, problem: string): T | undefined => {
    if (text !== undefined && value === undefined) problems.push({ place, problem: `found "${text}", ${problem}` });
    return value;
  };
  return {
    problems,
    whole(flag: string, text: string | undefined, place = `--${flag}`) {
      if (text === undefined) return undefined;
      const found = readWhole(flag, text, version);
      if ("value" in found) return found.value;
      const expected = /^[\d.]+[kKmMgG]$/.test(text) ? `which ${found.problem}` : "expected a whole number above 0";
      const automatic = "expected a length; it asks the server for any that fits";
      const problem = isAutomatic(flag, text, version) ? automatic : expected;
      return accept<number>(place, text, undefined, problem);
    },
    share(place: string, text?: string) {
      const value = /^\d*\.?\d+$/.test(text ?? "") ? Number(text) : 0;
      return accept(place, text, value > 0 && value <= 1 ? value : undefined, "expected a number above 0 and up to 1");
    },
    /** A word that any release takes is for the estimate to judge. */
    word(flag: WordFlag, text: string | undefined) {
      const isNone = flag === "quantization" && text?.toLowerCase() === "none";
      const isKnown = text !== undefined && (isNone || wordsOf(flag).values.includes(text));
      const { values } = wordsOf(flag, vllm ?? nameVersion(undefined).value);
      const close = nearest(text ?? "", values);
      const hint = close === undefined ? "" : `; did you mean ${close}?`;
      return accept(`--${flag}`, text, isKnown ? text : undefined, `expected one of ${values.join(", ")}${hint}`);
    },
  };
}

/** Without the entries that are not set. */
function present(settings: { [K in keyof FitSettings]: FitSettings[K] | undefined }): FitSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
