/** Values as they cross the wire between engine and provider: plain JSON in which secrets and unknowns are marked. */
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

/** Marks an object as one of Pulumi's special values (pulumi sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What the engine sends for a value known only after apply, one for each type the value will have. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSecret(value: unknown): boolean {
  return isObject(value) && value[SIGNATURE] === SECRET;
}

export function isUnknown(value: unknown): boolean {
  return UNKNOWNS.has(value);
}

export function makeSecret(value: Json): JsonObject {
  return { [SIGNATURE]: SECRET, value };
}

export function makeUnknown(): string {
  return UNKNOWN;
}

export function hasSecret(value: Json | undefined): boolean {
  return isSecret(value) || children(value).some(hasSecret);
}

export function hasUnknown(value: Json | undefined): boolean {
  return isUnknown(value) || children(value).some(hasUnknown);
}

/** The same value with its secrets in the clear, as the API server is to get it. Unknowns stay. */
export function reveal(value: Json): Json {
  if (Array.isArray(value)) return value.map(reveal);
  if (!isObject(value)) return value;
  if (isSecret(value)) return reveal(value.value ?? null);
  return mapValues(value, reveal);
}

export function fromStruct(struct: Struct | undefined): JsonObject {
  return struct?.toJavaScript() ?? {};
}

export function toStruct(properties: JsonObject): Struct {
  return Struct.fromJavaScript(properties);
}

function children(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function mapValues(object: JsonObject, map: (value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}
