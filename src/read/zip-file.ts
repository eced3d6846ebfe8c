import type { FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { fromFdPromise } from 'yauzl';
import type { Entry, ZipFile as Directory } from 'yauzl';
import { AppError } from '../errors.ts';
import { badFile } from './bad-file.ts';
import type { ByteLimit } from './byte-limit.ts';

const STORED = 0;
const DEFLATED = 8;
const CHUNK_BYTES = 64 * 1024;

/** The files in a zip. yauzl reads its directory, strictly; what a file holds goes by size and checksum. */
export class ZipFile {
  readonly #handle: FileHandle;
  readonly #directory: Directory;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #limit: ByteLimit;

  private constructor(
    handle: FileHandle,
    directory: Directory,
    entries: ReadonlyMap<string, Entry>,
    limit: ByteLimit,
  ) {
    this.#handle = handle;
    this.#directory = directory;
    this.#entries = entries;
    this.#limit = limit;
  }

  /**
   * @param handle is the caller's to close
   * @param limit of what all files unpack to
   * @throws AppError `bad_import_file`, `import_too_large`
   */
  static async open(handle: FileHandle, limit: ByteLimit, maxFiles: number): Promise<ZipFile> {
    const entries = new Map<string, Entry>();
    try {
      const directory = await fromFdPromise(handle.fd, { lazyEntries: true, autoClose: false });
      for await (const entry of directory.eachEntry()) {
        if (entries.size === maxFiles) {
          const message = `The file holds more than ${maxFiles} files (IMPORT_MAX_ARCHIVE_FILES).`;
          throw new AppError('import_too_large', message);
        }
        if (entry.isEncrypted()) throw badFile('it has a password');
        if (entries.has(entry.fileName)) throw damaged();
        if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      }
      return new ZipFile(handle, directory, entries, limit);
    } catch (error) {
      throw asDamage(error);
    }
  }

  /** In the order of the zip; folders are none. */
  get names(): string[] {
    return [...this.#entries.keys()];
  }

  /** What a file holds; undefined where there is none of this name. @throws AppError while it is read */
  read(name: string): AsyncGenerator<Buffer> | undefined {
    const entry = this.#entries.get(name);
    return entry === undefined ? undefined : this.#limit.of(this.#content(entry));
  }

  async *#content(entry: Entry): AsyncGenerator<Buffer> {
    let sum = 0;
    let bytes = 0;
    try {
      for await (const chunk of this.#unpacked(entry)) {
        sum = crc32(chunk, sum);
        bytes += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw asDamage(error);
    }
    if (sum !== entry.crc32 || bytes !== entry.uncompressedSize) throw damaged();
  }

  async *#unpacked(entry: Entry): AsyncGenerator<Buffer> {
    const { fileDataStart } = await this.#directory.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = this.#range(fileDataStart, fileDataStart + entry.compressedSize);
    if (entry.compressionMethod === STORED) yield* packed;
    else if (entry.compressionMethod !== DEFLATED) throw badFile('it is packed in a way that few can read');
    // The callback is where errors end that also come out of the loop.
    else yield* pipeline(packed, createInflateRaw(), () => undefined) as AsyncIterable<Buffer>;
  }

  async *#range(start: number, end: number): AsyncGenerator<Buffer> {
    for (let position = start; position < end;) {
      const wanted = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - position));
      const { buffer, bytesRead } = await this.#handle.read({ buffer: wanted, position });
      if (bytesRead === 0) throw damaged();
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

/** A disk that fails is no fault of the file. */
function asDamage(error: unknown): unknown {
  const ours = error instanceof AppError || (error instanceof Error && 'syscall' in error);
  return ours ? error : damaged(error);
}

function damaged(cause?: unknown): AppError {
  const error = badFile('it is a ZIP that is damaged or cut short');
  error.cause = cause;
  return error;
}
