/** Prose for a terminal. */

/** Breaks at spaces; a word longer than the line (a path, an image) stays whole. Line breaks of the text are kept. */
export function wrap(text: string, width = Number.POSITIVE_INFINITY): string[] {
  return text.split("\n").flatMap((line) => {
    const lines: string[] = [];
    let current = "";
    for (const word of line.split(" ")) {
      if (current !== "" && current.length + 1 + word.length > width) {
        lines.push(current);
        current = word;
      } else {
        current = current === "" ? word : `${current} ${word}`;
      }
    }
    return [...lines, current];
  });
}
