import { stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { storedOptions } from '../export/export-options.ts';
import type { FileForm } from '../import/written-as-of.ts';
import { manifestKeyOf } from '../manifest/manifest-key.ts';
import { readFormats } from '../read/file-row.ts';
import type { ReadFormat } from '../read/file-row.ts';
import { readManifest } from './read-manifest.ts';
import { typedOptions } from './typed-options.ts';

/**
 * How a file to import was written: as was typed, or else as its manifest says.
 *
 * @throws AppError `bad_option`, `bad_manifest`
 */
export async function formOf(
  file: string,
  { manifest: named, format, option }: { manifest?: string; format?: ReadFormat; option: readonly string[] },
  note: (line: string) => void,
): Promise<FileForm> {
  const typed = format !== undefined || option.length > 0;
  if (typed && named !== undefined) {
    throw new AppError('bad_option', 'Give either --manifest, or --format and --option.');
  }
  if (typed) return { format, options: option.length > 0 ? typedOptions(option, 'none') : undefined };
  const path = named ?? (await besideOf(file));
  if (path === undefined) return {};
  const { manifest } = await readManifest(path);
  const options = storedOptions.safeParse(manifest.options);
  const known = readFormats.find((name) => name === manifest.format);
  if (known === undefined || !options.success) {
    const what = known === undefined ? `the format ${manifest.format}` : 'options that are not known here';
    throw new AppError('bad_manifest', `${path} says ${what}, which cannot be imported.`);
  }
  note(`read as ${path} says`);
  return { format: known, options: options.data };
}

async function besideOf(file: string): Promise<string | undefined> {
  if (file === '-') return undefined;
  const path = manifestKeyOf(file);
  return (await stat(path).catch(() => undefined)) === undefined ? undefined : path;
}
