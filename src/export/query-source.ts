import type { Client } from 'pg';
import QueryStream from 'pg-query-stream';
import { AppError } from '../errors.ts';
import { databaseError } from './database-error.ts';
import type { SqlQuery } from './dataset.ts';
import type { SourceField } from './formats/format.ts';
import { dropConnection, socketOf } from './source-client.ts';

export interface QuerySourceOptions {
  /** Inside its transaction, with nothing else going on. */
  client: Client;
  query: SqlQuery;
  /** Names the query must return, in this order. */
  columnNames: readonly string[];
  /** Largest value, in bytes (EXPORT_MAX_FIELD_BYTES). */
  maxFieldBytes: number;
  /** The stream fails when the server sends nothing for this long while rows are wanted, in milliseconds. */
  stallTimeoutMs: number;
  /** Ends after this many rows, for a preview; {@link QuerySource.more} then says whether there are others. */
  firstRows?: number | undefined;
}

/**
 * What every way of reading one query shares. pg-cursor speaks the protocol; this class sees to it that the stream ends
 * only after the server has said CommandComplete. Everything else is an error and settles at once: a lost connection, a
 * cursor somebody closed, silence beyond the stall time-out. Plain pg-query-stream waits for ever in the first and ends
 * cleanly, and short, in the second. Destroying it drops the connection.
 */
export abstract class QuerySource extends QueryStream {
  readonly #options: QuerySourceOptions;
  /** What the server said when it was done, e.g. `SELECT 42`. */
  #commandTag: string | undefined;
  #fields: readonly SourceField[] = [];
  #watchdog: NodeJS.Timeout | undefined;

  /** `highWaterMark` counts what the stream hands on: batches or buffers. */
  constructor(options: QuerySourceOptions, highWaterMark: number) {
    super(options.query.text, [...options.query.values], { batchSize: highWaterMark });
    this.#options = options;
    const cursor = this.pgCursor;
    this.handleCommandComplete = (message: CommandComplete) => {
      this.#commandTag = message.text;
      cursor.handleCommandComplete(message);
    };
    this.handleRowDescription = (message: RowDescription) => {
      this.#fields = message.fields;
      this.#checkColumns(message.fields.map((field) => field.name));
      cursor.handleRowDescription(message);
    };
    const { client } = options;
    const failed = (error: Error) => this.destroy(databaseError(error));
    const ended = () => {
      if (!this.endPushed) this.destroy(databaseError(new Error('the connection was closed')));
    };
    client.on('error', failed).on('end', ended);
    // Another query may follow on this connection.
    this.once('close', () => client.off('error', failed).off('end', ended));
    client.query(this as never);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.unwatch();
    // Closing the cursor politely would wait for an answer that a dead connection never gives.
    if (!this.readableEnded) dropConnection(this.#options.client);
    callback(error);
  }

  /** True when the stream ended after `firstRows`, and not with the last row. */
  more = false;

  protected endPushed = false;

  /** Ends the stream before the last row. The query is left open: its connection is good for nothing else. */
  protected pushEarlyEnd(): void {
    this.more = true;
    this.endPushed = true;
    this.push(null);
  }

  /** Ends the stream, if the server has said that it is done; otherwise the query ended early, and so does the stream. */
  protected pushEnd(): void {
    if (this.#commandTag === undefined) {
      const message = 'The source database stopped before the last row.';
      this.destroy(new AppError('source_unavailable', message, { retryable: true }));
      return;
    }
    this.endPushed = true;
    this.push(null);
  }

  protected get commandTag(): string | undefined {
    return this.#commandTag;
  }

  /** The columns as PostgreSQL describes them; there from the first row on, and at the end. */
  get fields(): readonly SourceField[] {
    return this.#fields;
  }

  protected get pgCursor(): PgCursor {
    return this.cursor as PgCursor;
  }

  protected get bytesReceived(): number {
    return socketOf(this.#options.client).bytesRead;
  }

  /** Starts to expect bytes. Bytes count as progress, not batches: one of wide rows may take long over a slow line. */
  protected watch(): void {
    clearTimeout(this.#watchdog);
    const { stallTimeoutMs } = this.#options;
    const bytesSeen = this.bytesReceived;
    this.#watchdog = setTimeout(() => {
      if (this.bytesReceived > bytesSeen) {
        this.watch();
        return;
      }
      const message = `The source database sent nothing for ${stallTimeoutMs / 1000} seconds.`;
      this.destroy(new AppError('source_stalled', message, { retryable: true }));
    }, stallTimeoutMs);
  }

  protected unwatch(): void {
    clearTimeout(this.#watchdog);
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
interface PgCursor {
  /** `rows` 0 asks for all of them in one Execute. */
  read(rows: number, callback: (error: Error | null | undefined) => void): void;
  handleCommandComplete(message: CommandComplete): void;
  handleRowDescription(message: RowDescription): void;
}

interface CommandComplete {
  text: string;
}

interface RowDescription {
  fields: (SourceField & { name: string })[];
}
