/** Runs rules over a world. The only evaluation path: the policy pack, the CLI and early checks all call this. */
import { nearest } from "../sdk/catalog/nearest";
import { isKnownAfterApply, UnknownValueError } from "../sdk/pod/unknown";
import { exceptionFor, exceptionProblems, type RuleException } from "./exceptions";
import type { Finding, Level, Profile, ResourceRef, Rule, RuleSubject, Verdict } from "./rule";
import { rules as allRules } from "./rules";
import { nameOf, type World } from "./world/world";

export interface EvaluationOptions {
  /** Default `standard`. In `strict` a rule that cannot be evaluated is a mandatory failure. */
  profile?: Profile;
  /** Levels by rule id, in place of the rule's own. */
  levels?: Record<string, Level | "disabled">;
  exceptions?: RuleException[];
  /** Default: all rules of this package. */
  rules?: readonly Rule[];
  /** The day that exceptions are measured against; default now. */
  today?: Date;
}

/** A finding that somebody accepted for the time being. */
export interface ExceptedFinding {
  finding: Finding;
  exception: RuleException;
}

export interface Summary {
  /** Objects that at least one rule could judge. */
  objects: number;
  /** Rules that ran. */
  rules: number;
  /** Failed findings of level mandatory. */
  mandatory: number;
  /** Failed findings of level advisory. */
  advisory: number;
  /** Findings that cannot be decided, of either level. */
  unknown: number;
  /** Findings accepted by an exception; they are in {@link Evaluation.excepted} and in no other count. */
  excepted: number;
  /** Findings whose exception has expired; they are counted as if there were none. */
  expired: number;
}

export interface Evaluation {
  /** Mandatory before advisory, then by resource, rule and path. */
  findings: Finding[];
  excepted: ExceptedFinding[];
  summary: Summary;
}

const profiles: readonly Profile[] = ["minimal", "standard", "strict"];

/**
 * Judge a world.
 *
 * Never throws for what the objects contain: a value known only after apply becomes a finding with outcome unknown,
 * and so does a rule that breaks.
 *
 * @throws Error that lists every mistake in the options (unknown rule, exception without a date, ...)
 */
export function evaluate(world: World, options: EvaluationOptions = {}): Evaluation {
  const { profile = "standard", levels = {}, exceptions = [], rules = allRules, today = new Date() } = options;
  refuseMistakes(levels, exceptions, rules);
  const selected = rules.filter(
    (rule) => levels[rule.id] !== "disabled" && profiles.indexOf(rule.profile) <= profiles.indexOf(profile),
  );
  const judged = new Set<string>();
  const all = selected.flatMap((rule) => run(rule, world, levels, profile, judged)).sort(byImportance);
  const accepted = all.map((finding) => ({ finding, known: exceptionFor(finding, exceptions, today) }));
  const findings = accepted
    .filter(({ known }) => known === undefined || known.expired)
    .map(({ finding, known }) => (known === undefined ? finding : sayExpired(finding, known.exception)));
  const excepted = accepted.flatMap(({ finding, known }) =>
    known === undefined || known.expired ? [] : [{ finding, exception: known.exception }],
  );
  const failed = (level: Level) => findings.filter((f) => f.outcome === "fail" && f.level === level).length;
  return {
    findings,
    excepted,
    summary: {
      objects: judged.size,
      rules: selected.length,
      mandatory: failed("mandatory"),
      advisory: failed("advisory"),
      unknown: findings.filter(({ outcome }) => outcome === "unknown").length,
      excepted: excepted.length,
      expired: accepted.filter(({ known }) => known?.expired === true).length,
    },
  };
}

function run(
  rule: Rule,
  world: World,
  levels: Record<string, Level | "disabled">,
  profile: Profile,
  judged: Set<string>,
): Finding[] {
  const override = levels[rule.id];
  const level = override === undefined || override === "disabled" ? rule.level : override;
  let subjects: RuleSubject[];
  try {
    subjects = rule.subjects(world);
  } catch (error) {
    return world.judged.slice(0, 1).map((any) => toFinding(rule, level, any, brokenVerdict(error, profile), world));
  }
  return subjects.flatMap((subject) => {
    const verdicts = check(rule, subject, world, profile);
    if (verdicts !== undefined) judged.add(nameOf(subject.ref));
    return (verdicts ?? []).map((verdict) => toFinding(rule, level, subject, verdict, world));
  });
}

function check(rule: Rule, subject: RuleSubject, world: World, profile: Profile): Verdict[] | undefined {
  try {
    return rule.check(subject, world);
  } catch (error) {
    return [error instanceof UnknownValueError ? unknownVerdict(subject, error, world) : brokenVerdict(error, profile)];
  }
}

function unknownVerdict(subject: RuleSubject, error: UnknownValueError, world: World): Verdict {
  const place = subject.locate?.(error.path) ?? world.locate(error.path) ?? { resource: subject.ref, path: error.path };
  return {
    outcome: "unknown",
    ...place,
    message: `${place.path} of ${nameOf(place.resource)} ${error.why}, so this cannot be judged${isKnownAfterApply(error) ? " yet" : ""}.`,
    fix: isKnownAfterApply(error)
      ? "Take the value from configuration instead of an output of another resource; otherwise it is judged during the update."
      : "Write the value itself among the arguments.",
  };
}

function brokenVerdict(error: unknown, profile: Profile): Verdict {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : "no reason given";
  return {
    outcome: profile === "strict" ? "fail" : "unknown",
    path: "",
    message: `The rule could not read this object (${reason}).`,
    fix: "Check the object against its schema; if it is valid, the mistake is in the rule: please report it with this text.",
  };
}

function toFinding(rule: Rule, level: Level, subject: RuleSubject, verdict: Verdict, world: World): Finding {
  const resource = verdict.resource ?? subject.ref;
  const source = sameRef(resource, subject.ref) ? subject.source : sourceOf(resource, world);
  return {
    rule: rule.id,
    level: verdict.level === "advisory" ? "advisory" : level,
    outcome: verdict.outcome,
    message: verdict.message,
    fix: verdict.fix,
    path: verdict.path,
    resource,
    ...(source === undefined ? {} : { source }),
  };
}

function sourceOf(resource: ResourceRef, world: World) {
  return [...world.judged, ...world.inventory].find(({ ref }) => sameRef(ref, resource))?.source;
}

function sameRef(a: ResourceRef, b: ResourceRef): boolean {
  return a.apiVersion === b.apiVersion && nameOf(a) === nameOf(b);
}

function sayExpired(finding: Finding, { owner, reason, expires }: RuleException): Finding {
  const note = `The exception by ${owner} ("${reason}") expired on ${expires}.`;
  return { ...finding, message: `${finding.message} ${note}` };
}

function byImportance(a: Finding, b: Finding): number {
  const keys = ({ level, resource, rule, path }: Finding) => [
    level === "mandatory" ? "0" : "1",
    resource.namespace ?? "",
    resource.name,
    resource.kind,
    rule,
    path,
  ];
  const others = keys(b);
  for (const [i, key] of keys(a).entries()) {
    const other = others[i] ?? "";
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}

function refuseMistakes(
  levels: Record<string, Level | "disabled">,
  exceptions: RuleException[],
  rules: readonly Rule[],
): void {
  const ids = rules.map(({ id }) => id);
  const noRule = (id: string, where: string) => {
    const close = nearest(id, ids);
    const hint = close === undefined ? `known rules: ${ids.join(", ")}` : `did you mean "${close}"?`;
    return ids.includes(id) ? [] : [`${where}: there is no rule "${id}"; ${hint}`];
  };
  const problems = [
    ...Object.keys(levels).flatMap((id) => noRule(id, "levels")),
    ...exceptions.flatMap((exception, i) => [
      ...exceptionProblems(exception).map((problem) => `exceptions[${i}]: ${problem}`),
      ...noRule(exception.rule, `exceptions[${i}].rule`),
    ]),
  ];
  if (problems.length > 0) throw new Error(problems.join("\n"));
}
