import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { createGzip } from 'node:zlib';
import { fileTooLarge } from './file-meter.ts';
import type { Compression, Format } from './formats/format.ts';

export interface CompressionOptions {
  compression: Compression;
  gzipLevel: number;
  /** Of the text before it is compressed. */
  maxBytes: number;
}

/** Compressed in jobs on zlib's threads: small ones cost more in hand-over than in work. */
const CHUNK_BYTES = 64 * 1024;
/** What the encoder may be ahead: with Node's default it stops at each chunk until that is compressed. */
const AHEAD_BYTES = 256 * 1024;

/**
 * What stands between the encoder and the meter; nothing without compression. The same text always gives the same bytes:
 * the header that zlib writes holds no time and no name.
 */
export function compressionStreams(options: CompressionOptions): Transform[] {
  const { compression, gzipLevel, maxBytes } = options;
  if (compression === 'none') return [];
  // Passed on to the stream; the types of node:zlib leave it out.
  const settings = { level: gzipLevel, chunkSize: CHUNK_BYTES, highWaterMark: AHEAD_BYTES };
  return [new TextLimit(maxBytes), createGzip(settings)];
}

/** Whoever unpacks the file gets no more than without compression: an option of a client must not raise the limit. */
class TextLimit extends Transform {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) return callback(fileTooLarge(this.#maxBytes));
    callback(null, chunk);
  }
}

/**
 * How the file is named and served. A compressed one is a gzip file, not a text in transit: with Content-Encoding
 * browsers would unpack it, and neither its size nor its SHA-256 would be those of what arrives.
 */
export function fileTypeOf(
  { extension, contentType }: Pick<Format, 'extension' | 'contentType'>,
  compression: Compression,
): { extension: string; contentType: string } {
  return compression === 'gzip'
    ? { extension: `${extension}.gz`, contentType: 'application/gzip' }
    : { extension, contentType };
}
