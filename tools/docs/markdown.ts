/** Markdown that several pages are made of. */

/** A table; a bar in a cell would end it, so it is escaped. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A table without the columns that no row fills. */
export function filledTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isFilled = heads.map((_, column) => rows.some((row) => row[column] !== ""));
  const filled = (cells: readonly string[]): string[] => cells.filter((_, column) => isFilled[column]);
  return table(filled(heads), rows.map(filled));
}

/** A page that people write, with the text between the two marks of one part. @throws Error when the page has no such marks */
export function withPart(page: string, part: string, text: string): string {
  const [begin, end] = [`<!-- ${part}: written by make docs -->`, `<!-- end of ${part} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page lacks ${begin} or ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}
