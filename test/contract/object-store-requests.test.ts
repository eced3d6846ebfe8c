// What an upload says to S3, seen on its way there.
import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import type { S3ObjectStoreOptions } from '../../src/storage/s3-object-store.ts';
import { startHttpFaultProxy } from '../support/http-fault-proxy.ts';
import type { HttpFaultProxy } from '../support/http-fault-proxy.ts';
import { MIB, useTestStore } from '../support/test-store.ts';
import { chunksOf, contentType, never, newKey } from '../support/uploads.ts';

const { options } = useTestStore();
const bytes = randomBytes(12 * MIB);
let proxy: HttpFaultProxy;
beforeAll(async () => {
  proxy = await startHttpFaultProxy(options.endpoint ?? '');
});
afterAll(() => proxy.close());

const requestsOf = async (kind: Partial<S3ObjectStoreOptions>, body: Buffer) => {
  const requests: { name: string; headers: IncomingHttpHeaders }[] = [];
  proxy.fault = ({ method, url, headers }) => {
    const part = url.searchParams.get('partNumber');
    const name =
      part === null
        ? method === 'POST' && url.searchParams.has('uploadId')
          ? 'complete'
          : method
        : `part ${part}`;
    requests.push({ name, headers });
    return 'pass';
  };
  const other = new S3ObjectStore({ ...options, ...kind, endpoint: proxy.url });
  const key = newKey();
  await other.upload({ key, body: chunksOf(body), contentType, signal: never() });
  other.close();
  return new Map(requests.map(({ name, headers }) => [name, headers]));
};

it('writes only where nothing is, in one request or in several', async () => {
  const small = await requestsOf({}, Buffer.from('title\n'));
  expect([...small.keys()]).toEqual(['PUT']);
  expect(small.get('PUT')).toMatchObject({ 'if-none-match': '*', 'content-type': contentType });
  const large = await requestsOf({}, bytes);
  expect([...large.keys()].sort()).toEqual(['POST', 'complete', 'part 1', 'part 2', 'part 3']);
  expect(large.get('complete')).toMatchObject({ 'if-none-match': '*' });
});

it('signs the bytes when told to, and takes no second digest of them', async () => {
  const requests = await requestsOf({ checksums: 'auto', payloadSigning: 'always' }, bytes);
  const part = createHash('sha256').update(bytes.subarray(0, options.partSizeBytes)).digest('hex');
  expect(requests.get('part 1')).toMatchObject({ 'x-amz-content-sha256': part });
  expect(requests.get('part 1')).not.toHaveProperty('x-amz-checksum-crc32');
});

it('sends the CRC32 it took while it cut the parts where they are not signed', async () => {
  const requests = await requestsOf({ checksums: 'auto' }, bytes);
  for (const [number, from] of [0, 5 * MIB, 10 * MIB].entries()) {
    const headers = requests.get(`part ${number + 1}`);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(bytes.subarray(from, from + 5 * MIB)));
    expect(headers).toMatchObject({
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
      'x-amz-checksum-crc32': crc.toString('base64'),
    });
    // The SDK names the algorithm when it reads the part itself: lib-storage has not taken our parts then.
    expect(headers).not.toHaveProperty('x-amz-sdk-checksum-algorithm');
  }
  const small = await requestsOf({ checksums: 'auto' }, Buffer.from('title\n'));
  expect(small.get('PUT')).toHaveProperty('x-amz-checksum-crc32');
});
