import { randomBytes } from 'node:crypto';
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import { bucketTest, checksumModes, listKeys, sendSigned } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

/** Keys that a file system would trip over. */
export const awkwardKeys = [
  'a',
  'a/b',
  'a/b/',
  'a//b',
  '/leading',
  'trailing/',
  '../../etc/passwd',
  'x/../y',
  './.',
  '..',
  'space and +plus',
  '100%25%',
  '%2e%2e%2f',
  'quote"\'<&>',
  'CON',
  'Case',
  'case',
  'back\\slash',
  'semi;colon?query#hash=1&b',
  "!*'()@:,$",
  'ünï/日本/🚢',
  'n'.repeat(1024),
  `${'é'.repeat(300)}.csv`,
] as const;

export function defineObjectTests(target: S3Target): void {
  describe.each(checksumModes)('objects, checksums %s', (mode) => {
    bucketTest(
      target,
      'gives back what was put: bytes, headers, metadata',
      async ({ bucket, client }) => {
        const body = randomBytes(300_000);
        const put = await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: 'dir/diary.csv',
            Body: body,
            ContentType: 'text/csv; charset=utf-8',
            ContentDisposition: 'attachment; filename="diary.csv"',
            CacheControl: 'private, max-age=60',
            ContentEncoding: 'gzip',
            Metadata: { rows: '31', 'two-words': 'a b' },
          }),
        );
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'dir/diary.csv' }));
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
        const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: 'dir/diary.csv' }));
        for (const answer of [got, head]) {
          expect(answer).toMatchObject({
            ContentLength: body.length,
            ContentType: 'text/csv; charset=utf-8',
            ContentDisposition: 'attachment; filename="diary.csv"',
            CacheControl: 'private, max-age=60',
            ContentEncoding: 'gzip',
            Metadata: { rows: '31', 'two-words': 'a b' },
            ETag: put.ETag,
            AcceptRanges: 'bytes',
          });
          expect(Math.abs((answer.LastModified?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
        }
      },
      { mode },
    );

    bucketTest(
      target,
      'stores an empty object, and replaces objects',
      async ({ bucket, client }) => {
        await client.send(
          new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: '', Metadata: { old: '1' } }),
        );
        const empty = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
        expect(await empty.Body?.transformToString()).toBe('');
        expect(empty.ETag).toBe('"d41d8cd98f00b204e9800998ecf8427e"');
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'new' }));
        const replaced = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
        expect(await replaced.Body?.transformToString()).toBe('new');
        expect(replaced.Metadata).toEqual({});
      },
      { mode },
    );

    bucketTest(
      target,
      'deletes many objects at once, missing ones included',
      async ({ bucket, client }) => {
        const keys = ['one', 'two & <three>', 'fo"ur', "f'ünf", 'left'];
        for (const Key of keys) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
        const doomed = [...keys.slice(0, 3), 'never-there'];
        const answer = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: doomed.map((Key) => ({ Key })) } }),
        );
        expect(answer.Errors ?? []).toEqual([]);
        expect(new Set(answer.Deleted?.map(({ Key }) => Key))).toEqual(new Set(doomed));
        const quiet = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "f'ünf" }], Quiet: true } }),
        );
        expect(quiet.Deleted ?? []).toEqual([]);
        expect(await listKeys(client, bucket)).toEqual(['left']);
      },
      { mode },
    );
  });

  describe('objects', () => {
    bucketTest(target, 'keeps awkward keys apart, byte for byte', async ({ bucket, client }) => {
      const keys = target.capabilities.keysAsTheyAre
        ? awkwardKeys
        : awkwardKeys.filter((key) => !/^\.\.?$|(^|\/)\.\.?(\/|$)/.test(key));
      for (const Key of keys)
        await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `body of ${Key}` }));
      for (const Key of keys) {
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
        expect(await got.Body?.transformToString()).toBe(`body of ${Key}`);
      }
      const sorted = [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
      expect(await listKeys(client, bucket)).toEqual(sorted);
    });

    bucketTest(target, 'refuses keys above 1,024 bytes of UTF-8', async ({ bucket, client }) => {
      const command = new PutObjectCommand({ Bucket: bucket, Key: 'é'.repeat(513), Body: 'x' });
      await expect(client.send(command)).rejects.toMatchObject({ name: 'KeyTooLongError' });
    });

    bucketTest(
      target,
      'answers 204 to a delete, whether or not there was an object',
      async ({ bucket, client }) => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
        for (let time = 0; time < 2; time += 1) {
          const { $metadata: metadata } = await client.send(
            new DeleteObjectCommand({ Bucket: bucket, Key: 'k' }),
          );
          expect(metadata.httpStatusCode).toBe(204);
        }
        const missing = { Bucket: bucket, Key: 'k' };
        await expect(client.send(new GetObjectCommand(missing))).rejects.toMatchObject({ name: 'NoSuchKey' });
        await expect(client.send(new HeadObjectCommand(missing))).rejects.toMatchObject({
          $metadata: { httpStatusCode: 404 },
        });
      },
    );

    bucketTest(target, 'writes errors as S3 does', async ({ bucket }) => {
      const answer = await sendSigned(target, { method: 'GET', path: `/${bucket}/no <such> key` });
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('xml');
      expect(answer.body).toMatch(/^<\?xml version=.1\.0. encoding=.UTF-8.\?>\s*<Error>/);
      expect(answer.body).toContain('<Code>NoSuchKey</Code>');
      expect(answer.body).toMatch(/<Message>[^<]+<\/Message>/);
      expect(answer.body).toMatch(/<RequestId>[^<]+<\/RequestId>/);
      const head = await sendSigned(target, { method: 'HEAD', path: `/${bucket}/missing` });
      expect([head.status, head.body]).toEqual([404, '']);
    });

    bucketTest(
      target,
      'refuses metadata above 2 KB',
      async ({ bucket, client }) => {
        const command = new PutObjectCommand({
          Bucket: bucket,
          Key: 'k',
          Body: 'x',
          Metadata: { a: 'b'.repeat(2048) },
        });
        await expect(client.send(command)).rejects.toMatchObject({ name: 'MetadataTooLarge' });
      },
      { when: target.capabilities.metadataLimit },
    );
  });
}
