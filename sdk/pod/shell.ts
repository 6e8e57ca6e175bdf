/**
 * Shell scripts as containers carry them (`sh -c "exec vllm serve … && …"`), read into their simple commands.
 *
 * Quotes, escapes, line continuations, comments, redirections and variables are understood. Branches and loops are not
 * run: their commands are all listed. What only a running shell could tell is a {@link HOLE}.
 */

/** Stands in a text for a part that nobody knows; no argument of a process can hold this character. */
export const HOLE = "\0";

/** Begins a word that is a parameter of the script as it stands; its position follows. */
export const PARAMETER = "\x01";

/** Text of variables: undefined when nobody set them here, so that the image may have. */
export type Variables = ReadonlyMap<string, string>;

export interface ShellInput {
  script: string;
  variables: Variables;
  /** What follows the script: `$0`, `$1` and so on. */
  parameters: readonly string[];
}

/** Words of each simple command, in the order of the script. */
export function shellCommands({ script, variables, parameters }: ShellInput): string[][] {
  const state: State = { variables: new Map(variables), parameters, commands: [], words: [], skipNext: false };
  const lexer = new RegExp(LEXEMES, "uy");
  while (lexer.lastIndex < script.length) {
    const match = lexer.exec(script);
    // A quote that never ends: the shell refuses the script.
    if (match === null) return [];
    addLexeme(state, match);
  }
  endCommand(state);
  return state.commands;
}

interface State {
  variables: Map<string, string>;
  parameters: readonly string[];
  commands: string[][];
  words: string[];
  word?: string | undefined;
  /** The next word names the file of a redirection. */
  skipNext: boolean;
}

const EXPANSION = String.raw`\$\((?:[^()]|\([^()]*\))*\)|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$\w+|\$[@*#?$!-]|${"`"}[^${"`"}]*${"`"}`;
const LEXEMES = [
  String.raw`(?<continuation>\\\n)`,
  String.raw`(?<blank>[ \t\r]+)`,
  String.raw`(?<comment>(?<![^\s;&|()])#[^\n]*)`,
  String.raw`(?<duplication>\d*[<>]&(?:\d+|-))`,
  String.raw`(?<redirection>\d*(?:&>>?|>>|<<<|>\||[<>]))`,
  String.raw`(?<separator>&&|\|\||;;|[;&|\n()])`,
  String.raw`'(?<single>[^']*)'`,
  String.raw`"(?<double>(?:[^"\\]|\\[^])*)"`,
  String.raw`\\(?<escaped>[^])`,
  `(?<expansion>${EXPANSION})`,
  String.raw`(?<plain>[^\s'"\\$;&|()<>${"`"}]+|\$)`,
].join("|");

/** Words that begin a branch or a loop; what follows them is a command again. */
const KEYWORDS = new Set(["if", "then", "else", "elif", "fi", "while", "until", "do", "done", "{", "}", "!", "time"]);

function addLexeme(state: State, match: RegExpExecArray): void {
  const { separator, blank, redirection, single, double, escaped, expansion, plain } = match.groups ?? {};
  const literal = single ?? escaped ?? plain;
  if (separator !== undefined) endCommand(state);
  else if (blank !== undefined) endWord(state);
  else if (redirection !== undefined) startRedirection(state);
  else if (literal !== undefined) addText(state, literal);
  else if (double === "$@") addParameters(state);
  else if (double !== undefined) addText(state, expandQuoted(double, state));
  else if (expansion !== undefined) addSplit(state, expand(expansion, state));
}

function addText(state: State, text: string): void {
  state.word = (state.word ?? "") + text;
}

/** An unquoted expansion: blanks in it end the word and start others. */
function addSplit(state: State, text: string): void {
  for (const [index, part] of text.split(/[ \t\n]+/).entries()) {
    if (index > 0) endWord(state);
    if (part !== "") addText(state, part);
  }
}

function addParameters(state: State): void {
  for (const index of state.parameters.slice(1).keys()) {
    addText(state, `${PARAMETER}${index + 1}`);
    endWord(state);
  }
}

function expandQuoted(text: string, state: State): string {
  return text.replace(new RegExp(`\\\\([^])|(${EXPANSION})`, "gu"), (whole, escaped?: string, expansion?: string) => {
    if (expansion !== undefined) return expand(expansion, state);
    if (escaped === "\n") return "";
    return escaped !== undefined && '$`"\\'.includes(escaped) ? escaped : whole;
  });
}

function expand(expansion: string, { variables, parameters }: State): string {
  const simple = /^\$(?:\{(\w+)\}|(\w+))$/.exec(expansion);
  const name = simple?.[1] ?? simple?.[2];
  if (name !== undefined) return /^\d+$/.test(name) ? (parameters[Number(name)] ?? "") : (variables.get(name) ?? HOLE);
  if (expansion === "$@" || expansion === "$*") return parameters.slice(1).join(" ");
  const [, fallbackName = "", fallback] = /^\$\{(\w+):?-([^{}$`]*)\}$/.exec(expansion) ?? [];
  const value = variables.get(fallbackName);
  return fallback !== undefined && value !== undefined ? (value === "" ? fallback : value) : HOLE;
}

function startRedirection(state: State): void {
  endWord(state);
  state.skipNext = true;
}

function endWord(state: State): void {
  if (state.word === undefined) return;
  if (state.skipNext) state.skipNext = false;
  else state.words.push(state.word);
  state.word = undefined;
}

/** Remembers assignments, for `TP=2; vllm serve -tp $TP`, and lists everything else. */
function endCommand(state: State): void {
  endWord(state);
  state.skipNext = false;
  let words = state.words;
  state.words = [];
  while (KEYWORDS.has(words[0] ?? "")) words = words.slice(1);
  const isExport = words[0] === "export";
  const assignments = isExport ? words.slice(1) : words;
  if (isExport || assignments.every((word) => ASSIGNMENT.test(word))) {
    for (const assignment of assignments) {
      const [, name, value] = ASSIGNMENT.exec(assignment) ?? [];
      if (name !== undefined && value !== undefined) state.variables.set(name, value);
    }
  } else {
    state.commands.push(words.slice(words.findIndex((word) => !ASSIGNMENT.test(word))));
  }
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=([^]*)$/;
