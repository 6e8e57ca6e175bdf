/**
 * Whole numbers as vLLM's command line reads them: `8k` is 8,000 and `8K` 8,192, where the release takes it.
 * Upstream: vllm-project/vllm `vllm/utils/argparse_utils.py` human_readable_int (before 0.14: `vllm/engine/arg_utils.py`).
 */
import { isAtLeast, type VllmVersion } from "./version";

/** A number, or why the server does not take the text and what it says. */
export type ReadNumber = { value: number } | { problem: string; message?: string };

/** The first release that takes a letter behind the number, by flag; read in 0.8.3, 0.8.4, 0.9.0 and 0.9.1. */
const LETTERS_SINCE: Readonly<Partial<Record<string, string>>> = {
  "max-model-len": "0.8.4",
  "max-num-batched-tokens": "0.9.1",
};
/** The first release that finds the longest length by itself. */
const AUTO_SINCE = "0.14.0";

const DECIMAL: Readonly<Partial<Record<string, number>>> = { k: 1e3, m: 1e6, g: 1e9 };
const BINARY: Readonly<Partial<Record<string, number>>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Whether the server is told to find the longest length that fits. */
export function isAutomatic(flag: string, text: string, version: VllmVersion | undefined): boolean {
  const isAsked = flag === "max-model-len" && /^(?:auto|-1)$/i.test(text.trim());
  return isAsked && (version === undefined || isAtLeast(version, AUTO_SINCE));
}

/**
 * Reads a whole number above 0.
 *
 * @param flag such as `max-model-len`
 * @param version `undefined`: any release that takes letters at all
 */
export function readWhole(flag: string, text: string, version: VllmVersion | undefined): ReadNumber {
  const written = text.trim();
  const since = LETTERS_SINCE[flag];
  const takesLetters = since !== undefined && (version === undefined || isAtLeast(version, since));
  const [, digits = "", fraction = "", letter = ""] = /^(\d+)(\.\d+)?([kKmMgG])$/.exec(written) ?? [];
  const plain = /^\d+(?:_\d+)*$/.test(written) ? Number(written.replaceAll("_", "")) : undefined;
  const meant = plain ?? Math.floor(Number(digits + fraction) * (DECIMAL[letter] ?? BINARY[letter] ?? Number.NaN));
  const refuse = (problem: string, message: string): ReadNumber => ({
    problem,
    message: `argument --${flag}: ${message}`,
  });
  const human = flag === "max-model-len" && (version === undefined || isAtLeast(version, AUTO_SINCE)) ? "_or_auto" : "";
  const type = takesLetters ? `human_readable_int${human}` : "int";
  if (Number.isNaN(meant)) return refuse("is no whole number", `invalid ${type} value: '${text}'`);
  if (plain === undefined && !takesLetters) {
    const when = since === undefined ? "must be a plain number:" : `is taken from vLLM ${since} on only; write`;
    return refuse(`${when} ${meant}`, `invalid int value: '${text}'`);
  }
  if (fraction !== "" && BINARY[letter] !== undefined) {
    const decimal = `${digits}${fraction}${letter.toLowerCase()}`;
    return refuse(
      `has decimals before ${letter}; write ${decimal} for ${Math.floor(Number(digits + fraction) * (DECIMAL[letter.toLowerCase()] ?? 1))}, or ${meant}`,
      `Decimals are not allowed with binary suffixes like ${letter}. Did you mean to use ${decimal} instead?`,
    );
  }
  return meant > 0 ? { value: meant } : { problem: "is not above 0" };
}
