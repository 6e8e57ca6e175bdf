/** Flags and variables of a server that the memory estimate does not understand, or that the server does not. */
import { findModelServer, serverArgument } from "../../sdk/catalog/serverArguments";
import type { Refusal } from "../../sdk/capacity/fit/refusal";
import { isAtLeast, type VllmVersion } from "../../sdk/capacity/fit/version";
import type { Argument } from "../../sdk/pod/arguments";
import type { Workload } from "../world/types";

/** Flags that move memory about, by the values that change nothing. */
const UNMODELLED: Readonly<Record<string, RegExp>> = {
  "enable-lora": /^false$/i,
  "speculative-config": /^$/,
  "speculative-model": /^$/,
  "cpu-offload-gb": /^0(?:\.0+)?$/,
  "kv-offloading-size": /^0(?:\.0+)?$/,
  "kv-cache-memory-bytes": /^$/,
  "num-gpu-blocks-override": /^$/,
  "decode-context-parallel-size": /^1$/,
  "prefill-context-parallel-size": /^1$/,
  "enable-eplb": /^false$/i,
  "enable-sleep-mode": /^false$/i,
  "disable-hybrid-kv-cache-manager": /^false$/i,
  "hf-overrides": /^\{\s*\}$/,
  "rope-scaling": /^$/,
  "load-format": /^(?:auto|safetensors|pt|hf|mistral|npcache|runai_streamer|fastsafetensors|instanttensor)$/,
  "model-impl": /^(?:auto|vllm)$/,
  task: /^(?:auto|generate)$/,
  runner: /^(?:auto|generate)$/,
  convert: /^(?:auto|none)$/,
  nnodes: /^1$/,
};

/** Why memory cannot be told; `undefined` where nothing is in the way. */
export function unmodelledPart(workload: Workload, version: VllmVersion | undefined): string | undefined {
  const parts = [
    ...unmodelledFlags(workload),
    ...unusualPrefill(workload, version),
    ...unmodelledVariables(workload, version),
  ];
  if (parts.length > 0) return `${parts.join(", ")} changes memory in ways that are not modelled`;
  const short = longFlags(workload).find((argument) => meantBy(argument, version).length > 0);
  return short && `${short.written} is short for --${meantBy(short, version).join(" or --")}; write it whole`;
}

/** Flags that this release does not take. Upstream: argparse `parse_args`. */
export function strangeFlags(workload: Workload, version: VllmVersion | undefined): Refusal[] {
  return longFlags(workload).flatMap((argument) => {
    if (meantBy(argument, version).length > 0) return [];
    const { flag, written } = argument;
    const release = version?.join(".");
    const found = serverArgument("vllm", flag, release);
    const why =
      found?.status === "unknown-name"
        ? found.nearest === undefined
          ? "it has none of that name"
          : `did you mean --${found.nearest}?`
        : found?.status === "not-yet"
          ? `${found.since} is the first that does`
          : found?.status === "removed"
            ? `${found.removedIn} no longer does`
            : undefined;
    if (why === undefined) return [];
    return [
      {
        reason: `vLLM ${release ?? ""} does not take ${written}; ${why}`,
        message: `unrecognized arguments: ${written}`,
      },
    ];
  });
}

/** Flags with two dashes; keys of a JSON flag are written behind a dot and belong to it. */
function longFlags({ arguments: args }: Workload): Argument[] {
  return args.known.filter(({ written }) => written.startsWith("--") && !written.includes("."));
}

/** argparse takes any beginning of a name for the name. */
function meantBy({ flag }: Argument, version: VllmVersion | undefined): string[] {
  const release = version?.join(".");
  if (serverArgument("vllm", flag, release)?.status !== "unknown-name") return [];
  const names = findModelServer("vllm")?.arguments.map((argument) => argument.flag) ?? [];
  return names.filter((name) => name.startsWith(flag) && serverArgument("vllm", name, release)?.status === "exists");
}

/** Prompts cut where they are run whole by default, or whole where they are cut: the step has another size then. */
function unusualPrefill({ arguments: args }: Workload, version: VllmVersion | undefined): string[] {
  const found = args.get("enable-chunked-prefill");
  const isCut = found !== undefined && !/^false$/i.test(found.value ?? "");
  const isUsual = version !== undefined && isAtLeast(version, "0.8.0");
  return found === undefined || isCut === isUsual ? [] : [found.written];
}

function unmodelledFlags({ arguments: args }: Workload): string[] {
  return Object.entries(UNMODELLED).flatMap(([flag, harmless]) => {
    const found = args.get(flag);
    if (found === undefined || (found.value !== undefined && harmless.test(found.value))) return [];
    return [found.value === undefined ? `--${flag}` : `--${flag} ${found.value}`];
  });
}

/** `VLLM_USE_V1=0` asks for the older engine, where there are two. */
function unmodelledVariables({ pod }: Workload, version: VllmVersion | undefined): string[] {
  const hasTwoEngines = version === undefined || (isAtLeast(version, "0.6.0") && !isAtLeast(version, "0.11.0"));
  const asked = pod?.main.env?.find(({ name }) => name === "VLLM_USE_V1")?.value;
  const usual = version !== undefined && isAtLeast(version, "0.8.0") ? "1" : "0";
  return hasTwoEngines && asked !== undefined && asked !== usual ? [`VLLM_USE_V1=${asked}`] : [];
}
