import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';
import type { RowEncoder, TextRow } from './formats/format.ts';

type RowTransform = (row: TextRow) => TextRow;

/** Batches of rows in, bytes of the file out: one buffer a batch. */
export class RowEncoderStream extends Transform {
  rowsWritten = 0;
  readonly #encoder: RowEncoder;
  readonly #maxRows: number;
  readonly #transformRow: RowTransform | undefined;

  constructor(options: { encoder: RowEncoder; maxRows: number; transform?: RowTransform | undefined }) {
    super({ writableObjectMode: true, writableHighWaterMark: 1 });
    this.#encoder = options.encoder;
    this.#maxRows = options.maxRows;
    this.#transformRow = options.transform;
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
      this.#encode(this.#transformRow === undefined ? rows : transformed(rows, this.#transformRow));
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

/** @throws AppError `bad_transform` when it throws or gives a row of another width: its file would be garbled */
function transformed(rows: readonly TextRow[], transform: RowTransform): TextRow[] {
  return rows.map((row) => {
    let result: TextRow;
    try {
      result = transform(row);
    } catch (error) {
      throw new AppError('bad_transform', 'The dataset’s transform failed on a row.', { cause: error });
    }
    if (result.length === row.length) return result;
    const message = `The dataset’s transform made ${result.length} values of a row of ${row.length}.`;
    throw new AppError('bad_transform', message);
  });
}
