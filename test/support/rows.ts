import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** Setting by which a service offers the dataset in `datasets/rows.ts`, and nothing else. */
export const ROWS_DATASET = { DATASETS_DIR: fileURLToPath(new URL('datasets', import.meta.url)) };

const FILLER = 'x'.repeat(90);
const LINES_AT_ONCE = 10_000;

/** The file of that dataset, piece by piece, written without any of rowferry's code. */
export function* rowsPieces(count: number): Generator<string> {
  yield 'id,label\n';
  for (let first = 1; first <= count; first += LINES_AT_ONCE) {
    let piece = '';
    const end = Math.min(first + LINES_AT_ONCE - 1, count);
    for (let n = first; n <= end; n++) piece += `${n},"row ${n}, ""${FILLER}"""\n`;
    yield piece;
  }
}

/** The same, whole. */
export function rowsFile(count: number): string {
  return [...rowsPieces(count)].join('');
}

/** What a file has to be, down to the byte. */
export interface ReferenceFile {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** Lets others have their turn between two pieces: a file of gigabytes takes half a minute. */
export async function referenceOf(pieces: Iterable<string>): Promise<ReferenceFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    bytes += Buffer.byteLength(piece);
    await setImmediate();
  }
  return { bytes, sha256: hash.digest('hex') };
}
