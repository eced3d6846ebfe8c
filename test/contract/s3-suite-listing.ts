import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { ListObjectsV2CommandInput, S3Client } from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import { bucketTest, sendSigned } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

// U+FF5E sorts before U+1F600 in UTF-8 and after it in UTF-16.
const keys = ['a', 'a/1', 'a/2', 'a/x/1', 'a0', 'b', 'b&<>"\' +', 'é', '\uff5e', '\u{1f600}'];

export function defineListingTests(target: S3Target): void {
  describe('listing', () => {
    bucketTest(
      target,
      'is in the order of UTF-8 bytes, with sizes and entity tags',
      async ({ bucket, client }) => {
        await fill(client, bucket);
        const { Contents: contents = [], ...rest } = await client.send(
          new ListObjectsV2Command({ Bucket: bucket }),
        );
        expect(contents.map(({ Key }) => Key)).toEqual(keys);
        expect(rest).toMatchObject({
          IsTruncated: false,
          KeyCount: keys.length,
          MaxKeys: 1000,
          Name: bucket,
        });
        for (const { Key, Size, ETag } of contents) {
          expect(Size).toBe(Buffer.byteLength(Key ?? ''));
          expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
        }
      },
    );

    bucketTest(target, 'pages through everything, whatever the page size', async ({ bucket, client }) => {
      await fill(client, bucket);
      for (const MaxKeys of [1, 3, 9, 10]) {
        expect(await pages(client, { Bucket: bucket, MaxKeys }), `MaxKeys ${MaxKeys}`).toEqual(keys);
        const rolledUp = await pages(client, { Bucket: bucket, MaxKeys, Delimiter: '/' });
        expect(rolledUp, `MaxKeys ${MaxKeys}`).toEqual([
          'a',
          'a/ +',
          'a0',
          'b',
          'b&<>"\' +',
          'é',
          '\uff5e',
          '\u{1f600}',
        ]);
      }
    });

    bucketTest(target, 'rolls up prefixes', async ({ bucket, client }) => {
      await fill(client, bucket);
      const answer = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: 'a/', Delimiter: '/' }),
      );
      expect(answer.Contents?.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
      expect(answer.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['a/x/']);
      expect(answer).toMatchObject({ Prefix: 'a/', Delimiter: '/', KeyCount: 3 });
    });

    bucketTest(target, 'starts after a key', async ({ bucket, client }) => {
      await fill(client, bucket);
      for (const StartAfter of ['a/2', 'a/3', 'é']) {
        const expected = keys.filter((key) => Buffer.compare(Buffer.from(key), Buffer.from(StartAfter)) > 0);
        expect(await pages(client, { Bucket: bucket, StartAfter, MaxKeys: 2 }), StartAfter).toEqual(expected);
      }
    });

    bucketTest(target, 'encodes keys on demand', async ({ bucket, client }) => {
      await fill(client, bucket);
      const command = new ListObjectsV2Command({ Bucket: bucket, EncodingType: 'url', Prefix: 'b' });
      const { Contents: contents = [], EncodingType: type } = await client.send(command);
      expect(type).toBe('url');
      expect(contents.map(({ Key }) => decodeURIComponent((Key ?? '').replaceAll('+', ' ')))).toEqual([
        'b',
        'b&<>"\' +',
      ]);
      expect(contents[1]?.Key).toMatch(/^b%26%3C%3E%22(%27|')(\+|%20)%2B$/);
    });

    bucketTest(target, 'may ask for nothing', async ({ bucket, client }) => {
      await fill(client, bucket);
      const answer = await client.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 0 }));
      expect([answer.Contents ?? [], answer.IsTruncated]).toEqual([[], false]);
      const empty = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'zzz' }));
      expect([empty.Contents ?? [], empty.IsTruncated, empty.KeyCount]).toEqual([[], false, 0]);
    });

    bucketTest(target, 'refuses parameters that make no sense', async ({ bucket }) => {
      const wrong = [{ 'max-keys': 'many' }, { 'max-keys': '-1' }, { 'encoding-type': 'rot13' }];
      for (const query of wrong) {
        const answer = await sendSigned(target, {
          method: 'GET',
          path: `/${bucket}`,
          query: { 'list-type': '2', ...query },
        });
        expect([answer.status, answer.code], JSON.stringify(query)).toEqual([400, 'InvalidArgument']);
      }
    });
  });
}

async function fill(client: S3Client, bucket: string): Promise<void> {
  for (const Key of keys.toReversed())
    await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
}

/** Everything in the order of the pages; common prefixes are marked, and come in the place of their first key. */
async function pages(client: S3Client, input: ListObjectsV2CommandInput): Promise<string[]> {
  const all: string[] = [];
  let token: string | undefined;
  do {
    const answer = await client.send(new ListObjectsV2Command({ ...input, ContinuationToken: token }));
    const found = [
      ...(answer.Contents ?? []).map(({ Key = '' }) => ({ sort: Key, name: Key })),
      ...(answer.CommonPrefixes ?? []).map(({ Prefix = '' }) => ({ sort: Prefix, name: `${Prefix} +` })),
    ].sort((left, right) => Buffer.compare(Buffer.from(left.sort), Buffer.from(right.sort)));
    expect(found.length).toBeLessThanOrEqual(input.MaxKeys ?? 1000);
    expect(answer.KeyCount).toBe(found.length);
    all.push(...found.map(({ name }) => name));
    token = answer.NextContinuationToken;
    expect(answer.IsTruncated).toBe(token !== undefined);
  } while (token !== undefined);
  return all;
}
