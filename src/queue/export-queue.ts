import { z } from 'zod';
import { JobQueue } from './job-queue.ts';
import type { JobKind, JobQueueOptions } from './job-queue.ts';

const exportJob = z.strictObject({ exportId: z.uuid() });

export const exportJobs: JobKind = {
  queue: 'exports',
  job: 'export',
  pack: (exportId) => ({ exportId }),
  unpack: (data) => exportJob.parse(data).exportId,
};

/** Exports to be run. */
export class ExportQueue extends JobQueue {
  constructor(options: JobQueueOptions) {
    super(exportJobs, options);
  }
}
