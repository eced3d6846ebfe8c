import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { codeOf, messageOf } from '../errors.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { ByteLimit } from '../read/byte-limit.ts';
import { ZipFile } from '../read/zip-file.ts';
import type { Check } from './check.ts';
import { measure } from './measure.ts';
import { rowsCheck } from './rows-check.ts';

type BundleFile = NonNullable<Manifest['files']>[number];

/** Checks each file of a bundle as one of its own: unpacked to disk, one at a time. */
export async function* filesCheck(path: string, files: readonly BundleFile[]): AsyncGenerator<Check> {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-verify-'));
  const handle = await open(path);
  try {
    const zip = await openZip(handle);
    for (const [index, file] of files.entries()) {
      const unpacked = join(folder, String(index));
      yield { ...(await fileCheck(zip, file, unpacked)), name: 'file' };
      await rm(unpacked, { force: true });
    }
  } finally {
    await handle.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that is there already is as large as it is. Undefined where it is no whole zip. */
async function openZip(handle: FileHandle): Promise<ZipFile | undefined> {
  try {
    return await ZipFile.open(handle, new ByteLimit(Infinity), Infinity);
  } catch (error) {
    if (codeOf(error) !== 'bad_import_file') throw error;
    return undefined;
  }
}

async function fileCheck(
  zip: ZipFile | undefined,
  file: BundleFile,
  unpacked: string,
): Promise<Omit<Check, 'name'>> {
  const { name } = file;
  const wrong = (text: string) => ({ result: 'wrong' as const, text: `${name}: ${text}` });
  if (zip === undefined) return wrong('the zip is damaged or cut short');
  const content = zip.read(name);
  if (content === undefined) return wrong('is not in the zip');
  try {
    await pipeline(content, createWriteStream(unpacked));
  } catch (error) {
    if (codeOf(error) !== 'bad_import_file') throw error;
    return wrong(messageOf(error));
  }
  const { bytes, sha256 } = await measure(createReadStream(unpacked) as AsyncIterable<Buffer>);
  if (bytes !== file.bytes) return wrong(`${bytes} bytes; it had ${file.bytes}`);
  if (sha256 !== file.sha256) return wrong(`SHA-256 ${sha256}; it was ${file.sha256}`);
  const { result, text } = await rowsCheck(unpacked, file);
  return { result, text: `${name}: ${result === 'right' ? 'rows ' : ''}${text}` };
}
