import type { AttemptRecords } from '../db/attempt-records.ts';
import type { ExportRecord } from '../db/export-record.ts';
import type { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { AttemptOutcome } from '../metrics/export-metrics.ts';
import type { ExportQueue } from '../queue/export-queue.ts';
import type { JobOutcome } from '../queue/job-consumer.ts';
import { retryDelayMs } from './retry-delay.ts';

export interface FailureOptions {
  attempts: AttemptRecords;
  maxAttempts: number;
  /** Before the second attempt; it doubles with each. */
  retryDelayMs: number;
  /** Where exports go that leave the fast lane. */
  queue: Pick<ExportQueue, 'add'>;
  logger: Logger;
}

/** What is to become of a job, and what became of its attempt. */
interface Failure {
  next: JobOutcome;
  became: AttemptOutcome;
}

/**
 * Records an attempt that made no file: handed back, moved to the normal lane, tried again later, or failed for good.
 *
 * Rejects when that could not be recorded; then the export is found by its lease.
 */
export async function recordFailure(
  record: ExportRecord,
  { code, message, retryable }: AppError,
  options: FailureOptions,
): Promise<Failure> {
  const { attempts, maxAttempts } = options;
  const { id, attempt } = record;
  // Each of these hits no row when the attempt was overtaken meanwhile; then there is nothing left to do for it.
  const dropped = { next: 'done', became: 'dropped' } as const;
  if (code === 'superseded') return dropped;
  if (code === 'worker_stopping' || code === 'lock_lost') {
    const released = await attempts.release(id, attempt, code);
    return released ? { next: { againInMs: 0 }, became: 'handed_back' } : dropped;
  }
  if (code === 'lane_outgrown') {
    return (await leaveFastLane(record, options)) ? { next: 'done', became: 'lane_left' } : dropped;
  }
  if (retryable && record.tries < maxAttempts) {
    const delayMs = retryDelayMs(record.tries, { firstDelayMs: options.retryDelayMs });
    const later = await attempts.retryLater(id, attempt, { code, message, delayMs });
    if (later === undefined) return dropped;
    return { next: { againInMs: delayMs, turn: later.turn }, became: 'retried' };
  }
  return (await attempts.fail(id, attempt, { code, message })) ? { next: 'done', became: 'failed' } : dropped;
}

async function leaveFastLane(
  { id, attempt }: ExportRecord,
  { attempts, queue, logger }: FailureOptions,
): Promise<boolean> {
  const moved = await attempts.leaveFastLane(id, attempt);
  if (moved === undefined) return false;
  await queue.add({ id, lane: 'normal', turn: moved.turn }).catch((error: unknown) => {
    logger.warn({ err: error, exportId: id }, 'the queue did not take an export; the janitor will add it');
  });
  return true;
}
