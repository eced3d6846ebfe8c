import type { Readable, Transform } from 'node:stream';
import type { Client } from 'pg';
import { AppError } from '../errors.ts';
import { ByteSource, canReadBytes } from './byte-path/byte-source.ts';
import { chooseEncoder } from './choose-encoder.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { SqlQuery } from './dataset.ts';
import type { DatasetView } from './dataset-view.ts';
import type { ExportLimits } from './export-limits.ts';
import type { ExportOptions } from './export-options.ts';
import { resolveOptions } from './export-options.ts';
import type { FormatName, TextRow } from './formats/format.ts';
import { delimitedEncoder } from './formats/delimited.ts';
import { formats } from './formats/index.ts';
import { inHalves } from './in-halves.ts';
import { RowEncoderStream } from './row-encoder.ts';
import { RowSource } from './row-source.ts';
import { splitRows } from './split-rows.ts';

export interface EncodedRowsOptions {
  /** Inside its transaction, with nothing else going on. */
  client: Client;
  query: SqlQuery;
  view: DatasetView;
  format: FormatName;
  options: ExportOptions;
  encoder: EncoderSetting;
  limits: Omit<ExportLimits, 'maxBytes' | 'deadlineMs'>;
  /** What the files in an archive are called, without number and extension. */
  entryStem: string;
  /** Only these rows, for a preview: exactly how the whole file begins. */
  firstRows?: number;
}

export interface EncodedRows {
  /** To be joined in this order; the last gives the bytes of the file. */
  streams: [Readable, ...Transform[]];
  choice: EncoderChoice;
  rowsWritten(): number;
  /** After the end: whether `firstRows` left any out. */
  more(): boolean;
  /** After the end. @throws AppError `row_count_mismatch` (retryable) when a row was read and not written */
  checkCount(): void;
}

/** Starts the query and encodes its rows, the one way or the other. */
export function openEncodedRows(options: EncodedRowsOptions): EncodedRows {
  const { view, limits } = options;
  const choice = encoderFor(options);
  const settings = resolveOptions(options.options);
  const { columns, title } = view;
  const { maxRows, rowGroupBytes } = limits;
  if (choice.path === 'bytes') {
    const header = delimitedEncoder({ columns, settings, title, rowGroupBytes }).start();
    const bytes = new ByteSource({ ...sourceOptions(options), header, maxRows });
    // It compares with the server's own count before it ends.
    return {
      streams: [bytes],
      choice,
      rowsWritten: () => bytes.rowsWritten,
      more: () => bytes.more,
      checkCount: () => undefined,
    };
  }
  const rows = openRowSource(options);
  const { stream, checkCount } = encodeRows(rows, options);
  return {
    streams: [rows, stream],
    choice,
    rowsWritten: () => stream.rowsWritten,
    more: () => rows.more,
    checkCount,
  };
}

type SourceOptions = Omit<EncodedRowsOptions, 'format' | 'options' | 'encoder' | 'entryStem'>;

const sourceOptions = ({ client, query, view, limits, firstRows }: SourceOptions) => ({
  client,
  query,
  columnNames: view.read,
  maxFieldBytes: limits.maxFieldBytes,
  stallTimeoutMs: limits.stallTimeoutMs,
  firstRows,
});

/** Starts the query for the way of rows. */
export function openRowSource(options: SourceOptions): RowSource {
  const { batchRows, batchBytes } = options.limits;
  return new RowSource({ ...sourceOptions(options), batchRows, batchBytes });
}

/** Encodes rows as one file. `checkCount` is for the end. */
export function encodeRows(
  rows: RowSource,
  { view, limits, entryStem, ...options }: Omit<EncodedRowsOptions, 'client' | 'query' | 'encoder'>,
): { stream: RowEncoderStream; checkCount: EncodedRows['checkCount'] } {
  const format = formats[options.format];
  const settings = resolveOptions(options.options);
  const { columns, title, transform, pick } = view;
  const { maxRows, rowGroupBytes } = limits;
  const input = { columns, settings, title, rowGroupBytes };
  const createEncoder = () => {
    // What a transform makes of a value may be of another type.
    const fields = transform === undefined ? rows.fields : undefined;
    const made = format.createEncoder({ ...input, fields });
    // The others write their rows in pieces that are short, and count them on the way.
    const encoder = format.text ? inHalves(made) : made;
    return {
      start: () => encoder.start(),
      batch: (some: readonly TextRow[]) => encoder.batch(some),
      end: () => (rows.more ? '' : encoder.end()),
    };
  };
  const { rowsPerFile } = settings;
  const entryOf = (file: number) => ({
    entry: `${entryStem}-${String(file).padStart(4, '0')}.${format.extension}`,
    archive: format.archive,
  });
  const stream = new RowEncoderStream({
    createEncoder:
      rowsPerFile === undefined ? createEncoder : () => splitRows({ createEncoder, rowsPerFile, entryOf }),
    maxRows,
    transform,
    pick,
    archive: format.archive || rowsPerFile !== undefined,
  });
  const checkCount = () => {
    if (rows.rowsRead === stream.rowsWritten) return;
    const message = 'Not every row that was read was written.';
    throw new AppError('row_count_mismatch', message, { retryable: true });
  };
  return { stream, checkCount };
}

/** The way that an export takes over this connection. */
export function encoderFor({
  client,
  view,
  format,
  options,
  encoder,
}: Pick<EncodedRowsOptions, 'client' | 'view' | 'format' | 'options' | 'encoder'>): EncoderChoice {
  const choice = chooseEncoder(view, format, options, encoder);
  if (choice.path === 'rows' || canReadBytes(client)) return choice;
  return { path: 'rows', reason: 'this version of pg reads its socket in a way that is not known here' };
}
