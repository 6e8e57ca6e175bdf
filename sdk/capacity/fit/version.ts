/** vLLM versions, compared by major, minor and patch; suffixes such as `.post1` or `rc1` do not change memory. */
import { compareReleases, type Release } from "../../catalog/versions";

export { parseRelease as parseVersion, type Release as VllmVersion } from "../../catalog/versions";

/** Whether a version is a release or any later one. */
export function isAtLeast(version: Release, release: string): boolean {
  return compareReleases(version, release) >= 0;
}
