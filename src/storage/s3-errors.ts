import { AppError, messageOf } from '../errors.ts';

/** True for the answers by which S3 says that there is no such object or upload. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && ['NotFound', 'NoSuchKey', 'NoSuchUpload'].includes(error.name);
}

/**
 * What a person is told when storage fails. Always retryable: a wrong bucket or a missing right can be mended while
 * exports wait, and everything else passes by itself.
 *
 * @param doing what was tried, as in “could not <doing>”
 */
export function storageError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : 'Error';
  return new AppError('storage_failed', `The file storage could not ${doing}.`, {
    retryable: true,
    cause: error,
    details: { reason: `${name}: ${messageOf(error)}` },
  });
}
