import type { Pool } from 'pg';
import { importColumns } from './import-record.ts';
import type { ImportRecord } from './import-record.ts';

export interface ImportAttemptsOptions {
  /** Silence after which a running attempt counts as dead. */
  leaseSeconds: number;
  /** Attempts that may fail before the import does. */
  maxAttempts: number;
}

/**
 * A worker's view of an import. As with exports, the attempt number is the fence: every write names it, and resolves to
 * whether the attempt was still the running one.
 */
export class ImportAttempts {
  readonly #pool: Pool;
  readonly #options: ImportAttemptsOptions;

  constructor(pool: Pool, options: ImportAttemptsOptions) {
    this.#pool = pool;
    this.#options = options;
  }

  /** Starts the next attempt; undefined where it is not its time, another is alive, or nothing is left to do. */
  async claim(id: string): Promise<ImportRecord | undefined> {
    const { leaseSeconds, maxAttempts } = this.#options;
    const { rows } = await this.#pool.query<ImportRecord>(
      `update rowferry.imports
          set status = 'running', attempt = attempt + 1, beat_at = now(), started_at = now(), rows_read = 0
        where id = $1 and attempt - released < $3
          and (status = 'queued' and not_before <= now()
               or status = 'running' and beat_at < now() - make_interval(secs => $2))
       returning ${importColumns}`,
      [id, leaseSeconds, maxAttempts],
    );
    return rows[0];
  }

  beat(id: string, attempt: number, rowsRead: number): Promise<boolean> {
    return this.#write(id, attempt, 'beat_at = now(), rows_read = $3', [rowsRead]);
  }

  complete(id: string, attempt: number, report: object): Promise<boolean> {
    const assignments = `status = 'completed', finished_at = now(), report = $3,
      rows_read = ($3::jsonb ->> 'rows')::bigint`;
    return this.#write(id, attempt, assignments, [JSON.stringify(report)]);
  }

  fail(id: string, attempt: number, reason: { code: string; message: string }): Promise<boolean> {
    const assignments = `status = 'failed', finished_at = now(), error_code = $3, error_message = left($4, 2000)`;
    return this.#write(id, attempt, assignments, [reason.code, reason.message]);
  }

  /** Puts it back for later. `counts`: as a try that failed, and not as one that was handed back. */
  putBack(
    id: string,
    attempt: number,
    { delayMs, counts }: { delayMs: number; counts: boolean },
  ): Promise<boolean> {
    const assignments = `status = 'queued', not_before = now() + make_interval(secs => $3 / 1000.0),
      released = released + case when $4 then 0 else 1 end`;
    return this.#write(id, attempt, assignments, [delayMs, counts]);
  }

  /** The file of an import that has ended is gone. */
  async fileGone(id: string): Promise<void> {
    await this.#pool.query(
      `update rowferry.imports set object_key = null where id = $1 and status in ('completed', 'failed')`,
      [id],
    );
  }

  /** Those that a worker should be at, longest due first. */
  async due(limit: number): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from rowferry.imports
        where status = 'queued' and not_before <= now()
           or status = 'running' and beat_at < now() - make_interval(secs => $1)
        order by not_before limit $2`,
      [this.#options.leaseSeconds, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Ended imports whose file may still be in storage; with an id, that one alone. */
  async withFile({
    limit,
    id,
  }: {
    limit: number;
    id?: string | undefined;
  }): Promise<{ id: string; objectKey: string }[]> {
    const { rows } = await this.#pool.query<{ id: string; objectKey: string }>(
      `select id, object_key as "objectKey" from rowferry.imports
        where status in ('completed', 'failed') and object_key is not null and ($2::uuid is null or id = $2)
        order by finished_at limit $1`,
      [limit, id],
    );
    return rows;
  }

  /** Ends those whose attempts are used up, and those older than this. Resolves to how many. */
  async endOverdue(giveUpAfterHours: number): Promise<number> {
    const { leaseSeconds, maxAttempts } = this.#options;
    const { rowCount } = await this.#pool.query(
      `update rowferry.imports
          set status = 'failed', finished_at = now(),
              error_code = case when attempt - released >= $2 then 'attempts_exhausted' else 'given_up' end,
              error_message = 'The import did not come to an end. Whatever it wrote is whole; send the file again.'
        where (status = 'queued' or status = 'running' and beat_at < now() - make_interval(secs => $1))
          and (attempt - released >= $2 or created_at < now() - make_interval(hours => $3))`,
      [leaseSeconds, maxAttempts, giveUpAfterHours],
    );
    return rowCount ?? 0;
  }

  /** Removes what ended so long ago, a thousand at most. */
  async forget(retentionDays: number): Promise<void> {
    await this.#pool.query(
      `delete from rowferry.imports
        where id in (select id from rowferry.imports
                      where finished_at < now() - make_interval(days => $1) and object_key is null limit 1000)`,
      [retentionDays],
    );
  }

  async #write(
    id: string,
    attempt: number,
    assignments: string,
    values: readonly unknown[],
  ): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.imports set ${assignments} where id = $1 and attempt = $2 and status = 'running'`,
      [id, attempt, ...values],
    );
    return rowCount === 1;
  }
}
