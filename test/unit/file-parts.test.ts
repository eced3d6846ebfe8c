import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { FileParts } from '../../src/storage/file-parts.ts';

const KIB = 1024;
const cut = (bytes: Buffer, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
const fileOf = (bytes: Buffer, chunkBytes: number, partSizeBytes: number) =>
  new FileParts(Readable.from(cut(bytes, chunkBytes), { objectMode: false }), { partSizeBytes, crc32: true });
const base64 = (crc: number) => Buffer.from(crc.toString(16).padStart(8, '0'), 'hex').toString('base64');

it.each([
  ['nothing', 0, 1, 1000, [0]],
  ['a byte', 1, 1, 1000, [1]],
  ['one part exactly', 1000, 64, 1000, [1000]],
  ['one byte more than a part', 1001, 64, 1000, [1000, 1]],
  ['two parts exactly', 2000, 1000, 1000, [1000, 1000]],
  ['a chunk that holds several parts', 3500, 3500, 1000, [1000, 1000, 1000, 500]],
  ['chunks of a byte', 2100, 1, 1000, [1000, 1000, 100]],
  ['memory that has to grow', 700 * KIB, 64 * KIB, 512 * KIB, [512 * KIB, 188 * KIB]],
])('cuts %s', async (_name, size, chunkBytes, partSizeBytes, expected) => {
  const bytes = randomBytes(size);
  const parts = fileOf(bytes, chunkBytes, partSizeBytes);
  const found: Buffer[] = [];
  for await (const { partNumber, data, lastPart } of parts) {
    expect(partNumber).toBe(found.length + 1);
    expect(lastPart).toBe(partNumber === expected.length);
    expect(parts.crc32Of(data)).toBe(base64(crc32(data)));
    found.push(data);
  }
  expect(found.map(({ length }) => length)).toEqual(expected);
  expect(Buffer.concat(found).equals(bytes)).toBe(true);
});

it('uses the memory of a stored part again, and of no other', async () => {
  const bytes = randomBytes(5000);
  const parts = fileOf(bytes, 64, 1000);
  const memories: ArrayBufferLike[] = [];
  const whole: Buffer[] = [];
  for await (const { partNumber, data } of parts) {
    memories.push(data.buffer);
    if (partNumber > 2) whole.push(data);
    // The second is stored late: it has to stay as it is until then.
    if (partNumber === 1) parts.release(data);
  }
  expect(memories[1]).toBe(memories[0]);
  expect(new Set(memories).size).toBe(4);
  expect(Buffer.concat(whole).equals(bytes.subarray(2000))).toBe(true);
});

it('takes no checksum where none is wanted', async () => {
  const body = Readable.from([Buffer.from('x')]);
  const parts = new FileParts(body, { partSizeBytes: 10, crc32: false });
  for await (const { data } of parts) expect(parts.crc32Of(data)).toBeUndefined();
});

it('ends with the error of its source, and never as if the file were whole', async () => {
  const broken = new Error('the database went away');
  const failing = new Readable({ read: () => undefined });
  failing.push(Buffer.alloc(1500));
  const parts = new FileParts(failing, { partSizeBytes: 1000, crc32: true })[Symbol.asyncIterator]();
  expect(await parts.next()).toMatchObject({ done: false });
  failing.destroy(broken);
  await expect(parts.next()).rejects.toBe(broken);

  const closed = new Readable({ read: () => undefined });
  closed.push(Buffer.alloc(500));
  const rest = new FileParts(closed, { partSizeBytes: 1000, crc32: true })[Symbol.asyncIterator]().next();
  closed.destroy();
  await expect(rest).rejects.toThrow('Premature close');
});

it('leaves its source alone when whoever takes the parts gives up: the reason is theirs to tell', async () => {
  const body = Readable.from(cut(Buffer.alloc(5000), 100), { objectMode: false });
  for await (const { partNumber } of new FileParts(body, { partSizeBytes: 1000, crc32: true })) {
    if (partNumber === 2) break;
  }
  expect(body.destroyed).toBe(false);
  body.destroy();
});
