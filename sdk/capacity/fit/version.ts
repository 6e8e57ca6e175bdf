/** vLLM versions, compared by major, minor and patch; suffixes such as `.post1` or `rc1` do not change memory. */

/** A version as numbers, such as `[0, 8, 4]`. */
export type VllmVersion = readonly [number, number, number];

/** Reads `0.8.4`, `v0.21`, `0.8.5.post1`; `undefined` for a text that is no version. */
export function parseVersion(text: string): VllmVersion | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:\.?(?:post|dev|rc)\d*)?(?:[+-].*)?$/.exec(text.trim());
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** Whether a version is a release or any later one. */
export function isAtLeast(version: VllmVersion, release: string): boolean {
  const wanted = parseVersion(release);
  if (wanted === undefined) throw new RangeError(`expected a release, found "${release}"`);
  const at = [0, 1, 2].find((i) => version[i] !== wanted[i]);
  return at === undefined || (version[at] ?? 0) > (wanted[at] ?? 0);
}
