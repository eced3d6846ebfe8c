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
    this.#write(this.#encoder.batch(rows));
    callback();
  }

  override _flush(callback: TransformCallback): void {
    this.#write(this.#encoder.end());
    callback();
  }

  #write(text: string): void {
    if (text !== '') this.push(Buffer.from(text));
  }
}
