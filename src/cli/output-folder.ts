import { stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';

export async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true;
}

/**
 * Whether files go into `output`, under names of their own, or are it.
 *
 * @param count of the files
 * @throws AppError `bad_output` that says what to do, where several would be it
 */
export async function goesIntoFolder(output: string, count: number): Promise<boolean> {
  const folder = output !== '-' && (await isFolder(output));
  if (folder || count === 1) return folder;
  const message =
    output === '-'
      ? `Standard output takes one file, and ${count} are asked for. Name a folder that is there: -o <folder>`
      : `${output} is no folder, and ${count} files would go there. Make it first: mkdir -p "${output}"`;
  throw new AppError('bad_output', message);
}
