import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { AttemptClaims } from '../../src/db/attempt-claims.ts';
import { AttemptRecords } from '../../src/db/attempt-records.ts';
import type { ExportRecord } from '../../src/db/export-record.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import type { NewExport } from '../../src/db/export-records.ts';
import { HistoryRecords } from '../../src/db/history-records.ts';
import type { Lane } from '../../src/db/turns.ts';
import type { Dataset } from '../../src/export/dataset.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { Compression } from '../../src/export/formats/format.ts';
import type { ExportLimits } from '../../src/export/run-export.ts';
import type { Logger } from '../../src/logger.ts';
import { Metrics } from '../../src/metrics.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import type { ExportQueue } from '../../src/queue/export-queue.ts';
import type { FastLaneLimits } from '../../src/worker/fast-lane-guard.ts';
import { ExportProcessor } from '../../src/worker/export-processor.ts';
import { RepairLog } from '../../src/worker/repair-log.ts';
import { createSigningKeys, readPrivateKey } from '../../src/manifest/signing-keys.ts';
import { filesAmong } from './files-among.ts';
import { datasetOf, testLimits } from './run-test-export.ts';
import type { TestDatabase } from './test-database.ts';
import { never } from './uploads.ts';

/** What its workers sign with. */
export const signing = createSigningKeys();
const signingKey = readPrivateKey(signing.privateKey);

export const LEASE_SECONDS = 2;
export const MAX_ATTEMPTS = 3;
const MAX_RELEASES = 20;
const LIMITS = { leaseSeconds: LEASE_SECONDS, maxAttempts: MAX_ATTEMPTS };

const PATIENT: FastLaneLimits = { maxRows: 1_000_000, maxMs: 60_000 };
/** The row says where an export waits; a test that wants it run has a queue. */
const NO_QUEUE = { add: () => Promise.resolve() };

const smallDataset = datasetOf(`select n::text as id from generate_series(1, 2500) as n`, ['id']);
/** Endless for a test: some 30 seconds of rows. */
export const longDataset = datasetOf(
  `select n::text as id, pg_sleep(0.001)::text as nap from generate_series(1, 30000) as n`,
  ['id', 'nap'],
);

export interface WorkerFixture {
  records: ExportRecords;
  claims: AttemptClaims;
  attempts: AttemptRecords;
  history: HistoryRecords;
  /** What its processors repair is counted here. */
  metrics: Metrics;
  repairs: RepairLog;
  /** Every worker of a test works under this prefix, so that it can list what is left. */
  keyPrefix: string;
  createProcessor(options?: {
    store?: ObjectStore;
    dataset?: Dataset;
    /** Default: as the owner of everything. */
    source?: string;
    limits?: Partial<ExportLimits>;
    fastLane?: FastLaneLimits;
    queue?: Pick<ExportQueue, 'add'>;
    /** Default: silent. */
    logger?: Logger;
  }): ExportProcessor;
  request(options?: {
    compression?: Compression;
    options?: Partial<ExportOptions>;
    formats?: NewExport['formats'];
    lane?: Lane;
    tenant?: string;
  }): Promise<ExportRecord>;
  /** @throws where there is no such export */
  find(exportId: string): Promise<ExportRecord>;
  /** What it looks like when the processes die in which these run. */
  fallSilent(...exportIds: string[]): Promise<void>;
  /** Keys of all files of the export. */
  objectsOf(exportId: string): Promise<string[]>;
  /** Kinds of all events of the export. */
  eventsOf(exportId: string): Promise<string[]>;
  /** How often a repair was counted. */
  repairsOf(repair: string): Promise<number>;
}

export function createWorkerFixture(database: TestDatabase, store: ObjectStore): WorkerFixture {
  const keyPrefix = `exports-${randomBytes(6).toString('hex')}/`;
  const records = new ExportRecords(database.pool);
  const claims = new AttemptClaims(database.pool, LIMITS);
  const attempts = new AttemptRecords(database.pool, { ...LIMITS, maxReleases: MAX_RELEASES });
  const history = new HistoryRecords(database.pool);
  const logger = pino({ level: 'silent' });
  const metrics = new Metrics();
  const repairs = new RepairLog({ logger, metrics });
  return {
    records,
    claims,
    attempts,
    history,
    metrics,
    repairs,
    keyPrefix,
    createProcessor: ({
      store: own = store,
      dataset = smallDataset,
      source = database.url,
      limits = {},
      fastLane = PATIENT,
      queue = NO_QUEUE,
      logger: workerLogger = logger,
    } = {}) =>
      new ExportProcessor({
        datasets: new Map([[dataset.name, dataset]]),
        claims,
        attempts,
        maxAttempts: MAX_ATTEMPTS,
        apiKeys: new ApiKeys(database.pool),
        store: own,
        keyPrefix,
        sources: { default: database.url, [dataset.source ?? 'default']: source },
        limits: { ...testLimits, ...limits },
        gzipLevel: 1,
        encoder: 'auto',
        manifests: { generatorVersion: '1.2.3', signingKey },
        retryDelayMs: 50,
        retentionHours: 1,
        fastLane,
        queue,
        repairs,
        metrics,
        logger: workerLogger,
      }),
    request: ({
      compression = 'none',
      options,
      formats = ['csv'] as const,
      lane = 'normal',
      tenant = DEFAULT_TENANT,
    } = {}) =>
      records.create({
        tenant,
        lane,
        role: 'admin',
        subject: 'operator',
        dataset: smallDataset.name,
        formats,
        params: {},
        options: { compression, ...options },
      }),
    async find(exportId) {
      const record = await records.find(DEFAULT_TENANT, exportId);
      if (record === undefined) throw new Error('there is no such export');
      return record;
    },
    async fallSilent(...exportIds) {
      await database.pool.query(
        `update rowferry.exports set beat_at = now() - interval '1 hour'
          where id = any ($1) and status = 'running'`,
        [exportIds],
      );
    },
    async objectsOf(exportId) {
      const keys: string[] = [];
      for await (const { key } of store.list(`${keyPrefix}${exportId}/`)) keys.push(key);
      return filesAmong(keys);
    },
    eventsOf: async (exportId) => (await history.of(exportId)).map(({ kind }) => kind),
    async repairsOf(repair) {
      const [, count] =
        new RegExp(`^rowferry_repairs_total\\{repair="${repair}"\\} (\\d+)$`, 'm').exec(
          await metrics.render(),
        ) ?? [];
      return Number(count);
    },
  };
}

/** Takes the job back as often as it asks for, as the queue does. */
export async function untilDone(processor: ExportProcessor, exportId: string): Promise<void> {
  for (;;) {
    const outcome = await processor.process(exportId, never());
    if (outcome === 'done') return;
    await pause(outcome.againInMs);
  }
}

/** The same store with some methods replaced: faults are put before or after the real thing, never in its stead. */
export function withFaults(store: ObjectStore, faults: Partial<ObjectStore>): ObjectStore {
  return {
    upload: (request) => store.upload(request),
    download: (key) => store.download(key),
    head: (key) => store.head(key),
    delete: (key) => store.delete(key),
    list: (prefix) => store.list(prefix),
    uploads: (prefix) => store.uploads(prefix),
    abortUpload: (upload) => store.abortUpload(upload),
    abortUploads: (prefix) => store.abortUploads(prefix),
    signDownload: (link) => store.signDownload(link),
    close: () => store.close(),
    ...faults,
  };
}
