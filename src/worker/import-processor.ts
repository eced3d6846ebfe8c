import type { ImportAttempts } from '../db/import-attempts.ts';
import type { ImportRecord } from '../db/import-record.ts';
import { AppError } from '../errors.ts';
import type { DatasetRegistry } from '../export/load-datasets.ts';
import type { ImportLimits } from '../import/import-limits.ts';
import type { OnInvalid } from '../import/import-report.ts';
import { runImport } from '../import/run-import.ts';
import type { Dataset } from '../export/dataset.ts';
import type { Logger } from '../logger.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import type { ReadFormat } from '../read/file-row.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { askedNow } from './asked-now.ts';
import { AttemptEnd } from './attempt-end.ts';
import { checkRights } from './check-rights.ts';
import type { KeyStates } from './check-rights.ts';
import { Heartbeat } from './heartbeat.ts';
import { retryDelayMs } from './retry-delay.ts';
import { unexpected } from './unexpected.ts';
import { workerStopping } from './worker-stopping.ts';

export interface ImportProcessorOptions {
  datasets: DatasetRegistry;
  attempts: ImportAttempts;
  apiKeys: KeyStates;
  store: ObjectStore;
  targetOf: (dataset: Dataset) => string;
  limits: ImportLimits;
  maxAttempts: number;
  retryDelayMs: number;
  logger: Logger;
}

/**
 * Runs imports whose file is in storage. An attempt that dies has written nothing, or all of it; the next one finds that
 * by its duplicates, so starting again doubles nothing.
 */
export class ImportProcessor {
  readonly #options: ImportProcessorOptions;
  readonly #shutdown = new AbortController();

  constructor(options: ImportProcessorOptions) {
    this.#options = options;
  }

  /** Aborts what runs; it goes back into the queue without losing an attempt. */
  abortAll(): void {
    this.#shutdown.abort(workerStopping());
  }

  /**
   * Handles one delivery of one job. It is always done with the job: what is to be done later the upkeep brings back.
   * Rejects only when not even the outcome could be recorded.
   */
  async process(id: string, lockLost: AbortSignal): Promise<JobOutcome> {
    if (this.#shutdown.signal.aborted) return { againInMs: 0 };
    const { attempts, logger } = this.#options;
    const record = await attempts.claim(id);
    if (record === undefined) return 'done';
    const own = logger.child({ importId: id, attempt: record.attempt });
    own.info({ dataset: record.dataset }, 'import started');
    try {
      const report = await this.#run(record, lockLost);
      if (await attempts.complete(id, record.attempt, report)) {
        const { rows, written, duplicate, invalid } = report;
        own.info({ rows, written, duplicate, invalid }, 'import completed');
      }
    } catch (error) {
      own.warn({ err: error }, 'import attempt ended without a result');
      await this.#settle(record, error);
    }
    await this.removeFile(record.id);
    return 'done';
  }

  /** Removes the files of imports that have ended; with an id, that of this one alone. */
  async removeFile(id?: string): Promise<void> {
    const { attempts, store, logger } = this.#options;
    for (const ended of await attempts.withFile({ limit: FILES_A_PASS, id })) {
      try {
        await store.delete(ended.objectKey);
        await attempts.fileGone(ended.id);
      } catch (error) {
        logger.warn({ err: error, importId: ended.id }, 'the file of an import could not be removed yet');
      }
    }
  }

  async #run(record: ImportRecord, lockLost: AbortSignal) {
    const { datasets, attempts, apiKeys, store, limits, targetOf } = this.#options;
    const { dataset, params } = askedNow(datasets, record);
    await checkRights(record, dataset, params, apiKeys);
    if (record.objectKey === null) throw new AppError('file_gone', 'The file is not in storage any more.');
    const heartbeat = new Heartbeat(({ rows }) => attempts.beat(record.id, record.attempt, rows));
    const others = [heartbeat.lost, this.#shutdown.signal];
    const end = new AttemptEnd({ what: 'import', deadlineMs: limits.deadlineMs, lockLost, others });
    try {
      return await runImport({
        dataset,
        asker: { tenant: record.tenant, subject: record.subject, role: record.role },
        params,
        file: storedFile(store, record.objectKey),
        preset: record.preset ?? undefined,
        format: (record.format ?? undefined) as ReadFormat | undefined,
        options: record.options ?? undefined,
        onInvalid: record.onInvalid as OnInvalid,
        dryRun: record.dryRun,
        target: { connectionString: targetOf(dataset), applicationName: `rowferry-import ${record.id}` },
        limits,
        onRows: (rows) => heartbeat.report({ rows, bytes: 0, estimatedRows: 0 }),
        signal: end.signal,
      });
    } finally {
      end.stop();
      heartbeat.stop();
    }
  }

  async #settle({ id, attempt, tries }: ImportRecord, thrown: unknown): Promise<void> {
    const { attempts, maxAttempts, retryDelayMs: firstDelayMs } = this.#options;
    const error = thrown instanceof AppError ? thrown : unexpected(thrown);
    const { code, message, retryable } = error;
    if (code === 'superseded') return;
    if (code === 'worker_stopping' || code === 'lock_lost') {
      await attempts.putBack(id, attempt, { delayMs: 0, counts: false });
    } else if (retryable && tries < maxAttempts) {
      const delayMs = retryDelayMs(tries, { firstDelayMs });
      await attempts.putBack(id, attempt, { delayMs, counts: true });
    } else {
      await attempts.fail(id, attempt, { code, message });
    }
  }
}

/** Opened when it is read: where there is no database to write to, nobody would close it. */
async function* storedFile(store: ObjectStore, key: string): AsyncGenerator<Buffer> {
  yield* await store.download(key);
}

const FILES_A_PASS = 100;
