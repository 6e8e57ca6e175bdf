/** The report for people at a terminal. */
import { createColors } from "picocolors";
import type { Evaluation, Summary } from "../evaluate";
import type { Finding } from "../rule";
import { nameOf } from "../world/world";
import { wrap } from "./wrap";

export interface TextOptions {
  /** Default false. */
  color?: boolean;
  /** Columns to wrap prose at; default: no wrapping, so that a line can be searched. */
  width?: number;
}

type Colors = ReturnType<typeof createColors>;

const INDENT = "    ";

/** Findings by resource, the gravest first, and what they come to; ends with a newline. */
export function formatText(evaluation: Evaluation, options: TextOptions = {}): string {
  const colors = createColors(options.color === true);
  const titles = [...new Set(evaluation.findings.map(titleOf))];
  const sections = titles.map((title) => {
    const findings = evaluation.findings.filter((finding) => titleOf(finding) === title);
    return [colors.bold(title), ...findings.map((finding) => section(finding, colors, options.width))].join("\n");
  });
  return [...sections, ...summaryLines(evaluation, colors), ""].join("\n");
}

/** Message and fix of a finding as lines. */
export function explanation({ message, fix }: Finding, width?: number): string[] {
  return [...wrap(message, width), ...wrap(`Fix: ${fix}`, width)];
}

function section(finding: Finding, colors: Colors, width: number | undefined): string {
  const head = `  ${mark(finding, colors)}  ${colors.bold(finding.rule)}`;
  const field = finding.path === "" ? [] : [colors.cyan(finding.path)];
  const prose = explanation(finding, width === undefined ? undefined : width - INDENT.length);
  return [head, ...[...field, ...prose].map((line) => INDENT + line), ""].join("\n");
}

function mark({ outcome, level }: Finding, colors: Colors): string {
  if (outcome === "unknown") return colors.blue("? undecided");
  return level === "mandatory" ? colors.red("✗ mandatory") : colors.yellow("! advisory ");
}

/** `InferenceService models/granite  (manifests/granite.yaml, document 2)` */
function titleOf({ resource, source }: Finding): string {
  if (source === undefined || source.from === "stack") return nameOf(resource);
  const place = source.from === "file" && source.document > 1 ? `, document ${source.document}` : "";
  return source.file === undefined ? nameOf(resource) : `${nameOf(resource)}  (${source.file}${place})`;
}

function summaryLines({ excepted, summary }: Evaluation, colors: Colors): string[] {
  return [
    ...excepted.map(({ finding, exception }) =>
      colors.dim(
        `Accepted until ${exception.expires} by ${exception.owner}: ${finding.rule} on ${nameOf(finding.resource)} (${exception.reason})`,
      ),
    ),
    `${verdict(summary, colors)}  ${colors.dim(scope(summary))}`,
  ];
}

function verdict({ mandatory, advisory, unknown }: Summary, colors: Colors): string {
  const counts = [
    ...(mandatory > 0 ? [colors.red(`${mandatory} mandatory`)] : []),
    ...(advisory > 0 ? [colors.yellow(`${advisory} advisory`)] : []),
    ...(unknown > 0 ? [colors.blue(`${unknown} undecided`)] : []),
  ];
  if (counts.length === 0) return colors.green("✓ No findings.");
  return `${counts.join(", ")}.`;
}

function scope({ objects, rules }: Summary): string {
  return `${count(rules, "rule")} on ${count(objects, "object")}.`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}
