/** What the stand-in knows of AWS: by resource type, what names it, what AWS answers, what cannot change. */
import { createHash } from "node:crypto";
import { partitionOf } from "../../sdk/catalog/awsPartitions";
import { makeSecret, type Json, type JsonObject } from "../plugin/wire";
import table from "./resources.json";

/** Texts may hold `{input}`, `{partition}`, `{region}`, `{account}` and `{hash16}`, which is of the resource's name. */
interface ResourceType {
  /** The input that gets a name made of the logical one where the program gives none. */
  named?: string;
  id: string;
  outputs?: Record<string, string>;
  secrets?: Record<string, string>;
  /** Inputs that are JSON documents. */
  documents?: string[];
  /** Inputs whose change means another resource. */
  replaces: string[];
}

/** The account that AWS's own documentation uses. */
export const ACCOUNT = "123456789012";

const types: Readonly<Record<string, ResourceType>> = table;

/** @throws Error for a type that nobody has described yet */
export function resourceType(type: string): ResourceType {
  const found = types[type];
  if (found !== undefined) return found;
  throw new Error(`the stand-in for the AWS plugin knows no ${type}; describe it in tools/aws-plugin/resources.json`);
}

/** Type and logical name in a URN; the type of the resource itself, not of its parents. */
export function identify(urn: string): { type: string; name: string } {
  const [, , path = "", ...name] = urn.split("::");
  return { type: path.split("$").at(-1) ?? "", name: name.join("::") };
}

export function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** `bucket` in `{ named: "bucket" }` becomes `<logical name>-<seven digits>`, the same in every run. */
export function withName(urn: string, inputs: JsonObject): JsonObject {
  const { type, name } = identify(urn);
  const { named } = resourceType(type);
  if (named === undefined || inputs[named] !== undefined) return inputs;
  return { ...inputs, [named]: `${name}-${hash(type + name, 7)}` };
}

/** Id and outputs that AWS would answer with. */
export function answerOf(urn: string, inputs: JsonObject, providerRegion: string): { id: string; outputs: JsonObject } {
  const { type, name } = identify(urn);
  const { id, outputs = {}, secrets = {} } = resourceType(type);
  const region = typeof inputs.region === "string" ? inputs.region : providerRegion;
  const values: Record<string, Json> = {
    ...inputs,
    region,
    partition: partitionOf(region)?.id ?? "aws",
    account: ACCOUNT,
    hash16: hash(type + name, 16).toUpperCase(),
  };
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, key: string) => textOf(values[key]));
  const filled = (texts: Record<string, string>): [string, string][] =>
    Object.entries(texts).map(([key, text]) => [key, fill(text)]);
  const secret = filled(secrets).map(([key, text]) => [key, makeSecret(text)] as const);
  return { id: fill(id), outputs: { ...Object.fromEntries(filled(outputs)), ...Object.fromEntries(secret) } };
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
