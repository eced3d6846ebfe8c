import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { PendingUpload } from '../../src/storage/object-store.ts';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import { MIB, useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import {
  chunksOf,
  contentType,
  expectNothingAt,
  never,
  newKey,
  unfinishedUploads,
} from '../support/uploads.ts';

const storage = useTestStore();
const { store, options } = storage;

describe('upload', () => {
  it.each([
    ['nothing', 0],
    ['a byte', 1],
    ['one part exactly', 5 * MIB],
    ['one byte more than a part', 5 * MIB + 1],
    ['several parts', 12 * MIB + 345],
  ])('stores %s as it came', async (_name, size) => {
    const key = newKey();
    const bytes = randomBytes(size);
    await store.upload({ key, body: chunksOf(bytes), contentType, signal: never() });
    expect(await store.head(key)).toMatchObject({ key, bytes: size });
    const url = await store.signDownload({ key, fileName: 'diary.csv', contentType, expiresInSeconds: 60 });
    const downloaded = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(downloaded.equals(bytes)).toBe(true);
    expect(await unfinishedUploads(storage, key)).toEqual([]);
  });

  it.each([1, 6 * MIB])(
    'rejects with the source’s error when it breaks off after %i bytes, and stores nothing',
    async (size) => {
      const key = newKey();
      const body = new PassThrough();
      body.write(randomBytes(size));
      const broken = new AppError('source_unavailable', 'the database went away');
      const uploading = store.upload({ key, body, contentType, signal: never() });
      setImmediate(() => body.destroy(broken));
      await expect(uploading).rejects.toBe(broken);
      await expectNothingAt(storage, key);
    },
  );

  it('never stores a file whose source was closed before its end', async () => {
    const key = newKey();
    const body = new PassThrough();
    body.write('title\n');
    const uploading = store.upload({ key, body, contentType, signal: never() });
    setImmediate(() => body.destroy());
    await expect(uploading).rejects.toMatchObject({ code: 'storage_failed' });
    await expectNothingAt(storage, key);
  });

  it('stops within two seconds of an abort while parts are on their way, and leaves none behind', async () => {
    const key = newKey();
    const body = new PassThrough({ highWaterMark: 32 * MIB });
    body.write(randomBytes(11 * MIB));
    const abort = new AbortController();
    const uploading = store.upload({ key, body, contentType, signal: abort.signal });
    await until(async () => (await unfinishedUploads(storage, key)).length === 1);
    const cancelled = new AppError('superseded', 'cancelled');
    const abortedAt = performance.now();
    abort.abort(cancelled);
    await expect(uploading).rejects.toBe(cancelled);
    expect(performance.now() - abortedAt).toBeLessThan(2000);
    expect(body.destroyed).toBe(true);
    await expectNothingAt(storage, key);
  });
});

describe('the rest of the port', () => {
  const put = (key: string, text: string) =>
    store.upload({ key, body: Readable.from([Buffer.from(text)]), contentType, signal: never() });

  it('finds nothing where nothing is, and deletes it without complaint', async () => {
    expect(await store.head(newKey())).toBeUndefined();
    await expect(store.delete(newKey())).resolves.toBeUndefined();
  });

  it('lists by prefix, page after page', async () => {
    const prefix = `exports/${randomBytes(8).toString('hex')}/`;
    for (let index = 0; index < 5; index++) await put(`${prefix}${index}`, String(index));
    const keys: string[] = [];
    for await (const { key } of store.list(prefix)) keys.push(key);
    expect(keys).toEqual([0, 1, 2, 3, 4].map((index) => `${prefix}${index}`));
  });

  it('lists and drops unfinished uploads, with their age by the store’s clock', async () => {
    const key = newKey();
    const body = new PassThrough({ highWaterMark: 32 * MIB });
    body.write(randomBytes(6 * MIB));
    const uploading = store
      .upload({ key, body, contentType, signal: never() })
      .catch((error: unknown) => error);
    await until(async () => (await unfinishedUploads(storage, key)).length === 1);
    const found: PendingUpload[] = [];
    for await (const upload of store.uploads(key)) found.push(upload);
    expect(found).toMatchObject([{ key, ageMs: expect.closeTo(0, -4) as number }]);
    expect(await store.abortUpload({ key, uploadId: found[0]?.uploadId ?? '' })).toBe(true);
    expect(await unfinishedUploads(storage, key)).toEqual([]);
    expect(await store.abortUpload({ key, uploadId: found[0]?.uploadId ?? '' })).toBe(false);
    body.destroy(new Error('over'));
    await uploading;
    await expectNothingAt(storage, key);
  });

  it.each([
    ['plain', 'diary.csv'],
    ['quotes, blanks and path', 'my "diary"/../x.csv'],
    ['line breaks', 'a\r\nX-Injected: 1.csv'],
    ['emoji and right-to-left', 'يوميات 🎬.csv'],
    ['a direction override', 'diary\u202Evsc.exe.csv'],
    ['a page', 'diary.html'],
    ['4 KB', `${'x'.repeat(4096)}.csv`],
  ])('signs a link that downloads under one safe name: %s', async (_name, fileName) => {
    const key = newKey();
    await put(key, 'title\n');
    const response = await fetch(
      await store.signDownload({ key, fileName, contentType, expiresInSeconds: 60 }),
    );
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename=/);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('x-injected')).toBeNull();
  });

  it('signs a link for the host that clients see', async () => {
    const elsewhere = new S3ObjectStore({ ...options, publicEndpoint: 'https://files.example.com' });
    const url = new URL(
      await elsewhere.signDownload({ key: 'a/b', fileName: 'b', contentType, expiresInSeconds: 60 }),
    );
    elsewhere.close();
    expect(url.origin).toBe('https://files.example.com');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('60');
  });
});
