import type { ConnectionOptions, Processor, QueueOptions, Telemetry, WorkerOptions } from 'bullmq';
import { createPostgresBackend, Queue, runMigrations, withBackend, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { AppError, messageOf } from '../errors.ts';

/** Where the queue lives: Redis, or the PostgreSQL that keeps the records anyway. */
export type QueueBackendOptions =
  | { kind: 'redis'; url: string; prefix: string }
  | { kind: 'postgres'; connectionString: string; prefix: string };

/** BullMQ's classes are typed by their backend, and the union of both does not type-check: one name stands for either. */
export type AnyQueue = Queue<unknown>;
export type AnyWorker = Worker<unknown>;

/** Makes BullMQ's classes over one of its backends. The caller closes what it made, then calls `disconnect`. */
export interface QueueBackend {
  createQueue(name: string, options: Omit<QueueOptions, 'connection' | 'prefix'>): AnyQueue;
  createWorker(
    name: string,
    processor: Processor,
    options: Omit<WorkerOptions, 'connection' | 'prefix'>,
  ): AnyWorker;
  disconnect(): Promise<void>;
}

let telemetry: Telemetry | undefined;

/** Makes queues and workers that are opened from now on hand the trace of a job from who adds it to who takes it. */
export function traceQueues(by: Telemetry | undefined): void {
  telemetry = by;
}

/** Most connections of one queue or worker on the PostgreSQL backend, besides its LISTEN connection. */
const POOL_SIZE = 4;

export function openQueueBackend(options: QueueBackendOptions, poolSize = POOL_SIZE): QueueBackend {
  const traced = telemetry === undefined ? {} : { telemetry };
  if (options.kind === 'postgres') {
    const { Queue: PostgresQueue, Worker: PostgresWorker } = withBackend(createPostgresBackend);
    const connection = {
      connectionString: options.connectionString,
      schema: schemaOf(options.prefix),
      application_name: 'rowferry-queue',
      keepAlive: true,
      max: poolSize,
    };
    // The one place where a backend's own type is dropped; see AnyQueue.
    return {
      createQueue: (name, rest) =>
        new PostgresQueue(name, { ...rest, ...traced, connection }) as unknown as AnyQueue,
      createWorker: (name, processor, rest) =>
        new PostgresWorker(name, processor, { ...rest, ...traced, connection }) as unknown as AnyWorker,
      disconnect: () => Promise.resolve(),
    };
  }
  const redis = connectRedis(options.url);
  // BullMQ types its own view of a client; at run time it recognises one of ioredis.
  const shared = {
    ...traced,
    connection: redis as unknown as ConnectionOptions,
    prefix: options.prefix,
  };
  return {
    createQueue: (name, rest) => new Queue(name, { ...rest, ...shared }),
    createWorker: (name, processor, rest) => new Worker(name, processor, { ...rest, ...shared }),
    async disconnect() {
      redis.disconnect();
      return Promise.resolve();
    },
  };
}

/** Waits for a queue or worker to be usable. @throws AppError `queue_not_ready` that says what to do */
export async function readyQueue(queue: Pick<AnyQueue, 'waitUntilReady'>): Promise<void> {
  try {
    await queue.waitUntilReady();
  } catch (error) {
    const message = `The queue cannot be used: ${messageOf(error)} If its tables are missing, run \`rowferry migrate\`.`;
    throw new AppError('queue_not_ready', message, { retryable: true, cause: error });
  }
}

/** Brings the tables of the PostgreSQL backend up to date; Redis needs none. Safe to run from several processes. */
export async function migrateQueue(options: QueueBackendOptions): Promise<void> {
  if (options.kind === 'redis') return;
  const client = new Client({
    connectionString: options.connectionString,
    application_name: 'rowferry-migrate',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client, schemaOf(options.prefix));
  } finally {
    await client.end();
  }
}

/** BullMQ ignores `prefix` on PostgreSQL: there the schema keeps installations apart. */
function schemaOf(prefix: string): string {
  return `${prefix}_queue`;
}

/** BullMQ waits for Redis by itself, so commands are never given up; callers who cannot wait bring their own deadline. */
function connectRedis(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null });
  // BullMQ reports lost connections through its own classes; an unheard error event would print a stack trace a second.
  redis.on('error', () => undefined);
  return redis;
}
