/** What bounds one export; each is a setting of the same name in docs/configuration.md. */
export interface ExportLimits {
  batchRows: number;
  batchBytes: number;
  maxRows: number;
  maxBytes: number;
  maxFieldBytes: number;
  stallTimeoutMs: number;
  deadlineMs: number;
  /** Of the values of a Parquet file that are held until they are written together. */
  rowGroupBytes: number;
}
