import { AppError } from '../errors.ts';

/**
 * Waits for both, so that nothing runs on behind a failure, then throws the error that says most: of a stream that was
 * torn down by the other side's failure, Node only knows that it was aborted.
 */
export async function bothSettled(reading: Promise<void>, storing: Promise<void>): Promise<void> {
  const results = await Promise.allSettled([reading, storing]);
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as unknown);
  if (failures.length > 0) throw failures.find((failure) => failure instanceof AppError) ?? failures[0];
}
