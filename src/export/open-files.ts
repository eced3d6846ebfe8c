import type { Readable, Transform, Writable } from 'node:stream';
import type { EncoderChoice } from './choose-encoder.ts';
import { openEncodedRows, openRowSource, encodeRows } from './encoded-rows.ts';
import type { EncodedRowsOptions } from './encoded-rows.ts';
import type { ExportOptions } from './export-options.ts';
import type { FormatName } from './formats/format.ts';
import { optionsOf } from './options-of.ts';
import { RowFanOut } from './row-fan-out.ts';

/** A file of one format on its way. */
interface OpenFile {
  format: FormatName;
  /** Those that the format takes. */
  options: ExportOptions;
  /** To be joined in this order; the last gives the bytes of the file, before they are packed. */
  streams: readonly [Readable, ...Transform[]];
  choice: EncoderChoice;
}

export interface OpenFiles {
  /** To be joined too, where one query feeds several files. */
  feed: readonly [Readable, Writable] | undefined;
  files: readonly OpenFile[];
  /** In every file. */
  rowsWritten(): number;
  /** After the end. @throws AppError `row_count_mismatch` (retryable) when a row was read and not written */
  checkCount(): void;
}

/** The byte path hands nothing on. */
export const severalFormats: EncoderChoice = {
  path: 'rows',
  reason: 'several formats are written from one pass, row by row',
};

type Options = Omit<EncodedRowsOptions, 'format' | 'firstRows'> & { formats: readonly FormatName[] };

/** Starts the query, once, and encodes its rows in each format. */
export function openFiles({ formats, options, ...rest }: Options): OpenFiles {
  const [only, ...others] = formats;
  if (only !== undefined && others.length === 0) {
    const rows = openEncodedRows({ ...rest, options, format: only });
    return { ...rows, feed: undefined, files: [{ ...rows, format: only, options }] };
  }
  const source = openRowSource(rest);
  const encoded = formats.map((format) => {
    const own = optionsOf(format, options);
    return { format, options: own, ...encodeRows(source, { ...rest, format, options: own }) };
  });
  return {
    feed: [source, new RowFanOut(encoded.map(({ stream }) => stream))],
    files: encoded.map(({ format, options: own, stream }) => ({
      ...{ format, options: own, choice: severalFormats },
      streams: [stream],
    })),
    rowsWritten: () => Math.min(...encoded.map(({ stream }) => stream.rowsWritten)),
    checkCount: () => encoded.forEach(({ checkCount }) => checkCount()),
  };
}
