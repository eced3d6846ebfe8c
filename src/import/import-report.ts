import type { ReadFormat } from '../read/file-row.ts';

/** What an invalid row takes with it: the whole file, its batch, or nothing but itself. */
export const onInvalidNames = ['reject-file', 'reject-batch', 'skip-row'] as const;
export type OnInvalid = (typeof onInvalidNames)[number];

export interface InvalidRow {
  /** Counts the rows of the file from 1, without the header. */
  row: number;
  /** Where it begins: line of the text, unpacked, or row of the sheet; from 1. */
  line: number;
  /** The sheet, or the file in a zip; null where there is only one. */
  part: string | null;
  /** Null where it is about the row as a whole. */
  column: string | null;
  reason: string;
}

/** What is in a file, and what became of it. `rows` = `new` + `duplicate` + `invalid`. */
export interface ImportReport {
  format: ReadFormat;
  /** As whose file it was read; null: as ours. */
  preset: string | null;
  rows: number;
  /** Not in the tables yet. */
  new: number;
  /** In the tables already; they were left as they are. */
  duplicate: number;
  invalid: number;
  /** New ones that an invalid row takes with it. */
  withheld: number;
  /** `new` − `withheld`, and 0 in a dry run. */
  written: number;
  /** The first ones. */
  invalidRows: readonly InvalidRow[];
  /** Columns of the file that were read past, since these rows have no place for them. */
  ignoredColumns: readonly string[];
}
