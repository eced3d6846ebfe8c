/** A cell as the file has it: null where it is empty in CSV, or null in JSON. */
export type Cell = string | null;

/** A row as the file has it. */
export interface FileRow {
  /** Where it begins, from 1. */
  line: number;
  /** By column; a string says why there are none. */
  cells: Readonly<Record<string, Cell>> | string;
}

/** The rows of a file, and the columns that its header promises; JSON has none. */
export interface FileRows {
  format: 'csv' | 'json';
  /** Of CSV, as in the file. */
  header: readonly string[] | undefined;
  rows: AsyncIterable<FileRow>;
}
