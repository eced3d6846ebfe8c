import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';

/** A prefix for queues that nobody else has. What is left under it in Redis goes when the run ends. */
export function newQueuePrefix(): string {
  return `${inject('services').redisPrefix}_${randomBytes(4).toString('hex')}`;
}
