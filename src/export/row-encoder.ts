import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';
import type { Piece, RowEncoder, TextRow } from './formats/format.ts';
import { piecesOf } from './formats/format.ts';
import { tooManyRows } from './too-many-rows.ts';

type RowTransform = (row: TextRow) => TextRow;

export interface RowEncoderOptions {
  /** Called before the first batch, or at the end of an export without rows: then PostgreSQL has told the types. */
  createEncoder: () => RowEncoder;
  maxRows: number;
  transform?: RowTransform | undefined;
  /** Places of the values that go into the file, in its order; all of them by default. */
  pick?: readonly number[] | undefined;
  /** Hands on the beginnings of files too, for a zip. */
  archive?: boolean;
}

/** Batches of rows in, bytes of the file out: one buffer a batch. */
export class RowEncoderStream extends Transform {
  rowsWritten = 0;
  readonly #options: RowEncoderOptions;
  #encoder: RowEncoder | undefined;

  constructor(options: RowEncoderOptions) {
    const archive = options.archive === true ? { readableObjectMode: true, readableHighWaterMark: 1 } : {};
    super({ writableObjectMode: true, writableHighWaterMark: 1, ...archive });
    this.#options = options;
  }

  override _transform(
    rows: readonly TextRow[],
    _encoding: BufferEncoding,
    callback: TransformCallback,
  ): void {
    const { maxRows, transform, pick } = this.#options;
    this.rowsWritten += rows.length;
    if (this.rowsWritten > maxRows) {
      return callback(tooManyRows(maxRows));
    }
    try {
      const made = transform === undefined ? rows : transformed(rows, transform);
      this.#encode(
        this.#started(),
        pick === undefined ? made : made.map((row) => pick.map((index) => row[index] ?? null)),
      );
      callback();
    } catch (error) {
      // Thrown from here it would end the process.
      callback(error as Error);
    }
  }

  override _flush(callback: TransformCallback): void {
    try {
      this.#write(this.#started().end());
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  #started(): RowEncoder {
    if (this.#encoder === undefined) {
      this.#encoder = this.#options.createEncoder();
      this.#write(this.#encoder.start());
    }
    return this.#encoder;
  }

  #encode(encoder: RowEncoder, rows: readonly TextRow[]): void {
    try {
      this.#write(encoder.batch(rows));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const message = `Row ${this.rowsWritten} or one before it is too large to be written as text.`;
      throw new AppError('row_too_large', message, { cause: error });
    }
  }

  #write(output: string | readonly Piece[]): void {
    for (const piece of piecesOf(output)) {
      if (typeof piece !== 'string') this.push(piece);
      else if (piece !== '') this.push(Buffer.from(piece));
    }
  }
}

/** What PostgreSQL's texts hold none of, and files would silently be without. */
const NO_TEXT = /[\0\p{Surrogate}]/u;

/** @throws AppError `bad_transform` when it throws, gives a row of another width, or no text: its file would be garbled */
function transformed(rows: readonly TextRow[], transform: RowTransform): TextRow[] {
  return rows.map((row) => {
    let result: TextRow;
    try {
      result = transform(row);
    } catch (error) {
      throw new AppError('bad_transform', 'The dataset’s transform failed on a row.', { cause: error });
    }
    if (result.length !== row.length) {
      const message = `The dataset’s transform made ${result.length} values of a row of ${row.length}.`;
      throw new AppError('bad_transform', message);
    }
    if (result.some((value) => value !== null && NO_TEXT.test(value))) {
      const message = 'The dataset’s transform made a text with NUL or half of a character in it.';
      throw new AppError('bad_transform', message);
    }
    return result;
  });
}
