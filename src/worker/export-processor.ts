import type { KeyObject } from 'node:crypto';
import type { AttemptClaims } from '../db/attempt-claims.ts';
import type { AttemptRecords, PublishedFile, PublishedFiles } from '../db/attempt-records.ts';
import type { ExportRecord } from '../db/export-record.ts';
import { AppError } from '../errors.ts';
import { allSettled } from '../export/all-settled.ts';
import { columnsOfBase } from '../export/changes-range.ts';
import type { EncoderSetting } from '../export/choose-encoder.ts';
import { viewFor } from '../export/dataset-view.ts';
import type { FileFormatName } from '../export/formats/format.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import { runExport } from '../export/run-export.ts';
import type { ExportLimits, StoredFile } from '../export/run-export.ts';
import { sourceOf } from '../export/sources.ts';
import type { Sources } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import { signManifest } from '../manifest/signed-manifest.ts';
import type { Metrics } from '../metrics.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { inSpan } from '../tracing.ts';
import { askedNow } from './asked-now.ts';
import { AttemptEnd } from './attempt-end.ts';
import { AttemptWatch } from './attempt-watch.ts';
import { checkRights } from './check-rights.ts';
import type { KeyStates } from './check-rights.ts';
import { ExportedFiles } from './exported-files.ts';
import type { NewFile } from './exported-files.ts';
import { fileManifest } from './file-manifest.ts';
import { FastLaneGuard } from './fast-lane-guard.ts';
import type { FastLaneLimits } from './fast-lane-guard.ts';
import { Heartbeat } from './heartbeat.ts';
import { attemptsExhausted } from './end-reasons.ts';
import { recordFailure } from './record-failure.ts';
import type { FailureOptions } from './record-failure.ts';
import type { RepairLog } from './repair-log.ts';
import { unexpected } from './unexpected.ts';
import { workerStopping } from './worker-stopping.ts';

export interface ExportProcessorOptions extends FailureOptions {
  datasets: DatasetRegistry;
  claims: AttemptClaims;
  attempts: AttemptRecords;
  apiKeys: KeyStates;
  store: ObjectStore;
  keyPrefix: string;
  sources: Sources;
  limits: ExportLimits;
  gzipLevel: number;
  encoder: EncoderSetting;
  manifests: ManifestOptions;
  retentionHours: number;
  fastLane: FastLaneLimits;
  repairs: RepairLog;
  metrics: Metrics;
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
    if (this.#shutdown.signal.aborted) return { againInMs: 0 };
    const claim = await this.#options.claims.claim(exportId);
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
      await this.#files.sweep(exportId, attempt);
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
    const files = this.#files.newFiles(record);
    const startedAt = performance.now();
    logger.info({ dataset: record.dataset, formats: record.formats }, 'export started');
    let made: Omit<PublishedFiles, 'retentionHours'>;
    try {
      made = await this.#export(record, files, watch, lockLost);
    } catch (error) {
      return this.#settle(record, files, error, logger);
    }
    // When this rejects nobody knows whether it took effect, so the objects stay; the next delivery reads the row.
    const published = await watch.step('publish', () =>
      attempts.publish(record.id, record.attempt, { ...made, retentionHours }),
    );
    metrics.exports.attempted(published ? 'published' : 'dropped');
    if (published) {
      watch.published(made);
      metrics.exports.ended(record, { outcome: 'completed' });
      const { rows, bytes } = made;
      const stored = made.files.map(({ manifest: _, ...file }) => file);
      const seconds = (performance.now() - startedAt) / 1000;
      logger.info({ rows, bytes, files: stored, seconds }, 'export completed');
    } else {
      logger.info('export was cancelled, deleted or taken over; its files are dropped');
      await this.#files.discard(files);
    }
    return 'done';
  }

  async #checkStored(objectKey: string, written: StoredFile): Promise<void> {
    const stored = await this.#options.store.head(objectKey);
    if (stored?.bytes === written.bytes) return;
    const message = 'The stored file does not have the size of the file that was written.';
    throw new AppError('stored_size_mismatch', message, { retryable: true, details: { stored, written } });
  }

  /** The files and their manifests, stored and checked; until then the attempt is alive and can be ended. */
  async #export(
    record: ExportRecord,
    files: readonly NewFile[],
    watch: AttemptWatch,
    lockLost: AbortSignal,
  ): Promise<Omit<PublishedFiles, 'retentionHours'>> {
    const fileOf = (format: FileFormatName): NewFile => {
      const file = files.find((one) => one.format === format);
      if (file === undefined) throw new Error(`no file for ${format}`);
      return file;
    };
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
      const { since } = record.options;
      const columns = () => columnsOfBase(viewFor(dataset, record.role, record.options));
      const base = since === undefined ? undefined : await attempts.baseOf(record, columns());
      const result = await runExport({
        dataset,
        asker: { tenant: record.tenant, subject: record.subject, role: record.role },
        formats: record.formats,
        options: record.options,
        gzipLevel: this.#options.gzipLevel,
        params,
        base,
        source: {
          connectionString: sourceOf(sources, dataset),
          applicationName: `rowferry-export ${record.id}`,
        },
        limits,
        encoder,
        store: (body, format) => {
          const { objectKey: key, contentType } = fileOf(format);
          return store.upload({ key, body, contentType, signal });
        },
        onProgress: (progress) => {
          heartbeat.report(progress);
          guard.report(progress);
          watch.progressed(progress);
        },
        step: (name, work) => watch.step(name, work),
        signal,
      });
      // The files are there: starting again in another lane would save nothing.
      guard.stop();
      const published: PublishedFile[] = [];
      for (const stored of result.stored) {
        const { contentType, ...file } = fileOf(stored.format);
        const { generatorVersion, signingKey } = this.#options.manifests;
        const said = fileManifest(
          record,
          result,
          { ...stored, name: file.name, contentType },
          generatorVersion,
        );
        const manifest = signManifest(said, signingKey);
        // At once: each is a round trip to storage, and of a small export the round trips are most of the time.
        await allSettled([
          this.#checkStored(file.objectKey, stored),
          this.#files.storeManifest(file.objectKey, manifest, signal),
        ]);
        const { bytes, sha256, encoder: taken } = stored;
        const { columns, files: bundled } = result;
        published.push({ ...file, bytes, sha256, encoder: taken, columns, files: bundled, manifest });
      }
      const { rows, bytes } = result;
      return { rows, bytes, files: published };
    } finally {
      end.stop();
      guard.stop();
      heartbeat.stop();
    }
  }

  async #settle(
    record: ExportRecord,
    files: readonly NewFile[],
    thrown: unknown,
    logger: Logger,
  ): Promise<JobOutcome> {
    const error = thrown instanceof AppError ? thrown : unexpected(thrown);
    logger.warn({ err: error, code: error.code }, 'export attempt ended without a file');
    const { next: outcome, became } = await recordFailure(record, error, this.#options);
    const { exports } = this.#options.metrics;
    exports.attempted(became);
    if (became === 'failed') {
      exports.ended(record, { outcome: 'failed', code: error.code });
    }
    // After the row: a storage that hangs must not keep a worker that shuts down from handing its exports back.
    await this.#files.discard(files);
    return outcome;
  }
}
