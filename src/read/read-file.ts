import { open } from 'node:fs/promises';
import { archiveRows, archiveRowsOf } from './archive-rows.ts';
import { badFile } from './bad-file.ts';
import { ByteLimit } from './byte-limit.ts';
import type { FileRows } from './file-row.ts';
import { peek } from './peek.ts';
import type { ReadLimits } from './read-limits.ts';
import { textRows } from './text-rows.ts';
import type { WrittenAs } from './written-as.ts';

const HEAD_BYTES = 8;
/** How a zip begins: with a file, with the end of an empty one, or as a part of several. `PK` alone may begin a text. */
const archives = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];
/** What is neither text nor read otherwise, by how it begins. */
const others: readonly [string, string][] = [
  ['PAR1', 'it is Parquet; export it as CSV, JSON or XLSX'],
  ['\xd0\xcf\x11\xe0', 'it is a workbook of Excel 97, or one with a password; save it as .xlsx, without one'],
  ['%PDF', 'it is a PDF'],
];

/**
 * The rows of a file: CSV, TSV, JSON or NDJSON, gzip or plain, XLSX, or a zip of several texts, as its content says.
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

/**
 * What is said to be a text is taken for one, since its first column may be called `PAR1`.
 *
 * @throws AppError `bad_import_file` for what is neither an archive nor a text
 */
function isArchive(head: Buffer, { format }: WrittenAs): boolean {
  const start = head.toString('latin1');
  const isText = format !== undefined && format !== 'xlsx';
  const other = isText ? undefined : others.find(([mark]) => start.startsWith(mark));
  if (other !== undefined) throw badFile(other[1]);
  return archives.some((mark) => start.startsWith(mark));
}
