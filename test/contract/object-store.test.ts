import { randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { AppError } from '../../src/errors.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import { startHttpFaultProxy } from '../support/http-fault-proxy.ts';
import type { Fault, HttpFaultProxy } from '../support/http-fault-proxy.ts';
import { MIB, useTestStore } from '../support/test-store.ts';

const { store, options } = useTestStore();
const contentType = 'text/csv; charset=utf-8';
const never = () => new AbortController().signal;
const newKey = () => `exports/${randomBytes(8).toString('hex')}/diary.csv`;
const chunksOf = (bytes: Buffer, size = 64 * 1024) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
  );

/** Keys with an unfinished upload, as the server itself lists them. */
async function unfinishedUploads(prefix: string): Promise<string[]> {
  const client = createS3Client(options);
  const { Uploads } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: options.bucket, Prefix: prefix }),
  );
  client.destroy();
  return (Uploads ?? []).map(({ Key }) => Key ?? '');
}

async function expectNothingAt(key: string): Promise<void> {
  expect(await store.head(key)).toBeUndefined();
  expect(await unfinishedUploads(key)).toEqual([]);
}

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
    expect(await unfinishedUploads(key)).toEqual([]);
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
      await expectNothingAt(key);
    },
  );

  it('stops within two seconds of an abort while parts are on their way, and leaves none behind', async () => {
    const key = newKey();
    const body = new PassThrough({ highWaterMark: 32 * MIB });
    body.write(randomBytes(11 * MIB));
    const abort = new AbortController();
    const uploading = store.upload({ key, body, contentType, signal: abort.signal });
    await vi.waitUntil(async () => (await unfinishedUploads(key)).length === 1);
    const cancelled = new AppError('superseded', 'cancelled');
    const abortedAt = performance.now();
    abort.abort(cancelled);
    await expect(uploading).rejects.toBe(cancelled);
    expect(performance.now() - abortedAt).toBeLessThan(2000);
    expect(body.destroyed).toBe(true);
    await expectNothingAt(key);
  });
});

describe('upload, when the storage fails', () => {
  let proxy: HttpFaultProxy;
  let shaky: S3ObjectStore;
  const bytes = randomBytes(12 * MIB);

  beforeAll(async () => {
    proxy = await startHttpFaultProxy(options.endpoint ?? '');
    shaky = new S3ObjectStore({ ...options, endpoint: proxy.url, requestTimeoutMs: 1000 });
  });
  afterEach(() => {
    proxy.fault = () => 'pass';
  });
  afterAll(async () => {
    shaky.close();
    await proxy.close();
  });

  const isPart = (number: number) => (url: URL) => url.searchParams.get('partNumber') === String(number);
  const isComplete = (method: string, url: URL) => method === 'POST' && url.searchParams.has('uploadId');
  const upload = (key: string) => shaky.upload({ key, body: chunksOf(bytes), contentType, signal: never() });
  const internalError: Fault = { status: 500, body: '<Error><Code>InternalError</Code></Error>' };

  it.each<[string, Fault]>([
    ['an error 500', internalError],
    ['an error 503', { status: 503, body: '<Error><Code>SlowDown</Code></Error>' }],
    ['a reset', 'reset'],
    ['silence', 'hang'],
  ])('survives %s on the second part', async (_name, fault) => {
    const key = newKey();
    let left = 1;
    proxy.fault = ({ url }) => (isPart(2)(url) && left-- > 0 ? fault : 'pass');
    await upload(key);
    expect(left).toBeLessThan(1);
    expect(await store.head(key)).toMatchObject({ bytes: bytes.length });
  });

  it.each<[string, Fault]>([
    ['an error 500', internalError],
    ['a reset', 'reset'],
    ['silence', 'hang'],
  ])(
    'rejects after its attempts when the second part always meets %s, and leaves nothing',
    async (_name, fault) => {
      const key = newKey();
      proxy.fault = ({ url }) => (isPart(2)(url) ? fault : 'pass');
      const startedAt = performance.now();
      await expect(upload(key)).rejects.toMatchObject({ code: 'storage_failed', retryable: true });
      // Time-out × attempts, the pauses between them, and the clean-up.
      expect(performance.now() - startedAt).toBeLessThan(10_000);
      await expectNothingAt(key);
    },
  );

  it('is done when only the answer to Complete was lost', async () => {
    const key = newKey();
    let lost = 0;
    proxy.fault = ({ method, url }) => {
      if (!isComplete(method, url) || lost > 0) return 'pass';
      lost++;
      return 'lose-answer';
    };
    await upload(key);
    expect(lost).toBe(1);
    expect(await store.head(key)).toMatchObject({ bytes: bytes.length });
    expect(await unfinishedUploads(key)).toEqual([]);
  });

  it('rejects when Complete answers 200 with an error in its body', async () => {
    const key = newKey();
    proxy.fault = ({ method, url }) => (isComplete(method, url) ? { ...internalError, status: 200 } : 'pass');
    await expect(upload(key)).rejects.toMatchObject({ code: 'storage_failed' });
    await expectNothingAt(key);
  });

  it('sends parts without asking first by Expect: 100-continue', async () => {
    const parts: (string | undefined)[] = [];
    proxy.fault = ({ url, headers }) => {
      if (url.searchParams.has('partNumber')) parts.push(headers.expect);
      return 'pass';
    };
    await upload(newKey());
    expect(parts).toEqual([undefined, undefined, undefined]);
  });

  it('does not end the process when a small file cannot be stored', async () => {
    proxy.fault = () => 'reset';
    const body = chunksOf(Buffer.from('title\n'));
    await expect(shaky.upload({ key: newKey(), body, contentType, signal: never() })).rejects.toMatchObject({
      code: 'storage_failed',
    });
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

  it('aborts only uploads that are old enough', async () => {
    const key = newKey();
    const body = new PassThrough({ highWaterMark: 32 * MIB });
    body.write(randomBytes(6 * MIB));
    const uploading = store
      .upload({ key, body, contentType, signal: never() })
      .catch((error: unknown) => error);
    await vi.waitUntil(async () => (await unfinishedUploads(key)).length === 1);
    expect(await store.abortUploads(key, new Date(Date.now() - 60_000))).toEqual([]);
    expect(await store.abortUploads(key, new Date(Date.now() + 60_000))).toEqual([key]);
    body.destroy(new Error('over'));
    await uploading;
    await expectNothingAt(key);
  });

  it.each([
    ['plain', 'diary.csv'],
    ['quotes, blanks and path', 'my "diary"/../x.csv'],
    ['line breaks', 'a\r\nX-Injected: 1.csv'],
    ['emoji and right-to-left', 'يوميات 🎬.csv'],
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
