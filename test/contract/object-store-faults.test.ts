import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it, onTestFinished } from 'vitest';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import { startHttpFaultProxy } from '../support/http-fault-proxy.ts';
import type { Fault, HttpFaultProxy } from '../support/http-fault-proxy.ts';
import { MIB, useTestStore } from '../support/test-store.ts';
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
    await expectNothingAt(storage, key);
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
  expect(await unfinishedUploads(storage, key)).toEqual([]);
});

it('rejects when Complete answers 200 with an error in its body', async () => {
  const key = newKey();
  proxy.fault = ({ method, url }) => (isComplete(method, url) ? { ...internalError, status: 200 } : 'pass');
  await expect(upload(key)).rejects.toMatchObject({ code: 'storage_failed' });
  await expectNothingAt(storage, key);
});

it('gives up an answer that stops in the middle', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/xml' }).write('<ListBucketResult>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stalled = new S3ObjectStore({ ...options, endpoint, requestTimeoutMs: 300 });
  onTestFinished(() => {
    stalled.close();
    server.close();
    server.closeAllConnections();
  });
  const startedAt = performance.now();
  await expect(stalled.abortUploads('exports/')).rejects.toMatchObject({ code: 'storage_failed' });
  await expect(async () => {
    for await (const object of stalled.list('exports/')) throw new Error(object.key);
  }).rejects.toMatchObject({ code: 'storage_failed' });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
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
