import type { KeyObject } from 'node:crypto';
import type { AttemptRecords } from '../db/attempt-records.ts';
import type { ExportRecord } from '../db/export-record.ts';
import { AppError } from '../errors.ts';
import type { EncoderSetting } from '../export/choose-encoder.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { runExport } from '../export/run-export.ts';
import type { ExportLimits, ExportResult } from '../export/run-export.ts';
import { sourceOf } from '../export/sources.ts';
import type { Sources } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import { signManifest } from '../manifest/signed-manifest.ts';
import type { SignedManifest } from '../manifest/signed-manifest.ts';
import type { Metrics } from '../metrics.ts';
import type { AttemptOutcome } from '../metrics/export-metrics.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { inSpan } from '../tracing.ts';
import { askedNow } from './asked-now.ts';
import { AttemptEnd } from './attempt-end.ts';
import { AttemptWatch } from './attempt-watch.ts';
import { checkRights } from './check-rights.ts';
import type { KeyStates } from './check-rights.ts';
import { ExportedFiles } from './exported-files.ts';
import { fileManifest } from './file-manifest.ts';
import { FastLaneGuard } from './fast-lane-guard.ts';
import type { FastLaneLimits } from './fast-lane-guard.ts';
import { Heartbeat } from './heartbeat.ts';
import { attemptsExhausted } from './end-reasons.ts';
import type { RepairLog } from './repair-log.ts';
import { retryDelayMs } from './retry-delay.ts';
import { unexpected } from './unexpected.ts';
import { workerStopping } from './worker-stopping.ts';

export interface ExportProcessorOptions {
  datasets: DatasetRegistry;
  attempts: AttemptRecords;
  maxAttempts: number;
  apiKeys: KeyStates;
  store: ObjectStore;
  keyPrefix: string;
  sources: Sources;
  limits: ExportLimits;
  gzipLevel: number;
  encoder: EncoderSetting;
  manifests: ManifestOptions;
  retryDelayMs: number;
  retentionHours: number;
  fastLane: FastLaneLimits;
  /** Where exports go that leave the fast lane. */
  queue: Pick<ExportQueue, 'add'>;
  repairs: RepairLog;
  metrics: Metrics;
  logger: Logger;
}

interface ManifestOptions {
  /** Of rowferry. */
  generatorVersion: string;
  /** Vouches for them; undefined: nobody does. */
  signingKey: KeyObject | undefined;
}

/** Runs one attempt at one export and records what came of it. */
export class ExportProcessor {
  readonly #options: ExportProcessorOptions;
  readonly #files: ExportedFiles;
  readonly #shutdown = new AbortController();

  constructor(options: ExportProcessorOptions) {
    this.#options = options;
    this.#files = new ExportedFiles(options);
  }

  /** Aborts what runs; it goes back into the queue without losing an attempt. */
  abortAll(): void {
    this.#shutdown.abort(workerStopping());
  }

  /** Handles one delivery of one job. Rejects only when not even the outcome could be recorded. */
  async process(exportId: string, lockLost: AbortSignal): Promise<JobOutcome> {
    const { attempts } = this.#options;
    if (this.#shutdown.signal.aborted) return { againInMs: 0 };
    const claim = await attempts.claim(exportId);
    switch (claim.outcome) {
      case 'settled':
        return 'done';
      case 'wait':
        return { againInMs: claim.delayMs };
      case 'exhausted':
        await this.#endExhausted(exportId);
        return 'done';
      case 'claimed':
        if (claim.takenOver) {
          const facts = { exportId, attempt: claim.export.attempt };
          this.#options.repairs.made(
            'taken_over',
            facts,
            'a worker stopped answering; its export is started again',
          );
        }
        return this.#watched(claim.export, lockLost);
    }
  }

  async #endExhausted(exportId: string): Promise<void> {
    const { attempts, repairs, metrics } = this.#options;
    // None, when a slow last attempt has come to life meanwhile: what it published must stay.
    for (const { attempt, ...kind } of await attempts.failExhausted(attemptsExhausted, exportId)) {
      metrics.exports.ended(kind, { outcome: 'failed', code: attemptsExhausted.code });
      repairs.made('exhausted', { exportId, attempt }, 'the last attempt at an export died; it has failed');
      await this.#files.sweep(exportId);
    }
  }

  /** Ids go into spans and log lines, never into labels. */
  #watched(record: ExportRecord, lockLost: AbortSignal): Promise<JobOutcome> {
    const { id, dataset, format, attempt } = record;
    const facts = {
      'rowferry.export.id': id,
      'rowferry.export.attempt': attempt,
      'rowferry.dataset': dataset,
      'rowferry.format': format,
    };
    const ended = this.#options.metrics.exports.running();
    return inSpan('export', { facts }, () => this.#run(record, lockLost)).finally(ended);
  }

  async #run(record: ExportRecord, lockLost: AbortSignal): Promise<JobOutcome> {
    const { attempts, retentionHours, metrics } = this.#options;
    const watch = new AttemptWatch(record, metrics);
    const logger = this.#options.logger.child({ exportId: record.id, attempt: record.attempt });
    const { objectKey, fileName, contentType } = this.#files.newFile(record);
    const startedAt = performance.now();
    logger.info({ dataset: record.dataset, format: record.format }, 'export started');
    let exported: { result: ExportResult; manifest: SignedManifest };
    try {
      exported = await this.#export(record, { objectKey, fileName, contentType }, watch, lockLost);
    } catch (error) {
      return this.#settle(record, objectKey, error, logger);
    }
    // When this rejects nobody knows whether it took effect, so the object stays; the next delivery reads the row.
    const { snapshot: _, ...told } = exported.result;
    const file = { ...told, objectKey, fileName, manifest: exported.manifest, retentionHours };
    const published = await watch.step('publish', () => attempts.publish(record.id, record.attempt, file));
    metrics.exports.attempted(published ? 'published' : 'dropped');
    if (published) {
      watch.published(file);
      metrics.exports.ended(record, { outcome: 'completed' });
      logger.info({ ...told, seconds: (performance.now() - startedAt) / 1000 }, 'export completed');
    } else {
      logger.info('export was cancelled, deleted or taken over; its file is dropped');
      await this.#files.discard(objectKey);
    }
    return 'done';
  }

  async #checkStored(objectKey: string, written: ExportResult): Promise<void> {
    const stored = await this.#options.store.head(objectKey);
    if (stored?.bytes === written.bytes) return;
    const message = 'The stored file does not have the size of the file that was written.';
    throw new AppError('stored_size_mismatch', message, { retryable: true, details: { stored, written } });
  }

  /** The file and its manifest, stored and checked; until then the attempt is alive and can be ended. */
  async #export(
    record: ExportRecord,
    file: { objectKey: string; fileName: string; contentType: string },
    watch: AttemptWatch,
    lockLost: AbortSignal,
  ): Promise<{ result: ExportResult; manifest: SignedManifest }> {
    const { objectKey, contentType } = file;
    const { datasets, limits, encoder, attempts, apiKeys, store, sources } = this.#options;
    const { dataset, params } = askedNow(datasets, record);
    await checkRights(record, dataset, params, apiKeys);
    const heartbeat = new Heartbeat((progress) => attempts.beat(record.id, record.attempt, progress));
    const guard = new FastLaneGuard(record.lane, this.#options.fastLane);
    const others = [heartbeat.lost, guard.outgrown, this.#shutdown.signal];
    const end = new AttemptEnd({ what: 'export', deadlineMs: limits.deadlineMs, lockLost, others });
    const { signal } = end;
    try {
      await this.#files.sweepBefore(record);
      const result = await runExport({
        dataset,
        asker: { tenant: record.tenant, subject: record.subject, role: record.role },
        format: record.format,
        options: record.options,
        gzipLevel: this.#options.gzipLevel,
        params,
        source: {
          connectionString: sourceOf(sources, dataset),
          applicationName: `rowferry-export ${record.id}`,
        },
        limits,
        encoder,
        store: (body) => store.upload({ key: objectKey, body, contentType, signal }),
        onProgress: (progress) => {
          heartbeat.report(progress);
          guard.report(progress);
          watch.progressed(progress);
        },
        step: (name, work) => watch.step(name, work),
        signal,
      });
      // The file is there: starting again in another lane would save nothing.
      guard.stop();
      await this.#checkStored(objectKey, result);
      const { generatorVersion, signingKey } = this.#options.manifests;
      const manifest = signManifest(fileManifest(record, result, file, generatorVersion), signingKey);
      await this.#files.storeManifest(objectKey, manifest, signal);
      return { result, manifest };
    } finally {
      end.stop();
      guard.stop();
      heartbeat.stop();
    }
  }

  async #settle(
    record: ExportRecord,
    objectKey: string,
    thrown: unknown,
    logger: Logger,
  ): Promise<JobOutcome> {
    const error = thrown instanceof AppError ? thrown : unexpected(thrown);
    logger.warn({ err: error, code: error.code }, 'export attempt ended without a file');
    const { next: outcome, became } = await this.#record(record, error);
    const { exports } = this.#options.metrics;
    exports.attempted(became);
    if (became === 'failed') {
      exports.ended(record, { outcome: 'failed', code: error.code });
    }
    // After the row: a storage that hangs must not keep a worker that shuts down from handing its exports back.
    await this.#files.discard(objectKey);
    return outcome;
  }

  async #record(
    record: ExportRecord,
    error: AppError,
  ): Promise<{ next: JobOutcome; became: AttemptOutcome }> {
    const { attempts, maxAttempts } = this.#options;
    const { id, attempt } = record;
    const { code, message } = error;
    // Each of these hits no row when the attempt was overtaken meanwhile; then there is nothing left to do for it.
    const dropped = { next: 'done', became: 'dropped' } as const;
    if (code === 'superseded') return dropped;
    if (code === 'worker_stopping' || code === 'lock_lost') {
      const released = await attempts.release(id, attempt, code);
      return released ? { next: { againInMs: 0 }, became: 'handed_back' } : dropped;
    }
    if (code === 'lane_outgrown') {
      return (await this.#leaveFastLane(record)) ? { next: 'done', became: 'lane_left' } : dropped;
    }
    if (error.retryable && record.tries < maxAttempts) {
      const delayMs = retryDelayMs(record.tries, { firstDelayMs: this.#options.retryDelayMs });
      const later = await attempts.retryLater(id, attempt, { code, message, delayMs });
      if (later === undefined) return dropped;
      return { next: { againInMs: delayMs, turn: later.turn }, became: 'retried' };
    }
    return (await attempts.fail(id, attempt, { code, message }))
      ? { next: 'done', became: 'failed' }
      : dropped;
  }

  async #leaveFastLane({ id, attempt }: ExportRecord): Promise<boolean> {
    const { attempts, queue, logger } = this.#options;
    const moved = await attempts.leaveFastLane(id, attempt);
    if (moved === undefined) return false;
    await queue.add({ id, lane: 'normal', turn: moved.turn }).catch((error: unknown) => {
      logger.warn({ err: error, exportId: id }, 'the queue did not take an export; the janitor will add it');
    });
    return true;
  }
}
