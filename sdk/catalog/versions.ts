/** Releases, compared by major, minor and patch; suffixes such as `.post1` or `rc1` do not count. */

/** A release as numbers, such as `[0, 8, 4]`. */
export type Release = readonly [number, number, number];

/** Reads `0.8.4`, `v0.21`, `0.9.1.0`, `0.8.5.post1`; `undefined` for a text that is no release. */
export function parseRelease(text: string): Release | undefined {
  const found = /^v?(\d+)\.(\d+)(?:\.(\d+))?(?:\.\d+)?(?:\.?(?:post|dev|rc)\d*)?(?:[+-].*)?$/.exec(text.trim());
  return found === null ? undefined : [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
}

/** Below zero when the left one is older. @throws RangeError for a text of the catalogue that is no release */
export function compareReleases(left: string | Release, right: string | Release): number {
  const [one, other] = [numbers(left), numbers(right)];
  const at = [0, 1, 2].find((place) => one[place] !== other[place]) ?? 0;
  return (one[at] ?? 0) - (other[at] ?? 0);
}

function numbers(release: string | Release): Release {
  const parsed = typeof release === "string" ? parseRelease(release) : release;
  if (parsed === undefined) throw new RangeError(`expected a release, found ${JSON.stringify(release)}`);
  return parsed;
}
