import type { Pool } from 'pg';
import { importColumns } from './import-record.ts';
import type { ImportRecord } from './import-record.ts';
import type { Queryable } from './pool.ts';
import { Suspects } from './suspects.ts';
import type { AttemptLimits } from './suspects.ts';

/** It waits or its worker fell silent, and its time has come. $1: silence in seconds. */
const DUE = `not_before <= now()
  and (status = 'queued' or status = 'running' and beat_at < now() - make_interval(secs => $1))`;
/** Workers that died in a row, with the one that fell silent. */
const DEATHS = `deaths + (status = 'running')::int`;

/**
 * A worker's view of an import. As with exports, the attempt number is the fence: every write names it, and resolves to
 * whether the attempt was still the running one.
 */
export class ImportAttempts {
  readonly #pool: Pool;
  readonly #limits: AttemptLimits;
  readonly #suspects: Suspects;

  constructor(pool: Pool, limits: AttemptLimits) {
    this.#pool = pool;
    this.#limits = limits;
    this.#suspects = new Suspects(pool, limits);
  }

  /**
   * Starts the next attempt; undefined where it is not its time, another is alive, or nothing is left to do.
   * {@link Suspects} are started one at a time.
   */
  async claim(id: string): Promise<ImportRecord | undefined> {
    const claimed = await this.#start(this.#pool, id, this.#suspects.deaths - 1);
    if (claimed !== undefined || !(await this.#isDueSuspect(id))) return claimed;
    const { started } = await this.#suspects.startAlone({ table: 'imports', id }, (transaction) =>
      this.#start(transaction, id),
    );
    return started;
  }

  async #isDueSuspect(id: string): Promise<boolean> {
    const { leaseSeconds, maxAttempts } = this.#limits;
    const { rowCount } = await this.#pool.query(
      `select from rowferry.imports
        where id = $2 and attempt - released < $3 and ${DUE} and ${DEATHS} >= $4`,
      [leaseSeconds, id, maxAttempts, this.#suspects.deaths],
    );
    return rowCount === 1;
  }

  /** @param mostDeaths with which it is started; default: however many */
  async #start(database: Queryable, id: string, mostDeaths?: number): Promise<ImportRecord | undefined> {
    const { leaseSeconds, maxAttempts } = this.#limits;
    const { rows } = await database.query<ImportRecord>(
      `update rowferry.imports
          set status = 'running', attempt = attempt + 1, beat_at = now(), started_at = now(), rows_read = 0,
              deaths = ${DEATHS}
        where id = $2 and attempt - released < $3 and ${DUE} and ($4::int is null or ${DEATHS} <= $4)
       returning ${importColumns}`,
      [leaseSeconds, id, maxAttempts, mostDeaths],
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

  /**
   * Puts it back for later. `counts`: as a try that failed, and not as one that was handed back. Its worker lived to tell
   * why it failed, so the deaths before are forgotten.
   */
  putBack(
    id: string,
    attempt: number,
    { delayMs, counts }: { delayMs: number; counts: boolean },
  ): Promise<boolean> {
    const assignments = `status = 'queued', not_before = now() + make_interval(secs => $3 / 1000.0),
      released = released + case when $4 then 0 else 1 end, deaths = case when $4 then 0 else deaths end`;
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
        where ${DUE}
        order by not_before limit $2`,
      [this.#limits.leaseSeconds, limit],
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
    const { leaseSeconds, maxAttempts } = this.#limits;
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
