import { MIB, integer, postgresUrl } from './kinds.ts';

export const imports = {
  heading: 'Imports',
  settings: {
    IMPORT_DATABASE_URL: postgresUrl
      .optional()
      .describe(
        'PostgreSQL that imports are written to, by a user who may write and make temporary tables. Default: the one that is exported from.',
      ),
    IMPORT_MAX_BYTES: integer(1024, 64 * 1024 ** 3)
      .default(4 * 1024 ** 3)
      .describe('Largest file to import, before and after it is unpacked.'),
    IMPORT_MAX_ROWS: integer(1, 1_000_000_000).default(10_000_000).describe('Most rows in a file to import.'),
    IMPORT_MAX_ROW_BYTES: integer(1024, 256 * MIB)
      .default(16 * MIB)
      .describe('Most text in one row to import. One row has to fit in memory several times over.'),
    IMPORT_MAX_ARCHIVE_BYTES: integer(1024, 16 * 1024 ** 3)
      .default(512 * MIB)
      .describe(
        'Largest workbook or zip to import. It is in TMPDIR while it is read, and so is each workbook in a zip.',
      ),
    IMPORT_MAX_ARCHIVE_FILES: integer(1, 65_535)
      .default(2000)
      .describe('Most files in a workbook or zip to import.'),
    IMPORT_MAX_SHARED_TEXT_BYTES: integer(1024, 1024 * MIB)
      .default(64 * MIB)
      .describe(
        'Most text that cells of a workbook may share, as those that Excel or LibreOffice saved do. It is held in memory.',
      ),
    IMPORT_BATCH_ROWS: integer(1, 1_000_000)
      .default(1000)
      .describe('Rows of a batch, where an import leaves out whole batches for their invalid rows.'),
    IMPORT_REPORT_ROWS: integer(0, 10_000)
      .default(100)
      .describe('Invalid rows that the report of an import lists, with line and reason. All are counted.'),
    IMPORT_UPLOAD_TIMEOUT_SECONDS: integer(1, 86_400)
      .default(900)
      .describe('Time a client has to send a file to import.'),
    IMPORT_MAX_OPEN_PER_SUBJECT: integer(1, 100_000)
      .default(5)
      .describe(
        'Imports that one subject may have queued or running, and files that they may be sending to one API process; more are refused.',
      ),
    IMPORT_MAX_OPEN_PER_TENANT: integer(1, 1_000_000)
      .default(100)
      .describe('Those of all subjects of one tenant together.'),
    IMPORT_CONCURRENCY: integer(1, 100).default(1).describe('Imports one worker process runs at a time.'),
    IMPORT_DEADLINE_SECONDS: integer(1, 7 * 86_400)
      .default(3600)
      .describe('Longest that one step of an import may take in PostgreSQL; then nothing is written.'),
  },
};
