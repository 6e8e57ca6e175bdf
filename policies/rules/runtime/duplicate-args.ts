import type { Argument } from "../../../sdk/pod/arguments";
import type { Rule, Verdict } from "../../rule";
import { argumentPlace } from "../../world/parallelism";
import type { Place, Workload } from "../../world/types";
import { quotePlace } from "../../world/workload";

export const duplicateArgs: Rule<Workload> = {
  id: "runtime/duplicate-args",
  level: "mandatory",
  title: "No flag of the server may be given twice with different values, in runtime and service together",
  why:
    "KServe does not replace the runtime's arguments by the service's, it appends them. Mandatory where the server " +
    "then does not start: parsers such as that of Text Generation Inference exit with \"the argument '--port <PORT>' " +
    'cannot be used multiple times". Advisory for vLLM, which starts with the last value and never says that the other ' +
    "one is lost.",
  source: "kserve/kserve#3453",
  profile: "standard",
  subjects: (world) => world.workloads,
  check: (workload) => {
    if (workload.pod === undefined) return undefined;
    const strict = parsesStrictly(workload);
    const { known } = workload.arguments;
    const certain = contradictions(known, strict);
    // Without a contradiction among the known arguments, every argument must be known.
    const found = certain.length > 0 ? certain : contradictions(workload.arguments.all, strict);
    return found.length === 0 ? [] : [verdict(workload, found, strict)];
  },
};

/** Flags whose values add up instead of replacing one another. */
const collecting = new Set(["middleware"]);

/** Occurrences of each flag that is given more than once, for a strict parser also with one value. */
function contradictions(all: readonly Argument[], strict: boolean): Argument[][] {
  const flags = [...new Set(all.map(({ flag }) => flag))].filter((flag) => !collecting.has(flag));
  return flags
    .map((flag) => all.filter((argument) => argument.flag === flag))
    .filter((some) => some.length > 1 && (strict || new Set(some.map(text)).size > 1));
}

/** Text Generation Inference and its kin refuse a repeated flag even if the value is the same. */
function parsesStrictly({ pod }: Workload): boolean {
  const { command = [], image = "" } = pod?.main ?? {};
  return [...command, image].some((text) => /text-generation|\btgis?\b/.test(text));
}

function verdict(workload: Workload, repeated: Argument[][], strict: boolean): Verdict {
  const places = repeated.flat().map((argument) => argumentPlace(workload, argument));
  const edited = workload.editable(places.toReversed());
  const consequence = strict
    ? 'The server exits with "cannot be used multiple times".'
    : "The server takes the last one and says nothing of the others.";
  return {
    outcome: "fail",
    ...(strict ? {} : { level: "advisory" }),
    ...edited,
    message: `${repeated.map((all) => describe(workload, all, edited)).join("; ")}. Arguments of runtime and service are joined, the runtime's first. ${consequence}`,
    fix: "Give each flag in one place: in the service if it differs between services, in the runtime otherwise.",
  };
}

function describe(workload: Workload, all: Argument[], finding: Place): string {
  const values = all.map((argument) => {
    const place = argumentPlace(workload, argument);
    return `${shown(argument)}${place === undefined ? "" : ` (${quotePlace(place, finding)})`}`;
  });
  return `--${all[0]?.flag ?? ""} is ${values.join(" and ")}`;
}

/** Findings are logged, so they never quote what may be a credential. */
function shown(argument: Argument): string {
  if (/key|token|secret|password/.test(argument.flag)) return "(not shown)";
  return argument.value === undefined ? "set" : JSON.stringify(text(argument));
}

function text({ values }: Argument): string {
  return values.join(" ");
}
