import type { FileColumn } from '../export/column.ts';

/** The columns of a file as clients see them. */
export function columnNames(columns: readonly FileColumn[]): { columns: string[]; masked: string[] } {
  const named = (some: readonly FileColumn[]) => some.map(({ name }) => name);
  return { columns: named(columns), masked: named(columns.filter(({ masked }) => masked)) };
}
