import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RowferryError } from './errors.ts';
import { backoffMs, pause } from './pause.ts';
import type { components } from './schema.ts';

type File = Pick<components['schemas']['File'], 'name' | 'bytes' | 'sha256'>;

/** A path, or a stream that takes bytes. */
export type DownloadTarget = string | Writable;

export interface DownloadedFile {
  name: string;
  bytes: number;
  /** Hex, of what has arrived. */
  sha256: string;
}

interface Source {
  /** Signs a fresh link. */
  link: () => Promise<string>;
  signal: AbortSignal | undefined;
}

/** Tries without a single byte before it is given up. */
const MAX_FAILURES = 5;
/** A connection that brings nothing for this long is dropped. */
const STALL_MS = 60_000;

/** Downloads a file, whole and checked or not at all: see {@link RowferryClient.download}. */
export async function downloadTo(
  target: DownloadTarget,
  file: File,
  source: Source,
): Promise<DownloadedFile> {
  if (typeof target !== 'string') return receive(file, source, target);
  const unfinished = `${target}.${randomBytes(4).toString('hex')}.part`;
  try {
    const received = await receive(file, source, createWriteStream(unfinished, { flags: 'wx' }));
    await rename(unfinished, target);
    return received;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function receive(file: File, source: Source, into: Writable): Promise<DownloadedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const checked = async function* () {
    for await (const piece of piecesOf(file.bytes, source)) {
      bytes += piece.length;
      hash.update(piece);
      yield piece;
    }
    const sha256 = hash.copy().digest('hex');
    if (bytes === file.bytes && (file.sha256 === null || sha256 === file.sha256)) return;
    const message = `What arrived is not the file: ${bytes} bytes, SHA-256 ${sha256}; it has ${file.bytes} bytes, SHA-256 ${file.sha256}.`;
    throw new RowferryError('wrong_file', message);
  };
  try {
    await pipeline(checked, into, source.signal === undefined ? {} : { signal: source.signal });
  } catch (error) {
    source.signal?.throwIfAborted();
    throw error;
  }
  return { name: file.name, bytes, sha256: hash.digest('hex') };
}

/** The bytes of the file in order, from as many connections as it takes. */
async function* piecesOf(size: number, { link, signal }: Source): AsyncGenerator<Uint8Array, void> {
  let arrived = 0;
  for (let failures = 0; arrived < size;) {
    try {
      for await (const piece of connection(await link(), arrived, signal)) {
        arrived += piece.length;
        failures = 0;
        yield piece;
      }
      if (arrived >= size) return;
      throw new RowferryError('download_failed', 'The connection ended early.');
    } catch (error) {
      signal?.throwIfAborted();
      // Of the API: it says itself why there is no link, and has tried again where that may help.
      if (error instanceof RowferryError && error.code !== 'download_failed') throw error;
      failures++;
      if (failures < MAX_FAILURES) await pause(backoffMs(failures), signal);
      else throw given(error, arrived, size);
    }
  }
}

async function* connection(
  link: string,
  from: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${STALL_MS / 1000} s`)), STALL_MS);
  try {
    const response = await fetch(link, {
      headers: from === 0 ? {} : { range: `bytes=${from}-` },
      signal: signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, signal]),
    });
    const wanted = from === 0 ? 200 : 206;
    if (response.status !== wanted || response.body === null) {
      await response.body?.cancel();
      throw new RowferryError('download_failed', `The storage answered ${response.status}.`);
    }
    for await (const piece of response.body) {
      timer.refresh();
      yield piece;
    }
  } finally {
    clearTimeout(timer);
  }
}

function given(error: unknown, arrived: number, size: number): RowferryError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `The file did not arrive: ${arrived} of ${size} bytes. ${reason}`;
  return new RowferryError('download_failed', message, { cause: error });
}
