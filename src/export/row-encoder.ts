import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';
import type { RowEncoder, TextRow } from './formats/format.ts';

/** Batches of rows in, bytes of the file out: one buffer a batch. */
export class RowEncoderStream extends Transform {
  rowsWritten = 0;
  readonly #encoder: RowEncoder;
  readonly #maxRows: number;

  constructor(options: { encoder: RowEncoder; maxRows: number }) {
    super({ writableObjectMode: true, writableHighWaterMark: 1 });
    this.#encoder = options.encoder;
    this.#maxRows = options.maxRows;
    this.#write(this.#encoder.start());
  }

  override _transform(
    rows: readonly TextRow[],
    _encoding: BufferEncoding,
    callback: TransformCallback,
  ): void {
    this.rowsWritten += rows.length;
    if (this.rowsWritten > this.#maxRows) {
      const message = `The export has more than the ${this.#maxRows} rows allowed (EXPORT_MAX_ROWS).`;
      return callback(new AppError('too_many_rows', message));
    }
    try {
      this.#encode(rows);
      callback();
    } catch (error) {
      // Thrown from here it would end the process.
      callback(error as Error);
    }
  }

  override _flush(callback: TransformCallback): void {
    this.#write(this.#encoder.end());
    callback();
  }

  /** A batch of very wide rows can be longer than a string may be: then it is written in halves. */
  #encode(rows: readonly TextRow[]): void {
    let text: string;
    try {
      text = this.#encoder.batch(rows);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (rows.length === 1) {
        const message = `Row ${this.rowsWritten} and its neighbours are too large to be written as text.`;
        throw new AppError('row_too_large', message, { cause: error });
      }
      const half = Math.ceil(rows.length / 2);
      this.#encode(rows.slice(0, half));
      this.#encode(rows.slice(half));
      return;
    }
    this.#write(text);
  }

  #write(text: string): void {
    if (text !== '') this.push(Buffer.from(text));
  }
}
