import type { Client } from 'pg';
import { AppError } from '../errors.ts';
import type { ExportRequest } from './export-request.ts';
import { dropConnection } from './source-client.ts';

/**
 * Bounds what comes before the first row, when no stream is there yet to be destroyed: connecting to a host that does
 * not answer, or waiting for a table that is locked.
 */
export async function withPatience<T>(
  client: Client,
  { signal, limits }: Pick<ExportRequest, 'signal' | 'limits'>,
  work: () => Promise<T>,
): Promise<T> {
  const drop = () => dropConnection(client);
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort();
    drop();
  }, limits.stallTimeoutMs);
  signal.addEventListener('abort', drop, { once: true });
  try {
    return await work();
  } catch (error) {
    if (!stalled.signal.aborted) throw error;
    const message = `The source database did not begin to answer within ${limits.stallTimeoutMs / 1000} seconds.`;
    throw new AppError('source_stalled', message, { retryable: true, cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', drop);
  }
}
