import type { Config } from '../config.ts';
import type { ImportLimits } from '../import/import-limits.ts';

/** What the settings allow one import. */
export function importLimits(config: Config): ImportLimits {
  return {
    maxBytes: config.IMPORT_MAX_BYTES,
    maxRows: config.IMPORT_MAX_ROWS,
    maxRowBytes: config.IMPORT_MAX_ROW_BYTES,
    maxArchiveBytes: config.IMPORT_MAX_ARCHIVE_BYTES,
    maxArchiveFiles: config.IMPORT_MAX_ARCHIVE_FILES,
    maxSharedTextBytes: config.IMPORT_MAX_SHARED_TEXT_BYTES,
    batchRows: config.IMPORT_BATCH_ROWS,
    reportRows: config.IMPORT_REPORT_ROWS,
    deadlineMs: config.IMPORT_DEADLINE_SECONDS * 1000,
  };
}
