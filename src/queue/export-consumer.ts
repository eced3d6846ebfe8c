import { exportJobs } from './export-queue.ts';
import type { ExportLane } from './export-queue.ts';
import { JobConsumer } from './job-consumer.ts';
import type { JobConsumerOptions } from './job-consumer.ts';

/** Runs the exports of one lane. */
export class ExportConsumer extends JobConsumer {
  constructor(lane: ExportLane, options: JobConsumerOptions) {
    super(exportJobs[lane], options);
  }
}
