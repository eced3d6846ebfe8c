import type { Config } from '../config.ts';
import { ApiKeys } from '../db/api-keys.ts';
import { AuditLog } from '../db/audit-log.ts';
import { AttemptClaims } from '../db/attempt-claims.ts';
import { AttemptRecords } from '../db/attempt-records.ts';
import { HistoryRecords } from '../db/history-records.ts';
import { LeftoverRecords } from '../db/leftover-records.ts';
import { createPool } from '../db/pool.ts';
import { RepairRecords } from '../db/repair-records.ts';
import { TenantTurns } from '../db/tenant-turns.ts';
import { lanes } from '../db/turns.ts';
import { TraceRecords } from '../db/trace-records.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Logger } from '../logger.ts';
import { Metrics } from '../metrics.ts';
import { ExportConsumer } from '../queue/export-consumer.ts';
import { ExportQueue } from '../queue/export-queue.ts';
import type { ExportLane } from '../queue/export-queue.ts';
import type { ShutdownPhase } from '../shutdown.ts';
import { S3ObjectStore } from '../storage/s3-object-store.ts';
import { ExportProcessor } from '../worker/export-processor.ts';
import { forgetAudit } from '../worker/janitor-steps/forget-audit.ts';
import { Janitor } from '../worker/janitor.ts';
import { RepairLog } from '../worker/repair-log.ts';
import { TenantShares } from '../worker/tenant-shares.ts';
import { TenantSlots } from '../worker/tenant-slots.ts';
import type { Addresses } from './endpoints.ts';
import { openBulkExports } from './bulk-exports.ts';
import { exportLimits } from './export-limits.ts';
import { openImports } from './imports.ts';
import { openSchedules } from './schedules.ts';
import { openNotifications } from './notifications.ts';
import { signingKeyOf } from './signing.ts';
import { VERSION } from './version.ts';

/** Silence after which a running attempt counts as dead, in beats of a second: well past a hiccup, well before the lock. */
const LEASE_SECONDS = 10;
const CONNECTION_CLOSE_MS = 1000;

export interface WorkerOptions {
  /** How long running exports may take to end on shutdown. Default: SHUTDOWN_GRACE_SECONDS. */
  graceMs?: number;
  /** Where it counts what it does. Default: its own, for a process that shows them to nobody. */
  metrics?: Metrics;
}

/** The guess may be wrong by so much before an export has to start again elsewhere. */
const OUTGROWN = 2;

/** Starts to take jobs; the janitor comes along. */
export async function startWorker(
  config: Config,
  endpoints: Addresses,
  datasets: DatasetRegistry,
  logger: Logger,
  { graceMs = config.SHUTDOWN_GRACE_SECONDS * 1000, metrics = new Metrics() }: WorkerOptions = {},
): Promise<{ phases: ShutdownPhase[] }> {
  const pool = createPool({
    connectionString: endpoints.databaseUrl,
    max: config.DATABASE_POOL_SIZE,
    logger,
  });
  metrics.databasePool.watch(pool);
  const store = new S3ObjectStore(endpoints.s3);
  const queue = new ExportQueue({ backend: endpoints.queue, timeoutMs: config.QUEUE_ADD_TIMEOUT_MS, logger });
  const repairs = new RepairLog({ logger, metrics });
  const attemptLimits = { leaseSeconds: LEASE_SECONDS, maxAttempts: config.EXPORT_MAX_ATTEMPTS };
  const attempts = new AttemptRecords(pool, { ...attemptLimits, maxReleases: config.EXPORT_MAX_RELEASES });
  const processor = new ExportProcessor({
    datasets,
    claims: new AttemptClaims(pool, attemptLimits),
    attempts,
    maxAttempts: config.EXPORT_MAX_ATTEMPTS,
    apiKeys: new ApiKeys(pool),
    store,
    keyPrefix: config.S3_KEY_PREFIX,
    sources: endpoints.sources,
    limits: exportLimits(config),
    gzipLevel: config.EXPORT_GZIP_LEVEL,
    encoder: config.EXPORT_ENCODER,
    manifests: { generatorVersion: VERSION, signingKey: signingKeyOf(endpoints) },
    retryDelayMs: config.EXPORT_RETRY_DELAY_SECONDS * 1000,
    retentionHours: config.EXPORT_RETENTION_HOURS,
    fastLane: {
      maxRows: OUTGROWN * config.FAST_LANE_MAX_ROWS,
      maxMs: config.FAST_LANE_MAX_SECONDS * 1000,
    },
    queue,
    repairs,
    metrics,
    logger,
  });
  const notifications = openNotifications(config, {
    pool,
    queue: endpoints.queue,
    datasets,
    metrics,
    logger,
  });
  const imports = openImports(config, {
    pool,
    endpoints,
    datasets,
    store,
    leaseSeconds: LEASE_SECONDS,
    logger,
  });
  const bulks = openBulkExports(config, {
    ...{ pool, queue: endpoints.queue, exports: queue, store, datasets, logger },
    sources: endpoints.sources,
    leaseSeconds: LEASE_SECONDS,
    limits: exportLimits(config),
    ended: (bulkId) => notifications.upkeep.ended(bulkId),
  });
  const slotsOf = {
    normal: config.WORKER_CONCURRENCY,
    fast: config.WORKER_FAST_LANE_CONCURRENCY,
    bulk: config.WORKER_BULK_LANE_CONCURRENCY,
  };
  const shares = new TenantShares(slotsOf);
  const consumerOf = (lane: ExportLane) => {
    const slots = new TenantSlots({ turns: new TenantTurns(pool), queue, lane, shares });
    return new ExportConsumer(lane, {
      backend: endpoints.queue,
      // One more for whoever is not the one that has all the others.
      concurrency: slotsOf[lane] + 1,
      lockSeconds: config.WORKER_LOCK_SECONDS,
      process: async (exportId, lockLost) => {
        const outcome = await slots.run(exportId, () => processor.process(exportId, lockLost));
        if (outcome === 'done') {
          await notifications.upkeep.ended(exportId);
          if (lane === 'bulk') await bulks.exportEnded(exportId);
        }
        return outcome;
      },
      logger,
    });
  };
  const consumers = lanes.map(consumerOf);
  const closeConsumers = () => Promise.all(consumers.map((consumer) => consumer.close()));
  const janitor = new Janitor({
    records: new RepairRecords(pool),
    attempts,
    leftovers: new LeftoverRecords(pool),
    history: new HistoryRecords(pool),
    traces: new TraceRecords(pool),
    queue,
    store,
    keyPrefix: config.S3_KEY_PREFIX,
    intervalMs: config.JANITOR_INTERVAL_SECONDS * 1000,
    leaseSeconds: LEASE_SECONDS,
    giveUpAfterHours: config.EXPORT_GIVE_UP_AFTER_HOURS,
    recordRetentionDays: config.EXPORT_RECORD_RETENTION_DAYS,
    orphanAgeMs: config.JANITOR_ORPHAN_AGE_SECONDS * 1000,
    idempotencyHours: config.IDEMPOTENCY_RETENTION_HOURS,
    orphanIntervalSeconds: config.JANITOR_ORPHAN_INTERVAL_SECONDS,
    repairs,
    metrics,
    moreSteps: {
      records: [
        ...notifications.upkeep.steps(),
        imports.upkeep,
        ...bulks.steps.records,
        forgetAudit({ auditLog: new AuditLog(pool), retentionDays: config.AUDIT_RETENTION_DAYS }),
      ],
      storage: bulks.steps.storage,
    },
    logger,
  });
  const schedules = openSchedules(config, { pool, queue, datasets, logger });
  const closeConnections = () => {
    store.close();
    return pool.end();
  };
  try {
    await queue.ready();
    await notifications.start();
    await bulks.start();
    await imports.start();
    await Promise.all(consumers.map((consumer) => consumer.start()));
  } catch (error) {
    await Promise.allSettled([closeConsumers(), notifications.drain(), bulks.drain(), imports.drain()]);
    await Promise.allSettled([
      notifications.close(),
      bulks.close(),
      imports.close(),
      queue.close(),
      closeConnections(),
    ]);
    throw error;
  }
  janitor.start();
  schedules.start();
  const drain = async () => {
    const impatience = setTimeout(() => {
      processor.abortAll();
      notifications.abort();
      imports.abort();
      bulks.abort();
    }, graceMs);
    await Promise.all([closeConsumers(), notifications.drain(), bulks.drain(), imports.drain()]);
    clearTimeout(impatience);
  };
  return {
    phases: [
      // The margin is for putting aborted exports back.
      { name: 'the worker', timeoutMs: graceMs + 2000, run: drain },
      { name: 'the schedules', timeoutMs: CONNECTION_CLOSE_MS, run: () => schedules.stop() },
      { name: 'the janitor', timeoutMs: CONNECTION_CLOSE_MS, run: () => janitor.stop() },
      {
        name: 'the queue of notifications',
        timeoutMs: CONNECTION_CLOSE_MS,
        run: () => notifications.close(),
      },
      { name: 'the queue of imports', timeoutMs: CONNECTION_CLOSE_MS, run: () => imports.close() },
      { name: 'the queue of bulk exports', timeoutMs: CONNECTION_CLOSE_MS, run: () => bulks.close() },
      { name: 'the worker’s queue', timeoutMs: CONNECTION_CLOSE_MS, run: () => queue.close() },
      { name: 'the worker’s connections', timeoutMs: CONNECTION_CLOSE_MS, run: closeConnections },
    ],
  };
}
