/** Fields that several kinds of DigitalHub share. Upstream: digitalhub-core `runtimes/`, 0.15.1-beta10. */
import { z } from "zod";
import { nearest } from "../../catalog/nearest";
import { isEventual } from "../schema/eventual";
import { expected, record, text, unknownKey } from "../schema/fields";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";

/**
 * An object without further keys, in which the spelling of DigitalHub's documents is recognised: `model_name` is
 * answered with `modelName`. `advice` answers keys that documents name wrongly.
 */
export function platformObject<Shape extends z.ZodRawShape>(
  shape: Shape,
  what = "an object",
  advice: Readonly<Record<string, string>> = {},
): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return expected(`${what} with ${known.join(", ")}`)(issue);
      return issue.keys.map((key) => advice[key] ?? platformKey(key, known) ?? unknownKey(key, known)).join("\n");
    },
  });
}

function platformKey(key: string, known: readonly string[]): string | undefined {
  if (!key.includes("_")) return undefined;
  const camelCase = key.replaceAll(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const meant = known.includes(camelCase) ? camelCase : nearest(camelCase, known);
  return meant === undefined
    ? undefined
    : `unknown key; DigitalHub's ${key} is called ${meant} here; did you mean ${meant}?`;
}

/** A model in the store of DigitalHub. */
const STORE_MODEL = /^store:\/\/[^/]+\/model\/huggingface\/.+$/;

/** What the store says of its models: `path` of the `spec`, by reference. */
export const storePathsField = record(text("a path"), "paths").optional();

/** Whether a URL is one that only DigitalHub resolves. */
export function isStoreReference(url: string): boolean {
  return url.startsWith("store://");
}

/** A reference to the store has its form, and somebody says what is stored there. */
export function storeProblem(url: string, paths: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (isEventual(url) || !isStoreReference(url)) return undefined;
  if (!STORE_MODEL.test(url)) return `${quote(url)} is not store://<project>/model/huggingface/<name>`;
  if (paths?.[url] !== undefined) return undefined;
  return `${quote(url)} is resolved by DigitalHub only; add storePaths: { ${JSON.stringify(url)}: <path of that model> }`;
}

/** The place behind a URL. */
export function resolveStore(url: string, paths: Readonly<Record<string, string>> = {}): string {
  return paths[url] ?? url;
}

/** References that stand for something else than one of the store's models, and paths that nothing refers to. */
export function storePathsAreUsed(
  paths: Readonly<Record<string, unknown>>,
  urls: readonly (string | undefined)[],
): Problem[] {
  return Object.keys(paths).flatMap((reference) => {
    if (!STORE_MODEL.test(reference)) {
      return [{ path: [reference], message: "is not store://<project>/model/huggingface/<name>" }];
    }
    if (urls.includes(reference) || urls.some((url) => isEventual(url))) return [];
    return [{ path: [reference], message: "is not the url of the model or of an adapter" }];
  });
}
