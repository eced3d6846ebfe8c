export const columnTypes = ['text', 'integer', 'number', 'boolean', 'date', 'timestamp'] as const;
/** How a column's text is to be read. Formats that know types (JSON) write numbers and booleans as such. */
export type ColumnType = (typeof columnTypes)[number];

export interface Column {
  /** Name of the column in the query's result, header in the file and key in JSON. */
  name: string;
  type: ColumnType;
  description: string;
  /** Header for people. Default: the name. */
  label?: string | undefined;
}

/** A column of a file, as the one who asked got it. */
export interface FileColumn {
  name: string;
  /** The dataset's `mask` stands in place of the values. */
  masked: boolean;
}
