/**
 * Placeholders such as `{{.Name}}` that KServe fills in runtime containers from the InferenceService's metadata.
 *
 * Upstream prints the container as JSON, runs Go's `html/template` over the text and reads it back (kserve/kserve
 * `pkg/controller/v1beta1/inferenceservice/utils/utils.go`, ReplacePlaceholders). So values are HTML-escaped, a double
 * quote inside a placeholder is an error, and so is any `{{ word }}` of a chat template: the service never starts.
 */
import { mapLeaves } from "../merge/decode";
import { field, isUnknown, text, type Traced, type TracedLeaf, unknown } from "../merge/traced";
import type { Problem } from "../problem";

const HTML_ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\uFFFD",
  '"': "&#34;",
  "&": "&amp;",
  "'": "&#39;",
  "+": "&#43;",
  "<": "&lt;",
  ">": "&gt;",
};
/** Words with a meaning of their own in a Go template; any other bare word is an error. */
const TEMPLATE_WORDS =
  /^(?:and|block|break|call|continue|define|else|end|eq|false|ge|gt|html|if|index|js|le|len|lt|ne|nil|not|or|print|printf|println|range|slice|template|true|urlquery|with)$/;

/** The container with its placeholders filled; what cannot be computed here becomes unknown. */
export function fillPlaceholders(container: Traced, metadata: Traced | undefined, problems: Problem[]): Traced {
  return mapLeaves(container, (leaf) => {
    if (typeof leaf.value !== "string" || !leaf.value.includes("{{")) return leaf;
    return fillLeaf(leaf, leaf.value, metadata, problems);
  });
}

function fillLeaf(leaf: TracedLeaf, template: string, metadata: Traced | undefined, problems: Problem[]): TracedLeaf {
  const refuse = (reason: string): TracedLeaf => {
    problems.push({ at: leaf, message: `${JSON.stringify(template)} is no template that KServe can fill: ${reason}` });
    return leaf;
  };
  let filled = "";
  let rest = JSON.stringify(template).slice(1, -1);
  for (let start = rest.indexOf("{{"); start >= 0; start = rest.indexOf("{{")) {
    const end = rest.indexOf("}}", start);
    if (end < 0) return refuse('"{{" is never closed by "}}"');
    const action = readAction(rest.slice(start + 2, end));
    const value = evaluate(action.expression, metadata);
    if (value.outcome === "refused") return refuse(value.reason);
    if (value.outcome === "unknown") return unknown(value.origin ?? leaf.origin);
    const before = rest.slice(0, start);
    filled += (action.trimsLeft ? before.trimEnd() : before) + value.text;
    rest = rest.slice(end + 2);
    if (action.trimsRight) rest = rest.trimStart();
  }
  const result = parseJsonText(filled + rest);
  if (result === undefined) return refuse("a line break in the value that is filled in breaks the JSON around it");
  return { ...leaf, value: result };
}

function readAction(action: string): { expression: string; trimsLeft: boolean; trimsRight: boolean } {
  const trimsLeft = /^-\s/.test(action);
  const trimsRight = /\s-$/.test(action);
  const inner = action.slice(trimsLeft ? 1 : 0, trimsRight ? -1 : undefined);
  return { expression: inner.trim(), trimsLeft, trimsRight };
}

type Evaluation =
  | { outcome: "value"; text: string }
  | { outcome: "unknown"; origin?: TracedLeaf["origin"] }
  | { outcome: "refused"; reason: string };

function evaluate(expression: string, metadata: Traced | undefined): Evaluation {
  if (/^\/\*.*\*\/$/.test(expression)) return { outcome: "value", text: "" };
  if (expression.includes("\\")) {
    return { outcome: "refused", reason: "no double quote or line break may stand between the braces; use `…`" };
  }
  const path = placeholderPath(expression);
  if (path === undefined) return unsupported(expression);
  const value = field(metadata, ...path);
  if (isUnknown(value)) return { outcome: "unknown", origin: value?.origin };
  const filled = text(value) ?? "";
  return { outcome: "value", text: filled.replace(/[\0"&'+<>]/g, (character) => HTML_ESCAPES[character] ?? character) };
}

/** `.Name`, `.Namespace`, `.Labels.x`, `.Annotations.x`, or index with a raw string, as steps into the metadata. */
function placeholderPath(expression: string): string[] | undefined {
  const simple = /^\.(Name|Namespace)$/.exec(expression);
  if (simple !== null) return [simple[1] === "Name" ? "name" : "namespace"];
  const entry =
    /^\.(Labels|Annotations)\.([A-Za-z_]\w*)$/.exec(expression) ??
    /^index\s+\.(Labels|Annotations)\s+`([^`]*)`$/.exec(expression);
  if (entry === null) return undefined;
  return [entry[1] === "Labels" ? "labels" : "annotations", entry[2] ?? ""];
}

/** Fields of Go's ObjectMeta; those that are not filled here are only known to the cluster. */
const METADATA_FIELDS =
  /^\.(?:(?:GenerateName|SelfLink|UID|ResourceVersion|Generation|CreationTimestamp|DeletionTimestamp|DeletionGracePeriodSeconds)$|(?:Labels|Annotations|OwnerReferences|Finalizers|ManagedFields)$)/;

function unsupported(expression: string): Evaluation {
  if (expression === "") return { outcome: "refused", reason: 'nothing stands between "{{" and "}}"' };
  const word = /^[A-Za-z_]\w*/.exec(expression)?.[0];
  if (word !== undefined && !TEMPLATE_WORDS.test(word)) {
    return { outcome: "refused", reason: `"${word}" is no function of Go templates; did you mean ".Name"?` };
  }
  const isPlainField = /^\.[^|()`]*$/.test(expression);
  if ((isPlainField && !METADATA_FIELDS.test(expression)) || expression.startsWith("{")) {
    return { outcome: "refused", reason: `expected a field such as .Name, .Namespace, .Labels.x or .Annotations.x` };
  }
  return { outcome: "unknown" };
}

function parseJsonText(json: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(`"${json}"`);
    return typeof parsed === "string" ? parsed : undefined;
  } catch {
    return undefined;
  }
}
