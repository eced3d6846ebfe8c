import { AppError } from '../errors.ts';

/**
 * Waits for all, so that nothing runs on behind a failure, then throws the error that says most: of a stream that was
 * torn down by another's failure, Node only knows that it was aborted.
 */
export async function allSettled(works: readonly Promise<void>[], onFailure?: () => void): Promise<void> {
  const failures: unknown[] = [];
  const failed = (error: unknown) => {
    failures.push(error);
    onFailure?.();
  };
  await Promise.all(works.map((work) => work.catch(failed)));
  if (failures.length > 0) throw failures.find((failure) => failure instanceof AppError) ?? failures[0];
}
