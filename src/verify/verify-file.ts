import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isSignedBy } from '../manifest/signed-manifest.ts';
import type { SignedManifest } from '../manifest/signed-manifest.ts';
import { keyIdOf } from '../manifest/signing-keys.ts';
import type { Check } from './check.ts';
import { filesCheck } from './files-check.ts';
import { measure } from './measure.ts';
import { rowsCheck } from './rows-check.ts';

export type { Check } from './check.ts';

/**
 * Checks a file by its manifest, offline: who vouches for it, whether each byte is there, and whether its rows are what
 * is said of them; of a bundle, those of each file in it. Reads the file twice; memory does not grow with it.
 *
 * @param publicKey of whom the file is said to come from; without it nobody knows who wrote the manifest
 */
export async function* verifyFile(
  path: string,
  document: SignedManifest,
  publicKey: KeyObject | undefined,
): AsyncGenerator<Check> {
  const { manifest } = document;
  yield signatureCheck(document, publicKey);
  const { bytes, sha256 } = await measure(createReadStream(path) as AsyncIterable<Buffer>);
  yield bytes === manifest.file.bytes
    ? { name: 'size', result: 'right', text: `${bytes} bytes` }
    : { name: 'size', result: 'wrong', text: `${bytes} bytes; it had ${manifest.file.bytes}` };
  yield sha256 === manifest.file.sha256
    ? { name: 'SHA-256', result: 'right', text: sha256 }
    : { name: 'SHA-256', result: 'wrong', text: `${sha256}; it was ${manifest.file.sha256}` };
  if (manifest.files !== undefined) yield* filesCheck(path, manifest.files);
  else yield await rowsCheck(path, { ...manifest, rows: manifest.file.rows });
}

function signatureCheck(document: SignedManifest, publicKey: KeyObject | undefined): Check {
  const name = 'signature';
  const { signature } = document;
  if (publicKey === undefined) {
    const text =
      signature === null ? 'there is none' : `of key ${signature.keyId}, not checked without --key`;
    return { name, result: 'unknown', text };
  }
  if (signature === null) return { name, result: 'wrong', text: 'there is none, and a key was given' };
  // By its own id: the one in the document is not signed.
  return isSignedBy(document, publicKey)
    ? { name, result: 'right', text: `by key ${keyIdOf(publicKey)}` }
    : { name, result: 'wrong', text: 'the manifest was changed, or signed with another key' };
}
