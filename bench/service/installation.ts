import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { createBucket } from '../../src/cli/endpoints.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createPool } from '../../src/db/pool.ts';
import { startS3Process } from '../../src/embedded/s3-process.ts';
import { migrateQueue } from '../../src/queue/queue-backend.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import type { DiarySeed } from '../../src/seed/seed-diary.ts';
import { createDatabase } from './database.ts';
import { HttpClient } from './http-client.ts';
import { startRowferry } from './rowferry-process.ts';
import type { RowferryProcess } from './rowferry-process.ts';

export interface Installation {
  databaseUrl: string;
  queue: QueueBackendOptions;
  /** The environment by which `rowferry …` finds all of it. */
  env: Readonly<Record<string, string>>;
  /** A client for an API at `url`, by the keys of many admins. */
  client(url: string): HttpClient;
  close(): Promise<void>;
}

export interface InstallationOptions {
  /** An administrator's connection; the installation gets a database of its own there. */
  postgresUrl: string;
  /** Not set: the queue is in the database. */
  redisUrl?: string | undefined;
  diaries: readonly DiarySeed[];
  /** In memory: the S3 server stands for one elsewhere, whose disks are not this machine's. Default: on disk. */
  filesInMemory?: boolean;
}

const REGION = 'us-east-1';
const BUCKET = 'bench';
/** A file system in memory, on Linux. */
const MEMORY = '/dev/shm';
/** More than a scenario has exports of one diary going on at a time. */
const ADMINS = 128;
/** What is measured is the work, not what keeps one tenant from having too much of it. */
const NO_LIMITS = {
  LIMIT_SUBJECT_WRITES_PER_MINUTE: '1000000000',
  LIMIT_TENANT_WRITES_PER_MINUTE: '1000000000',
  LIMIT_SUBJECT_CONCURRENT_EXPORTS: '1000000',
  LIMIT_SUBJECT_EXPORTS_PER_HOUR: '1000000000',
  LIMIT_SUBJECT_ROWS_PER_DAY: '1000000000000',
  LIMIT_SUBJECT_BYTES_PER_DAY: '999999999999999',
  LIMIT_TENANT_CONCURRENT_EXPORTS: '1000000',
  LIMIT_TENANT_EXPORTS_PER_HOUR: '1000000000',
  LIMIT_TENANT_ROWS_PER_DAY: '1000000000000',
  LIMIT_TENANT_BYTES_PER_DAY: '999999999999999',
};
const silent = pino({ level: 'silent' });

/** A whole rowferry of the bench's own: database with diaries, S3 server, queue, admin keys; nothing is shared. */
export async function openInstallation(options: InstallationOptions): Promise<Installation> {
  const directory = await mkdtemp(join(folder(options), 'rowferry-bench-'));
  const stops = [() => rm(directory, { recursive: true, force: true })];
  const close = async () => {
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const database = await createDatabase(options.postgresUrl);
    const { name, url: databaseUrl } = database;
    stops.push(() => database.drop());
    await migrate(databaseUrl, silent);
    const queue: QueueBackendOptions =
      options.redisUrl === undefined
        ? { kind: 'postgres', connectionString: databaseUrl, prefix: name }
        : { kind: 'redis', url: options.redisUrl, prefix: name };
    await migrateQueue(queue);
    await seedDiary(databaseUrl, options.diaries);
    const credentials = { accessKeyId: 'BENCHACCESSKEY', secretAccessKey: randomBytes(20).toString('hex') };
    const s3 = await startS3Process({ directory, region: REGION, ...credentials });
    stops.push(() => s3.stop());
    await createBucket({
      bucket: BUCKET,
      region: REGION,
      endpoint: s3.url,
      credentials,
      forcePathStyle: true,
      checksums: 'when_required',
      requestTimeoutMs: 5000,
      maxAttempts: 1,
    });
    const keys = await adminKeys(databaseUrl);
    const env = {
      DATABASE_URL: databaseUrl,
      ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
      QUEUE_PREFIX: name,
      ...NO_LIMITS,
      S3_ENDPOINT: s3.url,
      S3_BUCKET: BUCKET,
      S3_REGION: REGION,
      S3_FORCE_PATH_STYLE: 'true',
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    };
    return { databaseUrl, queue, env, client: (at) => new HttpClient(at, keys), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function folder({ filesInMemory = false }: InstallationOptions): string {
  return filesInMemory && existsSync(MEMORY) ? MEMORY : tmpdir();
}

/** `rowferry api` on a free port. */
export async function startApi({
  env,
}: Pick<Installation, 'env'>): Promise<RowferryProcess & { url: string }> {
  const started = await startRowferry(['api'], { ...env, PORT: '0' }, /the API is listening/);
  const url = /"address":"([^"]+)"/.exec(started.output)?.[1];
  if (url === undefined) throw new Error(`the API did not say where it listens:\n${started.output}`);
  return { ...started, url: url.replace('localhost', '127.0.0.1') };
}

export function startWorker(
  { env }: Pick<Installation, 'env'>,
  settings: Readonly<Record<string, string>> = {},
): Promise<RowferryProcess> {
  return startRowferry(['worker'], { ...env, ...settings }, /the worker is taking exports/);
}

async function adminKeys(connectionString: string): Promise<string[]> {
  const pool = createPool({ connectionString, max: 1, logger: silent });
  try {
    const keys = new ApiKeys(pool);
    const made: string[] = [];
    for (let admin = 1; admin <= ADMINS; admin++) {
      made.push((await keys.create({ role: 'admin', subject: `bench-${admin}` })).key);
    }
    return made;
  } finally {
    await pool.end();
  }
}
