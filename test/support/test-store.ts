import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, DeleteBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, inject } from 'vitest';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import type { S3ObjectStoreOptions } from '../../src/storage/s3-object-store.ts';
import { sweepObjects } from '../../src/worker/sweep-objects.ts';

export const MIB = 1024 * 1024;

export interface TestStore {
  options: S3ObjectStoreOptions;
  store: S3ObjectStore;
}

/** A bucket of this file's own on the real protocol, gone with all it holds when the file is done. */
export function useTestStore(): TestStore {
  const { endpoint, region, accessKeyId, secretAccessKey } = inject('services').s3;
  const options: S3ObjectStoreOptions = {
    bucket: `rowferry-test-${randomBytes(6).toString('hex')}`,
    region,
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
    checksums: 'when_supported',
    requestTimeoutMs: 5000,
    maxAttempts: 3,
    partSizeBytes: 5 * MIB,
    partsInFlight: 2,
  };
  const store = new S3ObjectStore(options);
  const client = createS3Client(options);
  beforeAll(() => client.send(new CreateBucketCommand({ Bucket: options.bucket })));
  afterAll(async () => {
    await sweepObjects(store, '');
    await client.send(new DeleteBucketCommand({ Bucket: options.bucket }));
    store.close();
    client.destroy();
  });
  return { options, store };
}
