/** Which program a container starts and which words it gets, through shells and launchers. */
import { HOLE, PARAMETER, shellCommands, type Variables } from "./shell";

/** An item of `command` or `args`. */
export interface ArgumentPosition {
  source: "command" | "args";
  index: number;
}

/** A word on a command line and the item it comes from; a {@link HOLE} stands for an unknown part. */
export interface Word extends ArgumentPosition {
  text: string;
}

export interface ServerCommand {
  /** `vllm serve`, the module of `python -m`, or the name of the executable; `undefined` where the image decides. */
  program: string | undefined;
  /** The words after the program. */
  words: readonly Word[];
  /** Items that the program never sees. */
  unread: readonly ArgumentPosition[];
}

const SHELLS = new Set(["sh", "bash", "dash", "ash", "zsh", "ksh"]);
/** Programs that start the one named after them. */
const LAUNCHERS = new Set(["exec", "nohup", "command", "tini", "dumb-init", "env", "sudo"]);
/** Python modules that prepare something and serve nothing. */
const TOOLS = /^(?:pip|venv|ensurepip|json\.tool|zipfile)\b/;

/** Finds the server among all words of `command` and `args`; without a command the image names the program. */
export function findServer(words: readonly Word[], hasCommand: boolean, variables: Variables): ServerCommand {
  const script = scriptPosition(words);
  if (script === undefined) return { ...serverOf(words, hasCommand), unread: [] };
  const item = words[script];
  if (item === undefined) return { program: undefined, words: [], unread: [] };
  const rest = words.slice(script + 1);
  // A script with an unknown part outside its words may be anything.
  if (item.text === HOLE) return { program: undefined, words: [item], unread: [] };
  const parameters = rest.map(({ text }) => text);
  const commands = shellCommands({ script: item.text, variables, parameters });
  const placed = commands.map((command) => command.map((text) => placeWord(text, item, rest)));
  const usesParameters = /\$(?:[@*1-9]|\{[@*1-9])/.test(item.text);
  return {
    ...chooseServer(placed, item),
    unread: usesParameters ? [] : rest.map(({ source, index }) => ({ source, index })),
  };
}

/** The position of the script in `sh -c SCRIPT`. */
function scriptPosition(words: readonly Word[]): number | undefined {
  const start = words.findIndex(({ text }) => !LAUNCHERS.has(nameOf(text)) && text !== "--");
  if (!SHELLS.has(nameOf(words[start]?.text ?? ""))) return undefined;
  let isCommand = false;
  for (let at = start + 1; at < words.length; at++) {
    const option = words[at]?.text ?? "";
    if (!/^[-+]/.test(option)) return isCommand ? at : undefined;
    isCommand ||= /^-[a-zA-Z]*c/.test(option);
    // `-o pipefail`: the option's own word.
    if (/^[-+][a-zA-Z]*o$/.test(option)) at++;
  }
  return undefined;
}

function placeWord(text: string, script: Word, parameters: readonly Word[]): Word {
  const parameter = text.startsWith(PARAMETER) ? parameters[Number(text.slice(1))] : undefined;
  return parameter ?? { ...script, text };
}

/** vLLM before other Python modules before the last command with words; two servers of one kind cannot be told apart. */
function chooseServer(commands: readonly (readonly Word[])[], script: Word): Started {
  const servers = commands.map((command) => serverOf(command, true));
  for (const kind of ["vllm", "module"]) {
    const found = servers.filter((server) => server.kind === kind);
    if (found[0] === undefined) continue;
    return found.length === 1 ? found[0] : { ...found[0], words: [{ ...script, text: HOLE }] };
  }
  const others = servers.filter(({ kind }) => kind === "other");
  return (
    others.findLast(({ words }) => words.length > 0) ??
    others.at(-1) ?? { program: undefined, words: [], kind: "other" }
  );
}

interface Started {
  program: string | undefined;
  words: readonly Word[];
  kind: "vllm" | "module" | "tool" | "other";
}

/** Strips launchers and the program's own name. */
function serverOf(all: readonly Word[], namesProgram: boolean): Started {
  let words = [...all];
  while (LAUNCHERS.has(nameOf(words[0]?.text ?? ""))) {
    words = words.slice(1);
    while (/^(?:-{1,2}$|-[a-z]$|[A-Za-z_]\w*=)/.test(words[0]?.text ?? "")) words = words.slice(1);
  }
  const [first = "", second = ""] = words.map(({ text }) => text);
  const isServe = nameOf(first) === "vllm" && second === "serve";
  if (isServe) return { program: "vllm serve", words: words.slice(2), kind: "vllm" };
  if (/^python[\d.]*$/.test(nameOf(first))) return pythonServer(words.slice(1));
  if (!namesProgram && first === "serve") return { program: "vllm serve", words: words.slice(1), kind: "vllm" };
  if (!namesProgram) return { program: undefined, words, kind: "other" };
  return { program: first.includes(HOLE) ? undefined : nameOf(first), words: words.slice(1), kind: "other" };
}

/** `python -m MODULE …` or `python FILE …`, with the interpreter's own options before. */
function pythonServer(words: readonly Word[]): Started {
  const at = words.findIndex(({ text }) => text === "-m" || !text.startsWith("-"));
  if (at < 0) return { program: "python", words: [], kind: "tool" };
  const file = words[at]?.text ?? "";
  if (file !== "-m") return { program: nameOf(file), words: words.slice(at + 1), kind: "other" };
  const module = words[at + 1]?.text ?? "";
  const kind = /^vllm\b/.test(module) ? "vllm" : TOOLS.test(module) ? "tool" : "module";
  return { program: module, words: words.slice(at + 2), kind };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
