import type { Duplex, TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';
import { createGzip } from 'node:zlib';
import { fileTooLarge } from './file-meter.ts';
import { resolveOptions } from './export-options.ts';
import type { ExportOptions } from './export-options.ts';
import type { Compression, Entry, FileFormat, FileFormatName } from './formats/format.ts';
import { fileFormats } from './formats/index.ts';
import { ZipStream } from './zip-stream.ts';

export interface CompressionOptions {
  compression: Compression;
  gzipLevel: number;
  /** Of the text before it is compressed. */
  maxBytes: number;
  /** Counts that text, where the limit is for several files. */
  unpacked?: { bytes: number };
  /** What is written. An archive, which comes as a series of files, is packed whatever is asked for. */
  format: Pick<FileFormat, 'archive' | 'text'>;
  /** Name of the file in a zip that holds one. */
  entry: string;
}

/** Compressed in jobs on zlib's threads: small ones cost more in hand-over than in work. */
const CHUNK_BYTES = 64 * 1024;
/** What the encoder may be ahead: with Node's default it stops at each chunk until that is compressed. */
const AHEAD_BYTES = 256 * 1024;

/**
 * What stands between the encoder and the meter; nothing without compression. The same text always gives the same bytes:
 * neither the header that zlib writes nor the zip holds a time, and the header no name.
 */
export function compressionStreams(options: CompressionOptions): Duplex[] {
  const { compression, gzipLevel, format, entry } = options;
  if (format.archive || compression === 'zip') {
    const level = format.archive || format.text ? gzipLevel : 0;
    return [new ContentLimit(options), new ZipStream({ level, entry })];
  }
  if (compression === 'none') return [];
  // Passed on to the stream; the types of node:zlib leave it out.
  const settings = { level: gzipLevel, chunkSize: CHUNK_BYTES, highWaterMark: AHEAD_BYTES };
  return [new ContentLimit(options), createGzip(settings)];
}

/** Whoever unpacks the file gets no more than without compression: an option of a client must not raise the limit. */
class ContentLimit extends Transform {
  readonly #maxBytes: number;
  readonly #unpacked: { bytes: number };

  constructor({ maxBytes, unpacked = { bytes: 0 } }: Pick<CompressionOptions, 'maxBytes' | 'unpacked'>) {
    super({ objectMode: true, highWaterMark: 1 });
    this.#maxBytes = maxBytes;
    this.#unpacked = unpacked;
  }

  override _transform(chunk: Buffer | Entry, _encoding: BufferEncoding, callback: TransformCallback): void {
    if (!('entry' in chunk)) this.#unpacked.bytes += chunk.length;
    if (this.#unpacked.bytes > this.#maxBytes) return callback(fileTooLarge(this.#maxBytes));
    callback(null, chunk);
  }
}

const packed = {
  gzip: { suffix: 'gz', contentType: 'application/gzip' },
  zip: { suffix: 'zip', contentType: 'application/zip' },
} as const;

/**
 * How the file is named and served. A compressed one is a file of its own kind, not a text in transit: with
 * Content-Encoding browsers would unpack it, and neither its size nor its SHA-256 would be those of what arrives.
 */
export function fileTypeOf(
  format: FileFormatName,
  options: ExportOptions,
): { extension: string; contentType: string } {
  const { extension, contentType } = fileFormats[format];
  const { compression, encoding } = resolveOptions(options);
  if (compression !== 'none') {
    const { suffix, contentType: type } = packed[compression];
    return { extension: `${extension}.${suffix}`, contentType: type };
  }
  const wide = encoding === 'utf-16le';
  return { extension, contentType: wide ? contentType.replace('utf-8', 'utf-16le') : contentType };
}
