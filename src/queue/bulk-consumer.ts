import { bulkJobs } from './bulk-queue.ts';
import { JobConsumer } from './job-consumer.ts';
import type { JobConsumerOptions } from './job-consumer.ts';

/** Looks after bulk exports. */
export class BulkConsumer extends JobConsumer {
  constructor(options: JobConsumerOptions) {
    super(bulkJobs, options);
  }
}
