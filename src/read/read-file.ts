import { archiveRows } from './archive-rows.ts';
import { badFile } from './bad-file.ts';
import { ByteLimit } from './byte-limit.ts';
import type { FileRows } from './file-row.ts';
import { peek } from './peek.ts';
import type { ReadLimits } from './read-limits.ts';
import { textRows } from './text-rows.ts';
import type { WrittenAs } from './written-as.ts';

const HEAD_BYTES = 8;
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
  const start = head.toString('latin1');
  const other = others.find(([mark]) => start.startsWith(mark));
  try {
    if (other !== undefined) throw badFile(other[1]);
    if (start.startsWith('PK')) return await archiveRows(all, limits, written);
  } catch (error) {
    await all.return(undefined);
    throw error;
  }
  return textRows(all, { limits, limit: new ByteLimit(limits.maxBytes), written });
}
