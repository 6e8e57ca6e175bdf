/** Words that vLLM's arguments take, by release. */
import { nearest } from "../../catalog/nearest";
import { choicesOf, findArgument, findModelServer, type ServerArgument } from "../../catalog/serverArguments";
import type { Refusal } from "./refusal";
import type { FitInput } from "./start";

/** An argument that takes one of some words, and the setting it is. */
const SETTINGS = { quantization: "quantization", "kv-cache-dtype": "kvCacheDtype", dtype: "dtype" } as const;

export type WordFlag = keyof typeof SETTINGS;

export interface Words {
  values: readonly string[];
  /** Whether plugins may add more, or nobody has read which words the release takes. */
  open: boolean;
}

/** What an argument may be; those of every release when none is named, or nobody has read its list. */
export function wordsOf(flag: WordFlag, vllm?: string): Words {
  const argument = argumentOf(flag);
  const known = vllm === undefined ? undefined : choicesOf(argument, vllm);
  return known ?? { values: everyWord(argument), open: true };
}

/** Words that this release refuses: its list is closed, or another release is known to have them. */
export function wordRefusals(input: FitInput): Refusal[] {
  return foreignWords(input).flatMap(({ flag, word, open, since }) => {
    if (open && since === undefined) return [];
    const close = nearest(word, wordsOf(flag, input.vllm).values);
    const [hint, message] = [
      since === undefined
        ? `did you mean ${close ?? "to leave it out"}?`
        : `other releases do, ${since} the first of those read`,
      open ? `Unknown quantization method: ${word}.` : `argument --${flag}: invalid choice: '${word}'`,
    ];
    return [
      { reason: `vLLM ${input.vllm} does not take --${flag} ${word}; ${hint}`, message, setting: SETTINGS[flag] },
    ];
  });
}

/** Words that no release is known to take, where plugins may add some. */
export function pluginWords(input: FitInput): string[] {
  return foreignWords(input).flatMap(({ flag, word, open, since }) =>
    open && since === undefined ? [`vLLM ${input.vllm} has no --${flag} ${word} of its own; a plugin may add it`] : [],
  );
}

interface ForeignWord extends Pick<Words, "open"> {
  flag: WordFlag;
  word: string;
  /** First release that is known to take it. */
  since?: string;
}

function foreignWords(input: FitInput): ForeignWord[] {
  return (Object.keys(SETTINGS) as WordFlag[]).flatMap((flag) => {
    const word = input[SETTINGS[flag]];
    const { values, open } = wordsOf(flag, input.vllm);
    if (word === undefined || values.includes(word) || isNoMethod(flag, word)) return [];
    const since = argumentOf(flag).choices?.find((entry) => entry.values?.includes(word))?.since;
    return [{ flag, word, open, ...(since !== undefined && { since }) }];
  });
}

/** `None` is as good as no flag. Upstream: `vllm/engine/arg_utils.py` nullable_str. */
function isNoMethod(flag: WordFlag, word: string): boolean {
  return flag === "quantization" && word.toLowerCase() === "none";
}

function everyWord({ choices = [] }: ServerArgument): string[] {
  return [...new Set(choices.flatMap(({ values = [] }) => values))];
}

function argumentOf(flag: WordFlag): ServerArgument {
  const vllm = findModelServer("vllm");
  const argument = vllm === undefined ? undefined : findArgument(vllm, flag);
  if (argument === undefined) throw new RangeError(`the catalogue has no argument ${flag} of vLLM`);
  return argument;
}
