import { open } from 'node:fs/promises';
import { archiveRows, archiveRowsOf } from './archive-rows.ts';
import { ByteLimit } from './byte-limit.ts';
import { HEAD_BYTES, isArchive } from './file-head.ts';
import type { FileRows } from './file-row.ts';
import { peek } from './peek.ts';
import type { ReadLimits } from './read-limits.ts';
import { textRows } from './text-rows.ts';
import type { WrittenAs } from './written-as.ts';

/**
 * The rows of a file: CSV, TSV, JSON or NDJSON, gzip or plain, XLSX, or a zip of several of them, as its content says.
 *
 * The caller closes what it is given.
 *
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function readFileRows(
  source: AsyncIterable<Buffer>,
  limits: ReadLimits,
  written: WrittenAs = {},
): Promise<FileRows> {
  const { head, all } = await peek(new ByteLimit(limits.maxBytes).of(source), HEAD_BYTES);
  try {
    if (isArchive(head, written)) return await archiveRows(all, limits, written);
    return await textRows(all, { limits, limit: new ByteLimit(limits.maxBytes), written });
  } catch (error) {
    await all.return(undefined);
    throw error;
  }
}

/** The same of a file on disk. */
export async function readFileAt(path: string, limits: ReadLimits, written: WrittenAs): Promise<FileRows> {
  const handle = await open(path);
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    await handle.read({ buffer: head, position: 0 });
    if (isArchive(head, written)) return await archiveRowsOf(handle, limits, written);
    // Closes it when it has been read, or is destroyed.
    return await readFileRows(handle.createReadStream({ start: 0 }), limits, written);
  } catch (error) {
    await handle.close();
    throw error;
  }
}
