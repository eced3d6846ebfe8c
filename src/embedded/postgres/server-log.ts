import { open, rename, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';

import { ifExists } from './file-errors.ts';

const LIMIT_BYTES = 10 * 1024 ** 2;

/** The server's log, open for appending. One that has grown past 10 MB is put aside as `<path>.1` first. */
export async function openLog(path: string): Promise<FileHandle> {
  const size = (await ifExists(stat(path)))?.size ?? 0;
  if (size > LIMIT_BYTES) await rename(path, `${path}.1`);
  return open(path, 'a+', 0o600);
}

/** What was written to the log from `offset` (bytes) on; at most its last 64 KB. */
export async function readLog(log: FileHandle, offset: number): Promise<string> {
  const { size } = await log.stat();
  const start = Math.max(offset, size - 64 * 1024);
  const { buffer, bytesRead } = await log.read(Buffer.alloc(size - start), 0, size - start, start);
  return buffer.toString('utf8', 0, bytesRead);
}

/** The last lines of a text. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
