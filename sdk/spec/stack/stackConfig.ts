/** The configuration of the root program, `Pulumi.<stack>.yaml`, as arguments of ServingStack. */
import { unknownKey } from "../schema/fields";
import type { Path, Problem } from "../schema/problem";
import { SpecError } from "../schema/problem";
import type { ServingStackArgs } from "./servingStack";
import { servingStackSchema, stackModelSchema } from "./servingStack";
import { servingStackRules } from "./servingStackRules";
import { validate } from "../schema/validate";

/** Every key starts with it. */
export const CONFIG_PREFIX = "model-serving:";

const KEYS = Object.keys(servingStackSchema.shape);
const MODEL_KEYS = [...Object.keys(stackModelSchema.shape), "exposed"];
const SUBJECT = "The configuration of this stack";

/** A place in the configuration that stands for another place in the arguments. */
interface Shorthand {
  written: Path;
  meant: Path;
}

/**
 * Reads all configuration values of the stack.
 *
 * Some things may be written shorter than in a program: `namespace: models`, a list of `accelerators`, and of a model
 * `source: oci://…`, no `source` with a connection or a volume that says the place, and `exposed: true` for
 * `exposure: { auth: token }`.
 *
 * @param values configuration by full key; values other than text are JSON, as the engine passes them
 * @throws SpecError with everything that is wrong, each under the key it was written under
 */
export function readStackConfig(values: Readonly<Record<string, string>>): ServingStackArgs {
  const own = Object.entries(values)
    .filter(([key]) => key.startsWith(CONFIG_PREFIX))
    .map(([key, value]) => [key.slice(CONFIG_PREFIX.length), parseValue(value)] as const);
  const known = Object.fromEntries(own.filter(([key]) => KEYS.includes(key)));
  const { args, shorthands, problems } = expand(known);
  const found = [
    ...own.filter(([key]) => !KEYS.includes(key)).map(([key]) => ({ path: [key], message: unknownKey(key, KEYS) })),
    ...problems,
    ...somethingIsMade(known),
    ...validate(servingStackSchema, servingStackRules, args).problems.map((problem) => asWritten(problem, shorthands)),
  ];
  if (found.length === 0) return args;
  const prefixedProblems = found.map(({ path, message }) => ({ path: prefixed(path), message }));
  throw new SpecError(SUBJECT, prefixedProblems, "nothing was created");
}

/** Keys that make nothing by themselves. */
const MAKES_NOTHING = ["platform", "namespace", "networkPolicies", "catalog"];

/** Whoever configures nothing at all has forgotten the models. */
function somethingIsMade(config: object): Problem[] {
  if (Object.keys(config).some((key) => !MAKES_NOTHING.includes(key))) return [];
  return [{ path: ["models"], message: "is missing; expected a mapping of names to models" }];
}

/** Text comes as it is, everything else as JSON. */
function parseValue(value: string): unknown {
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function expand(config: Record<string, unknown>): { args: object; shorthands: Shorthand[]; problems: Problem[] } {
  const shorthands: Shorthand[] = [];
  const problems: Problem[] = [];
  const shorten = (written: Path, meant: Path): void => {
    shorthands.push({ written, meant });
  };
  const args: Record<string, unknown> = { ...config };
  if (typeof config.namespace === "string") {
    args.namespace = { name: config.namespace };
    shorten(["namespace"], ["namespace", "name"]);
  }
  if (Array.isArray(config.accelerators)) {
    args.accelerators = { operators: config.accelerators };
    shorten(["accelerators"], ["accelerators", "operators"]);
  }
  if (isRecord(args.models)) {
    const models = Object.entries(args.models).map(([name, model]) => {
      const expanded = isRecord(model) ? expandModel(model, ["models", name], shorten, problems) : model;
      return [name, expanded] as const;
    });
    args.models = Object.fromEntries(models);
  }
  return { args, shorthands, problems };
}

function expandModel(
  model: Record<string, unknown>,
  path: Path,
  shorten: (written: Path, meant: Path) => void,
  problems: Problem[],
): Record<string, unknown> {
  const { exposed, ...settings } = model;
  for (const key of Object.keys(settings).filter((written) => !MODEL_KEYS.includes(written))) {
    problems.push({ path: [...path, key], message: unknownKey(key, MODEL_KEYS) });
    Reflect.deleteProperty(settings, key);
  }
  if (typeof model.source === "string") {
    settings.source = { uri: model.source };
    shorten([...path, "source"], [...path, "source", "uri"]);
  }
  if (model.source === undefined && (model.volume !== undefined || model.connection !== undefined)) {
    settings.source = {};
  }
  if (exposed === undefined) return settings;
  if (typeof exposed !== "boolean") {
    problems.push({ path: [...path, "exposed"], message: `${JSON.stringify(exposed)} is not true or false` });
  } else if ("exposure" in model) {
    problems.push({ path: [...path, "exposed"], message: "cannot be combined with exposure; keep one of the two" });
  } else if (exposed) {
    settings.exposure = { auth: "token" };
    shorten([...path, "exposed"], [...path, "exposure", "auth"]);
  }
  return settings;
}

function asWritten({ path, message }: Problem, shorthands: readonly Shorthand[]): Problem {
  const shorthand = shorthands.find(({ meant }) => meant.every((step, index) => path[index] === step));
  return shorthand === undefined
    ? { path, message }
    : { path: [...shorthand.written, ...path.slice(shorthand.meant.length)], message };
}

function prefixed([first, ...rest]: Path): Path {
  return [`${CONFIG_PREFIX}${first ?? ""}`, ...rest];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
