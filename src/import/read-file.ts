import { csvRows } from './csv-rows.ts';
import type { FileRows } from './file-row.ts';
import { fileText } from './file-text.ts';
import type { ImportLimits } from './import-limits.ts';
import { jsonRows } from './json-rows.ts';
import { peek } from './peek.ts';

/** Where a JSON array begins, behind a BOM and white space. */
const JSON_START = /^\uFEFF?\s*\[/;
const HEAD_BYTES = 64;

/**
 * The rows of a file, CSV or JSON, gzip or plain, as its content says.
 *
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function readFileRows(
  source: AsyncIterable<Buffer>,
  { maxBytes, maxRowBytes }: Pick<ImportLimits, 'maxBytes' | 'maxRowBytes'>,
): Promise<FileRows> {
  const { head, all } = await peek(await fileText(source, maxBytes), HEAD_BYTES);
  return JSON_START.test(head.toString()) ? jsonRows(all, maxRowBytes) : csvRows(all, maxRowBytes);
}
