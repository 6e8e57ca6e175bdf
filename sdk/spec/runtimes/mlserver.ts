/** What a model on MLServer needs to be told, and what KServe fills in by itself. */
import {
  findMlserverFramework,
  mlserverFrameworks,
  nearestMlserverFramework,
  runtimeVariables,
  supportedVariables,
} from "../../catalog/mlserver";
import type { EnvVar } from "../../kubernetes/core";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";

/** Where KServe puts the model. */
const MOUNT = "/mnt/models";
const MODEL_URI = "MLSERVER_MODEL_URI";

/** A model as MLServer sees it. */
export interface MlserverModel {
  /** Model format, such as `sklearn`. */
  framework: string;
  /** File below the model's folder. Default: one of the well-known names. */
  modelFile?: string | undefined;
}

/** What KServe's webhook makes of a service on MLServer; none of it is written by this project. */
export interface MlserverDefaults {
  /** Label `modelClass`, which the runtime's `MLSERVER_MODEL_IMPLEMENTATION` refers to. */
  modelClass: string;
  /** Protocol of the service. */
  protocolVersion: "v2";
  env: EnvVar[];
}

/** Only these frameworks, each with its class. */
export function frameworkProblems(framework: string): Problem[] {
  if (mlserverFrameworks.some(({ name }) => name === framework)) return [];
  const meant = findMlserverFramework(framework)?.name ?? nearestMlserverFramework(framework);
  const known = mlserverFrameworks.map(({ name }) => name).join(", ");
  const hint = meant === undefined ? "" : `; did you mean ${meant}?`;
  return at([], `${quote(framework)} is not a framework that MLServer serves here (${known})${hint}`);
}

/** A path inside the model's folder, as text without surprises. */
export function modelFileProblems(file: string): Problem[] {
  const inside = file.startsWith(`${MOUNT}/`) ? file.slice(MOUNT.length + 1) : undefined;
  if (inside !== undefined) return at([], `${quote(file)}: paths begin in the model's folder; did you mean ${inside}?`);
  const steps = file.split("/");
  if (file !== "" && steps.every((step) => step !== "" && step !== "." && step !== "..")) return [];
  return at([], `${quote(file)} is not a path below the model's folder, such as subfolder/model.pkl`);
}

/** Whether MLServer finds the file by itself: a well-known name, directly in the folder. */
export function isWellKnown({ framework, modelFile }: MlserverModel): boolean {
  if (modelFile === undefined) return true;
  return findMlserverFramework(framework)?.wellKnownFiles.includes(modelFile) === true;
}

/**
 * Variables that a service on MLServer needs: the whole path of a file that is not found by itself, and else nothing.
 *
 * They belong to the service: KServe writes `MLSERVER_MODEL_URI` into every service that has none, and what the service
 * says goes before the runtime.
 *
 * @requirement RT-30
 */
export function mlserverVariables(model: MlserverModel): EnvVar[] {
  return isWellKnown(model) ? [] : [{ name: MODEL_URI, value: `${MOUNT}/${model.modelFile ?? ""}` }];
}

/**
 * What KServe fills in: not for us to write, but for us to know.
 *
 * @requirement RT-28
 */
export function mlserverDefaults(name: string, { framework, modelFile }: MlserverModel): MlserverDefaults {
  const own = mlserverVariables({ framework, modelFile });
  return {
    modelClass: findMlserverFramework(framework)?.modelClass ?? "",
    protocolVersion: "v2",
    env: [
      ...own,
      { name: "MLSERVER_MODEL_NAME", value: name },
      ...(own.length === 0 ? [{ name: MODEL_URI, value: MOUNT }] : []),
    ],
  };
}

/**
 * `model-settings.json` beside the model goes before everything else, under the name that it says.
 *
 * @param content of the file
 * @param name of the InferenceService
 * @requirement RT-31
 */
export function settingsFileProblems(content: string, name: string): Problem[] {
  const settings = parsed(content);
  if (settings === undefined) return at([], "is not a JSON object");
  if (settings.name === name) return [];
  const found = settings.name === undefined ? "is missing" : `${quote(settings.name)} is another name`;
  return at(["name"], `${found}; clients ask for the model under the name of the service, ${quote(name)}`);
}

function parsed(content: string): { name?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Variables that the vendor has tested but does not support.
 *
 * @requirement RT-32
 */
export function untestedVariables(names: readonly string[]): string[] {
  const known = new Set([...supportedVariables, ...runtimeVariables]);
  return names.filter((name) => name.startsWith("MLSERVER_") && !known.has(name));
}
