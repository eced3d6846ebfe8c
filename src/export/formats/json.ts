import type { Column, ColumnType } from '../column.ts';
import { JSON_NUMBER } from './field-text.ts';
import type { Format, TextRow } from './format.ts';

/** One array of objects, an object a line; numbers and booleans as such, NULL as null. */
export const json: Format<string> = {
  name: 'json',
  extension: 'json',
  contentType: 'application/json',
  text: true,
  archive: false,
  bytesPerCsvByte: 2,
  options: ['preset', 'columns', 'sort', 'since', 'timeZone', 'rowsPerFile'],
  createEncoder({ columns }) {
    const object = objectOf(columns);
    let rowsBefore = false;
    return {
      start: () => '[',
      batch(rows) {
        const text = rows.map(object).join(',\n');
        if (text === '') return '';
        const written = (rowsBefore ? ',\n' : '\n') + text;
        // Last: a text that is too long throws, and its rows are written again in halves.
        rowsBefore = true;
        return written;
      },
      end: () => (rowsBefore ? '\n]\n' : ']\n'),
    };
  },
};

/** The same objects, each a line of its own: a reader needs no more of the file than one of them. */
export const ndjson: Format<string> = {
  ...json,
  name: 'ndjson',
  extension: 'ndjson',
  contentType: 'application/x-ndjson',
  createEncoder({ columns }) {
    const object = objectOf(columns);
    return {
      start: () => '',
      batch: (rows) => rows.map((row) => `${object(row)}\n`).join(''),
      end: () => '',
    };
  },
};

function objectOf(columns: readonly Column[]): (row: TextRow) => string {
  const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
  const types = columns.map(({ type }) => type);
  return (row) =>
    `{${keys.map((key, index) => key + value(types[index] ?? 'text', row[index] ?? null)).join(',')}}`;
}

function value(type: ColumnType, text: string | null): string {
  if (text === null) return 'null';
  // The digits are kept as they are: parsing them here would round what a double cannot hold.
  if ((type === 'integer' || type === 'number') && JSON_NUMBER.test(text)) return text;
  if (type === 'boolean' && (text === 't' || text === 'f')) return text === 't' ? 'true' : 'false';
  return JSON.stringify(text);
}
