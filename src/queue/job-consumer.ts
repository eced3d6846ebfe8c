import type { Job } from 'bullmq';
import { DelayedError } from 'bullmq';
import type { Logger } from '../logger.ts';
import { onFirstOfMany } from './connection-log.ts';
import { priorityOf } from './job-queue.ts';
import type { JobKind } from './job-queue.ts';
import { openQueueBackend, readyQueue } from './queue-backend.ts';
import type { AnyWorker, QueueBackend, QueueBackendOptions } from './queue-backend.ts';

/** What to do with the job: nothing more, or bring it back after a pause, in another turn where one is named. */
export type JobOutcome = 'done' | { againInMs: number; turn?: number };

export interface JobConsumerOptions {
  backend: QueueBackendOptions;
  concurrency: number;
  /** A worker silent for this long has lost its jobs to others. */
  lockSeconds: number;
  /** The signal aborts when the job's lock was lost. */
  process: (id: string, signal: AbortSignal) => Promise<JobOutcome>;
  logger: Logger;
}

/**
 * How often a job may be found abandoned before BullMQ drops it. The row counts attempts and ends the work, so this
 * only has to be out of the way.
 */
const MAX_STALLED_COUNT = 1000;

/** The workers' side of the queue. */
export class JobConsumer {
  readonly #backend: QueueBackend;
  readonly #worker: AnyWorker;
  readonly #logger: Logger;

  constructor(kind: JobKind, { backend, concurrency, lockSeconds, process, logger }: JobConsumerOptions) {
    this.#logger = logger;
    this.#backend = openQueueBackend(backend, kind.connections);
    // BullMQ hands out a signal only to processors that declare it as their third parameter.
    const processor = async (job: Job, token?: string, signal?: AbortSignal): Promise<void> => {
      const outcome = await process(kind.unpack(job.data), signal ?? new AbortController().signal);
      if (outcome === 'done') return;
      if (outcome.turn !== undefined) await job.changePriority({ priority: priorityOf(outcome.turn) });
      // BullMQ goes by the clocks of workers. Where this one is wrong, the janitor brings the job forward.
      await job.moveToDelayed(Date.now() + outcome.againInMs, token);
      throw new DelayedError();
    };
    this.#worker = this.#backend.createWorker(kind.queue, processor, {
      // Not before the queue is known to work: BullMQ would try again without a pause, and nothing else would run.
      autorun: false,
      concurrency,
      lockDuration: lockSeconds * 1000,
      stalledInterval: (lockSeconds * 1000) / 2,
      maxStalledCount: MAX_STALLED_COUNT,
    });
    // BullMQ says that a lock was lost, but lets the processor run on.
    this.#worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#worker.cancelJob(id, 'the lock was lost');
    });
    this.#worker.on('failed', (job, error) => logger.warn({ err: error, jobId: job?.id }, 'a job failed'));
    onFirstOfMany(this.#worker, (error) => logger.warn({ err: error }, 'the queue cannot be reached'));
  }

  /** Begins to take jobs. @throws AppError `queue_not_ready` */
  async start(): Promise<void> {
    await readyQueue(this.#worker);
    this.#worker
      .run()
      .catch((error: unknown) => this.#logger.error({ err: error }, 'the worker stopped taking jobs'));
  }

  /** Takes no more jobs, and resolves when those that run have ended. */
  async close(): Promise<void> {
    await this.#worker.close();
    await this.#backend.disconnect();
  }
}
