import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { expect } from 'vitest';
import { createS3Client } from '../../src/storage/s3-client.ts';
import type { TestStore } from './test-store.ts';

export const contentType = 'text/csv; charset=utf-8';
export const never = () => new AbortController().signal;
export const newKey = () => `exports/${randomBytes(8).toString('hex')}/diary.csv`;
export const chunksOf = (bytes: Buffer, size = 64 * 1024) =>
  Readable.from(
    Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    ),
  );

/** Keys with an unfinished upload, as the server itself lists them. */
export async function unfinishedUploads({ options }: TestStore, prefix: string): Promise<string[]> {
  const client = createS3Client(options);
  const { Uploads } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: options.bucket, Prefix: prefix }),
  );
  client.destroy();
  return (Uploads ?? []).map(({ Key }) => Key ?? '');
}

export async function expectNothingAt(storage: TestStore, key: string): Promise<void> {
  expect(await storage.store.head(key)).toBeUndefined();
  expect(await unfinishedUploads(storage, key)).toEqual([]);
}
