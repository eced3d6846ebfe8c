import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { bucketTest, createClient, listKeys, newBucketName } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

export function defineBucketTests(target: S3Target): void {
  describe('buckets', () => {
    bucketTest(target, 'creates, finds, lists, locates and deletes a bucket', async ({ client }) => {
      const name = newBucketName();
      await client.send(new CreateBucketCommand({ Bucket: name }));
      await client.send(new HeadBucketCommand({ Bucket: name }));
      const { Buckets: buckets = [] } = await client.send(new ListBucketsCommand({}));
      const found = buckets.find((bucket) => bucket.Name === name);
      expect(found?.CreationDate?.getTime()).toBeGreaterThan(0);
      const { LocationConstraint: location } = await client.send(
        new GetBucketLocationCommand({ Bucket: name }),
      );
      expect(location ?? 'us-east-1').toBe(target.region);
      await client.send(new DeleteBucketCommand({ Bucket: name }));
      await expect(client.send(new HeadBucketCommand({ Bucket: name }))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 404 },
      });
    });

    bucketTest(target, 'keeps what a bucket holds when it is created again', async ({ bucket, client }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'kept', Body: 'x' }));
      // AWS answers 200 in us-east-1 and 409 elsewhere.
      await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((error: unknown) => {
        expect(error).toMatchObject({ name: 'BucketAlreadyOwnedByYou', $metadata: { httpStatusCode: 409 } });
      });
      expect(await listKeys(client, bucket)).toEqual(['kept']);
    });

    bucketTest(target, 'refuses to delete a bucket that is not empty', async ({ bucket, client }) => {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'x' }));
      await expect(client.send(new DeleteBucketCommand({ Bucket: bucket }))).rejects.toMatchObject({
        name: 'BucketNotEmpty',
        $metadata: { httpStatusCode: 409 },
      });
    });

    it('refuses names that are no bucket names', async () => {
      const client = createClient(target);
      for (const name of ['ab', 'rowferry_test', 'Rowferry-Test', '192.168.0.1', 'a'.repeat(64)]) {
        await expect(client.send(new CreateBucketCommand({ Bucket: name })), name).rejects.toMatchObject({
          name: 'InvalidBucketName',
        });
      }
    });

    it('knows nothing of a bucket that does not exist', async () => {
      const client = createClient(target);
      const missing = newBucketName();
      const requests = [
        () => client.send(new ListObjectsV2Command({ Bucket: missing })),
        () => client.send(new PutObjectCommand({ Bucket: missing, Key: 'a', Body: 'x' })),
        () => client.send(new DeleteBucketCommand({ Bucket: missing })),
      ];
      for (const request of requests) {
        await expect(request()).rejects.toMatchObject({ name: 'NoSuchBucket' });
      }
    });
  });
}
