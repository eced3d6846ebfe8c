import { FormatterOptions } from '@fast-csv/format';
import { FieldFormatter } from '@fast-csv/format/build/src/formatter/index.js';
import { delimiters } from './delimiters.ts';
import { fieldText, headerOf } from './field-text.ts';
import type { EncoderInput, FormatSettings, Piece, RowEncoder, TextRow } from './format.ts';

const lineEnds = { lf: '\n', crlf: '\r\n' } as const;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * RFC 4180 in the dialect that was asked for: header always, a line end after every line. A field is quoted where it
 * holds the delimiter, a quote, CR or LF, or could be taken for NULL.
 *
 * fast-csv formats the fields. Its streams take rows one by one, so they are left out and whole batches are joined; and
 * its pattern of what to quote holds a `|` by mistake, so it gets one without.
 */
export function delimitedEncoder({ columns, settings }: EncoderInput): RowEncoder<string> {
  const { lineEnd, quoteAll, nullText } = settings;
  const delimiter = delimiters[settings.delimiter];
  const fields = new FieldFormatter(
    new FormatterOptions({ headers: false, delimiter, quoteColumns: quoteAll }),
  );
  Object.assign(fields, { ESCAPE_REGEXP: new RegExp(`[${delimiter}\\r\\n]`) });
  // What makes fast-csv change a field; most fields hold none of it and are spared three looks at each.
  const needsFormat = quoteAll ? /^/ : new RegExp(`["${delimiter}\\r\\n\\0]`);
  const quote = (value: string, index: number) =>
    needsFormat.test(value) ? fields.format(value, index, false) : value;
  // Where NULL has a text, or nothing while all else is quoted, a value that reads the same is told from it by quotes.
  const text = (value: string, index: number) =>
    nullText !== '' && value === nullText ? `"${value}"` : quote(value, index);
  const changes = columns.map((column) => fieldText(column, settings));
  const field = (value: string | null | undefined, index: number) => {
    if (value === null || value === undefined) return nullText;
    const change = changes[index];
    return text(change === undefined ? value : change(value), index);
  };
  const line = (row: TextRow) => {
    let joined = field(row[0], 0);
    for (let index = 1; index < row.length; index++) joined += delimiter + field(row[index], index);
    return joined + lineEnds[lineEnd];
  };
  const header = () =>
    columns.map((column, index) => quote(headerOf(column, settings), index)).join(delimiter) +
    lineEnds[lineEnd];
  return {
    start: () => (settings.encoding === 'utf-8' ? '' : BYTE_ORDER_MARK) + header(),
    batch: (rows) => rows.map(line).join(''),
    end: () => '',
  };
}

/** The same in the encoding that was asked for. */
export function inEncoding(
  encoder: RowEncoder<string>,
  { encoding }: Pick<FormatSettings, 'encoding'>,
): RowEncoder<string | Piece[]> {
  if (encoding !== 'utf-16le') return encoder;
  const encode = (text: string) => (text === '' ? [] : [Buffer.from(text, 'utf16le')]);
  return {
    start: () => encode(encoder.start()),
    batch: (rows) => encode(encoder.batch(rows)),
    end: () => encode(encoder.end()),
  };
}
