import { resolveOptions } from '../export/export-options.ts';
import type { ExportOptions } from '../export/export-options.ts';
import { delimiters } from '../export/formats/delimiters.ts';
import type { FormatSettings } from '../export/formats/format.ts';
import type { ColumnType } from '../export/column.ts';
import type { ReadFormat } from './file-row.ts';
import { undoOf } from './undo-field.ts';

/** How a file was written, as its manifest says. What nobody says, its content does. */
export interface WrittenAs {
  format?: ReadFormat | undefined;
  options?: ExportOptions | undefined;
  /** Nothing is passed over: neither blank lines nor files that do not belong into a zip. */
  strict?: boolean | undefined;
  /** What its columns hold, where they are ours. */
  typeOf?: ((name: string) => ColumnType | undefined) | undefined;
  /** Names of columns for what stands in the header. Default: what stands there. */
  namesOf?: ((header: readonly string[]) => readonly string[]) | undefined;
}

/** How fields and header of a text are to be read. */
export interface Dialect {
  format: 'csv' | 'tsv';
  delimiter: string;
  namesOf: (header: readonly string[]) => readonly string[];
  /** Whether a field is none; undefined where an empty one is, in quotes or not. */
  isNull: ((text: string, quoted: boolean) => boolean) | undefined;
  /** A blank line is a row as well, of another width. */
  strict: boolean;
  /** Takes back what was done to the values of a column; undefined where nothing was. */
  undo: (name: string) => ((value: string) => string) | undefined;
}

/** @param head the beginning of the text, which says what nobody else does */
export function dialectOf(
  { format, options, strict = false, typeOf, namesOf = (names) => names }: WrittenAs,
  head: string,
): Dialect {
  const settings = resolveOptions(options ?? { compression: 'none' });
  const delimiter = delimiterOf(format, settings, head);
  return {
    format: format === 'csv' || format === 'tsv' ? format : delimiter === delimiters.tab ? 'tsv' : 'csv',
    delimiter,
    namesOf,
    isNull: nullTest(settings),
    strict,
    undo: (name) => undoOf(typeOf?.(name), settings),
  };
}

function delimiterOf(format: ReadFormat | undefined, settings: FormatSettings, head: string): string {
  if (format === 'tsv') return delimiters.tab;
  if (format === 'csv' || settings.delimiter !== 'comma') return delimiters[settings.delimiter];
  // A tab inside of quotes separates nothing.
  const header = head.replaceAll(/"[^"]*"?/g, '').split('\n', 1)[0] ?? '';
  return header.includes('\t') ? delimiters.tab : delimiters.comma;
}

function nullTest({ nullText, quoteAll }: FormatSettings): Dialect['isNull'] {
  if (nullText === '' && !quoteAll) return undefined;
  return (text, quoted) => !quoted && text === nullText;
}
