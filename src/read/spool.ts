import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Keeps a stream on disk, for readers that have to go back and forth. Its name is gone as soon as it is open: whatever
 * happens to the process, nothing stays behind.
 */
export async function spool(source: AsyncIterable<Buffer>): Promise<FileHandle> {
  const path = join(tmpdir(), `rowferry-${randomUUID()}`);
  const handle = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    for await (const chunk of source) await handle.writeFile(chunk);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return handle;
}
