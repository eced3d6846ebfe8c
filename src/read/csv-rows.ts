import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { badFile } from './bad-file.ts';
import type { Cell, FileRow, FileRows } from './file-row.ts';
import { checkNames } from './header.ts';
import type { Dialect } from './written-as.ts';

/**
 * Rows of a CSV or TSV file by RFC 4180: quotes that are doubled, LF or CRLF; a header first. Values as they were before
 * they were written in this dialect.
 *
 * A row of another width is a row that says so. A quote where none may be is the end: what follows cannot be told.
 *
 * @throws AppError `bad_import_file`; while rows are read, too
 */
export async function csvRows(
  text: AsyncIterable<Buffer>,
  maxRowBytes: number,
  dialect: Dialect,
): Promise<FileRows> {
  const records = csvRecords(text, maxRowBytes, dialect);
  const close = async () => {
    await records.return(undefined);
  };
  const first = await records.next();
  if (first.done === true) throw badFile('it is empty');
  // What stands for none stands for itself here.
  const names = dialect.namesOf(first.value.fields.map((name) => name ?? ''));
  try {
    checkNames(names);
  } catch (error) {
    await close();
    throw error;
  }
  return { format: dialect.format, header: names, rows: rowsOf(records, names, dialect), close };
}

async function* rowsOf(
  records: AsyncIterable<CsvRecord>,
  header: readonly string[],
  { isNull, undo, strict }: Dialect,
): AsyncGenerator<FileRow> {
  const none = isNull === undefined ? '' : null;
  const columns = header.map((name) => ({ name, undo: undo(name) }));
  for await (const { line, fields } of records) {
    if (fields.length === header.length) {
      const cells: Record<string, Cell> = {};
      for (let index = 0; index < columns.length; index++) {
        const { name, undo: back } = columns[index] as (typeof columns)[number];
        const field = fields[index] as Cell;
        cells[name] = field === none || field === null ? null : back === undefined ? field : back(field);
      }
      yield { line, cells };
    } else if (strict || fields.length > 1 || fields[0] !== '') {
      yield { line, cells: `it has ${fields.length} fields, and the header has ${header.length}` };
    }
  }
}

interface CsvRecord {
  /** Where it begins, from 1. */
  line: number;
  /** Null for none, in a dialect that tells it from an empty text. */
  fields: (string | null)[];
}

async function* csvRecords(
  text: AsyncIterable<Buffer>,
  maxRowBytes: number,
  { delimiter, isNull }: Dialect,
): AsyncGenerator<CsvRecord> {
  // Lines are counted while records are parsed: the parser is ahead of whoever takes them.
  let line = 1;
  const begins: number[] = [];
  const parser = parse({
    bom: true,
    delimiter,
    ...(isNull !== undefined && {
      cast: (field, { quoting }) => (isNull(field, quoting) ? null : field),
    }),
    relax_column_count: true,
    // A CR by itself is a character like others.
    record_delimiter: ['\r\n', '\n'],
    max_record_size: maxRowBytes,
    on_record: (fields) => {
      begins.push(line);
      line++;
      for (const field of fields as (string | null)[]) line += lineFeeds(field ?? '');
      return fields;
    },
  });
  // The callback is where errors end that also come out of the loop.
  const records = pipeline(text, parser, () => undefined);
  try {
    for await (const fields of records)
      yield { line: begins.shift() ?? line, fields: fields as CsvRecord['fields'] };
  } catch (error) {
    throw error instanceof CsvError ? badFile(reasonOf(error, maxRowBytes), { line }) : error;
  }
}

/** The parser counts the CR and the LF of one line end as two. */
function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function reasonOf({ code }: CsvError, maxRowBytes: number): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return 'a quote is opened there and never closed';
  if (code === 'CSV_MAX_RECORD_SIZE')
    return `a row has more than ${maxRowBytes} bytes (IMPORT_MAX_ROW_BYTES)`;
  return 'a quote stands where none may be; inside of quotes it is doubled';
}
