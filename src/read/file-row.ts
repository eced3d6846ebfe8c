/** A cell as the file has it: null where it has none. */
export type Cell = string | null;

/** A row as the file has it. */
export interface FileRow {
  /** Where it begins: line of a text, row of a sheet; from 1. */
  line: number;
  /** The sheet, or the file of several in one, that it is in; undefined where there is only one. */
  part?: string;
  /** By column; a string says why there are none. */
  cells: Readonly<Record<string, Cell>> | string;
}

/** Formats that are read row by row. */
export const readFormats = ['csv', 'tsv', 'ndjson', 'json', 'xlsx'] as const;
export type ReadFormat = (typeof readFormats)[number];

/** The rows of a file, and the columns that its header promises; JSON has none. */
export interface FileRows {
  format: ReadFormat;
  /** Names of columns, in the order of the file. */
  header: readonly string[] | undefined;
  rows: AsyncIterable<FileRow>;
  /** Lets go of what reading holds, also where no row was read. */
  close(this: void): Promise<void>;
}
