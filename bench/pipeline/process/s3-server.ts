import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBucket } from '../../../src/cli/endpoints.ts';
import { startS3Process } from '../../../src/embedded/s3-process.ts';
import { S3ObjectStore } from '../../../src/storage/s3-object-store.ts';
import { ownChildren } from './proc.ts';

export interface BenchS3 {
  url: string;
  pid: number | undefined;
  /** By which rowferry, and any other S3 client, finds it. */
  env: Readonly<Record<string, string>>;
  /** Looks at it from outside of what is measured. */
  store: S3ObjectStore;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const BUCKET = 'bench';

/** The embedded S3 server as a process of its own, with an empty bucket. */
export async function startBenchS3(): Promise<BenchS3> {
  const directory = await mkdtemp(join(tmpdir(), 's3-'));
  const credentials = { accessKeyId: 'BENCHACCESSKEY', secretAccessKey: randomBytes(20).toString('hex') };
  const before = new Set((await ownChildren()).map(({ pid }) => pid));
  const server = await startS3Process({ directory, region: REGION, ...credentials });
  const started = (await ownChildren()).find(({ pid }) => !before.has(pid));
  const options = {
    bucket: BUCKET,
    region: REGION,
    endpoint: server.url,
    credentials,
    forcePathStyle: true,
    checksums: 'when_required' as const,
    requestTimeoutMs: 5000,
    maxAttempts: 1,
  };
  await createBucket(options);
  const store = new S3ObjectStore({ ...options, partSizeBytes: 5 * 1024 ** 2, partsInFlight: 1 });
  return {
    url: server.url,
    pid: started?.pid,
    env: {
      S3_ENDPOINT: server.url,
      S3_BUCKET: BUCKET,
      S3_REGION: REGION,
      S3_FORCE_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    store,
    async stop() {
      store.close();
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
