/** What the settings allow one import. */
export interface ImportLimits {
  /** Of the file, and of its text when it is unpacked. */
  maxBytes: number;
  maxRows: number;
  /** Of the text of one row. */
  maxRowBytes: number;
  /** Rows of a batch, for `reject-batch`. */
  batchRows: number;
  /** Invalid rows that the report lists; the others are counted. */
  reportRows: number;
  /** After it PostgreSQL ends the statement that is running, in milliseconds. */
  deadlineMs: number;
}
