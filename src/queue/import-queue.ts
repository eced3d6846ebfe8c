import { z } from 'zod';
import { JobConsumer } from './job-consumer.ts';
import type { JobConsumerOptions } from './job-consumer.ts';
import { JobQueue } from './job-queue.ts';
import type { JobKind, JobQueueOptions } from './job-queue.ts';

const importJob = z.strictObject({ importId: z.uuid() });

const importJobs: JobKind = {
  queue: 'imports',
  job: 'import',
  pack: (importId) => ({ importId }),
  unpack: (data) => importJob.parse(data).importId,
};

/** Imports to be run, in a queue of their own: a long one holds up no export. */
export class ImportQueue extends JobQueue {
  constructor(options: JobQueueOptions) {
    super(importJobs, options);
  }
}

/** Runs them. */
export class ImportConsumer extends JobConsumer {
  constructor(options: JobConsumerOptions) {
    super(importJobs, options);
  }
}
