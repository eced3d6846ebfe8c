import { JobConsumer } from './job-consumer.ts';
import type { JobConsumerOptions } from './job-consumer.ts';
import { notificationJobs } from './notification-queue.ts';

/** Sends messages. */
export class NotificationConsumer extends JobConsumer {
  constructor(options: JobConsumerOptions) {
    super(notificationJobs, options);
  }
}
