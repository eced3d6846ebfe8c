import type { Socket } from 'node:net';
import type { Client } from 'pg';
import { AppError } from '../../errors.ts';
import { databaseError } from '../database-error.ts';
import { QuerySource } from '../query-source.ts';
import type { QuerySourceOptions } from '../query-source.ts';
import { socketOf } from '../source-client.ts';
import { tooManyRows } from '../too-many-rows.ts';
import { borrowKernel, returnKernel } from './kernels.ts';
import { MessageEncoder } from './message-encoder.ts';
import { ReadPacer } from './read-pacer.ts';

export interface ByteSourceOptions extends QuerySourceOptions {
  /** What the file begins with. */
  header: string;
  maxRows: number;
}

/** Buffers of 64 KiB and more that may wait for a slow reader before the socket is paused. */
const BUFFERS_AHEAD = 4;

/**
 * The rows of one query as the bytes of a CSV file. pg-cursor drives parse, bind, describe, execute, close and errors as
 * ever, but rows never become JavaScript values: this stream listens to the socket in pg's place, encodes DataRow messages
 * where they are, and hands every other message on to pg. A reader that is slow pauses the socket, so the whole result is
 * asked for in one Execute (docs/adr/0008-one-execute.md).
 */
export class ByteSource extends QuerySource {
  readonly #options: ByteSourceOptions;
  readonly #socket: Socket;
  readonly #pgListener: (piece: Buffer) => void;
  readonly #kernel = borrowKernel();
  readonly #encoder: MessageEncoder;
  readonly #pacer: ReadPacer;
  readonly #listener: (piece: Buffer) => void;
  /** What a slow reader has left of the last piece. */
  #unfinished: Generator<Buffer, void> | undefined;
  #executed = false;
  /** The rows that are wanted are out; one more is only looked for. */
  #enough = false;

  /** @throws Error when {@link canReadBytes} would have said no */
  constructor(options: ByteSourceOptions) {
    const pgListener = pgListenerOf(options.client);
    if (pgListener === undefined) throw new Error('this pg reads its socket in another way');
    super(options, BUFFERS_AHEAD);
    this.#options = options;
    this.#socket = socketOf(options.client);
    this.#pgListener = pgListener;
    this.#encoder = new MessageEncoder(this.#kernel, { ...options, onMessage: pgListener });
    this.#pacer = new ReadPacer(this.#socket);
    this.#listener = (piece) => {
      this.#run(this.#encoder.encode(piece));
      // Not when the reader has paused the socket, and not when it is pg's again.
      if (this.#unfinished === undefined && this.#listens) this.#pacer.afterRead(piece.length);
    };
    this.#socket.off('data', pgListener).on('data', this.#listener);
  }

  /** Rows handed on so far. */
  get rowsWritten(): number {
    return Math.min(this.#encoder.rows, this.#options.firstRows ?? Infinity);
  }

  override _read(): void {
    if (!this.#executed) this.#execute();
    else if (this.#unfinished !== undefined) this.#continue(this.#unfinished);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#giveSocketBack();
    super._destroy(error, callback);
  }

  #execute(): void {
    this.#executed = true;
    // All rows in one Execute, or, for a preview, the first and then one more.
    this.#read(this.#options.firstRows ?? 0);
    this.push(Buffer.from(this.#options.header));
  }

  #read(rows: number): void {
    this.watch();
    this.pgCursor.read(rows, (error) => {
      if (this.destroyed) return;
      this.unwatch();
      const failure = error ? databaseError(error) : this.#lostRows();
      if (failure !== undefined) {
        this.destroy(failure);
        return;
      }
      if (this.commandTag === undefined && !this.#enough) {
        this.#enough = true;
        this.#read(1);
        return;
      }
      this.#giveSocketBack();
      if (this.commandTag === undefined) {
        this.pushEarlyEnd();
        return;
      }
      // A message that has begun behind the last of this query, a notice say.
      this.#pgListener(this.#encoder.takeRest());
      this.pushEnd();
    });
  }

  /** Encodes until the piece is used up or the reader has enough; then the socket waits. */
  #run(piece: Generator<Buffer, void>): void {
    try {
      while (!this.destroyed) {
        const next = piece.next();
        if (next.done === true) return;
        if (this.#encoder.rows > this.#options.maxRows) throw tooManyRows(this.#options.maxRows);
        if (this.#enough || this.push(next.value)) continue;
        this.#unfinished = piece;
        this.#socket.pause();
        // While nothing is wanted, silence is no stall.
        this.unwatch();
        return;
      }
    } catch (error) {
      // Thrown into the socket's event it would end the process.
      this.destroy(databaseError(error));
    }
  }

  #continue(piece: Generator<Buffer, void>): void {
    this.#unfinished = undefined;
    this.#socket.resume();
    this.watch();
    // May pause it again.
    this.#run(piece);
  }

  /** The server counts too: a row that was lost or made up on the way must not pass. */
  #lostRows(): AppError | undefined {
    // After several Executes it tells the rows of the last.
    if (this.#options.firstRows !== undefined) return undefined;
    const told = /\d+$/.exec(this.commandTag ?? '')?.[0];
    if (told === undefined || Number(told) === this.#encoder.rows) return undefined;
    const message = `The source database sent ${told} rows, but ${this.#encoder.rows} were read.`;
    return new AppError('row_count_mismatch', message, { retryable: true });
  }

  get #listens(): boolean {
    return this.#socket.listeners('data').includes(this.#listener);
  }

  #giveSocketBack(): void {
    if (!this.#listens) return;
    this.#pacer.stop();
    this.#socket.off('data', this.#listener).on('data', this.#pgListener);
    returnKernel(this.#kernel);
  }
}

/** Whether pg reads its socket in the one way that {@link ByteSource} can take over. */
export function canReadBytes(client: Client): boolean {
  return pgListenerOf(client) !== undefined;
}

/** pg-protocol's parser is behind the only `data` listener of the socket; pg has no public way to it. */
function pgListenerOf(client: Client): ((piece: Buffer) => void) | undefined {
  const listeners = socketOf(client).listeners('data');
  return listeners.length === 1 ? (listeners[0] as (piece: Buffer) => void) : undefined;
}
