import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, codeOf } from '../errors.ts';
import { badFile } from './bad-file.ts';
import { peek } from './peek.ts';

const GZIP = Buffer.from([0x1f, 0x8b]);
const ZIP = Buffer.from('PK');
/** Enough to tell formats apart. */
const HEAD_BYTES = 4;

/**
 * The text of a file as UTF-8 bytes that have been checked, unpacked where it is gzip: its content says so, not its name.
 *
 * @param maxBytes of the file, and of the text: a small file may unpack to a huge one
 * @throws AppError `bad_import_file`, `import_too_large`; while it is read, too
 */
export async function fileText(
  source: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<AsyncIterable<Buffer>> {
  const { head, all } = await peek(limited(source, maxBytes), HEAD_BYTES);
  if (head.subarray(0, 2).equals(ZIP)) {
    await all.return(undefined);
    throw badFile('it is a ZIP or a workbook, not a text; unpack it, or save it as CSV in UTF-8');
  }
  if (!head.subarray(0, 2).equals(GZIP)) return utf8(all);
  return utf8(limited(unpacked(all), maxBytes));
}

async function* unpacked(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  // The callback is where errors end that also come out of the loop.
  const gunzip = pipeline(packed, createGunzip(), () => undefined);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    if (codeOf(error)?.startsWith('Z_') !== true) throw error;
    throw badFile('it is a gzip file that is damaged or cut short');
  }
}

async function* limited(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of source) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new AppError('import_too_large', `The file has more than ${maxBytes} bytes (IMPORT_MAX_BYTES).`);
    }
    yield chunk;
  }
}

/** Passes on what is UTF-8. Elsewhere wrong bytes would silently become question marks. */
async function* utf8(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const check = (chunk?: Buffer) => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw badFile('it is not UTF-8; save it as “CSV UTF-8”');
    }
  };
  for await (const chunk of source) {
    check(chunk);
    yield chunk;
  }
  check();
}
