import type { Readable, Transform } from 'node:stream';
import type { Client } from 'pg';
import { AppError } from '../errors.ts';
import { ByteSource, canReadBytes } from './byte-path/byte-source.ts';
import { chooseEncoder } from './choose-encoder.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { SqlQuery } from './dataset.ts';
import type { DatasetView } from './dataset-view.ts';
import type { ExportLimits } from './export-limits.ts';
import type { FormatName } from './formats/format.ts';
import { formats } from './formats/index.ts';
import { RowEncoderStream } from './row-encoder.ts';
import { RowSource } from './row-source.ts';

export interface EncodedRowsOptions {
  /** Inside its transaction, with nothing else going on. */
  client: Client;
  query: SqlQuery;
  view: DatasetView;
  format: FormatName;
  encoder: EncoderSetting;
  limits: Omit<ExportLimits, 'maxBytes' | 'deadlineMs'>;
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
  const { client, query, view, format, limits } = options;
  const choice = encoderFor(options);
  const encoder = formats[format].createEncoder(view.columns);
  const { maxRows, maxFieldBytes, stallTimeoutMs } = limits;
  const source = {
    client,
    query,
    columnNames: view.columns.map((column) => column.name),
    maxFieldBytes,
    stallTimeoutMs,
    firstRows: options.firstRows,
  };
  if (choice.path === 'bytes') {
    const bytes = new ByteSource({ ...source, header: encoder.start(), maxRows });
    // It compares with the server's own count before it ends.
    return {
      streams: [bytes],
      choice,
      rowsWritten: () => bytes.rowsWritten,
      more: () => bytes.more,
      checkCount: () => undefined,
    };
  }
  const rows = new RowSource({ ...source, batchRows: limits.batchRows, batchBytes: limits.batchBytes });
  const end = () => (rows.more ? '' : encoder.end());
  const encoded = new RowEncoderStream({
    encoder: { ...encoder, end },
    maxRows,
    transform: view.transform,
  });
  const checkCount = () => {
    if (rows.rowsRead === encoded.rowsWritten) return;
    const message = 'Not every row that was read was written.';
    throw new AppError('row_count_mismatch', message, { retryable: true });
  };
  return {
    streams: [rows, encoded],
    choice,
    rowsWritten: () => encoded.rowsWritten,
    more: () => rows.more,
    checkCount,
  };
}

/** The way that an export takes over this connection. */
export function encoderFor({
  client,
  view,
  format,
  encoder,
}: Pick<EncodedRowsOptions, 'client' | 'view' | 'format' | 'encoder'>): EncoderChoice {
  const choice = chooseEncoder(view, format, encoder);
  if (choice.path === 'rows' || canReadBytes(client)) return choice;
  return { path: 'rows', reason: 'this version of pg reads its socket in a way that is not known here' };
}
