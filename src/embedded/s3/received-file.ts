import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileMode, newId, removeTree } from './disk.ts';
import { maximumObjectBodyBytes, receivePayload } from './payload.ts';
import type { ReceivedPayload } from './payload.ts';
import type { S3Request } from './request.ts';

/**
 * Streams the body of a request into a new file, checks its digests, makes it durable and gives it to `publish`, which
 * moves it to its place. Nothing stays when anything fails, the client's disconnecting included.
 * @param temporary directory for the file while it grows
 */
export async function receiveFile<T>(
  request: S3Request,
  temporary: string,
  publish: (path: string, payload: ReceivedPayload) => Promise<T>,
): Promise<T> {
  const path = join(temporary, newId());
  try {
    const handle = await open(path, 'wx', fileMode);
    let payload;
    try {
      payload = await receivePayload(request, fileSink(handle), { maximumBytes: maximumObjectBodyBytes });
      await handle.sync();
    } finally {
      // Waits for a write that is still under way, so that nothing comes to life again after the removal.
      await handle.close();
    }
    return await publish(path, payload);
  } catch (error) {
    await removeTree(path);
    throw error;
  }
}

// Not `handle.createWriteStream()`: that one owns the handle, and closes it before it could be synced.
function fileSink(handle: FileHandle): Writable {
  return new Writable({
    highWaterMark: 512 * 1024,
    write(chunk: Buffer, _encoding, callback) {
      writeAll(handle, [chunk]).then(() => callback(), callback);
    },
    // What gathered during a write goes in one: handing it to a thread costs as much as the writing.
    writev(waiting, callback) {
      const chunks = waiting.map(({ chunk }) => chunk as Buffer);
      writeAll(handle, chunks).then(() => callback(), callback);
    },
  });
}

async function writeAll(handle: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  let rest = [...chunks];
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest);
    rest = rest.flatMap((chunk) => {
      const left = chunk.subarray(Math.min(bytesWritten, chunk.length));
      bytesWritten -= chunk.length - left.length;
      return left.length > 0 ? [left] : [];
    });
  }
}
