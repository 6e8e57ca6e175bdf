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
