import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { describe, expect } from 'vitest';
import { startUpload } from './s3-multipart-upload.ts';
import { bucketTest, listKeys } from './s3-target.ts';
import type { S3Target } from './s3-target.ts';

export function defineConditionalWriteTests(target: S3Target): void {
  describe('conditional writes', () => {
    bucketTest(target, 'with If-None-Match: * never replace an object', async ({ bucket, client }) => {
      const where = { Bucket: bucket, Key: 'k' };
      const failed = { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } };
      const upload = await startUpload(client, bucket);
      const part = await upload.part(1, Buffer.from('by parts'));
      await client.send(new PutObjectCommand({ ...where, Body: 'first', IfNoneMatch: '*' }));
      const second = new PutObjectCommand({ ...where, Body: 'second', IfNoneMatch: '*' });
      await expect(client.send(second)).rejects.toMatchObject(failed);
      await expect(upload.complete([part], { IfNoneMatch: '*' })).rejects.toMatchObject(failed);
      const got = await client.send(new GetObjectCommand(where));
      expect(await got.Body?.transformToString()).toBe('first');
      const fresh = await startUpload(client, bucket, undefined, { Key: 'fresh' });
      await fresh.complete([await fresh.part(1, Buffer.from('x'))], { IfNoneMatch: '*' });
      expect(await listKeys(client, bucket)).toEqual(['fresh', 'k']);
    });

    bucketTest(
      target,
      'with If-None-Match: * let one of many win',
      async ({ bucket, client }) => {
        const writers = Array.from({ length: 8 }, (_, index) =>
          client.send(
            new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: `writer ${index}`, IfNoneMatch: '*' }),
          ),
        );
        const results = await Promise.allSettled(writers);
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected')
            expect(result.reason).toMatchObject({ name: 'PreconditionFailed' });
        }
      },
      { when: target.capabilities.atomicConditionalWrites },
    );
  });
}
