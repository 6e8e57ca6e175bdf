/**
 * Judges a stack for the engine: gathers what each resource was told to be, and judges everything at the end.
 *
 * Inputs are what a person can edit, and a preview knows them; outputs hold what the cluster made of them and are
 * missing in a preview as often as not. The engine shows inputs one resource at a time and outputs all at once, so the
 * inputs are kept until then.
 */
import { evaluate, type Evaluation } from "../evaluate";
import type { Finding, Level } from "../rule";
import { buildWorld, nameOf } from "../world/world";
import { explanation } from "../report/text";
import { redact, redactShape, sensitiveTexts } from "../report/redaction";
import { isKubernetesObject, objectsOfStack, type StackResource } from "./objects";
import { policyName, SETTINGS } from "./policies";
import { defaultSettings, type Settings } from "./settings";

/** A violation as the engine reports it. */
export interface Diagnostic {
  policy: string;
  level: Level;
  message: string;
  /** The resource it is about; absent when that is no resource of the stack. */
  urn?: string;
}

export interface Analyzer {
  configure(settings: Settings): void;
  /** Keeps the inputs of a resource until the stack is judged. */
  record(resource: StackResource): void;
  /** @param resources with their outputs, which count where no inputs were recorded */
  judge(resources: readonly StackResource[]): Diagnostic[];
}

/** Columns of prose in a terminal, of which Pulumi's own indentation takes ten. */
const WIDTH = 110;

export function createAnalyzer(): Analyzer {
  const inputs = new Map<string, StackResource>();
  let settings = defaultSettings;
  return {
    configure: (configured) => {
      settings = configured;
    },
    record: (resource) => {
      if (isKubernetesObject(resource)) inputs.set(resource.urn, resource);
    },
    judge: (resources) =>
      judge(
        resources.map((resource) => inputs.get(resource.urn) ?? resource),
        settings,
      ),
  };
}

function judge(resources: readonly StackResource[], settings: Settings): Diagnostic[] {
  const { objects, secrets } = objectsOfStack(resources);
  const world = buildWorld([...objects, ...settings.inventory], settings.catalog);
  const { profile, levels, exceptions } = settings;
  const texts = [...secrets, ...sensitiveTexts([...objects, ...settings.inventory])];
  const evaluation = redact(evaluate(world, { profile, levels, exceptions }), texts);
  return [
    ...evaluation.findings.map(violation),
    ...evaluation.excepted.map(acceptance),
    ...world.malformed.map(({ source, problem }): Diagnostic => {
      const where = source.from === "stack" ? source.urn : (source.file ?? "the inventory");
      const place = source.from === "stack" ? { urn: source.urn } : {};
      return {
        policy: SETTINGS,
        level: "advisory",
        message: `Not judged: ${where}: ${redactShape(problem)}`,
        ...place,
      };
    }),
  ];
}

function violation(finding: Finding): Diagnostic {
  const { rule, level, outcome, path, resource } = finding;
  const undecided = outcome === "unknown";
  const place = [nameOf(resource), ...(path === "" ? [] : [path])].join("  ");
  return {
    policy: policyName(rule),
    level: undecided ? "advisory" : level,
    message: [undecided ? `${place}  (undecided)` : place, ...explanation(finding, WIDTH)].join("\n"),
    ...urnOf(finding),
  };
}

function acceptance({ finding, exception }: Evaluation["excepted"][number]): Diagnostic {
  const { owner, reason, expires } = exception;
  const message = `${nameOf(finding.resource)}  accepted until ${expires} by ${owner}: ${reason}`;
  return { policy: policyName(finding.rule), level: "advisory", message, ...urnOf(finding) };
}

function urnOf({ source }: Finding): { urn?: string } {
  return source?.from === "stack" ? { urn: source.urn } : {};
}
