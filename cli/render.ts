/** `model-serving render`: the objects of a stack, for clients that cannot run Pulumi. */
import { dump } from "js-yaml";
import { readFileSync } from "node:fs";
import { stackRendering } from "../components/stack/stackManifests";
import { readDocuments } from "../policies/manifests/documents";
import type { InputProblem } from "../policies/manifests/problem";
import { SECRET } from "../policies/report/addresses";
import type { KubernetesObject, Secret } from "../sdk/kubernetes/core";
import { recordOf } from "../sdk/pod/jsonFields";
import { eventualText } from "../sdk/spec/schema/eventual";
import type { Path } from "../sdk/spec/schema/problem";
import { SpecError } from "../sdk/spec/schema/problem";
import { parseSpec } from "../sdk/spec/schema/validate";
import { CONFIG_PREFIX, readStackConfig } from "../sdk/spec/stack/stackConfig";
import { mayBeSecretInStack, servingStackSchema } from "../sdk/spec/stack/servingStack";
import { servingStackRules } from "../sdk/spec/stack/servingStackRules";
import { choose } from "./choices";
import { EXIT_BAD_INPUT, EXIT_OK } from "./exitCodes";
import { printProblems } from "./files";
import type { Terminal } from "./terminal";

/** The options as they were typed; nothing is checked yet. */
export interface RenderOptions {
  format: string;
  showSecrets?: boolean;
}

/**
 * Prints what a stack of this configuration makes.
 * @param file `Pulumi.<stack>.yaml`
 * @returns the exit code; every problem with the configuration is printed at once
 * @requirement MP-1
 */
export function render(file: string, options: RenderOptions, terminal: Terminal): number {
  const format = choose("--format", options.format, ["yaml", "json"]);
  const { values, problems } = readConfig(file, options.showSecrets === true);
  const all = [...format.problems, ...problems];
  if (all.length > 0) {
    printProblems(all, terminal);
    return EXIT_BAD_INPUT;
  }
  try {
    const args = readStackConfig(values);
    const { objects, notRendered } = stackRendering(parseSpec(servingStackSchema, servingStackRules, args, file));
    const shown = options.showSecrets === true ? objects : objects.map(withoutSecrets);
    terminal.stdout(format.value === "json" ? asJson(shown) : asYaml(shown));
    for (const part of notRendered) terminal.stderr(`not rendered, since only Pulumi can make it: ${part}\n`);
    return EXIT_OK;
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    terminal.stderr(`${error.message}\n`);
    return EXIT_BAD_INPUT;
  }
}

/** The `config` of a stack's file as the engine passes it: texts as they are, everything else as JSON. */
function readConfig(file: string, showSecrets: boolean): { values: Record<string, string>; problems: InputProblem[] } {
  const read = readText(file);
  if ("problem" in read) return { values: {}, problems: [{ place: file, problem: read.problem }] };
  const { documents, problems } = readDocuments(read.text, file);
  const config = recordOf(documents[0]?.content).config;
  if (problems.length === 0 && (typeof config !== "object" || config === null)) {
    const problem = "has no config; expected Pulumi.<stack>.yaml, the configuration of a stack";
    return { values: {}, problems: [{ place: file, problem }] };
  }
  const own = Object.entries(recordOf(config)).filter(([key]) => key.startsWith(CONFIG_PREFIX));
  const readable = own.map(([key, value]): [string, unknown] => {
    return [key, showSecrets ? value : withoutCiphers(value, [key.slice(CONFIG_PREFIX.length)])];
  });
  const encrypted = readable.filter(([, value]) => holdsEncrypted(value));
  const notRead = encrypted.map(([key]) => ({
    place: file,
    problem: `${key} is encrypted, which only Pulumi can read; give the value by the name of a Secret that holds it`,
  }));
  const values = readable.map(
    ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
  return { values: Object.fromEntries(values), problems: [...problems, ...notRead] };
}

function readText(file: string): { text: string } | { problem: string } {
  try {
    return { text: readFileSync(file, "utf8") };
  } catch (error) {
    return { problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Pulumi writes a secret as `secure: <cipher text>`, at any depth. */
function holdsEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isCipher(value) || Object.values(value).some(holdsEncrypted);
}

function isCipher(value: object): boolean {
  return "secure" in value && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** A value that ends in a Secret is not shown, so it need not be known. */
function withoutCiphers(value: unknown, path: Path): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isCipher(value) && mayBeSecretInStack(path)) return eventualText(0);
  if (Array.isArray(value)) return value.map((item, index) => withoutCiphers(item, [...path, index]));
  const entries = Object.entries(value) as [string, unknown][];
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutCiphers(inner, [...path, key])]));
}

/** A Secret with its keys and without its values; anything else as it is. */
export function withoutSecrets(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret" || object.apiVersion !== "v1") return object;
  const { data, stringData, ...rest } = object as Secret;
  return { ...rest, ...hidden("data", data), ...hidden("stringData", stringData) };
}

function hidden(field: string, values: Readonly<Record<string, string>> | undefined): object {
  if (values === undefined) return {};
  return { [field]: Object.fromEntries(Object.keys(values).map((key) => [key, SECRET])) };
}

function asJson(items: readonly KubernetesObject[]): string {
  return `${JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2)}\n`;
}

/** Every text is quoted: kubectl reads YAML 1.1, where `on` and `1_000` are none. */
function asYaml(objects: readonly KubernetesObject[]): string {
  const style = { lineWidth: -1, noRefs: true, forceQuotes: true } as const;
  return objects.map((object) => dump(object, style)).join("---\n");
}
