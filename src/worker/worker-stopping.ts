import { AppError } from '../errors.ts';

/** What ends whatever a worker is at when it shuts down: it is handed back, and costs no try. */
export function workerStopping(): AppError {
  return new AppError('worker_stopping', 'The worker is shutting down.', { retryable: true });
}
