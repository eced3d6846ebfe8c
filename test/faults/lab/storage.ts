import { randomBytes } from 'node:crypto';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { createBucket } from '../../../src/cli/endpoints.ts';
import { startS3Process } from '../../../src/embedded/s3-process.ts';
import { createS3Client } from '../../../src/storage/s3-client.ts';
import { S3ObjectStore } from '../../../src/storage/s3-object-store.ts';
import { filesAmong } from '../../support/files-among.ts';

/** The embedded S3 server as a process, and a look into it that passes by every fault. */
export interface Storage {
  url: string;
  /** By which rowferry, and any other S3 client, finds it. */
  env: Readonly<Record<string, string>>;
  /** Keys of all objects under the prefix. */
  objects(prefix: string): Promise<string[]>;
  /** Keys of all unfinished uploads under the prefix. */
  uploads(prefix: string): Promise<string[]>;
  stop(): Promise<void>;
}

interface Credentials extends Record<string, string> {
  AWS_ACCESS_KEY_ID: string;
  AWS_SECRET_ACCESS_KEY: string;
}

const REGION = 'us-east-1';
const BUCKET = 'faults';

export async function startStorage(directory: string): Promise<Storage> {
  const env = credentialsEnv();
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  const server = await startS3Process({ directory, region: REGION, accessKeyId, secretAccessKey });
  return storageAt(server.url, env, () => server.stop());
}

export function credentialsEnv(): Credentials {
  return { AWS_ACCESS_KEY_ID: 'FAULTACCESSKEY', AWS_SECRET_ACCESS_KEY: randomBytes(20).toString('hex') };
}

/** Makes the bucket on a server that runs. */
export async function storageAt(
  url: string,
  credentials: Credentials,
  stop: () => Promise<void>,
): Promise<Storage> {
  const options = {
    bucket: BUCKET,
    region: REGION,
    endpoint: url,
    credentials: {
      accessKeyId: credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: credentials.AWS_SECRET_ACCESS_KEY,
    },
    forcePathStyle: true,
    checksums: 'when_required' as const,
    requestTimeoutMs: 10_000,
    maxAttempts: 3,
  };
  await createBucket(options);
  const client = createS3Client(options);
  const store = new S3ObjectStore({ ...options, partSizeBytes: 5 * 1024 ** 2, partsInFlight: 1 });
  return {
    url,
    env: {
      S3_ENDPOINT: url,
      S3_BUCKET: BUCKET,
      S3_REGION: REGION,
      S3_FORCE_PATH_STYLE: 'true',
      ...credentials,
    },
    async objects(prefix) {
      const keys: string[] = [];
      for await (const { key } of store.list(prefix)) keys.push(key);
      return filesAmong(keys);
    },
    uploads: (prefix) => unfinishedUploads(client, prefix),
    async stop() {
      client.destroy();
      store.close();
      await stop();
    },
  };
}

async function unfinishedUploads(client: S3Client, prefix: string): Promise<string[]> {
  const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: prefix }));
  return (Uploads ?? []).map(({ Key }) => Key ?? '');
}
