import { styleText } from 'node:util';

export interface Column<Row> {
  name: string;
  /** Characters that hold most values: rows are shown before those after them are known. */
  width: number;
  align?: 'right';
  of(row: Row): string;
}

/**
 * Shows rows as they come: on a terminal beneath their names, elsewhere one line a row and nothing else, for scripts.
 * Values that are too long push what is behind them.
 */
export function tableOf<Row>(
  columns: readonly Column<Row>[],
  print: (line: string) => void,
): (row: Row) => void {
  const lineOf = (cell: (column: Column<Row>) => string) =>
    columns
      .map((column) => {
        const { width, align } = column;
        return align === 'right' ? cell(column).padStart(width) : cell(column).padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const header = lineOf(({ name }) => name);
  let isNamed = !process.stdout.isTTY;
  return (row) => {
    if (!isNamed) print(styleText('bold', header));
    isNamed = true;
    print(lineOf((column) => column.of(row)));
  };
}
