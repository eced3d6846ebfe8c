import type { Pool } from 'pg';
import type { FailureReason } from './attempt-records.ts';
import { bulkColumns, INVALID_SUBJECT, toBulkRecord } from './bulk-record.ts';
import type { BulkRecord, Manifest } from './bulk-record.ts';
import { listBulkSubjects } from './bulk-subjects.ts';
import type { BulkSubject } from './bulk-subjects.ts';

export type BulkClaim =
  | { outcome: 'claimed'; bulk: BulkRecord; subjectParam: string }
  /** Its exports are under way, it is not its time yet, or another process is at it. */
  | { outcome: 'wait'; delayMs: number }
  /** There is nothing (more) to do. */
  | { outcome: 'settled' };

/** A subject that was found. */
export interface FoundSubject {
  subject: string;
  /** Why the dataset does not take it, in words. */
  problem?: string | undefined;
}

/** How often a bulk export whose exports are under way is looked at: the end of each of them looks too. */
const POLL_MS = 1000;
const OPEN = `('waiting', 'queued', 'running')`;

/**
 * Bulk exports as the workers see them. As with exports the attempt number is the fence: what a process writes that is at
 * a bulk export names it, and hits no row once another has taken over or an admin has decided otherwise. Methods with an
 * attempt resolve to whether it was still the one.
 */
export class BulkRuns {
  readonly #pool: Pool;
  readonly #leaseSeconds: number;

  /** @param options.leaseSeconds silence after which a process counts as dead */
  constructor(pool: Pool, options: { leaseSeconds: number }) {
    this.#pool = pool;
    this.#leaseSeconds = options.leaseSeconds;
  }

  /** Takes it, if there is something to do besides letting its exports run. */
  async claim(id: string): Promise<BulkClaim> {
    const claimed = await this.#pool.query<{ subject_param: string }>(
      `update rowferry.bulk_exports
          set attempt = attempt + 1, tries = tries + 1, beat_at = now()
        where id = $1 and (finished_at is null or deleted_at is not null) and not_before <= now()
          and (beat_at is null or beat_at < now() - make_interval(secs => $2))
          and (deleted_at is not null or status <> 'running'
               or not exists (select from rowferry.bulk_subjects where bulk_id = $1 and status in ${OPEN}))
       returning ${bulkColumns}, subject_param`,
      [id, this.#leaseSeconds],
    );
    const [row] = claimed.rows;
    if (row !== undefined)
      return { outcome: 'claimed', bulk: toBulkRecord(row), subjectParam: row.subject_param };
    const { rows } = await this.#pool.query<{ wait: number }>(
      `select greatest($2, ceil(1000 * extract(epoch from greatest(not_before, beat_at + make_interval(secs => $3))
                                                          - now())))::float8 as wait
         from rowferry.bulk_exports where id = $1 and (finished_at is null or deleted_at is not null)`,
      [id, POLL_MS, this.#leaseSeconds],
    );
    const [open] = rows;
    return open === undefined ? { outcome: 'settled' } : { outcome: 'wait', delayMs: open.wait };
  }

  /** Says that the process is alive. */
  beat(id: string, attempt: number): Promise<boolean> {
    return this.#fenced(id, attempt, 'beat_at = now()');
  }

  /** Forgets subjects that an earlier attempt found: all of them come from one snapshot. */
  async forgetSubjects(id: string, attempt: number): Promise<void> {
    await this.#pool.query(
      `delete from rowferry.bulk_subjects s using rowferry.bulk_exports b
        where s.bulk_id = $1 and b.id = $1 and b.attempt = $2 and b.status = 'preparing'`,
      [id, attempt],
    );
  }

  /** Writes down subjects; those that are there already stay as they are. Resolves to how many were new. */
  async addSubjects(id: string, attempt: number, found: readonly FoundSubject[]): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `with mine as (
         -- Whoever takes over waits for this, or this for them and finds that it is out.
         select id from rowferry.bulk_exports
          where id = $1 and attempt = $2 and status = 'preparing' and deleted_at is null
            for share
       )
       insert into rowferry.bulk_subjects (bulk_id, subject, status, error_code, error_message, ended_at)
       select id, subject, case when problem is null then 'waiting' else 'failed' end,
              case when problem is not null then '${INVALID_SUBJECT}' end, problem,
              case when problem is not null then now() end
         from mine, unnest($3::text[], $4::text[]) as found (subject, problem)
       on conflict do nothing`,
      [id, attempt, found.map(({ subject }) => subject), found.map(({ problem }) => problem ?? null)],
    );
    return rowCount ?? 0;
  }

  /** All subjects are there; now their exports may run. */
  prepared(id: string, attempt: number): Promise<boolean> {
    const running = `status = 'running', started_at = now(), beat_at = null, tries = 0`;
    return this.#fenced(id, attempt, running, [], `and status = 'preparing'`);
  }

  /** Ends a bulk export none of whose exports has run. */
  async fail(id: string, attempt: number, { code, message }: FailureReason): Promise<void> {
    await this.#pool.query(
      `with failed as (
         update rowferry.bulk_exports
            set status = 'failed', finished_at = now(), beat_at = null, error_code = $3, error_message = $4
          where id = $1 and attempt = $2 and status = 'preparing'
         returning id)
       delete from rowferry.bulk_subjects s using failed where s.bulk_id = failed.id`,
      [id, attempt, code, message],
    );
  }

  /** Ends a round whose manifest cannot be stored; the exports stay. What was written of it is swept. */
  async endWithoutManifest(id: string, attempt: number, { code, message }: FailureReason): Promise<void> {
    await this.#fenced(
      id,
      attempt,
      `status = case when status = 'cancelling' then 'cancelled' else 'failed' end, finished_at = now(),
       beat_at = null, error_code = $3, error_message = $4, sweep_at = now() + make_interval(secs => $5)`,
      [code, message, 2 * this.#leaseSeconds],
      `and status in ('running', 'cancelling')`,
    );
  }

  /** Puts the work off. */
  later(id: string, attempt: number, delayMs: number): Promise<boolean> {
    return this.#fenced(
      id,
      attempt,
      'beat_at = null, not_before = now() + make_interval(secs => $3::float8)',
      [delayMs / 1000],
    );
  }

  /** Hands the work back unharmed. */
  release(id: string, attempt: number): Promise<boolean> {
    return this.#fenced(id, attempt, 'beat_at = null, tries = greatest(0, tries - 1)');
  }

  /** Forgets a deleted one altogether. Its exports stay until their files are gone. */
  async purge(id: string): Promise<void> {
    await this.#pool.query('delete from rowferry.bulk_exports where id = $1 and deleted_at is not null', [
      id,
    ]);
  }

  /** The books, in the order of subjects. */
  subjects(id: string, page: { after?: string | undefined; limit: number }): Promise<BulkSubject[]> {
    return listBulkSubjects(this.#pool, { bulkId: id, ...page });
  }

  /**
   * Ends the round with its manifest, unless there is something under way again. When it resolves to false the caller
   * deletes the files.
   */
  publish(id: string, attempt: number, manifest: Manifest, retentionHours: number): Promise<boolean> {
    return this.#fenced(
      id,
      attempt,
      `status = case when status = 'cancelling' then 'cancelled'
                     when not exists (select from rowferry.bulk_subjects where bulk_id = $1 and status = 'failed')
                       then 'completed'
                     when exists (select from rowferry.bulk_subjects
                                   where bulk_id = $1 and status in ('completed', 'expired'))
                       then 'completed_with_failures'
                     else 'failed' end,
       manifest = $3, finished_at = now(), expires_at = now() + make_interval(hours => $4), beat_at = null,
       sweep_at = now() + make_interval(secs => $5)`,
      [manifest, retentionHours, 2 * this.#leaseSeconds],
      `and status in ('running', 'cancelling')
       and not exists (select from rowferry.bulk_subjects where bulk_id = $1 and status in ${OPEN})`,
    );
  }

  async #fenced(
    id: string,
    attempt: number,
    assignments: string,
    values: readonly unknown[] = [],
    condition = '',
  ): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.bulk_exports set ${assignments} where id = $1 and attempt = $2 ${condition}`,
      [id, attempt, ...values],
    );
    return rowCount === 1;
  }
}
