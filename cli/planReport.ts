/** A plan for people at a terminal: tables no wider than 100 columns, and what does not go well in words. */
import { createColors } from "picocolors";
import type { PlannedService, Pool, QuotaPeak, RolloutPlan } from "../policies/rollout/rolloutPlan";
import { wrap } from "../policies/report/wrap";

export interface PlanReportOptions {
  color: boolean;
  width?: number;
}

type Colors = ReturnType<typeof createColors>;

const WIDEST = 100;
const INDENT = "  ";

/** Services, pools and waves; ends with a newline. */
export function formatPlan(
  { services, pools, quotas = [], waves }: RolloutPlan,
  { color, width }: PlanReportOptions,
): string {
  const colors = createColors(color);
  const columns = Math.min(width ?? WIDEST, WIDEST);
  const sections = [
    table(["service", "placed", "surge", "unavailable", "update"], services.map(serviceRow), colors),
    ...services.filter(isWorthWords).map((service) => words(service, columns, colors)),
    ...(pools.length === 0
      ? []
      : [table(["pool", "accelerator", "total", "steady", "peak", "free"], pools.map(poolRow), colors)]),
    ...(quotas.length === 0
      ? []
      : [table(["quota", "resource", "hard", "used now", "at the peak"], quotas.map(quotaRow), colors)]),
    ...(waves.length === 0 ? [] : [waveLines(waves, columns, colors)]),
    ...withoutWave(services, waves, columns, colors),
  ];
  return `${sections.join("\n\n")}\n`;
}

function serviceRow({ namespace, name, steady, rollout }: PlannedService): string[] {
  const { outcome, surge, maxUnavailable } = rollout;
  const { placed, wanted } = steady;
  const places = wanted === undefined ? String(placed) : `${placed} of ${wanted}`;
  return [`${namespace}/${name}`, places, String(surge), String(maxUnavailable), outcome];
}

function poolRow({ name, accelerator, allocatable, steady, peak, free }: Pool): string[] {
  return [name, accelerator, ...[allocatable, steady, peak, free].map(String)];
}

function quotaRow({ namespace, quota, resource, hard, used, peak }: QuotaPeak): string[] {
  return [`${namespace}/${quota}`, resource, hard, used, peak];
}

/** Names give way first: the widest column is cut where a line would be longer than the page. */
function table(head: string[], rows: string[][], colors: Colors): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const total = () => widths.reduce((sum, one) => sum + one + 2, -2);
  while (total() > WIDEST) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => fitted(cell, widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [colors.bold(line(head)), ...rows.map((row) => colored(line(row), row.at(-1) ?? "", colors))].join("\n");
}

function fitted(cell: string, width: number): string {
  return cell.length > width ? `${cell.slice(0, width - 1)}…` : cell.padEnd(width);
}

function colored(line: string, outcome: string, colors: Colors): string {
  if (outcome === "deadlocks") return colors.red(line);
  return outcome === "may-deadlock" || outcome === "unknown" ? colors.yellow(line) : line;
}

/** Whether there is more to say than that the new pods find their places, such as at another size. */
function isWorthWords({ rollout: { outcome, reason } }: PlannedService): boolean {
  return outcome !== "completes" || /\. [A-Z]/.test(reason);
}

function words({ namespace, name, rollout }: PlannedService, columns: number, colors: Colors): string {
  const text = wrap(rollout.reason, columns - INDENT.length).map((line) => INDENT + line);
  return [`${colors.bold(`${namespace}/${name}`)} ${rollout.outcome}`, ...text].join("\n");
}

/** Services that run and are in no wave: no order is certain to give them their places. */
function withoutWave(
  services: readonly PlannedService[],
  waves: readonly string[][],
  columns: number,
  colors: Colors,
): string[] {
  const listed = new Set(waves.flat());
  const left = services
    .filter(({ rollout, steady }) => rollout.outcome !== "unknown" && steady.placed > 0)
    .map(({ namespace, name }) => `${namespace}/${name}`)
    .filter((name) => !listed.has(name));
  if (left.length === 0) return [];
  const lines = wrap(left.join(", "), columns - INDENT.length).map((line) => INDENT + line);
  return [[colors.bold("in no wave: none was found that is certain to fit"), ...lines].join("\n")];
}

function waveLines(waves: readonly string[][], columns: number, colors: Colors): string {
  const lines = waves.flatMap((wave, i) => {
    const [first = "", ...rest] = wrap(wave.join(", "), columns - 6);
    return [`${String(i + 1).padStart(4)}  ${first}`, ...rest.map((line) => `      ${line}`)];
  });
  return [colors.bold("waves, one after another"), ...lines].join("\n");
}
