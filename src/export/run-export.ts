import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { AppError } from '../errors.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import { compressionStreams } from './compression.ts';
import type { ColumnType, FileColumn } from './column.ts';
import type { Asker, Dataset } from './dataset.ts';
import { viewFor } from './dataset-view.ts';
import { openEncodedRows } from './encoded-rows.ts';
import { estimateRows } from './estimate-rows.ts';
import type { ExportLimits } from './export-limits.ts';
import { FileMeter } from './file-meter.ts';
import { NO_OPTIONS } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import type { FormatName } from './formats/format.ts';
import { formats } from './formats/index.ts';
import { sessionOf } from './session-of.ts';
import { beginSnapshot, closeSourceClient, createSourceClient, dropConnection } from './source-client.ts';
import type { Snapshot } from './source-client.ts';

export type { ExportLimits } from './export-limits.ts';

export interface ExportProgress {
  rows: number;
  bytes: number;
  /** The planner's guess, taken before the first row. */
  estimatedRows: number;
}

/** The steps that take time: `read` and `store` go on side by side. */
export type ExportStep = 'connect' | 'read' | 'store';

export interface ExportRequest {
  dataset: Dataset;
  /** Decides which columns there are, and what the session of the query is told. */
  asker: Asker;
  format: FormatName;
  /** Already parsed by the dataset's schema. */
  params: Record<string, unknown>;
  /** Default: `auto`. */
  encoder?: EncoderSetting;
  /** How the file is written. Default: as the presets have it. */
  options?: ExportOptions;
  /** Of gzip and zip. Default: 1. */
  gzipLevel?: number;
  source: { connectionString: string; applicationName: string };
  limits: ExportLimits;
  /** Takes the file. Resolves once it is stored; must consume `body` or destroy it with an error. */
  store(body: Readable): Promise<void>;
  /** Called once before the first row and then with every batch; must be quick. */
  onProgress?: (progress: ExportProgress) => void;
  /** Runs each step, and may time it. Default: runs it. */
  step?: <T>(name: ExportStep, work: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
}

export interface ExportResult {
  rows: number;
  bytes: number;
  /** Hex, of the file's bytes. */
  sha256: string;
  encoder: EncoderChoice;
  /** Those that the file has. */
  columns: readonly (FileColumn & { type: ColumnType })[];
  snapshot: Snapshot;
}

/**
 * The way of a row from PostgreSQL to a stored file: one connection, one snapshot, one query, an encoder, a meter, a
 * store, with back-pressure from the last to the first. Memory does not grow with rows.
 *
 * Resolves only when the server said CommandComplete, every row read was written and the store has the whole file.
 * Otherwise rejects, with the signal's reason or an AppError, after the store was told by an error on its stream.
 */
export async function runExport(request: ExportRequest): Promise<ExportResult> {
  const { dataset, asker, limits, signal, onProgress, step = runStep } = request;
  signal.throwIfAborted();
  const { options = NO_OPTIONS, format, encoder = 'auto', gzipLevel = 1 } = request;
  const view = viewFor(dataset, asker.role, options);
  const query = view.query(request.params);
  const session = sessionOf(dataset, asker);
  const connection = {
    ...request.source,
    deadlineMs: limits.deadlineMs,
    timeZone: options.timeZone,
    session,
  };
  const client = createSourceClient(connection);
  try {
    const { snapshot, estimatedRows } = await step('connect', () =>
      withPatience(client, request, async () => ({
        snapshot: await beginSnapshot(client, connection),
        estimatedRows: await estimateRows(client, query),
      })),
    );
    onProgress?.({ rows: 0, bytes: 0, estimatedRows });
    const rows = openEncodedRows({
      client,
      query,
      view,
      format,
      options,
      encoder,
      limits,
      entryStem: dataset.name,
    });
    const file = new FileMeter({
      maxBytes: limits.maxBytes,
      onBytes: (bytes) => onProgress?.({ estimatedRows, rows: rows.rowsWritten(), bytes }),
    });
    const { archive, extension } = formats[format];
    const between = compressionStreams({
      compression: options.compression,
      gzipLevel,
      maxBytes: limits.maxBytes,
      archive,
      entry: `${dataset.name}.${extension}`,
    });
    await bothSettled(
      step('read', () => pipeline([...rows.streams, ...between, file], { signal })),
      step('store', () => request.store(file)),
    );
    rows.checkCount();
    const { bytes } = file;
    const columns = view.columns.map(({ name, type, masked }) => ({ name, type, masked }));
    return {
      rows: rows.rowsWritten(),
      bytes,
      sha256: file.sha256(),
      encoder: rows.choice,
      columns,
      snapshot,
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    await closeSourceClient(client);
  }
}

const runStep: NonNullable<ExportRequest['step']> = (_name, work) => work();

/**
 * Bounds what comes before the first row, when no stream is there yet to be destroyed: connecting to a host that does
 * not answer, or waiting for a table that is locked.
 */
async function withPatience<T>(client: Client, request: ExportRequest, work: () => Promise<T>): Promise<T> {
  const { signal, limits } = request;
  const drop = () => dropConnection(client);
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort();
    drop();
  }, limits.stallTimeoutMs);
  signal.addEventListener('abort', drop, { once: true });
  try {
    return await work();
  } catch (error) {
    if (!stalled.signal.aborted) throw error;
    const message = `The source database did not begin to answer within ${limits.stallTimeoutMs / 1000} seconds.`;
    throw new AppError('source_stalled', message, { retryable: true, cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', drop);
  }
}

/**
 * Waits for both, so that nothing runs on behind a failure, then throws the error that says most: of a stream that was
 * torn down by the other side's failure, Node only knows that it was aborted.
 */
async function bothSettled(reading: Promise<void>, storing: Promise<void>): Promise<void> {
  const results = await Promise.allSettled([reading, storing]);
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  if (failures.length > 0) throw failures.find((failure) => failure instanceof AppError) ?? failures[0];
}
