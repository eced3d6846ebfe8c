import { Duplex, PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Entry } from './formats/format.ts';

export interface ZipStreamOptions {
  /** 1 to 9, as gzip's; 0 stores what is packed already. */
  level: number;
  /** Of the entry that what comes before the first {@link Entry} goes into. */
  entry: string;
}

/** The earliest that a zip can say: the same rows always give the same bytes. */
const NO_TIME = new Date(1980, 0, 1);

/**
 * The content of files in, one after the other, each begun by an {@link Entry}; a zip out. Holds nothing back: sizes and
 * checksums stand behind each file, and ZIP64 is written where it is needed. A file that is an archive is a stream like
 * this one, and stored: its own files are packed.
 */
export class ZipStream extends Duplex {
  readonly #zip = new ZipFile();
  readonly #options: ZipStreamOptions;
  readonly #output: NodeJS.ReadableStream & { destroy(): void };
  #content: Duplex | undefined;

  constructor(options: ZipStreamOptions) {
    super({ writableObjectMode: true, writableHighWaterMark: 1 });
    this.#options = options;
    // yazl types it as the least that every stream has.
    this.#output = this.#zip.outputStream as NodeJS.ReadableStream & { destroy(): void };
    this.#output
      .on('data', (bytes: Buffer) => {
        if (!this.push(bytes)) this.#output.pause();
      })
      .on('end', () => this.push(null));
    for (const part of [this.#zip, this.#output]) {
      part.on('error', (error: Error) => this.destroy(error));
    }
  }

  override _read(): void {
    this.#output.resume();
  }

  override _write(chunk: Buffer | Entry, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    const inside = this.#content instanceof ZipStream;
    if ('entry' in chunk && (chunk.archive === true || !inside)) this.#begin(chunk, () => callback());
    else if (this.#content !== undefined) this.#fill(this.#content, chunk, callback);
    else this.#begin(this.#options, (content) => this.#fill(content, chunk, callback));
  }

  override _final(callback: (error?: Error) => void): void {
    const end = (content: Duplex) => {
      content.end();
      this.#zip.end();
      callback();
    };
    // A file without a byte is a file too.
    if (this.#content === undefined) this.#begin(this.#options, end);
    else end(this.#content);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // Nobody reads them any more. Without a listener their own end would be an error that nobody handles.
    for (const stream of [this.#content, this.#output]) stream?.on('error', () => undefined).destroy();
    callback(error);
  }

  #fill(content: Duplex, chunk: Buffer | Entry, callback: () => void): void {
    if (content.write(chunk)) callback();
    else content.once('drain', callback);
  }

  /** Waits for the file before to be taken: small ones would queue up in yazl, however slow the reader is. */
  #begin({ entry, archive = false }: Entry, then: (content: Duplex) => void): void {
    const next = () => {
      const content = archive ? new ZipStream(this.#options) : new PassThrough();
      content.on('error', (error: Error) => this.destroy(error));
      this.#content = content;
      this.#zip.addReadStream(content, entry, {
        mtime: NO_TIME,
        forceDosTimestamp: true,
        compressionLevel: archive ? 0 : this.#options.level,
      });
      then(content);
    };
    if (this.#content === undefined) next();
    else this.#content.once('end', next).end();
  }
}
