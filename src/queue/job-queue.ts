import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { QueueDepth } from '../metrics/backlog-metrics.ts';
import { onFirstOfMany } from './connection-log.ts';
import { openQueueBackend, readyQueue } from './queue-backend.ts';
import type { AnyQueue, QueueBackend, QueueBackendOptions } from './queue-backend.ts';

/** One kind of work. A job carries an id and nothing else: the row in the database is the truth about the rest. */
export interface JobKind {
  /** Name of its queue. */
  queue: string;
  /** Name of each job. */
  job: string;
  /** What a job carries for an id. */
  pack: (id: string) => Readonly<Record<string, string>>;
  /** The id that a job carries; throws on anything else. */
  unpack: (data: unknown) => string;
  /** Connections to PostgreSQL that will do for its queue, and for its worker. */
  connections?: number;
}

/**
 * Jobs leave the queue when they end: what became of one is in its row, and an id can be added again. The attempts are for
 * errors around the work (the database being away), not for the work's own, which the row counts.
 */
const JOB_OPTIONS = {
  removeOnComplete: true,
  removeOnFail: true,
  attempts: 1000,
  backoff: { type: 'fixed', delay: 5000 },
};

export interface JobQueueOptions {
  backend: QueueBackendOptions;
  /** How long `add` and the others may take, in milliseconds: with Redis away BullMQ would wait for ever. */
  timeoutMs: number;
  logger: Logger;
}

/** BullMQ tells so many priorities apart; work with later turns comes behind, in the order in which it was added. */
export const MAX_TURN = 2 ** 21 - 1;

/** Lower ones are delivered first, and those of one number in the order in which they came; 0 before all others. */
export function priorityOf(turn: number): number {
  return Math.min(turn, MAX_TURN);
}

/** Work that may wait for a queue that does not answer: ioredis keeps each command until Redis is back. */
const MAX_UNANSWERED = 1000;

/** The producers' side of the queue. Every method rejects with `queue_unavailable` when the queue does not answer in time. */
export class JobQueue {
  readonly #backend: QueueBackend;
  readonly #queue: AnyQueue;
  readonly #kind: JobKind;
  readonly #timeoutMs: number;
  readonly #unanswered = new Set<Promise<unknown>>();

  constructor(kind: JobKind, { backend, timeoutMs, logger }: JobQueueOptions) {
    this.#kind = kind;
    this.#backend = openQueueBackend(backend, kind.connections);
    this.#queue = this.#backend.createQueue(kind.queue, { defaultJobOptions: JOB_OPTIONS });
    this.#timeoutMs = timeoutMs;
    onFirstOfMany(this.#queue, (error) => logger.warn({ err: error }, 'the queue cannot be reached'));
  }

  get bullQueue(): AnyQueue {
    return this.#queue;
  }

  /** Waits until jobs can be added. @throws AppError `queue_not_ready` */
  async ready(): Promise<void> {
    await readyQueue(this.#queue);
  }

  /**
   * Has the work done, in turn where it has one. Adding an id that is in the queue already changes nothing.
   */
  async add(id: string, { turn = 0 }: { turn?: number } = {}): Promise<void> {
    const options = { jobId: id, priority: priorityOf(turn) };
    await this.#inTime(() => this.#queue.add(this.#kind.job, this.#kind.pack(id), options));
  }

  /**
   * Sees to it that work which is due is delivered: adds it when the queue does not know it, and brings forward what
   * the queue would deliver later. It goes by the clocks of workers, which may be wrong, so it may be much later. What
   * waits with another turn gets this one.
   */
  async ensure(id: string, { turn = 0 }: { turn?: number } = {}): Promise<'there' | 'added' | 'hurried'> {
    const job = await this.#inTime(() => this.#queue.getJob(id));
    if (job === undefined) {
      await this.add(id, { turn });
      return 'added';
    }
    const priority = priorityOf(turn);
    const [delayed] = await Promise.all([
      this.#inTime(() => job.isDelayed()),
      // It may have ended meanwhile.
      job.priority === priority ||
        this.#inTime(() => job.changePriority({ priority }).catch(() => undefined)),
    ]);
    if (!delayed) return 'there';
    try {
      await this.#inTime(() => job.promote());
      return 'hurried';
    } catch (error) {
      // Its time may have come just now.
      if (await this.#inTime(() => job.isDelayed())) throw error;
      return 'there';
    }
  }

  /** True while the work waits or runs. */
  async has(id: string): Promise<boolean> {
    return (await this.#inTime(() => this.#queue.getJob(id))) !== undefined;
  }

  /** Takes waiting work out; what is running stays. */
  async remove(id: string): Promise<void> {
    await this.#inTime(() => this.#queue.remove(id));
  }

  /** How many jobs there are, by state. */
  async depth(): Promise<Omit<QueueDepth, 'lane'>[]> {
    const counts = await this.#inTime(() =>
      this.#queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed'),
    );
    const { waiting = 0, prioritized = 0, active = 0, delayed = 0 } = counts;
    return [
      { state: 'waiting', jobs: waiting + prioritized },
      { state: 'active', jobs: active },
      { state: 'delayed', jobs: delayed },
    ];
  }

  /** Rejects when the queue does not answer. */
  async ping(): Promise<void> {
    await this.#inTime(() => this.#queue.getJobCounts('waiting'));
  }

  /** Waits for what was begun, but no longer than usual. */
  async close(): Promise<void> {
    await this.#inTime(() => Promise.allSettled(this.#unanswered)).catch(() => undefined);
    await this.#queue.close();
    await this.#backend.disconnect();
  }

  async #inTime<T>(begin: () => Promise<T>): Promise<T> {
    if (this.#unanswered.size >= MAX_UNANSWERED)
      throw unavailable(new Error('too much waits for its answer'));
    const work = begin();
    this.#unanswered.add(work);
    const forget = () => this.#unanswered.delete(work);
    // Work that comes late is not an unhandled rejection; what it adds is harmless, since ids are unique.
    work.then(forget, forget);
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([work, tooLate]);
    } catch (error) {
      throw unavailable(error);
    } finally {
      clearTimeout(timer);
    }
  }
}

function unavailable(cause: unknown): AppError {
  return new AppError('queue_unavailable', 'The queue does not answer.', { retryable: true, cause });
}
