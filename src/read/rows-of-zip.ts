import type { FileHandle } from 'node:fs/promises';
import type { ByteLimit } from './byte-limit.ts';
import type { FileRows } from './file-row.ts';
import { ZipFile } from './zip-file.ts';

/** Reads from a zip on disk, whose handle is closed with the rows, or at once where there are none. */
export async function rowsOfZip(
  handle: FileHandle,
  { limit, maxFiles }: { limit: ByteLimit; maxFiles: number },
  read: (zip: ZipFile) => Promise<FileRows>,
): Promise<FileRows> {
  try {
    const rows = await read(await ZipFile.open(handle, limit, maxFiles));
    const close = async () => {
      await rows.close();
      await handle.close();
    };
    return { ...rows, close };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
