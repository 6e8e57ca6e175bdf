/** Measures benches, each variant and size in a process of its own, so that peaks of memory do not add up. */
import { execFileSync } from "node:child_process";

/** Runs whose median counts; one that takes the processor longer than {@link SLOW_MS} is not repeated. */
const RUNS = 5;
const SLOW_MS = 5_000;

/** What a run found, shown beside its time, since a fast wrong answer is none. */
export type Answer = Readonly<Record<string, number>>;

export interface Bench {
  name: string;
  title: string;
  sizes: readonly number[];
  /** What is compared. Each prepares its input, which is not measured, and returns what is. */
  variants: Readonly<Record<string, (size: number) => () => Answer>>;
}

export interface Measurement {
  medianMs: number;
  /** Processor time of the same run, which says more than the clock on a busy machine. */
  cpuMs: number;
  runs: number;
  /** Largest resident set of the process, input included. */
  peakMb: number;
  answer: Answer;
}

/** Measures in this process. */
export function measure(bench: Bench, variant: string, size: number): Measurement {
  const prepare = bench.variants[variant];
  if (prepare === undefined) throw new Error(`bench ${bench.name} has no variant ${variant}`);
  const results: { ms: number; cpuMs: number; answer: Answer }[] = [];
  do {
    // Fresh input, because shapes remember what was worked out about them.
    const run = prepare(size);
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const answer = run();
    const { user, system } = process.cpuUsage(cpu);
    results.push({ ms: performance.now() - start, cpuMs: (user + system) / 1000, answer });
  } while (results.length < RUNS && (results[0]?.cpuMs ?? 0) < SLOW_MS);
  const sorted = results.toSorted((a, b) => a.ms - b.ms);
  const { ms, cpuMs, answer } = sorted[Math.floor(sorted.length / 2)] ?? { ms: 0, cpuMs: 0, answer: {} };
  return { medianMs: ms, cpuMs, runs: results.length, peakMb: process.resourceUsage().maxRSS / 1024, answer };
}

/** Measures in a process of its own. */
export function measureApart(main: string, bench: string, variant: string, size: number): Measurement {
  const output = execFileSync(process.execPath, [main, bench, variant, String(size)], { encoding: "utf8" });
  return JSON.parse(output) as Measurement;
}
