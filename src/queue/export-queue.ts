import { z } from 'zod';
import type { QueueDepth } from '../metrics/backlog-metrics.ts';
import { JobQueue } from './job-queue.ts';
import type { JobKind, JobQueueOptions } from './job-queue.ts';
import type { AnyQueue } from './queue-backend.ts';

const exportJob = z.strictObject({ exportId: z.uuid() });

const exportJobsIn = (queue: string): JobKind => ({
  queue,
  job: 'export',
  pack: (exportId) => ({ exportId }),
  unpack: (data) => exportJob.parse(data).exportId,
});

/** Each lane is a queue of its own, with workers of its own: in one queue the small would wait behind the big. */
export const exportJobs = {
  normal: exportJobsIn('exports'),
  fast: exportJobsIn('exports-fast'),
  bulk: exportJobsIn('exports-bulk'),
};
export type ExportLane = keyof typeof exportJobs;

/** An export and its place in the queue. */
export interface QueuedExport {
  id: string;
  lane: ExportLane;
  turn: number;
}

/** Exports to be run, in lanes. Its methods do what those of {@link JobQueue} do, in the lane of the export. */
export class ExportQueue {
  readonly #lanes: Readonly<Record<ExportLane, JobQueue>>;

  constructor(options: JobQueueOptions) {
    this.#lanes = {
      normal: new JobQueue(exportJobs.normal, options),
      fast: new JobQueue(exportJobs.fast, options),
      bulk: new JobQueue(exportJobs.bulk, options),
    };
  }

  add({ id, lane, turn }: QueuedExport): Promise<void> {
    return this.#lanes[lane].add(id, { turn });
  }

  ensure({ id, lane, turn }: QueuedExport): Promise<'there' | 'added' | 'hurried'> {
    return this.#lanes[lane].ensure(id, { turn });
  }

  has({ id, lane }: Pick<QueuedExport, 'id' | 'lane'>): Promise<boolean> {
    return this.#lanes[lane].has(id);
  }

  remove({ id, lane }: Pick<QueuedExport, 'id' | 'lane'>): Promise<void> {
    return this.#lanes[lane].remove(id);
  }

  async ready(): Promise<void> {
    await this.#all((lane) => lane.ready());
  }

  /** How many jobs there are, by lane and state. */
  async depth(): Promise<QueueDepth[]> {
    const lanes = Object.entries(this.#lanes).map(async ([lane, queue]) =>
      (await queue.depth()).map((depth) => ({ lane, ...depth })),
    );
    return (await Promise.all(lanes)).flat();
  }

  /** For the page that shows jobs: BullMQ’s own queues, without a time limit for their answers. */
  bullQueues(): AnyQueue[] {
    return Object.values(this.#lanes).map((lane) => lane.bullQueue);
  }

  async ping(): Promise<void> {
    await this.#all((lane) => lane.ping());
  }

  async close(): Promise<void> {
    await this.#all((lane) => lane.close());
  }

  async #all(act: (lane: JobQueue) => Promise<void>): Promise<void> {
    await Promise.all(Object.values(this.#lanes).map(act));
  }
}
