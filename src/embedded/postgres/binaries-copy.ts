import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { codeOf } from '../../errors.ts';
import { ifExists } from './file-errors.ts';
import { addLibraryLinks } from './library-links.ts';

/**
 * Copies the binaries to `target`, readable by all and writable by us only. All or nothing: `target` appears complete,
 * and is left as it is when it exists.
 */
export async function copyBinaries(native: string, target: string): Promise<void> {
  if ((await ifExists(stat(target))) !== undefined) return;
  const unfinished = `${target}.${process.pid}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  try {
    await copyTree(native, unfinished);
    await addLibraryLinks(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another process was first.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await copyTree(source, copy);
    } else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), copy);
    } else if (!entry.name.endsWith('.a')) {
      await copyFile(source, copy, constants.COPYFILE_FICLONE);
      await chmod(copy, ((await stat(source)).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}
