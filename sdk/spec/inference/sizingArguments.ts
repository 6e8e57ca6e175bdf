/** The free arguments of a server that bear on its memory, read as far as they can be judged. */
import type { FitSettings } from "../../capacity/fit/start";
import { isEventual } from "../schema/eventual";
import type { Loose } from "../schema/plain";
import type { EnvironmentVariable } from "../schema/pods";

const NUMBERS: Readonly<Record<string, keyof FitSettings>> = {
  "--tensor-parallel-size": "tensorParallelSize",
  "--pipeline-parallel-size": "pipelineParallelSize",
  "--max-model-len": "maxModelLen",
  "--max-num-seqs": "maxNumSeqs",
  "--max-num-batched-tokens": "maxNumBatchedTokens",
  "--gpu-memory-utilization": "gpuMemoryUtilization",
};
const TEXTS: Readonly<Record<string, keyof FitSettings>> = {
  "--kv-cache-dtype": "kvCacheDtype",
  "--quantization": "quantization",
  "--dtype": "dtype",
};
const SWITCHES: Readonly<Record<string, keyof FitSettings>> = {
  "--enforce-eager": "enforceEager",
  "--enable-expert-parallel": "enableExpertParallel",
};
/** Flags that move no memory of the accelerator; about any other one nothing is claimed. */
const HARMLESS: readonly string[] = [
  "--chat-template",
  "--chat-template-content-format",
  "--disable-log-requests",
  "--disable-log-stats",
  "--distributed-executor-backend",
  "--enable-auto-tool-choice",
  "--enable-prefix-caching",
  "--no-enable-prefix-caching",
  "--enable-request-id-headers",
  "--generation-config",
  "--host",
  "--max-log-len",
  "--model",
  "--port",
  "--reasoning-parser",
  "--response-role",
  "--root-path",
  "--seed",
  "--served-model-name",
  "--tool-call-parser",
  "--trust-remote-code",
  "--uvicorn-log-level",
];

/** The settings that arguments and variables make, or why memory cannot be judged. */
export function argumentSettings(
  args: readonly (string | undefined)[],
  env: Loose<EnvironmentVariable[]>,
): FitSettings | string {
  const settings: Record<string, unknown> = {};
  const words = args.filter((word) => word !== undefined);
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (isEventual(word)) return "an argument of the server is known only after apply";
    const [written = "", ...rest] = word.split("=");
    const flag = written.replaceAll("_", "-");
    const next = words[index + 1];
    const isSeparate = rest.length === 0 && next !== undefined && !next.startsWith("-");
    const value = isSeparate ? next : rest.join("=");
    if (isSeparate) index += 1;
    const read = setting(flag, value);
    if (read === undefined) return `${word} may change the memory of the server in ways that are not modelled`;
    Object.assign(settings, read);
  }
  const variable = env.find((one) => one?.name === "VLLM_USE_V1" || one?.name === "VLLM_ATTENTION_BACKEND");
  if (variable?.name !== undefined) return `${variable.name} may change the memory of the server`;
  const isLong = env.some((one) => one?.name === "VLLM_ALLOW_LONG_MAX_MODEL_LEN" && one.value === "1");
  return { ...settings, ...(isLong && { allowLongMaxModelLen: true }) };
}

function setting(flag: string, value: string): Record<string, unknown> | undefined {
  const [number, text, toggle] = [NUMBERS[flag], TEXTS[flag], SWITCHES[flag]];
  if (number !== undefined) return /^\d+(\.\d+)?$/.test(value) ? { [number]: Number(value) } : undefined;
  if (text !== undefined) return value === "" ? undefined : { [text]: value };
  if (toggle !== undefined) return value === "" ? { [toggle]: true } : undefined;
  return HARMLESS.includes(flag) ? {} : undefined;
}
