/** What bounds one export; each is a setting of the same name in docs/configuration.md. */
export interface ExportLimits {
  batchRows: number;
  batchBytes: number;
  maxRows: number;
  maxBytes: number;
  maxFieldBytes: number;
  stallTimeoutMs: number;
  deadlineMs: number;
}
