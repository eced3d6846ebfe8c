import { styleText } from 'node:util';
import { AppError, messageOf } from '../errors.ts';
import { manifestKeyOf } from '../manifest/manifest-key.ts';
import { readPublicKey } from '../manifest/signing-keys.ts';
import { verifyFile } from '../verify/verify-file.ts';
import type { Check } from '../verify/verify-file.ts';
import { readManifest } from './read-manifest.ts';

export interface VerifyCommand {
  /** Default: the file's name with `.manifest.json` after it. */
  manifest?: string;
  /** Public key as `rowferry keys signing` shows it. */
  key?: string;
}

const signs: Readonly<Record<Check['result'], string>> = {
  right: styleText('green', '✓'),
  wrong: styleText('red', '✗'),
  unknown: styleText('yellow', '?'),
};

/**
 * `rowferry verify`: shows each check; resolves to whether none of them is wrong.
 *
 * @throws AppError `bad_manifest`, `bad_option`, `bad_file`
 */
export async function verify(
  file: string,
  { manifest: given, key }: VerifyCommand,
  write: (line: string) => void,
): Promise<boolean> {
  const publicKey = key === undefined ? undefined : readPublicKey(key);
  if (key !== undefined && publicKey === undefined) {
    throw new AppError('bad_option', '--key: give the public key that `rowferry keys signing` shows.');
  }
  const document = await readManifest(given ?? manifestKeyOf(file));
  const { exportId, dataset, snapshot } = document.manifest;
  write(`${file}: export ${exportId}, dataset ${dataset.name}, as of ${snapshot.takenAt}`);
  let good = true;
  try {
    for await (const { name, result, text } of verifyFile(file, document, publicKey)) {
      write(`${signs[result]} ${name.padEnd(9)}  ${text}`);
      if (result === 'wrong') good = false;
    }
  } catch (error) {
    throw new AppError('bad_file', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
  return good;
}
