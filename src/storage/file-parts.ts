import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';

/** A part as lib-storage takes it. */
export interface FilePart {
  partNumber: number;
  data: Buffer;
  lastPart: boolean;
}

/** Most files are smaller than a part: their memory begins with this and grows once. */
const FIRST_BYTES = 256 * 1024;

/**
 * A file cut into parts, in memory that is used again once a part is stored: there are never more buffers than parts were
 * held at the same time. Each byte is copied once, and its CRC32 taken then, while it is still in the processor's cache.
 */
export class FileParts implements AsyncIterable<FilePart> {
  readonly #body: Readable;
  readonly #partSizeBytes: number;
  readonly #takesCrc: boolean;
  readonly #free: Buffer[] = [];
  readonly #held = new Map<unknown, { memory: Buffer; crc: number }>();

  constructor(body: Readable, options: { partSizeBytes: number; crc32: boolean }) {
    this.#body = body;
    this.#partSizeBytes = options.partSizeBytes;
    this.#takesCrc = options.crc32;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FilePart> {
    const partSize = this.#partSizeBytes;
    let memory: Buffer = Buffer.allocUnsafeSlow(Math.min(FIRST_BYTES, partSize));
    let length = 0;
    let partNumber = 1;
    let crc = 0;
    const finish = (lastPart: boolean): FilePart => {
      const data = memory.subarray(0, length);
      this.#held.set(data, { memory, crc });
      return { partNumber, data, lastPart };
    };
    // Whoever gives up destroys the body with the reason; leaving the loop would destroy it without one.
    const chunks = this.#body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of chunks) {
      let offset = 0;
      while (offset < chunk.length) {
        // A full part waits for the next byte: only then is it known not to be the last.
        if (length === partSize) {
          yield finish(false);
          partNumber += 1;
          memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(partSize);
          length = 0;
          crc = 0;
        } else if (length === memory.length) {
          const larger = Buffer.allocUnsafeSlow(partSize);
          memory.copy(larger);
          memory = larger;
        }
        const piece = chunk.subarray(offset, offset + memory.length - length);
        piece.copy(memory, length);
        if (this.#takesCrc) crc = crc32(piece, crc);
        length += piece.length;
        offset += piece.length;
      }
    }
    yield finish(true);
  }

  /** In Base64, as S3 writes it. Undefined where none was taken, and for what is no part of this file. */
  crc32Of(data: unknown): string | undefined {
    const held = this.#held.get(data);
    if (held === undefined || !this.#takesCrc) return undefined;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(held.crc);
    return bytes.toString('base64');
  }

  /** Says that a part is stored: its memory takes a later one. */
  release(data: unknown): void {
    const held = this.#held.get(data);
    if (held === undefined) return;
    this.#held.delete(data);
    this.#free.push(held.memory);
  }
}
