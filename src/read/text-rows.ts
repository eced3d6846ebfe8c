import { badFile } from './bad-file.ts';
import type { ByteLimit } from './byte-limit.ts';
import { csvRows } from './csv-rows.ts';
import type { FileRows, ReadFormat } from './file-row.ts';
import { fileText } from './file-text.ts';
import { jsonRows } from './json-rows.ts';
import { peek } from './peek.ts';
import type { ReadLimits } from './read-limits.ts';
import { dialectOf } from './written-as.ts';
import type { WrittenAs } from './written-as.ts';

/** Where JSON begins, behind a BOM and white space. */
const JSON_START = /^\uFEFF?\s*([[{])/;
/** Enough to tell formats and delimiters apart. */
const HEAD_BYTES = 4096;

export interface TextRowsOptions {
  limits: Pick<ReadLimits, 'maxRowBytes'>;
  /** Of what the file unpacks to. */
  limit: ByteLimit;
  written: WrittenAs;
}

/**
 * The rows of a text, gzip or plain.
 *
 * @throws AppError `bad_import_file`, `import_too_large`; while rows are read, too
 */
export async function textRows(
  source: AsyncIterable<Buffer>,
  { limits: { maxRowBytes }, limit, written }: TextRowsOptions,
): Promise<FileRows> {
  const { head, all } = await peek(await fileText(source, limit), HEAD_BYTES);
  const start = head.toString();
  const format = written.format ?? jsonFormatOf(start);
  if (format === 'xlsx') {
    await all.return(undefined);
    throw badFile('it was said to be XLSX, and is a text');
  }
  if (format === 'json' || format === 'ndjson') return jsonRows(all, maxRowBytes, format);
  return csvRows(all, maxRowBytes, dialectOf(written, start));
}

/** Undefined for what looks like a table. */
function jsonFormatOf(start: string): ReadFormat | undefined {
  const [, open] = JSON_START.exec(start) ?? [];
  if (open === undefined) return undefined;
  return open === '[' ? 'json' : 'ndjson';
}
