import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import { crc32c } from '../../src/embedded/s3/checksums.ts';
import { ChunkSigner } from '../../src/embedded/s3/sigv4-signing.ts';
import { bucketTest, listKeys, prepare, send, sendSigned } from './s3-target.ts';
import type { BucketContext, PreparedRequest, S3Target } from './s3-target.ts';

// S3 wants chunks of 8 KiB at least, but for the last.
const firstChunkBytes = 8192;
const body = 'name,rating\nSolaris,5\n'.repeat(500);

function crcValue(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.toString('base64');
}

const checksums = {
  crc32: crcValue(crc32(body)),
  crc32c: crcValue(crc32c(Buffer.from(body))),
  sha1: createHash('sha1').update(body).digest('base64'),
  sha256: createHash('sha256').update(body).digest('base64'),
};
const algorithms = Object.keys(checksums) as (keyof typeof checksums)[];

export function defineIntegrityTests(target: S3Target): void {
  async function expectStored({ bucket, client }: BucketContext): Promise<void> {
    const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
    expect(await got.Body?.transformToString()).toBe(body);
    expect(got.ContentEncoding ?? '').toBe('');
  }

  describe('digests in headers', () => {
    bucketTest(target, 'Content-MD5 is checked', async (context) => {
      const put = { method: 'PUT', path: `/${context.bucket}/k`, body };
      const wrong = createHash('md5').update('other').digest('base64');
      expect(await sendSigned(target, { ...put, headers: { 'content-md5': wrong } })).toMatchObject({
        status: 400,
        code: 'BadDigest',
      });
      expect(await sendSigned(target, { ...put, headers: { 'content-md5': 'AAAA' } })).toMatchObject({
        status: 400,
        code: 'InvalidDigest',
      });
      expect(await listKeys(context.client, context.bucket)).toEqual([]);
      const right = createHash('md5').update(body).digest('base64');
      expect((await sendSigned(target, { ...put, headers: { 'content-md5': right } })).status).toBe(200);
      await expectStored(context);
    });

    bucketTest(target, 'x-amz-content-sha256 is checked', async (context) => {
      const put = { method: 'PUT', path: `/${context.bucket}/k`, body };
      const digest = (text: string) => createHash('sha256').update(text).digest('hex');
      expect(await sendSigned(target, { ...put, payloadHash: digest('other') })).toMatchObject({
        status: 400,
        code: 'XAmzContentSHA256Mismatch',
      });
      expect(await listKeys(context.client, context.bucket)).toEqual([]);
      expect((await sendSigned(target, { ...put, payloadHash: digest(body) })).status).toBe(200);
      await expectStored(context);
    });

    bucketTest(target, 'x-amz-checksum-… are checked', async (context) => {
      const { bucket, client } = context;
      for (const name of algorithms) {
        const put = { method: 'PUT', path: `/${bucket}/k`, body };
        const header = `x-amz-checksum-${name}`;
        const other = Buffer.from(checksums[name], 'base64').reverse().toString('base64');
        expect(await sendSigned(target, { ...put, headers: { [header]: other } }), name).toMatchObject({
          status: 400,
          code: 'BadDigest',
        });
        expect(await sendSigned(target, { ...put, headers: { [header]: 'AA' } }), name).toMatchObject({
          status: 400,
          code: 'InvalidRequest',
        });
        expect(await listKeys(client, bucket)).toEqual([]);
        const answer = await sendSigned(target, { ...put, headers: { [header]: checksums[name] } });
        expect(answer.status, name).toBe(200);
        await expectStored(context);
        if (target.capabilities.storedChecksums) {
          expect(answer.headers[header]).toBe(checksums[name]);
          const command = new HeadObjectCommand({ Bucket: bucket, Key: 'k', ChecksumMode: 'ENABLED' });
          const head = await client.send(command);
          expect(Object.values(head)).toContain(checksums[name]);
          expect(head.ChecksumType).toBe('FULL_OBJECT');
        }
        await sendSigned(target, { method: 'DELETE', path: `/${bucket}/k` });
      }
    });

    bucketTest(target, 'one checksum at a time', async ({ bucket, client }) => {
      const headers = { 'x-amz-checksum-crc32': checksums.crc32, 'x-amz-checksum-sha1': checksums.sha1 };
      const answer = await sendSigned(target, { method: 'PUT', path: `/${bucket}/k`, body, headers });
      expect(answer).toMatchObject({ status: 400, code: 'InvalidRequest' });
      expect(await listKeys(client, bucket)).toEqual([]);
    });
  });

  describe('aws-chunked', () => {
    bucketTest(target, 'trailing checksums are checked', async (context) => {
      for (const name of algorithms) {
        const request = (value: string) =>
          chunked(target, context.bucket, { trailer: [`x-amz-checksum-${name}`, value] });
        const other = Buffer.from(checksums[name], 'base64').reverse().toString('base64');
        expect(await send(request(other)), name).toMatchObject({ status: 400, code: 'BadDigest' });
        expect(await listKeys(context.client, context.bucket)).toEqual([]);
        expect((await send(request(checksums[name]))).status, name).toBe(200);
        await expectStored(context);
        await sendSigned(target, { method: 'DELETE', path: `/${context.bucket}/k` });
      }
    });

    bucketTest(target, 'signatures of chunks are checked', async (context) => {
      const honest = () => chunked(target, context.bucket, { signed: true });
      const broken = honest();
      const text = broken.body.toString('latin1');
      const place = text.indexOf('Solaris');
      broken.body = Buffer.from(`${text.slice(0, place)}Stalker${text.slice(place + 7)}`, 'latin1');
      expect(await send(broken)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      expect(await listKeys(context.client, context.bucket)).toEqual([]);
      expect((await send(honest())).status).toBe(200);
      await expectStored(context);
    });

    bucketTest(target, 'signatures of trailers are checked', async (context) => {
      const options = { signed: true, trailer: ['x-amz-checksum-crc32', checksums.crc32] } as const;
      const broken = chunked(target, context.bucket, options);
      const text = broken.body.toString('latin1');
      broken.body = Buffer.from(text.replace(/(trailer-signature:)[0-9a-f]{4}/, '$10000'), 'latin1');
      expect(await send(broken)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      expect(await listKeys(context.client, context.bucket)).toEqual([]);
      expect((await send(chunked(target, context.bucket, options))).status).toBe(200);
      await expectStored(context);
    });

    bucketTest(
      target,
      'a body that is cut short or not as long as it says is refused',
      async ({ bucket, client }) => {
        const trailer = ['x-amz-checksum-crc32', checksums.crc32] as const;
        const cut = chunked(target, bucket, { trailer });
        cut.body = cut.body.subarray(0, cut.body.indexOf('\r\n0\r\n'));
        cut.headers['content-length'] = String(cut.body.length);
        const longer = chunked(target, bucket, { trailer, decodedLength: body.length + 1 });
        const shorter = chunked(target, bucket, { trailer, decodedLength: body.length - 1 });
        const unreadable = chunked(target, bucket, { trailer });
        unreadable.body = Buffer.from(
          unreadable.body.toString('latin1').replace(/^[0-9a-f]+/, 'zz'),
          'latin1',
        );
        unreadable.headers['content-length'] = String(unreadable.body.length);
        for (const request of [cut, longer, shorter, unreadable]) {
          expect((await send(request)).status).toBe(400);
        }
        expect(await listKeys(client, bucket)).toEqual([]);
      },
    );

    bucketTest(target, 'an announced trailer must come', async ({ bucket, client }) => {
      const request = chunked(target, bucket, { trailer: ['x-amz-checksum-crc32', checksums.crc32] });
      request.body = Buffer.from(request.body.toString().replace(/x-amz-checksum-crc32:.*\r\n/, ''));
      request.headers['content-length'] = String(request.body.length);
      expect((await send(request)).status).toBe(400);
      expect(await listKeys(client, bucket)).toEqual([]);
    });
  });
}

/** A PUT of `body` in two chunks. */
function chunked(
  target: S3Target,
  bucket: string,
  options: { signed?: boolean; trailer?: readonly [name: string, value: string]; decodedLength?: number },
): PreparedRequest {
  const { signed = false, trailer, decodedLength = body.length } = options;
  const suffix = trailer === undefined ? '' : '-TRAILER';
  const request = prepare(target, {
    method: 'PUT',
    path: `/${bucket}/k`,
    payloadHash: signed
      ? `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${suffix}`
      : `STREAMING-UNSIGNED-PAYLOAD${suffix}`,
    headers: {
      'content-encoding': 'aws-chunked',
      'x-amz-decoded-content-length': String(decodedLength),
      ...(trailer === undefined ? {} : { 'x-amz-trailer': trailer[0] }),
    },
  });
  const signer = new ChunkSigner(request.seed);
  const chunk = (text: string) => {
    const signature = signer.chunk(createHash('sha256').update(text).digest('hex'));
    return `${text.length.toString(16)}${signed ? `;chunk-signature=${signature}` : ''}\r\n${text}`;
  };
  // The last chunk has no bytes, and so one line end less: `0\r\n`, trailers, `\r\n`.
  let framed = `${chunk(body.slice(0, firstChunkBytes))}\r\n${chunk(body.slice(firstChunkBytes))}\r\n${chunk('')}`;
  if (trailer !== undefined) {
    framed += `${trailer.join(':')}\r\n`;
    if (signed) framed += `x-amz-trailer-signature:${signer.trailer(`${trailer.join(':')}\n`)}\r\n`;
  }
  request.body = Buffer.from(`${framed}\r\n`);
  request.headers['content-length'] = String(request.body.length);
  return request;
}
