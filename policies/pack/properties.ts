/** Resource properties as the engine sends them: JSON in which secrets and unknown values are marked. */
import { UNKNOWN } from "../../sdk/pod/unknown";

/** Marks an object as one of Pulumi's special values (pulumi sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What stands for a value known only after apply: one text for each type the value will have. */
const UNKNOWNS: ReadonlySet<unknown> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Properties as rules read them, and what in them must never be printed. */
export interface PlainProperties {
  /** Secrets are in the clear, because rules judge them; unknown values are the symbol `UNKNOWN`. */
  value: Record<string, unknown>;
  /** Texts that occur inside a secret and nowhere outside one. */
  secrets: string[];
}

/** Translates the wire form of a resource's properties. */
export function plainProperties(wire: Record<string, unknown>): PlainProperties {
  const texts = { secret: new Set<string>(), open: new Set<string>() };
  const value = plainObject(wire, texts, false);
  return { value, secrets: [...texts.secret].filter((text) => !texts.open.has(text)) };
}

interface Texts {
  secret: Set<string>;
  open: Set<string>;
}

function plain(wire: unknown, texts: Texts, secret: boolean): unknown {
  if (UNKNOWNS.has(wire)) return UNKNOWN;
  if (typeof wire === "string") (secret ? texts.secret : texts.open).add(wire);
  if (typeof wire !== "object" || wire === null) return wire;
  if (Array.isArray(wire)) return wire.map((item) => plain(item, texts, secret));
  const object = wire as Record<string, unknown>;
  switch (object[SIGNATURE]) {
    case SECRET:
      return plain(object.value, texts, true);
    case OUTPUT_VALUE:
      return "value" in object ? plain(object.value, texts, secret || object.secret === true) : UNKNOWN;
    default:
      return plainObject(object, texts, secret);
  }
}

function plainObject(wire: Record<string, unknown>, texts: Texts, secret: boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(wire).map(([key, value]) => [key, plain(value, texts, secret)]));
}
