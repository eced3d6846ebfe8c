import { currentTraceparent, isTracing } from '../tracing.ts';
import type { Queryable } from './pool.ts';

/** W3C Trace Context, version 00: what is kept is read into headers and jobs. */
const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The trace that a request for an export is part of, kept with the first line of its history: the queue may lose the job
 * that carries it. Where nothing is traced, nothing is read or written.
 */
export class TraceRecords {
  readonly #pool: Queryable;

  constructor(pool: Queryable) {
    this.#pool = pool;
  }

  /** Keeps what goes on as the beginning of this export. Never rejects: a trace is worth no request. */
  async begin(exportId: string): Promise<void> {
    const traceparent = currentTraceparent();
    if (traceparent === undefined) return;
    await this.#pool
      .query(
        `update rowferry.export_events set details = details || jsonb_build_object('traceparent', $2::text)
          where export_id = $1 and kind = 'requested'`,
        [exportId, traceparent],
      )
      .catch(() => undefined);
  }

  /** Undefined where none was kept, or nothing is traced here. */
  async of(exportId: string): Promise<string | undefined> {
    if (!isTracing()) return undefined;
    const { rows } = await this.#pool.query<{ traceparent: string | null }>(
      `select details ->> 'traceparent' as traceparent from rowferry.export_events
        where export_id = $1 and kind = 'requested'`,
      [exportId],
    );
    const traceparent = rows[0]?.traceparent ?? '';
    return TRACEPARENT.test(traceparent) ? traceparent : undefined;
  }
}
