/**
 * The arguments a model server is started with, read from a container's `command` and `args` as Python's argparse
 * and vLLM's parser read them.
 * Upstream: vllm-project/vllm `vllm/utils/argparse_utils.py`; python `Lib/argparse.py` (_parse_optional).
 *
 * An unknown value makes unknown only what it can affect: `--max-model-len $(LEN)` that flag alone, an unknown item of
 * the list every flag that does not come again after it (the last one wins).
 */
import { findModelServer } from "../catalog/serverArguments";
import { type ArgumentPosition, findServer, type ServerCommand, type Word } from "./serverCommand";
import { type Environment, fillReferences, hasUnlistedVariables, isUnapplied, peek, variablesOf } from "./references";
import { HOLE } from "./shell";
import { UNKNOWN, UnknownValueError } from "./unknown";

export type { ArgumentPosition } from "./serverCommand";

/** One occurrence of a flag. */
export interface Argument extends ArgumentPosition {
  /** The long name without dashes in front and with dashes inside: `tensor-parallel-size` for `-tp`. */
  flag: string;
  /** As it is written: `-tp`, `--tensor_parallel_size`. */
  written: string;
  /**
   * The text after `=` or the next word; the first one of a list; `"false"` for `--no-…`; `undefined` for a switch.
   * @throws UnknownValueError on reading a value that is known only after apply
   */
  readonly value: string | undefined;
  /** All words of a flag that takes several, such as `--served-model-name a b`. @throws as `value` */
  readonly values: readonly string[];
}

export interface ServerArguments {
  /** `vllm serve`, the module of `python -m`, or the name of the executable; `undefined` where the image decides. */
  program: string | undefined;
  /** Every occurrence that can be told, in order; there may be more while there are {@link gaps}. */
  known: readonly Argument[];
  /** Every occurrence, in order. @throws UnknownValueError while there are gaps */
  readonly all: readonly Argument[];
  /** The last occurrence, which is the one that counts. @throws UnknownValueError when an unknown item may be it */
  get(flag: string): Argument | undefined;
  /** All occurrences of a flag. @throws UnknownValueError when an unknown item may be one */
  allOf(flag: string): readonly Argument[];
  /** Words that are neither flags nor values; known ones only. */
  positional: readonly (ArgumentPosition & { text: string })[];
  /** The model that is named, by `--model` or after `vllm serve`. @throws UnknownValueError when it is not known yet */
  readonly model: string | undefined;
  /** Items such as `"--flag value"` that hold a blank and therefore are one wrong word. */
  malformed: readonly (ArgumentPosition & { text: string })[];
  /** Items that never reach the server, because they follow a shell script that does not use its parameters. */
  unread: readonly ArgumentPosition[];
  /** Unknown items that may be any flag. */
  gaps: readonly ArgumentPosition[];
}

/**
 * Reads the arguments of a container.
 * @param environment the container itself, for `$(NAME)` and `$NAME`
 * @param path prefix of the paths in errors, such as `pod.main`
 */
export function readArguments(
  command: readonly string[] | undefined,
  args: readonly string[] | undefined,
  environment: Environment = {},
  path = "",
): ServerArguments {
  const variables = variablesOf(environment);
  const isOpen = hasUnlistedVariables(environment);
  const written = [...itemsOf(command, "command"), ...itemsOf(args, "args")];
  const words = written.map((word) => ({ ...word, text: fillReferences(word.text, variables, isOpen) }));
  const server = findServer(words, command !== undefined, variables);
  const refuse = ({ source, index }: ArgumentPosition): never => {
    const place = `${path === "" ? "" : `${path}.`}${source}[${index}]`;
    const item = written.find((word) => word.source === source && word.index === index)?.text ?? HOLE;
    throw new UnknownValueError(place, whyUnknown(item, environment));
  };
  return serverArguments(server, parse(server.words, refuse), refuse);
}

/** Why an item cannot be told; `undefined` where that is because nothing is applied yet. */
function whyUnknown(item: string, environment: Environment): string | undefined {
  if (item === HOLE || isUnapplied(environment)) return undefined;
  const filled = fillReferences(item, variablesOf(environment), hasUnlistedVariables(environment));
  if (filled.includes(HOLE)) return "takes a variable whose value is not in the pod (a Secret, ConfigMap or field)";
  return "is decided by a shell in the container";
}

/** Ends the reading of a value that cannot be told. @throws UnknownValueError */
type Refuse = (position: ArgumentPosition) => never;

function serverArguments(
  { program, unread }: ServerCommand,
  { found, positional, malformed, gaps }: Parsed,
  refuse: Refuse,
): ServerArguments {
  const refuseGap = (gap: Ordered<ArgumentPosition> | undefined): void => {
    if (gap !== undefined) refuse(gap);
  };
  const matching = (flag: string): Ordered<Argument>[] => found.filter((one) => one.flag === canonicalFlag(flag));
  const get = (flag: string): Argument | undefined => {
    const last = matching(flag).at(-1);
    refuseGap(gaps.findLast((gap) => gap.order > (last?.order ?? -1)));
    return last;
  };
  return {
    program,
    known: found,
    get all() {
      refuseGap(gaps[0]);
      return found;
    },
    get,
    allOf(flag) {
      refuseGap(gaps[0]);
      return matching(flag);
    },
    positional,
    get model() {
      const [first] = positional;
      if (program !== "vllm serve" || first === undefined) return get("model")?.value;
      refuseGap(gaps.find((gap) => gap.order < first.order));
      if (first.text.includes(HOLE)) refuse(first);
      return first.text;
    },
    malformed,
    unread,
    gaps,
  };
}

type Ordered<T> = T & { order: number };
interface Parsed {
  found: Ordered<Argument>[];
  positional: Ordered<Word>[];
  malformed: Ordered<Word>[];
  gaps: Ordered<ArgumentPosition>[];
}

/** vLLM's, since other servers take only plain `--flag value` and `--flag=value`. */
const VLLM = findModelServer("vllm")?.arguments ?? [];
const KINDS = new Map(VLLM.flatMap(({ flag, synonyms = [], kind }) => [flag, ...synonyms].map((name) => [name, kind])));
const ALIASES = new Map(VLLM.flatMap(({ flag, aliases = [] }) => aliases.map((alias) => [alias, flag])));

function parse(words: readonly Word[], refuse: Refuse): Parsed {
  const parsed: Parsed = { found: [], positional: [], malformed: [], gaps: [] };
  const ordered = words.map((word, order) => ({ ...word, order }));
  const end = ordered.findIndex(({ text }) => text === "--");
  const flagged = end < 0 ? ordered : ordered.slice(0, end);
  for (let rest = flagged; rest[0] !== undefined;) {
    const [word, ...following] = rest;
    rest = following.slice(isFlag(word.text) ? parseFlag(word, following, parsed, refuse) : 0);
    if (!isFlag(word.text)) (word.text.startsWith(HOLE) ? parsed.gaps : parsed.positional).push(word);
  }
  if (end >= 0) parsed.positional.push(...ordered.slice(end + 1));
  return parsed;
}

/** Reads one flag; the result is the number of following words that belong to it. */
function parseFlag(word: Ordered<Word>, following: readonly Ordered<Word>[], parsed: Parsed, refuse: Refuse): number {
  const [name, inline] = splitOnce(word.text);
  if (name.includes(HOLE)) parsed.gaps.push(word);
  else if (/\s/.test(name)) parsed.malformed.push(word);
  else {
    const { values, count } = takeValues(word, name, inline, following);
    parsed.found.push(argument(word, name, values, refuse));
    const [next] = following;
    // Of a flag that is not known to take a value, the unknown next word may be a flag of its own.
    if (count > 0 && next?.text.startsWith(HOLE) === true && KINDS.get(longFlag(name)) !== "valued")
      parsed.gaps.push(next);
    return count;
  }
  return 0;
}

/** The flag's values, and how many of the following words they take up. */
function takeValues<W extends Word>(
  word: W,
  name: string,
  inline: string | undefined,
  rest: readonly W[],
): { values: W[]; count: number } {
  if (inline !== undefined) return { values: [{ ...word, text: inline }], count: 0 };
  const attached = /^-([A-Za-z])(\w+)$/.exec(name);
  if (attached?.[2] !== undefined && !ALIASES.has(name.slice(1)) && ALIASES.has(attached[1] ?? "")) {
    return { values: [{ ...word, text: attached[2] }], count: 0 };
  }
  const end = rest.findIndex(({ text }) => isFlag(text));
  const available = rest.slice(0, end < 0 ? undefined : end);
  const flag = longFlag(name);
  const isTruth = /^(?:true|false)$/i.test(available[0]?.text ?? "");
  const count =
    KINDS.get(flag) === "list" ? available.length : isSwitch(flag) && !isTruth ? 0 : Math.min(available.length, 1);
  return { values: available.slice(0, count), count };
}

function argument(word: Ordered<Word>, written: string, taken: readonly Word[], refuse: Refuse): Ordered<Argument> {
  const { source, index, order } = word;
  const long = longFlag(written);
  const isNegated = long.startsWith("no-") && isSwitch(long.slice(3));
  return {
    source,
    index,
    order,
    written,
    flag: isNegated ? long.slice(3) : long,
    get value() {
      return this.values[0];
    },
    get values() {
      const gap = taken.find(({ text }) => text.includes(HOLE));
      if (gap !== undefined) refuse(gap);
      return isNegated ? ["false"] : taken.map(({ text }) => text);
    },
  };
}

/** A dash and a letter begin a flag; `-1` is a value. */
function isFlag(text: string): boolean {
  return /^--?[A-Za-z]/.test(text) || new RegExp(`^--?${HOLE}`).test(text);
}

function isSwitch(flag: string): boolean {
  const kind = KINDS.get(flag);
  return kind === undefined ? /^(?:enable|disable|no)-/.test(flag) : kind === "switch";
}

/** The flag's long name: aliases resolved, underscores up to the first dot turned into dashes. */
function longFlag(written: string): string {
  const bare = written.replace(/^--?/, "");
  if (!written.startsWith("--")) {
    const alias = ALIASES.get(bare) ?? (/^[A-Za-z]\w+$/.test(bare) ? ALIASES.get(bare.charAt(0)) : undefined);
    return alias ?? canonicalFlag(bare);
  }
  return canonicalFlag(bare);
}

function canonicalFlag(name: string): string {
  const [first = "", ...keys] = name.split(".");
  return [first.replaceAll("_", "-"), ...keys].join(".");
}

function splitOnce(text: string): [string, string | undefined] {
  const at = text.indexOf("=");
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** The items of a list; an unknown one, or the whole list, is a hole. */
function itemsOf(list: readonly string[] | undefined, source: ArgumentPosition["source"]): Word[] {
  if (list === undefined) return [];
  const items: unknown = list;
  if (!Array.isArray(items)) return [{ text: HOLE, source, index: 0 }];
  return [...items.keys()].map((index) => {
    const text = peek(() => items[index] as unknown);
    return { text: text === UNKNOWN ? HOLE : String(text), source, index };
  });
}
