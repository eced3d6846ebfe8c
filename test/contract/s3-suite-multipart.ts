import { createHash, randomBytes } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { describe, expect } from 'vitest';
import { startUpload } from './s3-multipart-upload.ts';
import { bucketTest, checksumModes, listKeys } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

const minimumPartBytes = 5 * 1024 ** 2;

export function defineMultipartTests(target: S3Target): void {
  describe.each(checksumModes)('multipart uploads, checksums %s', (mode) => {
    bucketTest(
      target,
      'make one object of their parts, sent in any order and sent again',
      async ({ bucket, client }) => {
        const first = randomBytes(minimumPartBytes);
        const last = randomBytes(1000);
        const upload = await startUpload(client, bucket, mode, {
          ContentType: 'text/csv',
          Metadata: { rows: '7' },
        });
        const part3 = await upload.part(3, last);
        await upload.part(1, randomBytes(10));
        const part1 = await upload.part(1, first);
        expect(await listKeys(client, bucket)).toEqual([]);
        const done = await upload.complete([part1, part3]);
        const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest();
        const etag = `"${createHash('md5')
          .update(Buffer.concat([md5(first), md5(last)]))
          .digest('hex')}-2"`;
        expect(done.ETag).toBe(etag);
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'k' }));
        const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
        expect(bytes.equals(Buffer.concat([first, last]))).toBe(true);
        expect(got).toMatchObject({ ETag: etag, ContentType: 'text/csv', Metadata: { rows: '7' } });
        const middle = { Bucket: bucket, Key: 'k', Range: `bytes=${first.length - 3}-${first.length + 2}` };
        const across = await client.send(new GetObjectCommand(middle));
        expect(Buffer.from((await across.Body?.transformToByteArray()) ?? [])).toEqual(
          Buffer.concat([first.subarray(-3), last.subarray(0, 3)]),
        );
        expect(await uploadIds(client, bucket)).toEqual([]);
      },
      { mode },
    );

    bucketTest(
      target,
      'are streamed by lib-storage without a known length',
      async ({ bucket, client }) => {
        const body = randomBytes(2 * minimumPartBytes + 12_345);
        const upload = new Upload({
          client,
          params: { Bucket: bucket, Key: 'streamed', Body: Readable.from(slices(body, 100_001)) },
          partSize: minimumPartBytes,
          queueSize: 2,
        });
        await upload.done();
        const got = await client.send(new GetObjectCommand({ Bucket: bucket, Key: 'streamed' }));
        expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(body)).toBe(true);
        expect(got.ETag).toMatch(/-3"$/);
      },
      { mode },
    );
  });

  describe('multipart uploads', () => {
    bucketTest(target, 'list their parts in pages', async ({ bucket, client }) => {
      const upload = await startUpload(client, bucket);
      const last = target.capabilities.tenThousandParts ? 10_000 : 1000;
      for (const number of [5, 1, last]) await upload.part(number, Buffer.from(`part ${number}`));
      const where = { Bucket: bucket, Key: 'k', UploadId: upload.id };
      const all = await client.send(new ListPartsCommand(where));
      expect(all.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
        [1, 6],
        [5, 6],
        [last, Buffer.byteLength(`part ${last}`)],
      ]);
      expect(all).toMatchObject({ IsTruncated: false, UploadId: upload.id, Key: 'k' });
      expect(all.Parts?.[0]?.ETag).toBe(`"${createHash('md5').update('part 1').digest('hex')}"`);
      const page = await client.send(new ListPartsCommand({ ...where, MaxParts: 2 }));
      expect(page).toMatchObject({ IsTruncated: true, NextPartNumberMarker: '5' });
      const rest = await client.send(
        new ListPartsCommand({ ...where, MaxParts: 2, PartNumberMarker: page.NextPartNumberMarker }),
      );
      expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([last]);
    });

    bucketTest(target, 'are listed in pages, by key and prefix', async ({ bucket, client }) => {
      const created: { key: string; id: string }[] = [];
      for (const key of ['b/2', 'a', 'b/1', 'a'])
        created.push({ key, id: (await startUpload(client, bucket, undefined, { Key: key })).id });
      for (const MaxUploads of target.capabilities.smallUploadPages ? [1, 2, 3, 4] : [2]) {
        const seen: { key: string; id: string }[] = [];
        let KeyMarker: string | undefined;
        let UploadIdMarker: string | undefined;
        for (;;) {
          const page = await client.send(
            new ListMultipartUploadsCommand({ Bucket: bucket, MaxUploads, KeyMarker, UploadIdMarker }),
          );
          expect(page.Uploads?.length ?? 0).toBeLessThanOrEqual(MaxUploads);
          for (const { Key = '', UploadId = '' } of page.Uploads ?? []) seen.push({ key: Key, id: UploadId });
          if (page.IsTruncated !== true) break;
          ({ NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page);
        }
        expect(seen.map(({ key }) => key)).toEqual(['a', 'a', 'b/1', 'b/2']);
        expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(created.map(({ id }) => id)));
      }
      const prefixed = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'b/' }));
      expect(prefixed.Uploads?.map(({ Key }) => Key)).toEqual(['b/1', 'b/2']);
      const rolledUp = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Delimiter: '/' }));
      expect(rolledUp.Uploads?.map(({ Key }) => Key)).toEqual(['a', 'a']);
      expect(rolledUp.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(['b/']);
    });

    bucketTest(target, 'leave nothing behind when they are aborted', async ({ bucket, client }) => {
      const upload = await startUpload(client, bucket);
      const part = await upload.part(1, Buffer.from('x'));
      const where = { Bucket: bucket, Key: 'k', UploadId: upload.id };
      await client.send(new AbortMultipartUploadCommand(where));
      expect(await uploadIds(client, bucket)).toEqual([]);
      const gone = { name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } };
      await expect(upload.part(2, Buffer.from('x'))).rejects.toMatchObject(gone);
      await expect(upload.complete([part])).rejects.toMatchObject(gone);
      await expect(client.send(new ListPartsCommand(where))).rejects.toMatchObject(gone);
      await expect(client.send(new AbortMultipartUploadCommand(where))).rejects.toMatchObject(gone);
      expect(await listKeys(client, bucket)).toEqual([]);
    });

    bucketTest(target, 'are abandoned by lib-storage when the source fails', async ({ bucket, client }) => {
      const source = new PassThrough();
      const upload = new Upload({
        client,
        params: { Bucket: bucket, Key: 'broken', Body: source },
        partSize: minimumPartBytes,
        queueSize: 1,
      });
      const done = upload.done();
      upload.on('httpUploadProgress', () => source.destroy(new Error('the source failed')));
      source.write(randomBytes(minimumPartBytes + 1));
      await expect(done).rejects.toThrow('the source failed');
      expect(await listKeys(client, bucket)).toEqual([]);
      expect(await uploadIds(client, bucket)).toEqual([]);
    });

    bucketTest(target, 'refuse a list that does not fit the parts', async ({ bucket, client }) => {
      const upload = await startUpload(client, bucket);
      const one = await upload.part(1, Buffer.from('short'));
      const two = await upload.part(2, Buffer.from('short'));
      await expect(upload.complete([one, two])).rejects.toMatchObject({ name: 'EntityTooSmall' });
      await expect(upload.complete([two, one])).rejects.toMatchObject({ name: 'InvalidPartOrder' });
      await expect(upload.complete([one, { PartNumber: 3, ETag: one.ETag }])).rejects.toMatchObject({
        name: 'InvalidPart',
      });
      const wrong = `"${'0'.repeat(32)}"`;
      await expect(upload.complete([{ ...one, ETag: wrong }])).rejects.toMatchObject({ name: 'InvalidPart' });
      await expect(upload.complete([])).rejects.toMatchObject({ name: 'MalformedXML' });
      for (const number of [0, 10_001]) {
        await expect(upload.part(number, Buffer.from('x'))).rejects.toMatchObject({
          name: 'InvalidArgument',
        });
      }
      await upload.complete([two]);
      expect(await listKeys(client, bucket)).toEqual(['k']);
    });

    bucketTest(target, 'belong to their key', async ({ bucket, client }) => {
      const { id } = await startUpload(client, bucket);
      const elsewhere = new UploadPartCommand({
        Bucket: bucket,
        Key: 'other',
        UploadId: id,
        PartNumber: 1,
        Body: 'x',
      });
      await expect(client.send(elsewhere)).rejects.toMatchObject({ name: 'NoSuchUpload' });
    });

    bucketTest(
      target,
      'keep and check the checksums of their parts',
      async ({ bucket, client }) => {
        const upload = await startUpload(client, bucket, 'WHEN_SUPPORTED');
        const part = await upload.part(1, Buffer.from('x'));
        const wrong = { ...part, ChecksumCRC32: 'AAAAAA==' };
        await expect(upload.complete([wrong])).rejects.toMatchObject({ name: 'InvalidPart' });
        await expect(upload.complete([{ ETag: part.ETag, PartNumber: 1 }])).rejects.toMatchObject({
          name: 'InvalidRequest',
        });
        const where = { Bucket: bucket, Key: 'k' };
        const { Parts: parts } = await client.send(new ListPartsCommand({ ...where, UploadId: upload.id }));
        expect(parts?.[0]?.ChecksumCRC32).toBe(part.ChecksumCRC32);
        await upload.complete([part]);
        const head = await client.send(new HeadObjectCommand({ ...where, ChecksumMode: 'ENABLED' }));
        expect(head.ChecksumType).toBe('COMPOSITE');
        expect(head.ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==-1$/);
      },
      { when: target.capabilities.storedChecksums },
    );
  });
}

async function uploadIds(client: S3Client, bucket: string): Promise<(string | undefined)[]> {
  const { Uploads: uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
  return uploads.map(({ UploadId }) => UploadId);
}

function* slices(body: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < body.length; start += size) yield body.subarray(start, start + size);
}
