import type { BulkRecord } from '../db/bulk-record.ts';
import type { BulkMembers } from '../db/bulk-members.ts';
import type { BulkRuns } from '../db/bulk-runs.ts';
import { AppError } from '../errors.ts';
import type { ExportLimits } from '../export/run-export.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { Sources } from '../export/sources.ts';
import type { Logger } from '../logger.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { BulkFeeder } from './bulk-feeder.ts';
import type { KeyStates } from './check-rights.ts';
import { findSubjects } from './find-subjects.ts';
import { FirstAbort } from './first-abort.ts';
import { Heartbeat } from './heartbeat.ts';
import { retryDelayMs } from './retry-delay.ts';
import { sweepObjects } from './sweep-objects.ts';
import { writeManifest } from './write-manifest.ts';
import { unexpected } from './unexpected.ts';
import { workerStopping } from './worker-stopping.ts';

export interface BulkProcessorOptions {
  runs: BulkRuns;
  members: BulkMembers;
  apiKeys: KeyStates;
  feeder: BulkFeeder;
  datasets: DatasetRegistry;
  store: ObjectStore;
  keyPrefix: string;
  sources: Sources;
  limits: ExportLimits;
  maxSubjects: number;
  /** Tries at finding the subjects, and at writing the manifest. */
  maxTries: number;
  /** A manifest is tried for longer, until its round is so old. */
  giveUpAfterHours: number;
  retryDelayMs: number;
  retentionHours: number;
  downloadLink: (exportId: string) => string;
  logger: Logger;
}

/** There is more to do, or somebody has decided otherwise: look again. */
const AGAIN: JobOutcome = { againInMs: 0 };

/**
 * Looks after bulk exports: finds the subjects, keeps their exports going, cancels and deletes them, and ends each bulk
 * export with its manifest. Every look begins with the row, so it does not matter who took the one before.
 */
export class BulkProcessor {
  readonly #options: BulkProcessorOptions;
  readonly #shutdown = new AbortController();

  constructor(options: BulkProcessorOptions) {
    this.#options = options;
  }

  /** Aborts what runs; another worker does it again. */
  abortAll(): void {
    this.#shutdown.abort(workerStopping());
  }

  /** Handles one delivery of one job. Rejects only when not even the outcome could be recorded. */
  async process(bulkId: string, lockLost: AbortSignal): Promise<JobOutcome> {
    const { runs, feeder } = this.#options;
    if (this.#shutdown.signal.aborted) return AGAIN;
    await feeder.feed(bulkId);
    const claim = await runs.claim(bulkId);
    switch (claim.outcome) {
      case 'settled':
        return 'done';
      case 'wait':
        return { againInMs: claim.delayMs };
      case 'claimed':
        return this.#attempt(claim.bulk, claim.subjectParam, lockLost);
    }
  }

  async #attempt(bulk: BulkRecord, subjectParam: string, lockLost: AbortSignal): Promise<JobOutcome> {
    const logger = this.#options.logger.child({ bulkId: bulk.id, attempt: bulk.attempt });
    const heartbeat = new Heartbeat(() => this.#options.runs.beat(bulk.id, bulk.attempt));
    const end = new FirstAbort([heartbeat.lost, lockLost, this.#shutdown.signal]);
    const { signal } = end;
    try {
      if (bulk.deleted) return await this.#delete(bulk);
      // Beyond what is allowed: no try before it could say why it ended.
      if (this.#isLast(bulk, { tries: bulk.tries - 1, hours: 2 * this.#options.giveUpAfterHours })) {
        throw exhausted();
      }
      if (bulk.status === 'preparing') return await this.#prepare(bulk, { subjectParam, signal, logger });
      return await this.#finish(bulk, { signal, logger });
    } catch (error) {
      return await this.#settle(bulk, error, logger);
    } finally {
      end.forget();
      heartbeat.stop();
    }
  }

  async #prepare(
    bulk: BulkRecord,
    { subjectParam, signal, logger }: { subjectParam: string; signal: AbortSignal; logger: Logger },
  ): Promise<JobOutcome> {
    const { runs, datasets, limits, maxSubjects, sources, apiKeys } = this.#options;
    const options = { datasets, sources, apiKeys, subjectParam, limits, signal };
    await runs.forgetSubjects(bulk.id, bulk.attempt);
    let subjects = 0;
    for await (const found of findSubjects(bulk, options)) {
      subjects += await runs.addSubjects(bulk.id, bulk.attempt, found);
      if (subjects > maxSubjects) throw tooMany(maxSubjects);
    }
    if (await runs.prepared(bulk.id, bulk.attempt)) logger.info({ subjects }, 'bulk export prepared');
    return AGAIN;
  }

  async #finish(
    bulk: BulkRecord,
    { signal, logger }: { signal: AbortSignal; logger: Logger },
  ): Promise<JobOutcome> {
    const { runs, members, store, keyPrefix, limits, retentionHours, downloadLink } = this.#options;
    if (bulk.status === 'cancelling') while (await members.cancelSome(bulk.id)) signal.throwIfAborted();
    const { maxBytes } = limits;
    const subjects = (page: { after?: string | undefined; limit: number }) => runs.subjects(bulk.id, page);
    const options = { store, keyPrefix, maxBytes, downloadLink, subjects, signal };
    const manifest = {
      csv: await writeManifest(bulk, 'csv', options),
      json: await writeManifest(bulk, 'json', options),
    };
    if (await runs.publish(bulk.id, bulk.attempt, manifest, retentionHours)) {
      logger.info('bulk export ended');
      return 'done';
    }
    for (const { objectKey } of Object.values(manifest)) await store.delete(objectKey);
    return AGAIN;
  }

  async #delete({ id }: BulkRecord): Promise<JobOutcome> {
    const { runs, members, store, keyPrefix } = this.#options;
    while (await members.deleteSome(id)) this.#shutdown.signal.throwIfAborted();
    await sweepObjects(store, `${keyPrefix}${id}/`);
    await runs.purge(id);
    return 'done';
  }

  /** @param most.hours that a round may be old before its manifest is given up: all else is done by then */
  #isLast({ status, secondsRunning }: BulkRecord, most: { tries: number; hours: number }): boolean {
    const isLate = status === 'preparing' || (secondsRunning ?? 0) > 3600 * most.hours;
    return most.tries >= this.#options.maxTries && isLate;
  }

  async #settle(bulk: BulkRecord, thrown: unknown, logger: Logger): Promise<JobOutcome> {
    const { runs } = this.#options;
    const error = thrown instanceof AppError ? thrown : unexpected(thrown);
    if (error.code === 'superseded') return AGAIN;
    if (error.code === 'worker_stopping') {
      await runs.release(bulk.id, bulk.attempt);
      return AGAIN;
    }
    logger.warn({ err: error, code: error.code }, 'a bulk export could not be taken further');
    const last = this.#isLast(bulk, { tries: bulk.tries, hours: this.#options.giveUpAfterHours });
    if (!bulk.deleted && (!error.retryable || last)) {
      const { code, message } = error;
      if (bulk.status === 'preparing') await runs.fail(bulk.id, bulk.attempt, { code, message });
      else await runs.endWithoutManifest(bulk.id, bulk.attempt, { code, message: noManifest(message) });
      return 'done';
    }
    const delayMs = retryDelayMs(bulk.tries, { firstDelayMs: this.#options.retryDelayMs });
    await runs.later(bulk.id, bulk.attempt, delayMs);
    return { againInMs: delayMs };
  }
}

function exhausted(): AppError {
  const message = 'Workers that were at it died each time, without being able to say why.';
  return new AppError('attempts_exhausted', message);
}

function noManifest(reason: string): string {
  return `Its exports have ended, but the manifest could not be stored: ${reason} A retry writes it.`;
}

function tooMany(maxSubjects: number): AppError {
  const message = `There are more than the ${maxSubjects} subjects allowed (BULK_MAX_SUBJECTS). No export was made.`;
  return new AppError('too_many_subjects', message);
}
