import { lstat, readFile, symlink } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';

import { codeOf } from '../../errors.ts';
import { ifExists } from './file-errors.ts';

/**
 * Adds the links between shared libraries (`libpq.so.5` → `libpq.so.5.18`) that npm packages cannot carry and an
 * install script makes, which does not run under `npm ci --ignore-scripts`. Returns false when links are missing and
 * the directory cannot be written or searched.
 */
export async function addLibraryLinks(native: string): Promise<boolean> {
  try {
    const list = await ifExists(readFile(join(native, 'pg-symlinks.json'), 'utf8'));
    if (list === undefined) return true;
    for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
      await addLink(basename(source), join(native, relative('native', target)));
    }
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

async function addLink(to: string, link: string): Promise<void> {
  if ((await ifExists(lstat(link))) !== undefined) return;
  try {
    await symlink(to, link);
  } catch (error) {
    // Another process made it in between.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}
