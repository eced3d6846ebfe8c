import type { Config } from '../config.ts';
import type { ExportLimits } from '../export/run-export.ts';

/** What the settings allow one export. */
export function exportLimits(config: Config): ExportLimits {
  return {
    batchRows: config.EXPORT_BATCH_ROWS,
    batchBytes: config.EXPORT_BATCH_BYTES,
    maxRows: config.EXPORT_MAX_ROWS,
    maxBytes: config.EXPORT_MAX_BYTES,
    maxFieldBytes: config.EXPORT_MAX_FIELD_BYTES,
    stallTimeoutMs: config.EXPORT_STALL_TIMEOUT_SECONDS * 1000,
    deadlineMs: config.EXPORT_DEADLINE_SECONDS * 1000,
    rowGroupBytes: config.EXPORT_PARQUET_ROW_GROUP_BYTES,
  };
}
