import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { partSizeBytes } from '../config.ts';
import { AppError, codeOf } from '../errors.ts';
import type { Sources } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import type { QueueBackendOptions } from '../queue/queue-backend.ts';
import type { S3Options } from '../storage/s3-client.ts';
import type { S3ObjectStoreOptions } from '../storage/s3-object-store.ts';

/** Where everything is, whether named by the environment or embedded. Plain data: it goes to other processes. */
export interface Addresses {
  databaseUrl: string;
  /** What is exported from. */
  sources: Sources;
  queue: QueueBackendOptions;
  s3: S3ObjectStoreOptions;
  /** Ed25519 private key that vouches for manifests. */
  signingKey?: string;
}

export interface Endpoints extends Addresses {
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/** Addresses of the embedded servers, for other commands on the same machine while one runs. */
interface Embedded {
  databaseUrl?: string | undefined;
  s3?: { endpoint: string; credentials: { accessKeyId: string; secretAccessKey: string } } | undefined;
  signingKey?: string;
}

const RUNNING_FILE = 'running.json';

export interface OpenEndpointsOptions {
  /** Aborts a start that is under way. */
  signal?: AbortSignal;
  /** False: refuse to use servers that another rowferry has started, since they end with it. Default true. */
  share?: boolean;
}

/**
 * Takes each piece from the environment; what it does not name is started on this machine, or, where another rowferry
 * has started it already, shared with that one.
 *
 * @throws AppError `embedded_in_production`, and what the embedded servers throw
 */
export async function openEndpoints(
  config: Config,
  logger: Logger,
  { signal, share = true }: OpenEndpointsOptions = {},
): Promise<Endpoints> {
  const { database, storage } = config.embedded;
  if (!database && !storage) return endpoints(config, {}, () => Promise.resolve());
  if (config.NODE_ENV === 'production') {
    const missing = [
      ...(database ? ['DATABASE_URL'] : []),
      ...(storage ? ['S3_BUCKET (with S3_ENDPOINT)'] : []),
    ];
    const message = `In production the embedded servers do not run. Set ${missing.join(' and ')}.`;
    throw new AppError('embedded_in_production', message);
  }
  const running = resolve(config.ROWFERRY_HOME, RUNNING_FILE);
  const { openHome } = await import('../embedded/home.ts');
  let home;
  try {
    home = await openHome(config.ROWFERRY_HOME);
  } catch (error) {
    const shared = share && codeOf(error) === 'home_in_use' ? await readRunning(running) : undefined;
    if (shared === undefined) throw error;
    return endpoints(config, shared, () => Promise.resolve());
  }
  const stops: (() => Promise<void>)[] = [() => home.release()];
  const close = async () => {
    await rm(running, { force: true });
    for (const stop of stops.reverse()) await stop();
  };
  try {
    const databaseUrl = database ? startDatabase(home.path, logger, signal, stops) : undefined;
    const s3 = storage ? startStorage(config, home.path, stops) : undefined;
    // Where one fails the other is waited for: what it starts must be known to be stopped.
    await Promise.allSettled([databaseUrl, s3]);
    const signingKey = await rememberedSigningKey(home.path);
    const embedded: Embedded = { databaseUrl: await databaseUrl, s3: await s3, signingKey };
    await writeFile(running, JSON.stringify(embedded), { mode: 0o600 });
    return endpoints(config, embedded, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function startDatabase(
  home: string,
  logger: Logger,
  signal: AbortSignal | undefined,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const { startPostgres } = await import('../embedded/postgres/launcher.ts');
  const directory = join(home, 'postgres');
  const postgres = await startPostgres({ directory, logger, ...(signal === undefined ? {} : { signal }) });
  stops.push(() => postgres.stop());
  return postgres.url;
}

async function rememberedSigningKey(home: string): Promise<string> {
  const [{ remembered }, { createSigningKeys }] = await Promise.all([
    import('../embedded/credentials.ts'),
    import('../manifest/signing-keys.ts'),
  ]);
  return (await remembered(join(home, 'signing-key.json'), createSigningKeys)).privateKey;
}

async function startStorage(
  config: Config,
  home: string,
  stops: (() => Promise<void>)[],
): Promise<Embedded['s3']> {
  const [{ s3Credentials }, { startS3Process }] = await Promise.all([
    import('../embedded/credentials.ts'),
    import('../embedded/s3-process.ts'),
  ]);
  const credentials = await s3Credentials(home);
  const directory = join(home, 's3');
  const server = await startS3Process({ directory, ...credentials, region: config.S3_REGION });
  stops.push(() => server.stop());
  const s3 = { endpoint: server.url, credentials };
  await createBucket(endpoints(config, { s3, databaseUrl: '' }, () => server.stop()).s3);
  return s3;
}

/** Makes the bucket of an embedded server; no error when it is there. */
export async function createBucket(options: S3Options): Promise<void> {
  const [{ CreateBucketCommand }, { createS3Client }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('../storage/s3-client.ts'),
  ]);
  const client = createS3Client(options);
  try {
    await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
  } catch (error) {
    if (!(error instanceof Error && error.name.startsWith('BucketAlready'))) throw error;
  } finally {
    client.destroy();
  }
}

function endpoints(config: Config, embedded: Embedded, close: () => Promise<void>): Endpoints {
  const databaseUrl = config.DATABASE_URL ?? embedded.databaseUrl;
  if (databaseUrl === undefined) throw new AppError('no_database', 'There is no database. Set DATABASE_URL.');
  const { REDIS_URL, QUEUE_PREFIX } = config;
  const endpoint = config.S3_ENDPOINT ?? embedded.s3?.endpoint;
  const signingKey = config.MANIFEST_SIGNING_KEY ?? embedded.signingKey;
  return {
    databaseUrl,
    sources: {
      ...config.namedSources,
      default: config.SOURCE_DATABASE_URL ?? databaseUrl,
      // Of the audit log, which is a dataset too.
      records: databaseUrl,
    },
    queue:
      REDIS_URL === undefined
        ? { kind: 'postgres', connectionString: databaseUrl, prefix: QUEUE_PREFIX }
        : { kind: 'redis', url: REDIS_URL, prefix: QUEUE_PREFIX },
    s3: {
      bucket: config.S3_BUCKET,
      region: config.S3_REGION,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(config.S3_PUBLIC_ENDPOINT === undefined ? {} : { publicEndpoint: config.S3_PUBLIC_ENDPOINT }),
      ...(embedded.s3 === undefined ? {} : { credentials: embedded.s3.credentials }),
      forcePathStyle: config.S3_FORCE_PATH_STYLE || embedded.s3 !== undefined,
      checksums: config.S3_CHECKSUMS,
      payloadSigning: config.S3_PAYLOAD_SIGNING,
      requestTimeoutMs: config.S3_REQUEST_TIMEOUT_SECONDS * 1000,
      maxAttempts: config.S3_MAX_ATTEMPTS,
      partSizeBytes: partSizeBytes(config),
      partsInFlight: config.S3_PARTS_IN_FLIGHT,
    },
    ...(signingKey === undefined ? {} : { signingKey }),
    close,
  };
}

async function readRunning(path: string): Promise<Embedded | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Embedded;
  } catch {
    return undefined;
  }
}
