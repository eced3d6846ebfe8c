import type { Pool } from 'pg';
import { withEvent } from './export-event.ts';
import { nextTurn } from './turns.ts';
import { inTransaction } from './transaction.ts';

/** A new export, and its place in the queue. */
export interface MadeExport {
  id: string;
  lane: 'bulk';
  turn: number;
}

/** Exports cancelled or deleted in one go. */
const PAGE = 500;
const OPEN = `('waiting', 'queued', 'running')`;
const IN_FLIGHT = `('queued', 'running')`;

/** The exports of bulk exports, as the workers make, cancel and delete them. */
export class BulkMembers {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
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
      (id, tenant, role, subject, key_id, dataset, formats, params, options, bulk_id, lane, turn)
    select gen_random_uuid(), tenant, 'user', chosen.subject, key_id, dataset, array[format],
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
