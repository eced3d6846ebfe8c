import type { Pool } from 'pg';
import type { Config } from '../config.ts';
import { ApiKeys } from '../db/api-keys.ts';
import { BulkMembers } from '../db/bulk-members.ts';
import { BulkRepairs } from '../db/bulk-repairs.ts';
import { BulkRuns } from '../db/bulk-runs.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { ExportLimits } from '../export/run-export.ts';
import type { Sources } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import { linksOf } from '../notify/links.ts';
import { BulkConsumer } from '../queue/bulk-consumer.ts';
import { BulkQueue } from '../queue/bulk-queue.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { QueueBackendOptions } from '../queue/queue-backend.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { BulkFeeder } from '../worker/bulk-feeder.ts';
import { BulkProcessor } from '../worker/bulk-processor.ts';
import { BulkUpkeep } from '../worker/bulk-upkeep.ts';
import type { MoreSteps } from '../worker/janitor.ts';

/** The part of a worker that looks after bulk exports. The caller closes it, and then the pool. */
export interface BulkExports {
  /** The janitor's part. */
  steps: Required<MoreSteps>;
  /** Goes on where an export has ended. Never rejects. */
  exportEnded(exportId: string): Promise<void>;
  /** @throws AppError `queue_not_ready` */
  start(): Promise<void>;
  /** Takes no more, and resolves when what runs has ended. */
  drain(): Promise<void>;
  /** Gives up what runs; another worker does it again. */
  abort(): void;
  close(): Promise<void>;
}

export function openBulkExports(
  config: Config,
  parts: {
    pool: Pool;
    queue: QueueBackendOptions;
    exports: ExportQueue;
    store: ObjectStore;
    datasets: DatasetRegistry;
    sources: Sources;
    leaseSeconds: number;
    limits: ExportLimits;
    /** Told of each bulk export that has ended. Never rejects. */
    ended: (bulkId: string) => Promise<void>;
    logger: Logger;
  },
): BulkExports {
  const { pool, queue: backend, exports, store, datasets, leaseSeconds, ended, logger } = parts;
  const runs = new BulkRuns(pool, { leaseSeconds });
  const members = new BulkMembers(pool);
  const queue = new BulkQueue({ backend, timeoutMs: config.QUEUE_ADD_TIMEOUT_MS, logger });
  const maxInFlight = config.BULK_MAX_IN_FLIGHT;
  const feeder = new BulkFeeder({ members, exports, bulks: queue, maxInFlight, logger });
  const processor = new BulkProcessor({
    ...{ runs, members, feeder, datasets, store, logger },
    apiKeys: new ApiKeys(pool),
    keyPrefix: config.S3_KEY_PREFIX,
    sources: parts.sources,
    limits: parts.limits,
    maxSubjects: config.BULK_MAX_SUBJECTS,
    maxTries: config.EXPORT_MAX_ATTEMPTS,
    giveUpAfterHours: config.BULK_GIVE_UP_AFTER_HOURS,
    retryDelayMs: config.EXPORT_RETRY_DELAY_SECONDS * 1000,
    retentionHours: config.EXPORT_RETENTION_HOURS,
    downloadLink: (exportId) => linksOf(exportId, config.PUBLIC_URL).download,
  });
  const consumer = new BulkConsumer({
    backend,
    concurrency: config.BULK_CONCURRENCY,
    lockSeconds: config.WORKER_LOCK_SECONDS,
    process: async (bulkId, lockLost) => {
      const outcome = await processor.process(bulkId, lockLost);
      if (outcome === 'done') await ended(bulkId);
      return outcome;
    },
    logger,
  });
  const upkeep = new BulkUpkeep({
    repairs: new BulkRepairs(pool),
    ...{ queue, store },
    keyPrefix: config.S3_KEY_PREFIX,
    giveUpAfterHours: config.BULK_GIVE_UP_AFTER_HOURS,
    recordRetentionDays: config.EXPORT_RECORD_RETENTION_DAYS,
  });
  return {
    steps: upkeep.steps(),
    exportEnded: (exportId) => feeder.exportEnded(exportId),
    async start() {
      await queue.ready();
      await consumer.start();
    },
    drain: () => consumer.close(),
    abort: () => processor.abortAll(),
    close: () => queue.close(),
  };
}
