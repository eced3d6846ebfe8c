import { createHash } from 'node:crypto';
import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';

export function fileTooLarge(maxBytes: number): AppError {
  const message = `The file would be larger than the ${maxBytes} bytes allowed (EXPORT_MAX_BYTES).`;
  return new AppError('file_too_large', message);
}

/** Counts and hashes the bytes of the file as they pass; ends with an error when there are too many. */
export class FileMeter extends Transform {
  bytes = 0;
  readonly #hash = createHash('sha256');
  readonly #maxBytes: number;
  readonly #onBytes: ((bytes: number) => void) | undefined;
  readonly #counted: () => number;

  /** @param options.counted bytes that the limit is for; default: those of this file */
  constructor(options: { maxBytes: number; counted?: () => number; onBytes?: (bytes: number) => void }) {
    super();
    this.#maxBytes = options.maxBytes;
    this.#onBytes = options.onBytes;
    this.#counted = options.counted ?? (() => this.bytes);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.#counted() > this.#maxBytes) {
      return callback(fileTooLarge(this.#maxBytes));
    }
    this.#hash.update(chunk);
    this.#onBytes?.(this.bytes);
    callback(null, chunk);
  }

  /** Hex SHA-256 of everything that passed; call it once, after the end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }
}
