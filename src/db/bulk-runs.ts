import type { Pool } from 'pg';
import type { FailureReason } from './attempt-records.ts';
import { bulkColumns, INVALID_SUBJECT, toBulkRecord } from './bulk-record.ts';
import type { BulkRecord, Manifest } from './bulk-record.ts';
import { listBulkSubjects } from './bulk-subjects.ts';
import type { BulkSubject } from './bulk-subjects.ts';
import { withEvent } from './export-event.ts';
import { nextTurn } from './turns.ts';
import { inTransaction } from './transaction.ts';

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

/** A new export, and its place in the queue. */
export interface MadeExport {
  id: string;
  lane: 'bulk';
  turn: number;
}

/** How often a bulk export whose exports are under way is looked at: the end of each of them looks too. */
const POLL_MS = 1000;
/** Exports cancelled or deleted in one go. */
const PAGE = 500;
const OPEN = `('waiting', 'queued', 'running')`;
const IN_FLIGHT = `('queued', 'running')`;

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

  /**
   * Makes exports for subjects that wait, so that `most` are under way; one process at a time for a bulk export. An
   * export and the line in the books that names it are one write, so none is doubled and none is lost.
   *
   * @returns the new exports, which are to be brought to the queue
   */
  async feed(id: string, most: number): Promise<MadeExport[]> {
    // Without the lock, since most ends of exports leave enough under way.
    const { rows } = await this.#pool.query<{ hungry: boolean }>(
      `select exists (select from rowferry.bulk_subjects where bulk_id = $1 and status = 'waiting')
              and (select count(*) from rowferry.bulk_subjects
                    where bulk_id = $1 and status in ${IN_FLIGHT}) <= $2 * 3 / 4 as hungry`,
      [id, most],
    );
    if (rows[0]?.hungry !== true) return [];
    return inTransaction(this.#pool, async (client) => {
      const bulk = await client.query(
        `select from rowferry.bulk_exports
          where id = $1 and status = 'running' and deleted_at is null for no key update`,
        [id],
      );
      if (bulk.rowCount === 0) return [];
      // A statement of its own: it sees what the one who had the lock before has made.
      return (await client.query<MadeExport>(FEED, [id, most])).rows;
    });
  }

  /** The bulk export that this export belongs to. */
  async bulkOf(exportId: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ id: string }>(
      'select bulk_id as id from rowferry.exports where id = $1 and bulk_id is not null',
      [exportId],
    );
    return rows[0]?.id;
  }

  /** True when its exports have ended and only the manifest is missing. */
  async isSettled(id: string): Promise<boolean> {
    const { rows } = await this.#pool.query(
      `select from rowferry.bulk_exports
        where id = $1 and status = 'running' and deleted_at is null
          and not exists (select from rowferry.bulk_subjects where bulk_id = $1 and status in ${OPEN})`,
      [id],
    );
    return rows.length > 0;
  }

  /** Cancels some of what waits or is under way. Resolves to whether there may be more. */
  async cancelSome(id: string): Promise<boolean> {
    const waiting = await this.#pool.query(
      `update rowferry.bulk_subjects set status = 'cancelled', ended_at = now()
        where bulk_id = $1 and subject in (select subject from rowferry.bulk_subjects
                                            where bulk_id = $1 and status = 'waiting' limit ${PAGE})
          and status = 'waiting'`,
      [id],
    );
    const running = await this.#pool.query(
      withEvent(
        `update rowferry.exports
            set status = 'cancelled', finished_at = now(), sweep_at = case when attempt > 0 then now() end
          where id in (select export_id from rowferry.bulk_subjects
                        where bulk_id = $1 and status in ${IN_FLIGHT} limit ${PAGE})
            and status in ${IN_FLIGHT} and deleted_at is null
         returning *`,
        { kind: `'cancelled'` },
        'id',
      ),
      [id],
    );
    return waiting.rowCount === PAGE || running.rowCount === PAGE;
  }

  /** Hides some of its exports from every client, for the janitor to remove. Resolves to whether there may be more. */
  async deleteSome(id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      withEvent(
        `update rowferry.exports
            set deleted_at = now(), sweep_at = now(),
                status = case when status in ${IN_FLIGHT} then 'cancelled' else status end
          where id in (select id from rowferry.exports where bulk_id = $1 and deleted_at is null limit ${PAGE})
            and deleted_at is null
         returning *`,
        { kind: `'deleted'` },
        'id',
      ),
      [id],
    );
    return rowCount === PAGE;
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

const FEED = `
  with bulk as (
    select b.*, ${nextTurn('b.tenant', `'bulk'`)} as next_turn from rowferry.bulk_exports b where id = $1
  ), chosen as (
    -- Each has a turn of its own, as if asked for one by one: those of other tenants come between them.
    select subject, row_number() over (order by subject) - 1 as place from rowferry.bulk_subjects
     where bulk_id = $1 and status = 'waiting'
     order by subject
     limit greatest(0, $2 - (select count(*) from rowferry.bulk_subjects
                              where bulk_id = $1 and status in ${IN_FLIGHT}))
  ), made as (
    insert into rowferry.exports
      (id, tenant, role, subject, key_id, dataset, format, params, options, bulk_id, lane, turn)
    select gen_random_uuid(), tenant, 'user', chosen.subject, key_id, dataset, format,
           params || jsonb_build_object(subject_param, chosen.subject), options, bulk.id, 'bulk', next_turn + place
      from bulk, chosen
    returning id, subject, attempt, turn
  ), noted as (
    insert into rowferry.export_events (export_id, attempt, kind) select id, attempt, 'requested' from made
  )
  update rowferry.bulk_subjects s
     set status = 'queued', export_id = made.id
    from made
   where s.bulk_id = $1 and s.subject = made.subject
  returning made.id, 'bulk' as lane, made.turn::float8 as turn`;
