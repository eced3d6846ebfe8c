import { exportJobs } from './export-queue.ts';
import { JobConsumer } from './job-consumer.ts';
import type { JobConsumerOptions } from './job-consumer.ts';

/** Runs exports. */
export class ExportConsumer extends JobConsumer {
  constructor(options: JobConsumerOptions) {
    super(exportJobs, options);
  }
}
