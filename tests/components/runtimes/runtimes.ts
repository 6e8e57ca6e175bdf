/** Objects of runtimes without Pulumi. */
import { runtimeManifest, type RuntimeObject } from "../../../components/runtimes/runtimeManifest";
import { findServingRuntime, servingRuntimes } from "../../../sdk/catalog/servingRuntimes";
import { builtInCatalog } from "../../../sdk/catalog/catalog";
import { imageOfEntry } from "../../../sdk/spec/runtimes/catalogueRuntime";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../../sdk/spec/runtimes/servingRuntime";
import { parseSpec } from "../../../sdk/spec/schema/validate";

export type RuntimeArguments = Record<string, unknown>;

/** The object that a component makes of its arguments. */
export function createdRuntime(args: RuntimeArguments, name = "runtime"): RuntimeObject {
  const spec = parseSpec(servingRuntimeSchema, servingRuntimeRules, args, name);
  return runtimeManifest(resolveServingRuntime(name, spec));
}

/** The least that a runtime of the catalogue needs to be told. */
export function catalogueArguments(name: string): RuntimeArguments {
  const entry = findServingRuntime(name);
  if (entry === undefined) throw new Error(`no runtime ${name}`);
  const platform = entry.support === "removed" ? { version: "2.25" } : {};
  const image = imageOfEntry(entry, { platform }, builtInCatalog)?.image;
  return {
    namespace: "models",
    runtime: name,
    ...(entry.support === "removed" && { platform }),
    ...(image === undefined && { image: `registry.example.com/${entry.server}:1` }),
    ...((entry.spec.supportedModelFormats ?? []).length === 0 && { formats: [{ name: "model" }] }),
  };
}

export const catalogueNames: readonly string[] = servingRuntimes.map(({ name }) => name);
