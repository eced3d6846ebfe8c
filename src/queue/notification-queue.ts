import { z } from 'zod';
import { JobQueue } from './job-queue.ts';
import type { JobKind, JobQueueOptions } from './job-queue.ts';

const notificationJob = z.strictObject({ notificationId: z.uuid() });

export const notificationJobs: JobKind = {
  queue: 'notifications',
  job: 'notification',
  pack: (notificationId) => ({ notificationId }),
  unpack: (data) => notificationJob.parse(data).notificationId,
};

/** Messages to be sent, as jobs of their own: a dead mail server never runs an export again. */
export class NotificationQueue extends JobQueue {
  constructor(options: JobQueueOptions) {
    super(notificationJobs, options);
  }
}
