import { FormatterOptions } from '@fast-csv/format';
import { FieldFormatter } from '@fast-csv/format/build/src/formatter/index.js';
import type { Format, TextRow } from './format.ts';

const LINE_END = '\n';

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
    const line = (row: TextRow) => {
      let text = '';
      for (let index = 0; index < row.length; index++) {
        const value = row[index] ?? '';
        text += index === 0 ? fields.format(value, index, false) : `,${fields.format(value, index, false)}`;
      }
      return text + LINE_END;
    };
    return {
      start: () => line(columns.map((column) => column.name)),
      batch: (rows) => rows.map(line).join(''),
      end: () => '',
    };
  },
};
