import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';
import { S3Error } from './errors.ts';
import { sameText } from './sigv4.ts';
import type { ChunkSigner } from './sigv4-signing.ts';

/** Longest line of the framing in bytes: a size and a signature need 100, a trailer with SHA-256 about 70. */
const maximumLineBytes = 1024;
const maximumTrailers = 8;

export interface AwsChunkedOptions {
  /** Given for the signed variants: checks each chunk, and the trailers when there are any. */
  readonly signer: ChunkSigner | undefined;
  /** Names announced in `x-amz-trailer`, lower case; others are refused. */
  readonly trailers: readonly string[];
}

/**
 * Takes the framing of `Content-Encoding: aws-chunked` off a body: `size[;chunk-signature=…]\r\n bytes \r\n`, a last
 * chunk of size 0, then trailers and an empty line ("Signature calculations: transferring payload in multiple chunks"
 * in the S3 API reference). The bytes of a chunk go on before its signature is known to be right, so that memory does
 * not grow with the client's chunks: nothing may be published before the stream has ended.
 *
 * Fails with S3Error `IncompleteBody`, `InvalidRequest`, `MalformedTrailerError` or `SignatureDoesNotMatch`.
 */
export class AwsChunkedDecoder extends Transform {
  /** By lower-case name; complete when the stream has ended. */
  readonly trailers = new Map<string, string>();
  readonly #options: AwsChunkedOptions;
  #state: 'size' | 'data' | 'data-end' | 'trailers' | 'done' = 'size';
  #line = '';
  #left = 0;
  #signature = '';
  #hash = createHash('sha256');
  #trailerSignature: string | undefined;

  constructor(options: AwsChunkedOptions) {
    super();
    this.#options = options;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback): void {
    try {
      this.#read(chunk);
      callback();
    } catch (error) {
      callback(error as Error);
    }
  }

  override _flush(callback: TransformCallback): void {
    callback(this.#state === 'done' ? null : incomplete());
  }

  #read(chunk: Buffer): void {
    let place = 0;
    while (place < chunk.length) {
      if (this.#state === 'done') throw invalid('bytes after the last chunk');
      if (this.#state === 'data') {
        const bytes = chunk.subarray(place, place + this.#left);
        place += bytes.length;
        this.#left -= bytes.length;
        if (this.#options.signer !== undefined) this.#hash.update(bytes);
        this.push(bytes);
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const end = chunk.indexOf(0x0a, place);
      this.#line += chunk.toString('latin1', place, end === -1 ? chunk.length : end + 1);
      if (this.#line.length > maximumLineBytes) throw invalid('a line is too long');
      if (end === -1) return;
      place = end + 1;
      // A line feed inside a line is data of ours to refuse, but the documentation's own example of a trailer ends
      // with `\n\r\n`, and some clients copied it.
      if (!this.#line.endsWith('\r\n')) {
        if (this.#state === 'trailers') continue;
        throw invalid('a line does not end with CRLF');
      }
      const line = this.#line.slice(0, -2);
      this.#line = '';
      this.#takeLine(line);
    }
  }

  #takeLine(line: string): void {
    if (this.#state === 'size') this.#startChunk(line);
    else if (this.#state === 'data-end') {
      if (line !== '') throw invalid('a chunk is longer than it says');
      this.#endChunk();
      this.#state = 'size';
    } else if (line === '') this.#endTrailers();
    else this.#takeTrailer(line.trimEnd());
  }

  #startChunk(line: string): void {
    const match = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (match === null) throw invalid('a chunk has no readable size');
    this.#left = parseInt(match[1] ?? '', 16);
    this.#signature = match[2] ?? '';
    if (this.#left > 0) {
      this.#state = 'data';
      return;
    }
    this.#endChunk();
    this.#state = 'trailers';
  }

  #endChunk(): void {
    const { signer } = this.#options;
    if (signer === undefined) return;
    if (!sameText(this.#signature, signer.chunk(this.#hash.digest('hex')))) throw wrongSignature();
    this.#hash = createHash('sha256');
  }

  #takeTrailer(line: string): void {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'x-amz-trailer-signature' && this.#options.signer !== undefined) {
      this.#trailerSignature = value;
    } else if (this.#options.trailers.includes(name) && this.trailers.size < maximumTrailers) {
      this.trailers.set(name, value);
    } else {
      throw new S3Error(
        'MalformedTrailerError',
        'The request contained trailing data that was not well-formed.',
      );
    }
  }

  #endTrailers(): void {
    const { signer, trailers } = this.#options;
    if (trailers.some((name) => !this.trailers.has(name))) {
      throw new S3Error('MalformedTrailerError', 'A trailer that x-amz-trailer announces is missing.');
    }
    if (signer !== undefined && trailers.length > 0) {
      const lines = [...this.trailers].map(([name, value]) => `${name}:${value}\n`).join('');
      if (!sameText(this.#trailerSignature ?? '', signer.trailer(lines))) throw wrongSignature();
    }
    this.#state = 'done';
  }
}

function incomplete(): S3Error {
  return new S3Error('IncompleteBody', 'The aws-chunked body ended before its last chunk.');
}

function invalid(problem: string): S3Error {
  return new S3Error('InvalidRequest', `The aws-chunked body cannot be read: ${problem}.`);
}

function wrongSignature(): S3Error {
  return new S3Error('SignatureDoesNotMatch', 'The signature of a chunk of the body does not match.');
}
