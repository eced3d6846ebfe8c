import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { ApiKeys } from '../db/api-keys.ts';
import { ImportAttempts } from '../db/import-attempts.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { sourceOf } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import { ImportConsumer, ImportQueue } from '../queue/import-queue.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { ImportProcessor } from '../worker/import-processor.ts';
import { importUpkeep } from '../worker/import-upkeep.ts';
import type { Addresses } from './endpoints.ts';
import { importLimits } from './import-limits.ts';

/** The part of a worker that runs imports. The caller closes it, and then the pool. */
export interface Imports {
  upkeep: { name: string; run: () => Promise<void> };
  /** @throws AppError `queue_not_ready` */
  start(): Promise<void>;
  /** Takes no more, and resolves when what runs has ended. */
  drain(): Promise<void>;
  /** Hands back what runs. */
  abort(): void;
  close(): Promise<void>;
}

export function openImports(
  config: Config,
  parts: {
    pool: Pool;
    endpoints: Addresses;
    datasets: DatasetRegistry;
    store: ObjectStore;
    leaseSeconds: number;
    logger: Logger;
  },
): Imports {
  const { pool, endpoints, datasets, store, leaseSeconds, logger } = parts;
  const backend = endpoints.queue;
  const attempts = new ImportAttempts(pool, { leaseSeconds, maxAttempts: config.EXPORT_MAX_ATTEMPTS });
  const processor = new ImportProcessor({
    datasets,
    attempts,
    apiKeys: new ApiKeys(pool),
    store,
    targetOf: (dataset) => config.IMPORT_DATABASE_URL ?? sourceOf(endpoints.sources, dataset),
    limits: importLimits(config),
    maxAttempts: config.EXPORT_MAX_ATTEMPTS,
    retryDelayMs: config.EXPORT_RETRY_DELAY_SECONDS * 1000,
    logger,
  });
  const queue = new ImportQueue({ backend, timeoutMs: config.QUEUE_ADD_TIMEOUT_MS, logger });
  const consumer = new ImportConsumer({
    backend,
    concurrency: config.IMPORT_CONCURRENCY,
    lockSeconds: config.WORKER_LOCK_SECONDS,
    process: (id, lockLost) => processor.process(id, lockLost),
    logger,
  });
  return {
    upkeep: importUpkeep({
      attempts,
      processor,
      queue,
      giveUpAfterHours: config.EXPORT_GIVE_UP_AFTER_HOURS,
      retentionDays: config.EXPORT_RECORD_RETENTION_DAYS,
    }),
    async start() {
      await queue.ready();
      await consumer.start();
    },
    drain: () => consumer.close(),
    abort: () => processor.abortAll(),
    close: () => queue.close(),
  };
}
