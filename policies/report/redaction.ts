/** Keeps credentials out of reports: what is known to be one is replaced wherever it occurs in a finding. */
import { addressSecrets, redactAddresses, SECRET } from "./addresses";
import type { Evaluation } from "../evaluate";
import type { Finding } from "../rule";
import type { SourcedObject } from "../world/source";

/** Names whose value is a credential: `HF_TOKEN`, `--api-key`, `AWS_SECRET_ACCESS_KEY`; not `--tokenizer`. */
const CREDENTIAL = /(^|[-_.])(token|password|passwd|secret|credentials?|(api|access|private|secret)[-_]?key)$/i;

/** Replaces texts, and credentials in addresses, in the prose of findings; the resource and the field stay named. */
export function redact(evaluation: Evaluation, texts: readonly string[]): Evaluation {
  const clean = redactor(texts);
  const finding = (found: Finding): Finding => ({ ...found, message: clean(found.message), fix: clean(found.fix) });
  return {
    ...evaluation,
    findings: evaluation.findings.map(finding),
    excepted: evaluation.excepted.map((excepted) => ({ ...excepted, finding: finding(excepted.finding) })),
  };
}

/** What replaces the texts, and credentials in addresses, in one piece of prose. */
export function redactor(texts: readonly string[]): (prose: string) => string {
  const longestFirst = [...new Set(texts.filter(tellsSomething))].sort((a, b) => b.length - a.length);
  return (prose) => redactAddresses(longestFirst.reduce((rest, text) => rest.replaceAll(text, SECRET), prose));
}

/** What is wrong with the shape of an object, without the value where the object is a Secret. */
export function redactShape(problem: string): string {
  return redactAddresses(problem.replace(/^(Secret \S+: \S+) is .*, expected /s, "$1 is not as expected: "));
}

/**
 * Credentials in the clear: the data of Secrets, values of variables and flags whose name says so, and what addresses
 * hold of them.
 */
export function sensitiveTexts(objects: readonly SourcedObject[]): string[] {
  return objects.flatMap(({ object }) => credentialsIn(object));
}

/** Counts, quantities and booleans give nothing away, and replacing them would spoil the arithmetic of a message. */
function tellsSomething(text: string): boolean {
  return text.length >= 4 && !/^(\d+(\.\d+)?[A-Za-z]{0,2}|true|false|null|none)$/i.test(text);
}

/** As it is written and as programs see it. */
function dataOf({ data, stringData }: Record<string, unknown>): string[] {
  const encoded = stringsIn(data);
  return [...encoded, ...encoded.map((text) => Buffer.from(text, "base64").toString()), ...stringsIn(stringData)];
}

function stringsIn(record: unknown): string[] {
  return isRecord(record) ? Object.values(record).filter((value) => typeof value === "string") : [];
}

function credentialsIn(value: unknown): string[] {
  if (typeof value === "string") return addressSecrets(value);
  if (Array.isArray(value)) return [...value.flatMap(credentialsIn), ...flagValues(value)];
  if (!isRecord(value)) return [];
  if (value.kind === "Secret") return dataOf(value);
  if (value.kind === "SecretList" && Array.isArray(value.items)) {
    return value.items.flatMap((item) => (isRecord(item) ? dataOf(item) : []));
  }
  const { name, value: text } = value;
  const own = typeof name === "string" && typeof text === "string" && CREDENTIAL.test(name) ? [text] : [];
  return [...own, ...Object.values(value).flatMap(credentialsIn)];
}

/** `--api-key=abc`, and `abc` behind `--api-key`. */
function flagValues(words: readonly unknown[]): string[] {
  return words.flatMap((word, i) => {
    if (typeof word !== "string" || !word.startsWith("--")) return [];
    const equals = word.indexOf("=");
    const flag = equals < 0 ? word : word.slice(0, equals);
    if (!CREDENTIAL.test(flag)) return [];
    const found = equals < 0 ? words[i + 1] : word.slice(equals + 1);
    return typeof found === "string" ? [found] : [];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
