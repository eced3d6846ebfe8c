import type { FileHandle } from 'node:fs/promises';
import { ByteLimit } from './byte-limit.ts';
import type { FileRows } from './file-row.ts';
import { packedFiles } from './packed-files.ts';
import type { ReadLimits } from './read-limits.ts';
import { rowsOfZip } from './rows-of-zip.ts';
import { spool } from './spool.ts';
import type { WrittenAs } from './written-as.ts';
import { WORKBOOK_MARK, xlsxRows } from './xlsx/xlsx-rows.ts';

/**
 * The rows of a workbook, or of all files in a zip, one after the other: each has the columns of the first.
 *
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function archiveRows(
  source: AsyncIterable<Buffer>,
  limits: ReadLimits,
  written: WrittenAs,
): Promise<FileRows> {
  const limit = new ByteLimit(limits.maxArchiveBytes, 'IMPORT_MAX_ARCHIVE_BYTES');
  return archiveRowsOf(await spool(limit.of(source)), limits, written);
}

/** The same from a file on disk, whose handle it closes. */
export function archiveRowsOf(handle: FileHandle, limits: ReadLimits, written: WrittenAs): Promise<FileRows> {
  const { maxBytes, maxArchiveFiles: maxFiles } = limits;
  return rowsOfZip(handle, { limit: new ByteLimit(maxBytes), maxFiles }, (zip) =>
    zip.names.includes(WORKBOOK_MARK) ? xlsxRows(zip, limits, written) : packedFiles(zip, limits, written),
  );
}
