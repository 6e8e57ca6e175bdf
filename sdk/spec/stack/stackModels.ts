/** The conditions of a stack's models, and the parts of the stack that they name. */
import type { Surroundings } from "../inference/modelDeployment";
import { modelDeploymentRules } from "../inference/modelDeployment";
import { catalogIsSound } from "../catalog/field";
import { ingressFitsPlatform } from "../platform/platform";
import type { HardwareProfileSpec } from "../profiles/hardwareProfile";
import { hardwareProfileRules, hardwareProfileSchema, resolveHardwareProfile } from "../profiles/hardwareProfile";
import type { ServingRuntimeSpec } from "../runtimes/servingRuntime";
import { resolveServingRuntime, servingRuntimeRules, servingRuntimeSchema } from "../runtimes/servingRuntime";
import { unknownName } from "../schema/fields";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, within } from "../schema/problem";
import { validate } from "../schema/validate";
import type { ModelConnectionSpec } from "../storage/modelConnection";
import { modelConnectionRules, modelConnectionSchema } from "../storage/modelConnection";
import type { PlainModelSource } from "../storage/modelSource";
import type { ModelVolumeSpec } from "../storage/modelVolume";
import { modelVolumeRules, modelVolumeSchema } from "../storage/modelVolume";
import { connectedSource, sourceProblems, volumeIsShared, volumeSource } from "../storage/sourceParts";
import { nameProblem, serviceRules } from "../inference/serviceRules";
import type { ServingStackArgs, StackModel } from "./servingStack";
import { runtimePlace, stackPlatform } from "./stackPlatform";
import { unnamed } from "./partRules";

type Args = Loose<ServingStackArgs>;
type Model = NonNullable<Loose<StackModel>>;

/** What a model of a stack may name, and how the stack calls it. */
const REFERENCES = {
  hardwareProfile: { part: "hardwareProfiles", what: "hardware profile" },
  runtime: { part: "runtimes", what: "runtime" },
  connection: { part: "connections", what: "connection" },
  volume: { part: "volumes", what: "volume" },
} as const;
type Reference = keyof typeof REFERENCES;

/** The parts of the stack that a model names, with everything that follows from their settings. */
export interface NamedParts extends Surroundings {
  connection?: ModelConnectionSpec | undefined;
  volume?: ModelVolumeSpec | undefined;
}

/** @requirement PK-1 */
export function modelsFit({ models, ...stack }: Args): Problem[] {
  return Object.entries(models ?? {}).flatMap(([name, model]) =>
    model === undefined ? [] : within(["models", name], modelProblems(name, model, stack)),
  );
}

function modelProblems(name: string, model: Model, stack: Omit<Args, "models">): Problem[] {
  const parts = namedParts(model, stack);
  const unknown = (Object.keys(REFERENCES) as Reference[]).filter(
    (reference) => model[reference] !== undefined && parts[PARTS[reference]] === undefined,
  );
  return [
    ...at([], nameProblem(name)),
    ...unknown.flatMap((reference) => at([reference], missing(reference, model, stack))),
    ...comesByOnce(model),
    ...(model.runtime === undefined || model.runtimeName === undefined
      ? []
      : at(["runtimeName"], "cannot be combined with runtime; keep one of the two")),
    ...objectsAreItsOwn(name, model, stack),
    ...settingProblems(name, model, stack, parts, unknown),
  ];
}

const PARTS = { hardwareProfile: "profile", runtime: "runtime", connection: "connection", volume: "volume" } as const;

/** A part that is there and wrong is judged at its own place. */
function missing(reference: Reference, model: Model, stack: Omit<Args, "models">): string | undefined {
  const { part, what } = REFERENCES[reference];
  const named = model[reference] ?? "";
  const existing = Object.keys(stack[part] ?? {});
  return existing.includes(named) ? undefined : unknownName(named, what, existing);
}

function comesByOnce(model: Model): Problem[] {
  return sourceProblems(model, { connection: model.connection !== undefined, volume: model.volume !== undefined });
}

/** Nothing can be said of what follows from a part that nobody knows. */
function settingProblems(
  name: string,
  model: Model,
  stack: Omit<Args, "models">,
  parts: NamedParts,
  unknown: readonly Reference[],
): Problem[] {
  const placeIsKnown = comesByOnce(model).length === 0 && !unknown.some((reference) => SOURCES.includes(reference));
  const settings = { ...ownSettings(model, parts), catalog: stack.catalog };
  const serverIsKnown = !unknown.includes("hardwareProfile") && !unknown.includes("runtime");
  const problems = serverIsKnown
    ? modelDeploymentRules(name, parts)
        .filter((rule) => rule !== catalogIsSound && rule !== ingressFitsPlatform)
        .flatMap((rule) => rule({ ...settings, platform: stackPlatform(stack) }))
    : serviceRules.flatMap((rule) => rule(settings));
  const shared = parts.volume === undefined ? [] : volumeIsShared(model, parts.volume.accessMode);
  const told = [...unnamed(problems), ...shared];
  return placeIsKnown ? told : told.filter(({ path }) => path[0] !== "source");
}

const SOURCES: readonly Reference[] = ["connection", "volume"];

/** A connection's account and a runtime bear the names that a model of the same name gives its own. */
function objectsAreItsOwn(name: string, model: Model, { connections, runtimes }: Omit<Args, "models">): Problem[] {
  const sameConnection = Object.hasOwn(connections ?? {}, name) && model.exposure?.auth === "token";
  const ownsRuntime = model.runtime === undefined && model.runtimeName === undefined && model.llmd !== true;
  return [
    ...at(
      [],
      sameConnection
        ? `the ServiceAccount ${name}-sa would be that of its tokens and that of connection "${name}"; rename one of the two`
        : undefined,
    ),
    ...at(
      [],
      ownsRuntime && Object.hasOwn(runtimes ?? {}, name)
        ? `runtime "${name}" of the stack has the name of the runtime that this model makes; write runtime: ${name} to use it, or rename one of the two`
        : undefined,
    ),
  ];
}

/** The settings of a model as a deployment has them: without names of parts, and with a whole source. */
export function ownSettings<Settings extends Model>(
  model: Settings,
  parts: NamedParts,
): Omit<Settings, Reference> & { source?: PlainModelSource | undefined } {
  const settings = Object.entries(model).filter(([key]) => !Object.hasOwn(REFERENCES, key));
  return { ...(Object.fromEntries(settings) as Omit<Settings, Reference>), source: sourceOf(model.source, parts) };
}

function sourceOf(
  source: PlainModelSource | undefined,
  { connection, volume }: NamedParts,
): PlainModelSource | undefined {
  if (volume !== undefined) return volumeSource(volume, source?.path);
  return connection === undefined ? source : connectedSource(source ?? {}, connection, connection.uri?.uri);
}

/** What a model names of its stack; undefined what is not there, or wrong. */
export function namedParts(model: Pick<Model, Reference>, stack: Omit<Args, "models">): NamedParts {
  const { hardwareProfiles, runtimes, connections, volumes } = stack;
  return {
    profile: read(model.hardwareProfile, hardwareProfiles, (name, settings) => readProfile(name, settings, stack)),
    runtime: read(model.runtime, runtimes, (name, settings) => readRuntime(name, settings, stack)),
    connection: read(model.connection, connections, (name, settings) => readConnection(name, settings, stack)),
    volume: read(model.volume, volumes, (name, settings) => readVolume(name, settings, stack)),
  };
}

function read<Spec>(
  name: string | undefined,
  existing: Readonly<Record<string, unknown>> | undefined,
  reader: (name: string, settings: object) => Spec | undefined,
): Spec | undefined {
  if (name === undefined || !Object.hasOwn(existing ?? {}, name)) return undefined;
  return reader(name, existing?.[name] as object);
}

type Stack = Omit<Args, "models">;

function readProfile(name: string, settings: object, stack: Stack): HardwareProfileSpec | undefined {
  const args = { ...settings, name, platform: stackPlatform(stack), catalog: stack.catalog };
  const { spec } = validate(hardwareProfileSchema, hardwareProfileRules, args);
  return spec && resolveHardwareProfile(name, spec);
}

function readRuntime(name: string, settings: object, stack: Stack): ServingRuntimeSpec | undefined {
  const args = { ...settings, ...runtimePlace(settings), name, platform: stackPlatform(stack), catalog: stack.catalog };
  const { spec } = validate(servingRuntimeSchema, servingRuntimeRules, args);
  return spec && resolveServingRuntime(name, spec);
}

function readConnection(name: string, settings: object, stack: Stack): ModelConnectionSpec | undefined {
  const args = { ...settings, namespace: "models", platform: stackPlatform(stack) };
  const { spec } = validate(modelConnectionSchema, modelConnectionRules, args);
  return spec && { ...spec, name };
}

function readVolume(name: string, settings: object, stack: Stack): ModelVolumeSpec | undefined {
  const args = { ...settings, namespace: "models", platform: stackPlatform(stack) };
  const { spec } = validate(modelVolumeSchema, modelVolumeRules, args);
  return spec && { ...spec, name };
}
