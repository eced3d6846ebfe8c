import type { ColumnType } from '../column.ts';
import type { Format, TextRow } from './format.ts';

/** RFC 8259's grammar of a number; PostgreSQL's `NaN` and `Infinity` are not in it. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** One array of objects, an object a line; numbers and booleans as such, NULL as null. */
export const json: Format = {
  name: 'json',
  extension: 'json',
  contentType: 'application/json',
  bytePath: false,
  createEncoder(columns) {
    const keys = columns.map(({ name }) => `${JSON.stringify(name)}:`);
    const types = columns.map(({ type }) => type);
    let rowsBefore = false;
    const object = (row: TextRow) =>
      `{${keys.map((key, index) => key + value(types[index] ?? 'text', row[index] ?? null)).join(',')}}`;
    return {
      start: () => '[',
      batch(rows) {
        const text = rows.map(object).join(',\n');
        if (text === '') return '';
        const separator = rowsBefore ? ',\n' : '\n';
        rowsBefore = true;
        return separator + text;
      },
      end: () => (rowsBefore ? '\n]\n' : ']\n'),
    };
  },
};

function value(type: ColumnType, text: string | null): string {
  if (text === null) return 'null';
  // The digits are kept as they are: parsing them here would round what a double cannot hold.
  if ((type === 'integer' || type === 'number') && JSON_NUMBER.test(text)) return text;
  if (type === 'boolean' && (text === 't' || text === 'f')) return text === 't' ? 'true' : 'false';
  return JSON.stringify(text);
}
