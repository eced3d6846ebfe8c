import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isSignedBy } from '../manifest/signed-manifest.ts';
import type { SignedManifest } from '../manifest/signed-manifest.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { wrongWith } from './check-cell.ts';
import { rowReaders } from './read-rows.ts';

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

async function rowsCheck(path: string, manifest: Manifest): Promise<Check> {
  const name = 'rows';
  const { format, columns, file } = manifest;
  const names = columns.map((column) => column.name);
  const reader = rowReaders[format];
  if (reader === undefined) return { name, result: 'unknown', text: `not read: the format is ${format}` };
  const odd = oddOption(manifest);
  if (odd !== undefined) return { name, result: 'unknown', text: `not read: it was written with ${odd}` };
  const wrong = (line: number, text: string): Check => ({
    name,
    result: 'wrong',
    text: `line ${line} ${text}`,
  });
  let rows = 0;
  let { header } = reader;
  try {
    for await (const row of reader.read(textOf(path, manifest), names)) {
      if ('wrong' in row) return wrong(row.line, row.wrong);
      if (header) {
        header = false;
        const differs = names.some((column, index) => column !== row.values[index]);
        if (differs) return wrong(1, `is not the header ${names.join(',')}`);
        continue;
      }
      for (const [index, column] of columns.entries()) {
        const problem = wrongWith(column, row.values[index] ?? null);
        if (problem !== undefined) return wrong(row.line, problem);
      }
      rows++;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    return { name, result: 'wrong', text: 'the file is no whole gzip file' };
  }
  if (header) return wrong(1, 'is missing: there is no header');
  return rows === file.rows
    ? { name, result: 'right', text: `${rows}, each with ${columns.length} columns of their types` }
    : { name, result: 'wrong', text: `${rows}; there were ${file.rows}` };
}

/** Options that leave a file as the readers know it. */
const PLAIN = ['compression', 'columns', 'sort', 'timeZone', 'quoteAll'];

/** The first by which the file is another than the readers know: its bytes are checked all the same. */
function oddOption({ options }: Manifest): string | undefined {
  if (options['compression'] === 'zip') return 'the compression zip';
  const name = Object.keys(options).find((one) => !PLAIN.includes(one));
  return name === undefined ? undefined : `the option ${name}`;
}

function textOf(path: string, { options }: Manifest): Readable {
  const file = createReadStream(path);
  if (options['compression'] !== 'gzip') return file;
  // What fails is seen by who reads the result.
  return pipeline(file, createGunzip(), () => undefined);
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
