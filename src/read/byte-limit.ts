import { AppError } from '../errors.ts';

/** Counts what all parts of a file come to together. */
export class ByteLimit {
  readonly #maxBytes: number;
  readonly #setting: string;
  #bytes = 0;

  constructor(maxBytes: number, setting = 'IMPORT_MAX_BYTES') {
    this.#maxBytes = maxBytes;
    this.#setting = setting;
  }

  /** @throws AppError `import_too_large`, while it is read */
  async *of(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#maxBytes) {
        const message = `The file has more than ${this.#maxBytes} bytes (${this.#setting}).`;
        throw new AppError('import_too_large', message);
      }
      yield chunk;
    }
  }
}
