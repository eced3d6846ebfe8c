import { badFile } from './bad-file.ts';
import type { WrittenAs } from './written-as.ts';

/** Enough to tell what a file is. */
export const HEAD_BYTES = 8;
/** How a zip begins: with a file, with the end of an empty one, or as a part of several. `PK` alone may begin a text. */
const archives = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];
/** What is neither text nor read otherwise, by how it begins. */
const others: readonly [string, string][] = [
  ['PAR1', 'it is Parquet; export it as CSV, JSON or XLSX'],
  ['\xd0\xcf\x11\xe0', 'it is a workbook of Excel 97, or one with a password; save it as .xlsx, without one'],
  ['%PDF', 'it is a PDF'],
];

/**
 * What is said to be a text is taken for one, since its first column may be called `PAR1`.
 *
 * @throws AppError `bad_import_file` for what is neither an archive nor a text
 */
export function isArchive(head: Buffer, { format }: WrittenAs): boolean {
  const start = head.toString('latin1');
  const isText = format !== undefined && format !== 'xlsx';
  const other = isText ? undefined : others.find(([mark]) => start.startsWith(mark));
  if (other !== undefined) throw badFile(other[1]);
  return archives.some((mark) => start.startsWith(mark));
}
