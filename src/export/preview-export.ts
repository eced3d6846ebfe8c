import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { AppError, codeOf } from '../errors.ts';
import { beginQuery } from './begin-query.ts';
import type { BaseExport } from './changes-range.ts';
import { chooseEncoder } from './choose-encoder.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { FileColumn } from './column.ts';
import type { Asker, Dataset } from './dataset.ts';
import { viewFor } from './dataset-view.ts';
import { openEncodedRows } from './encoded-rows.ts';
import type { EncodedRowsOptions } from './encoded-rows.ts';
import { estimateRows } from './estimate-rows.ts';
import { NO_OPTIONS, resolveOptions } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import type { FormatName, Piece } from './formats/format.ts';
import { piecesOf } from './formats/format.ts';
import { formats } from './formats/index.ts';
import { sessionOf } from './session-of.ts';
import { closeSourceClient, createSourceClient, dropConnection } from './source-client.ts';

export interface PreviewLimits {
  rows: number;
  /** Of the text of those rows. */
  maxBytes: number;
  /** For all of it, in milliseconds. */
  timeoutMs: number;
  /** How fast the byte path is taken to write files where nothing is known of others. */
  bytesPerSecond: number;
}

export interface PreviewRequest {
  dataset: Dataset;
  asker: Asker;
  format: FormatName;
  /** Default: as the presets have it. */
  options?: ExportOptions;
  /** Already parsed by the dataset's schema. */
  params: Record<string, unknown>;
  encoder: EncoderSetting;
  source: { connectionString: string; applicationName: string };
  limits: PreviewLimits;
  /** The last export of the same, where only changes since then are asked for. */
  base?: BaseExport | undefined;
  /** Bytes a second that such exports came to of late. */
  pastSpeed?: number | undefined;
  signal: AbortSignal;
}

export interface Preview {
  /** Exactly how the file would begin now, before it is packed; as CSV, where the format is no text. */
  text: string;
  rows: number;
  /** True when that is the whole file. */
  complete: boolean;
  columns: readonly FileColumn[];
  encoder: EncoderChoice;
  /** Of the whole export, before it is packed. */
  estimate: { rows: number; bytes: number; seconds: number };
}

/** By how much later the server and the stream would give up: ours is the answer that says most. */
const GRACE_MS = 5000;
/** The way of rows beside the byte path, into S3: docs/performance.md. */
const ROWS_PATH_SPEED = 0.4;

/**
 * The first rows of an export, by the very way it would take. Its connection lives as long as this call.
 *
 * @throws AppError `preview_timed_out`, `preview_too_large`, and what an export fails with; the signal's reason
 */
export async function previewExport(request: PreviewRequest): Promise<Preview> {
  const { limits } = request;
  const timeout = AbortSignal.timeout(limits.timeoutMs);
  const signal = AbortSignal.any([timeout, request.signal]);
  const client = createSourceClient({ ...request.source, deadlineMs: limits.timeoutMs + GRACE_MS });
  const drop = () => dropConnection(client);
  signal.addEventListener('abort', drop, { once: true });
  try {
    return await readFirst(client, request, signal);
  } catch (error) {
    if (request.signal.aborted) throw request.signal.reason;
    if (timeout.aborted) throw timedOut(limits, error);
    throw codeOf(error) === 'field_too_large' ? tooLarge(limits, error) : error;
  } finally {
    signal.removeEventListener('abort', drop);
    await closeSourceClient(client);
  }
}

async function readFirst(client: Client, request: PreviewRequest, signal: AbortSignal): Promise<Preview> {
  const { dataset, asker, source, limits } = request;
  const { format: shownAs, options, encoder } = shownInstead(request);
  const { maxBytes } = limits;
  const deadlineMs = limits.timeoutMs + GRACE_MS;
  const view = viewFor(dataset, asker.role, options);
  const connection = {
    ...source,
    deadlineMs,
    timeZone: options.timeZone,
    session: sessionOf(dataset, asker),
  };
  const { query } = await beginQuery(client, { ...request, options, connection, view });
  const planned = await estimateRows(client, query);
  const rows = openEncodedRows({
    client,
    query,
    view,
    format: shownAs,
    options,
    encoder,
    entryStem: dataset.name,
    limits: {
      batchRows: limits.rows + 1,
      batchBytes: maxBytes,
      maxRows: Infinity,
      maxFieldBytes: maxBytes,
      stallTimeoutMs: deadlineMs,
      rowGroupBytes: maxBytes,
    },
    firstRows: limits.rows,
  });
  const text = new Collector(limits);
  await pipeline([...rows.streams, text], { signal });
  rows.checkCount();
  const shown = { rows: rows.rowsWritten(), bytes: text.bytes, complete: !rows.more() };
  const settings = resolveOptions(options);
  const input = { columns: view.columns, title: view.title, settings, rowGroupBytes: maxBytes };
  const header = bytesOf(formats[shownAs].createEncoder(input).start());
  const assumed = limits.bytesPerSecond * (rows.choice.path === 'bytes' ? 1 : ROWS_PATH_SPEED);
  const speed = request.pastSpeed ?? assumed;
  return {
    text: text.toString(settings.encoding === 'utf-16le' ? 'utf16le' : 'utf8'),
    rows: shown.rows,
    complete: shown.complete,
    columns: view.columns,
    encoder: chooseEncoder(view, request.format, request.options ?? NO_OPTIONS, request.encoder),
    estimate: estimate(shown, {
      planned,
      header,
      speed,
      scale: formats[request.format].bytesPerCsvByte / formats[shownAs].bytesPerCsvByte,
    }),
  };
}

/** What is shown of a file: of one that is no text, its rows as CSV; of one in parts, the rows without the parts. */
function shownInstead({
  format,
  options = NO_OPTIONS,
  encoder,
}: PreviewRequest): Pick<EncodedRowsOptions, 'format' | 'options' | 'encoder'> {
  const { rowsPerFile: _rowsPerFile, ...whole } = options;
  if (formats[format].text) return { format, options: whole, encoder };
  const { compression, columns, sort, since, timeZone } = options;
  return { format: 'csv', options: { compression, columns, sort, since, timeZone }, encoder: 'rows' };
}

function bytesOf(output: string | readonly Piece[]): number {
  return piecesOf(output).reduce((sum, piece) => {
    if (typeof piece === 'string') return sum + Buffer.byteLength(piece);
    return piece instanceof Uint8Array ? sum + piece.length : sum;
  }, 0);
}

/** The planner's rows, each as large as those shown are on average; or what is known, when all are shown. */
function estimate(
  shown: { rows: number; bytes: number; complete: boolean },
  { planned, header, speed, scale }: { planned: number; header: number; speed: number; scale: number },
): Preview['estimate'] {
  const rows = shown.complete ? shown.rows : Math.max(planned, shown.rows + 1);
  const rowBytes = shown.rows === 0 ? 0 : (shown.bytes - header) / shown.rows;
  const guess = Math.min(Math.round(header + rows * rowBytes), Number.MAX_SAFE_INTEGER);
  const bytes = Math.round((shown.complete ? shown.bytes : guess) * scale);
  return { rows, bytes, seconds: Math.max(1, Math.ceil(bytes / speed)) };
}

class Collector extends Writable {
  bytes = 0;
  readonly #limits: PreviewLimits;
  readonly #pieces: Buffer[] = [];

  constructor(limits: PreviewLimits) {
    super();
    this.#limits = limits;
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    this.bytes += piece.length;
    if (this.bytes > this.#limits.maxBytes) return callback(tooLarge(this.#limits));
    this.#pieces.push(piece);
    callback();
  }

  override toString(encoding: BufferEncoding = 'utf8'): string {
    return Buffer.concat(this.#pieces).toString(encoding);
  }
}

function tooLarge({ rows, maxBytes }: PreviewLimits, cause?: unknown): AppError {
  const message =
    `The first ${rows} rows have more than the ${maxBytes} bytes that a preview shows (PREVIEW_MAX_BYTES). ` +
    'The export itself may be asked for.';
  return new AppError('preview_too_large', message, { cause });
}

export function timedOut({ timeoutMs }: PreviewLimits, cause: unknown): AppError {
  const message =
    `The source database did not send the first rows within ${timeoutMs / 1000} seconds (PREVIEW_TIMEOUT_SECONDS). ` +
    'An export may take longer: ask for it.';
  return new AppError('preview_timed_out', message, { cause });
}
