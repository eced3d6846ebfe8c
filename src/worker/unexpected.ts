import { AppError } from '../errors.ts';

/**
 * What is told of an error that nobody foresaw. Its own message stays in the log: it may name hosts, or quote what was
 * exported.
 */
export function unexpected(error: unknown): AppError {
  const message = 'Something went wrong that rowferry does not know; the worker’s log has the details.';
  return new AppError('internal_error', message, { retryable: true, cause: error });
}
