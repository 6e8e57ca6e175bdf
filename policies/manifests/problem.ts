/** What is wrong with something a person handed in, in a form that names the place. */

/** One mistake in a file, an option or a setting. */
export interface InputProblem {
  /** File or option, as the person wrote it. */
  place: string;
  /** Counts from 1. */
  line?: number;
  /** Counts from 1 within the line. */
  column?: number;
  /** Counts from 1 within the file. */
  document?: number;
  /** What was found, what was expected and, where there is one, the nearest right spelling. */
  problem: string;
}

/** One line, or a few, in the form that editors and terminals turn into a link: `file:line:column: problem`. */
export function describeProblem({ place, line, column, document, problem }: InputProblem): string {
  const at = [place, line, column].filter((part) => part !== undefined).join(":");
  return document === undefined || document === 1 ? `${at}: ${problem}` : `${at}: document ${document}: ${problem}`;
}
