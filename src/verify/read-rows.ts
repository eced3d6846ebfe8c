import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';

/** A row of a file, or what keeps it from being one. */
type ReadRow = { line: number; values: readonly (string | null)[] } | { line: number; wrong: string };

/** Reads rows as text, in order; ends after the first that is wrong. */
export type RowReader = (text: Readable, columns: readonly string[]) => AsyncIterable<ReadRow>;

/** Formats that can be read back; the others are checked by their bytes alone. With `header`, their first row is one. */
export const rowReaders: Readonly<Record<string, { read: RowReader; header: boolean }>> = {
  csv: { read: (text, columns) => readTable(text, columns, ','), header: true },
  tsv: { read: (text, columns) => readTable(text, columns, '\t'), header: true },
  json: { read: readJson, header: false },
  ndjson: { read: readLines, header: false },
};

/** An empty cell stands for NULL and for the empty text alike. */
async function* readTable(
  text: Readable,
  columns: readonly string[],
  delimiter: string,
): AsyncGenerator<ReadRow> {
  const parser = parse({ info: true, relax_column_count: true, delimiter });
  // Where it fails the parser does, and with it the reading below.
  pipeline(text, parser, () => undefined);
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
      if (record.length !== columns.length) {
        yield { line, wrong: `has ${record.length} cells; the header says ${columns.length}` };
        return;
      }
      yield { line, values: record.map((cell) => (cell === '' ? null : cell)) };
      line = info.lines + 1;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    yield {
      line: error['lines'] as number,
      wrong: 'is no row: a quotation mark is where none may be, or one is missing',
    };
  }
}

interface ParsedRecord {
  record: string[];
  /** `lines`: read so far. */
  info: { lines: number };
}

/** One array, an object a line, as our encoder writes it. */
async function* readJson(text: Readable, columns: readonly string[]): AsyncGenerator<ReadRow> {
  let line = 0;
  let open = false;
  let closed = false;
  for await (const content of createInterface({ input: text, crlfDelay: Infinity })) {
    line++;
    if (line === 1 && (content === '[' || content === '[]')) {
      open = content === '[';
      closed = !open;
      continue;
    }
    if (open && !closed && content === ']') {
      closed = true;
      continue;
    }
    const row = open && !closed ? objectOf(content.replace(/,$/, ''), columns) : undefined;
    if (!Array.isArray(row)) {
      yield { line, wrong: row ?? 'is outside of the array' };
      return;
    }
    yield { line, values: row };
  }
  if (!closed) yield { line: line + 1, wrong: 'is missing: the array does not end' };
}

/** An object a line. */
async function* readLines(text: Readable, columns: readonly string[]): AsyncGenerator<ReadRow> {
  let line = 0;
  for await (const content of createInterface({ input: text, crlfDelay: Infinity })) {
    line++;
    const row = objectOf(content, columns);
    yield Array.isArray(row) ? { line, values: row } : { line, wrong: row };
  }
}

function objectOf(text: string, columns: readonly string[]): (string | null)[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'is no JSON';
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'is no object';
  const keys = Object.keys(value);
  if (keys.length !== columns.length || keys.some((key, index) => key !== columns[index])) {
    return `has the keys ${keys.join(', ')}; the columns are ${columns.join(', ')}`;
  }
  return Object.values(value).map(textOf);
}

/** As PostgreSQL would have it. */
function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
