import { databaseError } from './database-error.ts';
import type { TextRow } from './formats/format.ts';
import { MessageGuard } from './message-guard.ts';
import { QuerySource } from './query-source.ts';
import type { QuerySourceOptions } from './query-source.ts';
import { socketOf } from './source-client.ts';

export interface RowSourceOptions extends QuerySourceOptions {
  batchRows: number;
  /** Size a batch aims at: the next one is sized by the rows seen so far. */
  batchBytes: number;
}

/** Rows of the first batch, before their size is known: 16 rows of 1 MB are no harm, 1,000 would be. */
const FIRST_BATCH_ROWS = 16;

/**
 * The rows of one query as a stream of batches (`TextRow[]`), pulled by a server-side cursor. The server works on the
 * next batch while this one is encoded, so up to three are in memory: fetched, waiting, being encoded.
 */
export class RowSource extends QuerySource {
  /** Rows handed on so far. */
  rowsRead = 0;
  readonly #options: RowSourceOptions;
  #bytesPerRow: number | undefined;
  #arriving: TextRow[] = [];
  #fetched: TextRow[] | undefined;
  #fetching = false;
  #wanted = false;

  constructor(options: RowSourceOptions) {
    // The high-water mark counts batches.
    super(options, 1);
    this.#options = options;
    this.#guard(new MessageGuard(options));
    // pg-cursor would take each row through its parsers of types, which have nothing to do here.
    this.handleDataRow = ({ fields }: { fields: TextRow }) => {
      this.#arriving.push(fields);
    };
  }

  override _read(): void {
    this.#wanted = true;
    if (this.#fetched !== undefined) this.#deliver(this.#fetched);
    else if (!this.#fetching) this.#fetch();
  }

  /** pg collects a row before anybody else sees it, and what no string can hold would end the process there. */
  #guard(guard: MessageGuard): void {
    const socket = socketOf(this.#options.client);
    const look = (piece: Buffer) => {
      try {
        guard.see(piece);
      } catch (error) {
        this.destroy(error as Error);
      }
    };
    socket.prependListener('data', look);
    this.once('close', () => socket.off('data', look));
  }

  #fetch(): void {
    const bytesBefore = this.bytesReceived;
    this.#fetching = true;
    this.watch();
    this.pgCursor.read(this.#nextBatchRows(), (error) => {
      const rows = this.#arriving;
      this.#arriving = [];
      this.unwatch();
      this.#fetching = false;
      if (this.destroyed) return;
      if (error) {
        this.destroy(databaseError(error));
        return;
      }
      if (rows.length > 0) this.#bytesPerRow = (this.bytesReceived - bytesBefore) / rows.length;
      if (this.#wanted) this.#deliver(rows);
      else this.#fetched = rows;
    });
  }

  #deliver(rows: TextRow[]): void {
    this.#fetched = undefined;
    this.#wanted = false;
    const last = this.commandTag !== undefined || rows.length === 0;
    const { firstRows = Infinity } = this.#options;
    if (this.rowsRead + rows.length > firstRows) {
      this.#deliverFirst(rows.slice(0, firstRows - this.rowsRead));
      return;
    }
    // Before the batch is handed on: whoever takes it encodes it on the spot.
    if (!last) this.#fetch();
    if (rows.length > 0) {
      this.rowsRead += rows.length;
      this.push(rows);
    }
    if (last) this.pushEnd();
  }

  /** The last of the first rows. At least one more was read, so it is known that they are not all. */
  #deliverFirst(rows: TextRow[]): void {
    this.rowsRead += rows.length;
    if (rows.length > 0) this.push(rows);
    this.pushEarlyEnd();
  }

  #nextBatchRows(): number {
    const { batchRows, batchBytes } = this.#options;
    if (this.#bytesPerRow === undefined) return Math.min(FIRST_BATCH_ROWS, batchRows);
    return Math.max(1, Math.min(batchRows, Math.floor(batchBytes / Math.max(1, this.#bytesPerRow))));
  }
}
