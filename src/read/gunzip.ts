import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf } from '../errors.ts';
import { badFile } from './bad-file.ts';

/**
 * What a gzip file holds, all of its members.
 *
 * @throws AppError `bad_import_file` where it is cut short, damaged, or followed by anything else
 */
export async function* gunzip(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of packed) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  const unpacker = createGunzip();
  // The callback is where errors end that also come out of the loop.
  pipeline(counted(), unpacker, () => undefined);
  try {
    for await (const chunk of unpacker) yield chunk as Buffer;
  } catch (error) {
    if (codeOf(error)?.startsWith('Z_') !== true) throw error;
    throw badFile('it is a gzip file that is damaged or cut short');
  }
  // zlib stops without a word at zeros behind the last member, whatever comes after them.
  if (bytes !== unpacker.bytesWritten) throw badFile('something stands behind the end of the gzip file');
}
