import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const directoryMode = 0o700;
export const fileMode = 0o600;

/** Makes a directory that only its owner may enter, and those above it. */
export async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: directoryMode });
}

/** Makes the names in a directory durable: without it a renamed file may be gone after a power cut (fsync(2)). */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves a finished file or directory to its place and makes that durable. */
export async function moveInto(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncDirectory(dirname(to));
}

/**
 * Replaces a small JSON file: a reader, or a start after a crash, sees the old one or the new one whole.
 * @param temporary directory on the same file system, emptied at start
 */
export async function writeJson(path: string, value: unknown, temporary: string): Promise<void> {
  const draft = join(temporary, newId());
  try {
    const handle = await open(draft, 'wx', fileMode);
    try {
      await handle.writeFile(JSON.stringify(value));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await moveInto(draft, path);
  } catch (error) {
    await removeTree(draft);
    throw error;
  }
}

/** Removes a file or a directory with all it holds; nothing there is fine. */
export async function removeTree(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Removes all files of a directory but these. */
export async function keepOnly(directory: string, names: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(directory)) if (!names.has(name)) await unlink(join(directory, name));
}

/** A new name nobody can guess, which sorts by time: 11 hex digits of milliseconds and 128 random bits. */
export function newId(): string {
  return Date.now().toString(16).padStart(11, '0') + randomBytes(16).toString('hex');
}
