import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from 'pg';
import { AppError, codeOf } from '../errors.ts';
import type { EncoderChoice, EncoderSetting } from './choose-encoder.ts';
import type { FileColumn } from './column.ts';
import type { Asker, Dataset } from './dataset.ts';
import { viewFor } from './dataset-view.ts';
import { openEncodedRows } from './encoded-rows.ts';
import { estimateRows } from './estimate-rows.ts';
import type { FormatName } from './formats/format.ts';
import { formats } from './formats/index.ts';
import { sessionOf } from './session-of.ts';
import { beginSnapshot, closeSourceClient, createSourceClient, dropConnection } from './source-client.ts';

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
  /** Already parsed by the dataset's schema. */
  params: Record<string, unknown>;
  encoder: EncoderSetting;
  source: { connectionString: string; applicationName: string };
  limits: PreviewLimits;
  /** Bytes a second that such exports came to of late. */
  pastSpeed?: number | undefined;
  signal: AbortSignal;
}

export interface Preview {
  /** Exactly how the file would begin now, before it is packed. */
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
  const { dataset, asker, format, encoder, source, limits } = request;
  const { maxBytes } = limits;
  const deadlineMs = limits.timeoutMs + GRACE_MS;
  const view = viewFor(dataset, asker.role);
  const query = view.query(request.params);
  await beginSnapshot(client, { ...source, deadlineMs, session: sessionOf(dataset, asker) });
  const planned = await estimateRows(client, query);
  const rows = openEncodedRows({
    client,
    query,
    view,
    format,
    encoder,
    limits: {
      batchRows: limits.rows + 1,
      batchBytes: maxBytes,
      maxRows: Infinity,
      maxFieldBytes: maxBytes,
      stallTimeoutMs: deadlineMs,
    },
    firstRows: limits.rows,
  });
  const text = new Collector(limits);
  await pipeline([...rows.streams, text], { signal });
  rows.checkCount();
  const shown = { rows: rows.rowsWritten(), bytes: text.bytes, complete: !rows.more() };
  const header = Buffer.byteLength(formats[format].createEncoder(view.columns).start());
  const assumed = limits.bytesPerSecond * (rows.choice.path === 'bytes' ? 1 : ROWS_PATH_SPEED);
  const speed = request.pastSpeed ?? assumed;
  return {
    text: text.toString(),
    rows: shown.rows,
    complete: shown.complete,
    columns: view.columns,
    encoder: rows.choice,
    estimate: estimate(shown, { planned, header, speed }),
  };
}

/** The planner's rows, each as large as those shown are on average; or what is known, when all are shown. */
function estimate(
  shown: { rows: number; bytes: number; complete: boolean },
  { planned, header, speed }: { planned: number; header: number; speed: number },
): Preview['estimate'] {
  const rows = shown.complete ? shown.rows : Math.max(planned, shown.rows + 1);
  const rowBytes = shown.rows === 0 ? 0 : (shown.bytes - header) / shown.rows;
  const guess = Math.min(Math.round(header + rows * rowBytes), Number.MAX_SAFE_INTEGER);
  const bytes = shown.complete ? shown.bytes : guess;
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

  override toString(): string {
    return Buffer.concat(this.#pieces).toString();
  }
}

function tooLarge({ rows, maxBytes }: PreviewLimits, cause?: unknown): AppError {
  const message =
    `The first ${rows} rows have more than the ${maxBytes} bytes that a preview shows (PREVIEW_MAX_BYTES). ` +
    'The export itself may be asked for.';
  return new AppError('preview_too_large', message, { cause });
}

function timedOut({ timeoutMs }: PreviewLimits, cause: unknown): AppError {
  const message =
    `The source database did not send the first rows within ${timeoutMs / 1000} seconds (PREVIEW_TIMEOUT_SECONDS). ` +
    'An export may take longer: ask for it.';
  return new AppError('preview_timed_out', message, { cause });
}
