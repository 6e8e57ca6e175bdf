/** What the exit code of a command says. */

/** Judged, and nothing mandatory or stuck found. */
export const EXIT_OK = 0;
/** At least one mandatory finding, or an update that is stuck for certain. */
export const EXIT_FINDINGS = 1;
/** Something that was handed in cannot be used: an option, a file, a document. */
export const EXIT_BAD_INPUT = 2;
