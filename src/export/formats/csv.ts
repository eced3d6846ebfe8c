import { FormatterOptions } from '@fast-csv/format';
import { FieldFormatter } from '@fast-csv/format/build/src/formatter/index.js';
import type { Format, TextRow } from './format.ts';

const LINE_END = '\n';
/** What makes fast-csv change a field; most fields hold none of it and are spared three looks at each. */
const NEEDS_FORMAT = /[",\r\n\0]/;

/**
 * RFC 4180 with LF: header always, a line end after every line, quotes only where a field holds a comma, a quote, CR or
 * LF, NULL as nothing. People dump their diary and import it again: this never changes.
 *
 * fast-csv formats the fields. Its streams take rows one by one, so they are left out and whole batches are joined; and
 * its pattern of what to quote holds a `|` by mistake, so it gets one without.
 */
export const csv: Format = {
  name: 'csv',
  extension: 'csv',
  contentType: 'text/csv; charset=utf-8; header=present',
  bytePath: true,
  createEncoder(columns) {
    const fields = new FieldFormatter(new FormatterOptions({ headers: false }));
    Object.assign(fields, { ESCAPE_REGEXP: /[,\r\n]/ });
    const field = (value: string, index: number) =>
      NEEDS_FORMAT.test(value) ? fields.format(value, index, false) : value;
    const line = (row: TextRow) => {
      let text = field(row[0] ?? '', 0);
      for (let index = 1; index < row.length; index++) text += `,${field(row[index] ?? '', index)}`;
      return text + LINE_END;
    };
    return {
      start: () => line(columns.map((column) => column.name)),
      batch: (rows) => rows.map(line).join(''),
      end: () => '',
    };
  },
};
