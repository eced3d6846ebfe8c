import { pipeline } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { badFile } from './bad-file.ts';
import type { Cell, FileRow, FileRows } from './file-row.ts';
import { shown } from './shown.ts';

/**
 * Rows of a CSV file by RFC 4180: commas, quotes that are doubled, LF or CRLF; a header first.
 *
 * A row of another width is a row that says so. A quote where none may be is the end: what follows cannot be told.
 *
 * @throws AppError `bad_import_file`; while rows are read, too
 */
export async function csvRows(text: AsyncIterable<Buffer>, maxRowBytes: number): Promise<FileRows> {
  const records = csvRecords(text, maxRowBytes);
  const first = await records.next();
  if (first.done === true) throw badFile('it is empty');
  const header = first.value.fields;
  const twice = firstTwice(header);
  if (twice !== undefined) {
    await records.return(undefined);
    throw badFile(`its header has ${shown(twice)} twice`, 1);
  }
  return { format: 'csv', header, rows: rowsOf(records, header) };
}

/** A header may be as long as a row: each name is looked up, not searched for. */
function firstTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

async function* rowsOf(
  records: AsyncIterable<CsvRecord>,
  header: readonly string[],
): AsyncGenerator<FileRow> {
  for await (const { line, fields } of records) {
    if (fields.length === header.length) {
      const cells: Record<string, Cell> = {};
      for (const [index, name] of header.entries()) cells[name] = fields[index] || null;
      yield { line, cells };
    } else if (fields.length > 1 || fields[0] !== '') {
      yield { line, cells: `it has ${fields.length} fields, and the header has ${header.length}` };
    }
  }
}

interface CsvRecord {
  /** Where it begins, from 1. */
  line: number;
  fields: string[];
}

async function* csvRecords(text: AsyncIterable<Buffer>, maxRowBytes: number): AsyncGenerator<CsvRecord> {
  // Lines are counted while records are parsed: the parser is ahead of whoever takes them.
  let line = 1;
  const begins: number[] = [];
  const parser = parse({
    bom: true,
    relax_column_count: true,
    // A CR by itself is a character like others.
    record_delimiter: ['\r\n', '\n'],
    max_record_size: maxRowBytes,
    on_record: (fields) => {
      begins.push(line);
      line++;
      for (const field of fields) line += lineFeeds(field);
      return fields;
    },
  });
  // The callback is where errors end that also come out of the loop.
  const records = pipeline(text, parser, () => undefined);
  try {
    for await (const fields of records) yield { line: begins.shift() ?? line, fields: fields as string[] };
  } catch (error) {
    throw error instanceof CsvError ? badFile(reasonOf(error, maxRowBytes), line) : error;
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
