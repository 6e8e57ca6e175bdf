/** "Did you mean": the known name closest to a misspelt one. */

/** Fewer letters say too little about which longer name is meant. */
const SHORTEST_BEGINNING = 3;

/**
 * @returns the candidate with the fewest edits, or `undefined` when even the closest differs in more than a third of
 * its letters, since a far-fetched proposal misleads more than none. Completing the beginning of a name is one edit:
 * names are shortened more often than misspelt. Letters and digits that look alike are the same.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = edited(fold(name), fold(candidate)) + edited(name.toLowerCase(), candidate.toLowerCase()) / EXACT;
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Of two as close when alike letters count as one, that with the very letters goes first. */
const EXACT = 1000;

/** Edits to the whole name, or to a beginning of whole words and one more to complete it. */
function edited(from: string, to: string): number {
  const whole = editDistance(from, to);
  if (from.length < SHORTEST_BEGINNING) return whole;
  if (to.startsWith(from)) return Math.min(1, to.length - from.length);
  const beginnings = [...to.matchAll(/[-_./ ]/g)].map(({ index }) => to.slice(0, index));
  return Math.min(whole, ...beginnings.map((beginning) => editDistance(from, beginning) + 1));
}

/** `O` for `0`, and one letter for `1`, `I` and `l`. */
function fold(text: string): string {
  return text.toLowerCase().replaceAll("0", "o").replaceAll(/[1i]/g, "l");
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substituted = cost(last, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const options = [substituted, cost(last, column) + 1, cost(current, column - 1) + 1];
      current.push(Math.min(...options, swapped ? cost(beforeLast, column - 2) + 1 : Infinity));
    }
    [beforeLast, last] = [last, current];
  }
  return cost(last, to.length);
}

function cost(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
