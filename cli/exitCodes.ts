/** What the exit code of a command says. */

/** Judged, and nothing mandatory found. */
export const EXIT_OK = 0;
/** At least one mandatory finding. */
export const EXIT_FINDINGS = 1;
/** Something that was handed in cannot be used: an option, a file, a document. */
export const EXIT_BAD_INPUT = 2;
