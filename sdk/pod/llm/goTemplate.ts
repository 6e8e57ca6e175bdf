/**
 * The Go templates in LLMInferenceServiceConfigs, as far as presets use them: fields, `ChildName`, `or`, `if`.
 *
 * KServe runs the template over the JSON text of the whole merged object, user's texts included. So a double quote in an
 * action is a syntax error (it arrives as `\"`), only spaces are trimmed, and an inserted text must not break the JSON.
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/config_merge.go` (ReplaceVariables), Go `text/template`.
 */
import type { Origin } from "../merge/traced";
import { childName } from "./childName";

/** What an expression evaluates to. */
export type Value =
  /** `truth`: what `if` and `or` make of it. */
  | { kind: "value"; text: string; truth: boolean }
  /** Known only after apply, or beyond what is modelled here. */
  | { kind: "unknown"; origin?: Origin | undefined }
  | { kind: "failed"; message: string };

/** Evaluates a chain of fields such as `["Spec", "Model", "Name"]`. */
export type Scope = (path: readonly string[]) => Value;

interface Token {
  action: boolean;
  text: string;
}

type Outcome = Exclude<Value, { kind: "value" }> | (Extract<Value, { kind: "value" }> & { rest?: readonly Token[] });

/** The text with all actions executed. */
export function executeTemplate(template: string, scope: Scope): Value {
  const tokens = tokenize(template);
  if (tokens === undefined) return unparsable(`unclosed action in ${JSON.stringify(template)}`);
  const bad = tokens.find(({ action, text }) => action && /["\\<>&\u2028\u2029]|[^\P{Cc}]/u.test(text));
  if (bad !== undefined) return unparsable(`unexpected character in {{${bad.text}}}; use backquotes for texts`);
  const result = executeList(tokens, scope, true);
  if (result.kind !== "value" || result.rest === undefined || result.rest.length === 0) return result;
  return unparsable(`unexpected {{${result.rest[0]?.text ?? ""}}}`);
}

/** Texts and actions in turn, with the spaces trimmed that actions ask to trim. */
function tokenize(template: string): Token[] | undefined {
  const tokens: Token[] = [];
  let position = 0;
  let trimNext = false;
  for (const match of template.matchAll(/\{\{(- )?([\s\S]*?)( -)?\}\}/g)) {
    const [whole, trimBefore, action = "", trimAfter] = match;
    tokens.push(textToken(template.slice(position, match.index), trimNext, trimBefore !== undefined));
    tokens.push({ action: true, text: action.trim() });
    trimNext = trimAfter !== undefined;
    position = match.index + whole.length;
  }
  const tail = template.slice(position);
  if (tail.includes("{{")) return undefined;
  return [...tokens, textToken(tail, trimNext, false)];
}

function textToken(text: string, trimStart: boolean, trimEnd: boolean): Token {
  const started = trimStart ? text.replace(/^ +/, "") : text;
  return { action: false, text: trimEnd ? started.replace(/ +$/, "") : started };
}

/** Executes up to an `else` or `end`, which is left in `rest`, or to the end of the template. */
function executeList(tokens: readonly Token[], scope: Scope, wanted: boolean): Outcome {
  let text = "";
  let rest = tokens;
  for (;;) {
    const [token, ...following] = rest;
    if (token === undefined || (token.action && /^(else|end)\b/.test(token.text))) return { ...value(text), rest };
    const outcome: Outcome = token.action ? executeAction(token.text, following, scope, wanted) : value(token.text);
    if (outcome.kind !== "value") return outcome;
    if (wanted) text += outcome.text;
    rest = outcome.rest ?? following;
  }
}

function executeAction(action: string, following: readonly Token[], scope: Scope, wanted: boolean): Outcome {
  const condition = /^if\s+(.*)$/.exec(action)?.[1];
  if (condition !== undefined) return executeIf(condition, following, scope, wanted);
  if (action.startsWith("/*")) return value("");
  if (!wanted) return value("");
  const result: Value = evaluate(action, scope);
  if (result.kind !== "value" || !/["\\]|[^\P{Cc}]/u.test(result.text)) return result;
  return failed(
    `failed to unmarshal config from template: ${JSON.stringify(result.text)} cannot be inserted for {{${action}}}: it breaks the JSON around it`,
  );
}

function executeIf(condition: string, following: readonly Token[], scope: Scope, wanted: boolean): Outcome {
  const test: Value = wanted ? evaluate(condition, scope) : value("");
  if (test.kind !== "value") return test;
  const then = executeList(following, scope, wanted && test.truth);
  if (then.kind !== "value") return then;
  const [separator, ...after] = then.rest ?? [];
  if (separator?.text === "end") return { ...then, rest: after };
  if (separator?.text !== "else")
    return separator === undefined ? unparsable("unexpected EOF, {{end}} is missing") : UNSUPPORTED;
  const otherwise = executeList(after, scope, wanted && !test.truth);
  if (otherwise.kind !== "value") return otherwise;
  const [end, ...rest] = otherwise.rest ?? [];
  if (end?.text !== "end") return unparsable("unexpected EOF, {{end}} is missing");
  return { ...value(then.text + otherwise.text), rest };
}

function evaluate(expression: string, scope: Scope): Value {
  const [name = "", ...args] = expression.match(/`[^`]*`|[^\s`]+/g) ?? [];
  if (args.length === 0) return operand(name, scope);
  const values = args.map((argument) => operand(argument, scope));
  if (name === "or") return values.find((one) => one.kind !== "value" || one.truth) ?? values.at(-1) ?? UNSUPPORTED;
  const [parent, suffix] = values;
  if (name !== "ChildName" || parent === undefined || suffix === undefined || values.length !== 2) return UNSUPPORTED;
  if (parent.kind !== "value" || suffix.kind !== "value") return parent.kind === "value" ? suffix : parent;
  return value(childName(parent.text, suffix.text));
}

function operand(written: string, scope: Scope): Value {
  if (/^`[^`]*`$/.test(written)) return value(written.slice(1, -1));
  if (/^\d+$/.test(written)) return { kind: "value", text: written, truth: Number(written) !== 0 };
  if (/^(\.[A-Za-z]\w*)+$/.test(written)) return scope(written.slice(1).split("."));
  return UNSUPPORTED;
}

const UNSUPPORTED: Value = { kind: "unknown" };

function value(text: string): Value & { kind: "value" } {
  return { kind: "value", text, truth: text !== "" };
}

function failed(message: string): Value & { kind: "failed" } {
  return { kind: "failed", message };
}

function unparsable(message: string): Value & { kind: "failed" } {
  return failed(`failed to parse template config: ${message}`);
}
