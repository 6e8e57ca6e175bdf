/** `make bench`: prints a table for every bench. With a bench, a variant and a size it measures that, and prints JSON. */
import { cpus } from "node:os";
import { measure, measureApart, type Bench, type Measurement } from "./bench";
import { rollouts } from "./rollouts";
import { waves } from "./waves";

const benches: readonly Bench[] = [rollouts, waves];

const [name, variant, size] = process.argv.slice(2);
if (name === undefined) printAll();
else measureOne(name, variant ?? "", Number(size));

function measureOne(wanted: string, of: string, at: number): void {
  const bench = benches.find((one) => one.name === wanted);
  if (bench === undefined) throw new Error(`there is no bench ${wanted}`);
  process.stdout.write(JSON.stringify(measure(bench, of, at)));
}

function printAll(): void {
  console.log(`${cpus().length} x ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`);
  for (const bench of benches) {
    console.log(`\n${bench.name}: ${bench.title}\n`);
    console.log(row(["size", "variant", "median", "cpu", "runs", "peak memory", "growth / n log n", "answer"]));
    for (const of of Object.keys(bench.variants)) printVariant(bench, of);
  }
}

function printVariant(bench: Bench, of: string): void {
  let before: { size: number; cpuMs: number } | undefined;
  for (const at of bench.sizes) {
    const measured = measureApart(__filename, bench.name, of, at);
    console.log(row([String(at), of, ...cells(measured, growth(before, at, measured.cpuMs))]));
    before = { size: at, cpuMs: measured.cpuMs };
  }
}

function cells({ medianMs, cpuMs, runs, peakMb, answer }: Measurement, grown: string): string[] {
  const text = Object.entries(answer).map(([key, value]) => `${value} ${key}`);
  return [
    `${medianMs.toFixed(0)} ms`,
    `${cpuMs.toFixed(0)} ms`,
    String(runs),
    `${peakMb.toFixed(0)} MB`,
    grown,
    text.join(", "),
  ];
}

/** How much the processor time grew since the size before, against what n log n would have; 1.0 is exactly n log n. */
function growth(before: { size: number; cpuMs: number } | undefined, at: number, cpuMs: number): string {
  if (before === undefined) return "";
  const expected = (at * Math.log(at)) / (before.size * Math.log(before.size));
  return (cpuMs / before.cpuMs / expected).toFixed(2);
}

function row(columns: readonly string[]): string {
  const widths = [7, 12, 11, 11, 6, 13, 18];
  return columns
    .map((text, i) => text.padEnd(widths[i] ?? 0))
    .join("")
    .trimEnd();
}
