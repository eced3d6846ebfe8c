import type { Client } from 'pg';
import QueryStream from 'pg-query-stream';
import { AppError } from '../errors.ts';
import { databaseError } from './database-error.ts';
import type { SqlQuery } from './dataset.ts';
import type { TextRow } from './formats/format.ts';
import { dropConnection, socketOf } from './source-client.ts';

export interface RowSourceOptions {
  client: Client;
  query: SqlQuery;
  /** Names the query must return, in this order. */
  columnNames: readonly string[];
  batchRows: number;
  /** Size a batch aims at: the next one is sized by the rows seen so far. */
  batchBytes: number;
  /** The stream fails when the server sends nothing for this long while rows are wanted, in milliseconds. */
  stallTimeoutMs: number;
}

/** Rows of the first batch, before their size is known: 16 rows of 1 MB are no harm, 1,000 would be. */
const FIRST_BATCH_ROWS = 16;

/** Values as PostgreSQL writes them: no parser can bend them, and both encoders see the same text. */
const rawText = { getTypeParser: () => (value: string) => value };

/**
 * The rows of one query as a stream of batches (`TextRow[]`), pulled by a server-side cursor.
 *
 * It ends only after the server has said CommandComplete. Everything else is an error and settles at once: a lost
 * connection, a cursor somebody closed, silence beyond the stall time-out. Plain pg-query-stream waits for ever in the
 * first and ends cleanly, and short, in the second. Destroying it drops the connection.
 */
export class RowSource extends QueryStream {
  /** Rows handed on so far. */
  rowsRead = 0;
  readonly #options: RowSourceOptions;
  #commandComplete = false;
  #bytesPerRow = 0;
  #watchdog: NodeJS.Timeout | undefined;

  constructor(options: RowSourceOptions) {
    // The high-water mark counts batches: one is encoded while the next is fetched.
    super(options.query.text, [...options.query.values], { batchSize: 1, rowMode: 'array', types: rawText });
    this.#options = options;
    const cursor = this.cursor as Cursor;
    this.handleCommandComplete = (message: unknown) => {
      this.#commandComplete = true;
      cursor.handleCommandComplete(message);
    };
    this.handleRowDescription = (message: RowDescription) => {
      this.#checkColumns(message.fields.map((field) => field.name));
      cursor.handleRowDescription(message);
    };
    const { client } = options;
    client.on('error', (error) => this.destroy(databaseError(error)));
    client.on('end', () => {
      if (!this.#commandComplete) this.destroy(databaseError(new Error('the connection was closed')));
    });
    client.query(this as never);
  }

  override _read(): void {
    const wanted = this.#nextBatchRows();
    const bytesBefore = this.#bytesReceived();
    this.#watch(bytesBefore);
    (this.cursor as Cursor).read(wanted, (error, rows) => {
      clearTimeout(this.#watchdog);
      if (error) {
        this.destroy(databaseError(error));
        return;
      }
      if (rows.length > 0) {
        this.rowsRead += rows.length;
        this.#bytesPerRow = (this.#bytesReceived() - bytesBefore) / rows.length;
        this.push(rows);
      }
      if (this.#commandComplete) {
        this.push(null);
      } else if (rows.length === 0) {
        const message = 'The source database stopped before the last row.';
        this.destroy(new AppError('source_unavailable', message, { retryable: true }));
      }
    });
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#watchdog);
    // Closing the cursor politely would wait for an answer that a dead connection never gives.
    if (!this.readableEnded) dropConnection(this.#options.client);
    callback(error);
  }

  #nextBatchRows(): number {
    const { batchRows, batchBytes } = this.#options;
    if (this.rowsRead === 0) return Math.min(FIRST_BATCH_ROWS, batchRows);
    return Math.max(1, Math.min(batchRows, Math.floor(batchBytes / Math.max(1, this.#bytesPerRow))));
  }

  #bytesReceived(): number {
    return socketOf(this.#options.client).bytesRead ?? 0;
  }

  /** Bytes count as progress, not batches: a batch of wide rows may take long over a slow line. */
  #watch(bytesSeen: number): void {
    const { stallTimeoutMs } = this.#options;
    this.#watchdog = setTimeout(() => {
      const bytes = this.#bytesReceived();
      if (bytes > bytesSeen) {
        this.#watch(bytes);
        return;
      }
      const message = `The source database sent nothing for ${stallTimeoutMs / 1000} seconds.`;
      this.destroy(new AppError('source_stalled', message, { retryable: true }));
    }, stallTimeoutMs);
  }

  #checkColumns(names: readonly string[]): void {
    const { columnNames } = this.#options;
    if (names.length === columnNames.length && names.every((name, index) => name === columnNames[index]))
      return;
    const message =
      `The query returns the columns ${names.join(', ')}; the dataset declares ${columnNames.join(', ')}. ` +
      'Bring the dataset file in line.';
    this.destroy(new AppError('dataset_mismatch', message));
  }
}

/** The part of pg-cursor that is used; pg-query-stream types it as `any`. */
interface Cursor {
  read(rows: number, callback: (error: Error | null | undefined, rows: TextRow[]) => void): void;
  handleCommandComplete(message: unknown): void;
  handleRowDescription(message: RowDescription): void;
}

interface RowDescription {
  fields: { name: string }[];
}
