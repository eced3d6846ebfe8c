import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect } from 'vitest';
import { bucketTest, sendSigned, sendUrl } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

const hour = 3_600_000;

export function defineReadTests(target: S3Target): void {
  describe('ranges', () => {
    bucketTest(target, 'sends the bytes that were asked for', async ({ bucket, client }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: '0123456789' }));
      const cases = [
        ['bytes=0-0', '0', 'bytes 0-0/10'],
        ['bytes=2-5', '2345', 'bytes 2-5/10'],
        ['bytes=7-', '789', 'bytes 7-9/10'],
        ['bytes=-3', '789', 'bytes 7-9/10'],
        ['bytes=-99', '0123456789', 'bytes 0-9/10'],
        ['bytes=8-99', '89', 'bytes 8-9/10'],
      ] as const;
      for (const [Range, content, contentRange] of cases) {
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k', Range }));
        expect(got.$metadata.httpStatusCode, Range).toBe(206);
        expect(got.ContentRange).toBe(contentRange);
        expect(got.ContentLength).toBe(content.length);
        expect(await got.Body?.transformToString()).toBe(content);
      }
    });

    bucketTest(
      target,
      'answers 416 beyond the end, and ignores what is no range',
      async ({ bucket, client }) => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: '0123456789' }));
        const path = `/${bucket}/k`;
        for (const range of ['bytes=10-', 'bytes=10-20', 'bytes=-0']) {
          const answer = await sendSigned(target, { method: 'GET', path, headers: { range } });
          expect([answer.status, answer.code], range).toEqual([416, 'InvalidRange']);
        }
        for (const range of ['bytes=5-2', 'lines=1-2', 'bytes=x']) {
          const answer = await sendSigned(target, { method: 'GET', path, headers: { range } });
          expect([answer.status, answer.body], range).toEqual([200, '0123456789']);
        }
      },
    );
  });

  describe('conditional reads', () => {
    bucketTest(target, 'compares entity tags and dates', async ({ bucket, client }) => {
      const { ETag: etag } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
      const where = { Bucket: bucket, Key: 'k' };
      const { LastModified: written } = await client.send(new HeadObjectCommand(where));
      const earlier = new Date(Date.now() - hour);
      const notModified = { $metadata: { httpStatusCode: 304 } };
      const failed = { $metadata: { httpStatusCode: 412 } };
      for (const Command of [GetObjectCommand, HeadObjectCommand]) {
        async function read(condition: object) {
          const answer: Pick<GetObjectCommandOutput, 'Body' | '$metadata'> = await client.send(
            new Command({ ...where, ...condition }),
          );
          await answer.Body?.transformToString();
          return answer.$metadata.httpStatusCode;
        }
        await expect(read({ IfNoneMatch: etag })).rejects.toMatchObject(notModified);
        await expect(read({ IfMatch: '"0123"' })).rejects.toMatchObject(failed);
        await expect(read({ IfUnmodifiedSince: earlier })).rejects.toMatchObject(failed);
        await expect(read({ IfModifiedSince: written })).rejects.toMatchObject(notModified);
        expect(await read({ IfNoneMatch: '"0123"' })).toBe(200);
        expect(await read({ IfMatch: etag })).toBe(200);
        expect(await read({ IfModifiedSince: earlier })).toBe(200);
        if (!target.capabilities.combinedConditions) continue;
        // The two combinations that the documentation of S3 names.
        expect(await read({ IfMatch: etag, IfUnmodifiedSince: earlier })).toBe(200);
        await expect(read({ IfNoneMatch: etag, IfModifiedSince: earlier })).rejects.toMatchObject(
          notModified,
        );
      }
      const raw = await sendSigned(target, {
        method: 'GET',
        path: `/${bucket}/k`,
        headers: { 'if-none-match': etag ?? '' },
      });
      expect([raw.status, raw.body, raw.headers.etag]).toEqual([304, '', etag]);
    });
  });

  describe('response headers of a download', () => {
    bucketTest(target, 'are those that the signed query asks for', async ({ bucket, client }) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x', ContentType: 'text/plain' }),
      );
      const url = await getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket: bucket,
          Key: 'k',
          ResponseContentType: 'text/csv',
          ResponseContentDisposition: `attachment; filename="a b.csv"; filename*=UTF-8''%C3%A9.csv`,
          ResponseCacheControl: 'no-store',
          ResponseContentLanguage: 'de',
          ResponseContentEncoding: 'identity',
        }),
      );
      const { status, headers } = await sendUrl(url);
      expect(status).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'text/csv',
        'content-disposition': `attachment; filename="a b.csv"; filename*=UTF-8''%C3%A9.csv`,
        'cache-control': 'no-store',
        'content-language': 'de',
        'content-encoding': 'identity',
      });
    });

    bucketTest(
      target,
      'cannot be used to start another header',
      async ({ bucket, client }) => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
        const answer = await sendSigned(target, {
          method: 'GET',
          path: `/${bucket}/k`,
          query: { 'response-content-disposition': 'attachment\r\nSet-Cookie: a=b' },
        });
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.status).toBe(400);
      },
      { when: target.capabilities.safeResponseHeaders },
    );
  });
}
