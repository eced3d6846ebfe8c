import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { isSignedBy } from '../manifest/signed-manifest.ts';
import type { SignedManifest } from '../manifest/signed-manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { checkParquet } from './check-parquet.ts';
import { checkRows } from './check-rows.ts';

export interface Check {
  name: 'signature' | 'size' | 'SHA-256' | 'rows';
  /** `unknown`: it could not be told, for want of a key or of a reader of the format. */
  result: 'right' | 'wrong' | 'unknown';
  /** For people. */
  text: string;
}

/**
 * Checks a file by its manifest, offline: who vouches for it, whether each byte is there, and whether its rows are what
 * is said of them. Reads the file twice; memory does not grow with it.
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
  const { bytes, sha256 } = await measure(path);
  yield bytes === manifest.file.bytes
    ? { name: 'size', result: 'right', text: `${bytes} bytes` }
    : { name: 'size', result: 'wrong', text: `${bytes} bytes; it had ${manifest.file.bytes}` };
  yield sha256 === manifest.file.sha256
    ? { name: 'SHA-256', result: 'right', text: sha256 }
    : { name: 'SHA-256', result: 'wrong', text: `${sha256}; it was ${manifest.file.sha256}` };
  yield await rowsCheck(path, manifest);
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
  return isSignedBy(document, publicKey)
    ? { name, result: 'right', text: `by key ${signature.keyId}` }
    : { name, result: 'wrong', text: 'the manifest was changed, or signed with another key' };
}

async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    hash.update(piece);
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function rowsCheck(path: string, { format, options, columns, file }: Manifest): Promise<Check> {
  const name = 'rows';
  const check = format === 'parquet' ? checkParquet : checkRows;
  const found = await check(path, { format, options, columns });
  if ('unknown' in found) return { name, result: 'unknown', text: `not read: ${found.unknown}` };
  if ('wrong' in found) return { name, result: 'wrong', text: found.wrong };
  const { rows } = found;
  return rows === file.rows
    ? { name, result: 'right', text: `${rows}, each with ${columns.length} columns of their types` }
    : { name, result: 'wrong', text: `${rows}; there were ${file.rows}` };
}
