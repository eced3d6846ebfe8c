import { once } from 'node:events';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import type { Entry } from '../../src/export/formats/format.ts';
import { ZipStream } from '../../src/export/zip-stream.ts';

/** Small files, so that none of them fills a buffer by itself. */
async function* files(count: number, kind: Partial<Entry>) {
  for (let file = 0; file < count; file++) {
    await setImmediate();
    yield [{ ...kind, entry: `${file}.txt` }, Buffer.from(String(file).repeat(100))];
  }
}

it.each<[string, Partial<Entry>]>([
  ['files', {}],
  ['archives', { archive: true }],
])('takes no more %s than its reader does', async (_what, kind) => {
  const zip = new ZipStream({ level: 1, entry: '-' });
  let taken = 0;
  const feed = async () => {
    for await (const pieces of files(5000, kind)) {
      for (const piece of pieces) if (!zip.write(piece)) await once(zip, 'drain');
      taken++;
    }
    zip.end();
  };
  const feeding = feed();
  // Nobody reads: it has to come to a stop.
  let before = -1;
  for (let turns = 0; turns < 2000 && taken !== before; turns++) {
    before = taken;
    for (let turn = 0; turn < 200; turn++) await setImmediate();
  }
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(2000);
  zip.resume();
  await feeding;
  expect(taken).toBe(5000);
});

it.each([false, true])(
  'ends, with its error, when it is destroyed before its end (in an archive: %s)',
  async (archive) => {
    const zip = new ZipStream({ level: 1, entry: 'a.txt' });
    zip.write({ entry: 'b.txt', archive });
    zip.write(Buffer.alloc(1024 * 1024));
    const failed = once(zip, 'error');
    zip.destroy(new Error('the upload failed'));
    expect((await failed)[0]).toMatchObject({ message: 'the upload failed' });
  },
);

it('holds more files than a zip without ZIP64 can count', { timeout: 180_000 }, async () => {
  const count = 66_000;
  const isRead = (file: number) => file % 1000 === 0;
  function* pieces() {
    for (let file = 0; file < count; file++) {
      yield { entry: `${file}.txt` };
      if (isRead(file)) yield Buffer.from(`${file}`);
    }
  }
  const zip = new ZipStream({ level: 0, entry: '-' });
  const [content] = await Promise.all([buffer(zip), pipeline(Readable.from(pieces()), zip)]);
  const read = await fromBufferPromise(content, { lazyEntries: true });
  expect(read.entryCount).toBe(count);
  const names: string[] = [];
  for await (const entry of read.eachEntry()) {
    const file = names.push(entry.fileName) - 1;
    if (isRead(file)) expect(await text(await read.openReadStreamPromise(entry))).toBe(`${file}`);
  }
  expect(names.filter((name, file) => name !== `${file}.txt`)).toEqual([]);
  expect(names).toHaveLength(count);
});
