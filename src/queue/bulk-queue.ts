import { z } from 'zod';
import { JobQueue } from './job-queue.ts';
import type { JobKind, JobQueueOptions } from './job-queue.ts';

const bulkJob = z.strictObject({ bulkId: z.uuid() });

export const bulkJobs: JobKind = {
  queue: 'bulk-exports',
  job: 'bulk-export',
  pack: (bulkId) => ({ bulkId }),
  unpack: (data) => bulkJob.parse(data).bulkId,
  connections: 2,
};

/** Bulk exports to be looked after: one job each, for as long as they are under way. */
export class BulkQueue extends JobQueue {
  constructor(options: JobQueueOptions) {
    super(bulkJobs, options);
  }
}
