import { open, rename, rm } from 'node:fs/promises';

/** Writes a file that only its owner may ever read. It is there whole or not at all, and on disk on return. */
export async function writePrivate(path: string, text: string): Promise<void> {
  await rm(`${path}.new`, { force: true });
  const file = await open(`${path}.new`, 'wx', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
