import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { compressionStreams, fileTypeOf } from '../../src/export/compression.ts';
import { formats } from '../../src/export/formats/index.ts';
import { FileMeter } from '../../src/export/file-meter.ts';

const text = Buffer.from(
  Array.from({ length: 40_000 }, (_, index) => `${index},film ${index % 97},${(index * 7919) % 1000}\n`).join(
    '',
  ),
);

const one = { format: formats.csv, entry: 'diary.csv' };

async function compress(chunkBytes: number, options: { gzipLevel?: number; maxBytes?: number } = {}) {
  const chunks = Array.from({ length: Math.ceil(text.length / chunkBytes) }, (_, index) =>
    text.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const { gzipLevel = 1, maxBytes = 1e9 } = options;
  const file = new FileMeter({ maxBytes });
  const streams = compressionStreams({ ...one, compression: 'gzip', gzipLevel, maxBytes });
  const [bytes] = await Promise.all([
    buffer(file),
    pipeline([Readable.from(chunks, { objectMode: false }), ...streams, file]),
  ]);
  expect(file.bytes).toBe(bytes.length);
  return bytes;
}

it.each([1, 6, 9])('packs at level %i what unpacks to the same', async (gzipLevel) => {
  const packed = await compress(64 * 1024, { gzipLevel });
  expect(packed.length).toBeLessThan(text.length / 2);
  expect(gunzipSync(packed).equals(text)).toBe(true);
});

it('makes the same bytes of the same text, however it arrives and whenever', async () => {
  const once = await compress(64 * 1024);
  for (const chunkBytes of [7, 1000, 300_000, text.length]) {
    expect((await compress(chunkBytes)).equals(once)).toBe(true);
  }
  // RFC 1952: deflate, no flags and so no name, and no time.
  expect([...once.subarray(0, 8)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]);
});

it('lets no more text through than without compression', async () => {
  expect(gunzipSync(await compress(64 * 1024, { maxBytes: text.length })).length).toBe(text.length);
  await expect(compress(64 * 1024, { maxBytes: text.length - 1 })).rejects.toMatchObject({
    code: 'file_too_large',
  });
});

it('is nothing at all when nobody asks for it', () => {
  expect(compressionStreams({ ...one, compression: 'none', gzipLevel: 1, maxBytes: 1 })).toEqual([]);
  expect(fileTypeOf('csv', { compression: 'none' })).toEqual({
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8; header=present',
  });
});

it('names a packed file for what it is', () => {
  const typeOf = (...asked: Parameters<typeof fileTypeOf>) => Object.values(fileTypeOf(...asked));
  expect(typeOf('json', { compression: 'gzip' })).toEqual(['json.gz', 'application/gzip']);
  expect(typeOf('csv', { compression: 'zip' })).toEqual(['csv.zip', 'application/zip']);
  expect(typeOf('xlsx', { compression: 'zip', rowsPerFile: 10_000 })).toEqual([
    'xlsx.zip',
    'application/zip',
  ]);
  expect(typeOf('csv', { compression: 'none', preset: 'excel' })).toEqual([
    'csv',
    'text/csv; charset=utf-16le; header=present',
  ]);
});
