/**
 * Rows as text, columns as wide as they need to be; the first row is the head. Columns whose cells are all numbers stand right.
 * @returns one line per row, indented by two
 */
export function table(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths: number[] = [];
  const numeric: boolean[] = [];
  rows.forEach((row, index) =>
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, String(cell).length);
      if (index > 0) numeric[column] = (numeric[column] ?? true) && typeof cell === "number";
    }),
  );
  return rows.map((row) =>
    `  ${row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return numeric[column] ? String(cell).padStart(width) : String(cell).padEnd(width);
      })
      .join("  ")}`.trimEnd(),
  );
}
