import { AppError } from '../errors.ts';
import type { SessionContext, SqlQuery } from './dataset.ts';
import type { ExportLimits } from './export-limits.ts';
import type { TextRow } from './formats/format.ts';
import { RowSource } from './row-source.ts';
import { beginSnapshot, closeSourceClient, createSourceClient, dropConnection } from './source-client.ts';

export interface ReadSubjectsOptions {
  query: SqlQuery;
  /** Its session is that of the one who asks. */
  source: { connectionString: string; applicationName: string; session: SessionContext };
  limits: ExportLimits;
  signal: AbortSignal;
}

/**
 * The subjects that a dataset's query finds, in batches, from one read-only snapshot. NULL is nobody and is left out.
 * Memory does not grow with their number.
 *
 * @throws the signal's reason, or an AppError as exports do
 */
export async function* readSubjects(options: ReadSubjectsOptions): AsyncGenerator<string[], void> {
  const { query, source, limits, signal } = options;
  signal.throwIfAborted();
  const connection = { ...source, deadlineMs: limits.deadlineMs };
  const client = createSourceClient(connection);
  const late = new AbortController();
  const timer = setTimeout(() => {
    const message = `The query for subjects did not begin to answer within ${limits.stallTimeoutMs / 1000} seconds.`;
    late.abort(new AppError('source_stalled', message, { retryable: true }));
  }, limits.stallTimeoutMs);
  const stop = AbortSignal.any([signal, late.signal]);
  const drop = () => dropConnection(client);
  stop.addEventListener('abort', drop, { once: true });
  try {
    await beginSnapshot(client, connection);
    // From here on the stream itself watches for silence.
    clearTimeout(timer);
    const rows = new RowSource({ client, query, columnNames: ['subject'], ...limits });
    for await (const batch of rows as AsyncIterable<TextRow[]>) {
      yield batch.flatMap(([subject]) => (subject === null || subject === undefined ? [] : [subject]));
      stop.throwIfAborted();
    }
  } catch (error) {
    if (stop.aborted) throw stop.reason;
    throw error;
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', drop);
    await closeSourceClient(client);
  }
}
