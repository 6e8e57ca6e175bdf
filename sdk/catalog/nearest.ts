/** "Did you mean": the known name closest to a misspelt one. */

/** Fewer letters say too little about which longer name is meant. */
const SHORTEST_BEGINNING = 3;

/**
 * @returns the candidate with the fewest edits, or `undefined` when even the closest differs in more than a third of
 * its letters, since a far-fetched proposal misleads more than none. Completing the beginning of a name is one edit:
 * names are shortened more often than misspelt.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const [from, to] = [name.toLowerCase(), candidate.toLowerCase()];
    const isBeginning = name.length >= SHORTEST_BEGINNING && to.startsWith(from);
    const edits = isBeginning ? Math.min(1, to.length - from.length) : editDistance(from, to);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Insertions, deletions and substitutions that turn one text into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 0; row < from.length; row++) {
    const current = [row + 1];
    for (let column = 0; column < to.length; column++) {
      const substituted = (previous[column] ?? 0) + (from[row] === to[column] ? 0 : 1);
      current.push(Math.min(substituted, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
