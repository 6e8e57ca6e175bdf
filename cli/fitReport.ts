/** The answers of `model-serving fit`, for people and for programs. */
import { createColors } from "picocolors";
import { wrap } from "../policies/report/wrap";
import type { MemoryParts } from "../sdk/capacity/fit/estimate";
import type { Fit, FitVerdict } from "../sdk/capacity/fit/fit";
import type { FitInput } from "../sdk/capacity/fit/start";
import type { Terminal } from "./terminal";

/** One answer with what it is about. */
export interface FitAnswer {
  /** The service, where there is one, and {@link titleOf} the start. */
  title: string;
  /** Of a service in the files. */
  service?: { kind: string; name: string; namespace: string };
  fit: Fit;
}

/** Such as `meta-llama/Llama-3.1-8B on 1 x NVIDIA-A10, vLLM 0.21.0`. */
export function titleOf({
  model,
  accelerator,
  vllm,
  migProfile,
  tensorParallelSize = 1,
  pipelineParallelSize = 1,
}: FitInput): string {
  const ranks = tensorParallelSize * pipelineParallelSize;
  const slice = migProfile === undefined ? "" : ` (MIG ${migProfile})`;
  return `${model.id} on ${ranks} x ${accelerator.name}${slice}, vLLM ${vllm}`;
}

/** The object itself for a model; a list with the name of each service for files. */
export function fitsJson(answers: readonly FitAnswer[]): string {
  const [first] = answers;
  const value =
    first !== undefined && first.service === undefined
      ? fitJson(first)
      : answers.map((answer) => ({ ...answer.service, ...fitJson(answer) }));
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** What programs read: figures that cannot be told are `null`. */
function fitJson({ fit }: FitAnswer): Record<string, unknown> {
  const { verdict, memory, kvCacheTokens, fullLengthRequests, waysOut } = fit;
  return {
    verdict,
    perGpuGiB: memory === undefined ? null : rounded(memory),
    kvCacheTokens: kvCacheTokens ?? null,
    fullLengthRequests: fullLengthRequests === undefined ? null : round(fullLengthRequests),
    reasons: sentences(fit),
    waysOut: waysOut.map(({ text }) => text),
  };
}

/** A table of memory, reasons and ways out; at most 100 columns. */
export function fitText({ title, fit }: FitAnswer, { color, width }: Terminal): string {
  const colors = createColors(color);
  const columns = Math.min(width ?? MOST_COLUMNS, MOST_COLUMNS);
  const bullets = (texts: readonly string[]): string[] =>
    texts.flatMap((text) =>
      wrap(text, columns - 4).map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
    );
  return [
    ...wrap(title, columns).map((line) => colors.bold(line)),
    MARKS[fit.verdict](colors),
    ...(fit.memory === undefined ? [] : ["", ...bars(fit.memory)]),
    "",
    ...bullets(sentences(fit)),
    ...(fit.waysOut.length > 0 ? ["", "Any one of these does:", ...bullets(fit.waysOut.map(({ text }) => text))] : []),
    "",
  ].join("\n");
}

const MOST_COLUMNS = 100;

type Colors = ReturnType<typeof createColors>;

const MARKS: Record<FitVerdict, (colors: Colors) => string> = {
  fits: (colors) => colors.green("✓ fits"),
  "does-not-fit": (colors) => colors.red("✗ does not fit"),
  "too-close": (colors) => colors.yellow("! too close to call"),
  unknown: (colors) => colors.blue("? unknown"),
};

function sentences({ reasons, messages }: Fit): string[] {
  return [...reasons, ...messages.map((message) => `the server is expected to log: ${message}`)];
}

const BAR_COLUMNS = 50;

/** One line a part, with its share of the budget. */
function bars({ usable, budget, errorBar, ...parts }: MemoryParts): string[] {
  const names: [keyof typeof parts, string][] = [
    ["weights", "weights"],
    ["activation", "activation"],
    ["nonTorch", "context, NCCL"],
    ["graphs", "CUDA graphs"],
    ["kvCache", "KV cache"],
  ];
  const lines = names.map(([part, name]) => {
    const value = parts[part];
    const bar = "█".repeat(Math.max(0, Math.min(BAR_COLUMNS, Math.round((value / budget) * BAR_COLUMNS))));
    const margin = part === "kvCache" ? ` ± ${errorBar.toFixed(2)}` : "";
    return `  ${name.padEnd(14)}${value.toFixed(2).padStart(9)}${margin.padEnd(8)} ${bar}`.trimEnd();
  });
  return [`  GiB of one accelerator: ${budget.toFixed(2)} of ${usable.toFixed(2)} usable`, ...lines];
}

function rounded(memory: MemoryParts): Record<string, number> {
  return Object.fromEntries(Object.entries(memory).map(([part, value]: [string, number]) => [part, round(value)]));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
