/** Which releases of vLLM the estimate speaks for. */
import { isAtLeast, type VllmVersion } from "./version";

/**
 * `shown`: by published starts, or between releases that are. `newer`: the rules of the last release that is shown are
 * applied. `otherwise`: memory is counted in a way that is not modelled. `too-new`: how it is counted, nobody knows.
 */
export type Coverage = "shown" | "newer" | "otherwise" | "too-new";

/**
 * The first release that counts the peak of the profiling run; earlier ones count what torch's allocator has kept, which
 * is more by what nobody has published. Upstream: `vllm/worker/worker.py` determine_num_available_blocks.
 */
export const FIRST_COUNTED = "0.6.4";

/** Major and minor of the last release of which a start was published. */
export const LAST_SHOWN: readonly [number, number] = [0, 31];

/** Minors beyond the last one shown for which a wider bar will do: as far as published starts show it, and no further. */
const REACH = 12;

/** What is known of a release. */
export function coverageOf(version: VllmVersion): Coverage {
  const [major, minor] = version;
  if (!isAtLeast(version, FIRST_COUNTED)) return "otherwise";
  const ahead = major === LAST_SHOWN[0] ? minor - LAST_SHOWN[1] : Infinity;
  return ahead <= 0 ? "shown" : ahead <= REACH ? "newer" : "too-new";
}

/** What a reader should know of a release that the estimate does not speak for; `undefined` for any other. */
export function coverageRemark(version: VllmVersion): string | undefined {
  const release = version.join(".");
  const last = LAST_SHOWN.join(".");
  switch (coverageOf(version)) {
    case "shown":
      return undefined;
    case "newer":
      return `vLLM ${release} is newer than ${last}, the last release with published starts: its rules are assumed, with a wider error bar`;
    case "otherwise":
      return `vLLM ${release} counts memory otherwise than ${FIRST_COUNTED} and later: all that torch's allocator keeps, which is not modelled`;
    case "too-new":
      return `vLLM ${release} is too far beyond ${last}, the last release with published starts: how it divides memory is not known`;
  }
}
