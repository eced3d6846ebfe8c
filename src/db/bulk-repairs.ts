import type { Pool } from 'pg';
import type { FailureReason } from './attempt-records.ts';
import type { Manifest } from './bulk-record.ts';

/** A bulk export that may have left something in storage. */
export interface BulkToSweep {
  id: string;
  /** The last one; a retry may have started later ones meanwhile. */
  attempt: number;
  /** What stays. */
  manifest: Manifest | null;
  /** Which request to sweep this is; another one may come meanwhile. */
  sweepAt: string;
}

/** What the janitor reads and repairs of bulk exports. Every write is idempotent. */
export class BulkRepairs {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Ids of those that a worker has to look at, in an order that stays: nobody else knows that there is something to do.
   *
   * @param page.after only those after this id
   */
  async due({ after, limit }: { after?: string | undefined; limit: number }): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from rowferry.bulk_exports
        where (finished_at is null or deleted_at is not null) and not_before <= now()
          and ($1::uuid is null or id > $1)
        order by id
        limit $2`,
      [after, limit],
    );
    return rows.map(({ id }) => id);
  }

  /** Fails what still waits in those whose round began so long ago. Resolves to how many subjects. */
  async giveUp({ hours, reason }: { hours: number; reason: FailureReason }): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.bulk_subjects
          set status = 'failed', error_code = $2, error_message = $3, ended_at = now()
        where status = 'waiting'
          and bulk_id in (select id from rowferry.bulk_exports
                           where status = 'running' and started_at < now() - make_interval(hours => $1))`,
      [hours, reason.code, reason.message],
    );
    return rowCount ?? 0;
  }

  /** Ends the life of manifests past their retention; their files are still there. Resolves to their bulk exports. */
  async expire(): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `update rowferry.bulk_exports set manifest = null, sweep_at = now()
        where manifest is not null and expires_at <= now()
       returning id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Those to be swept now, longest due first. None whose files are being written. */
  async toSweep(limit: number): Promise<BulkToSweep[]> {
    const { rows } = await this.#pool.query<BulkToSweep>(
      `select id, attempt, manifest, sweep_at::text as "sweepAt" from rowferry.bulk_exports
        where sweep_at <= now() and finished_at is not null and deleted_at is null
        order by sweep_at
        limit $1`,
      [limit],
    );
    return rows;
  }

  async swept({ id, sweepAt }: BulkToSweep): Promise<void> {
    await this.#pool.query(
      'update rowferry.bulk_exports set sweep_at = null where id = $1 and sweep_at = $2::timestamptz',
      [id, sweepAt],
    );
  }

  /** Removes the records of those that ended so long ago and have nothing in storage. Resolves to how many. */
  async forget(days: number): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `delete from rowferry.bulk_exports
        where id in (select id from rowferry.bulk_exports
                      where finished_at < now() - make_interval(days => $1)
                        and sweep_at is null and manifest is null and deleted_at is null
                      limit 100)`,
      [days],
    );
    return rowCount ?? 0;
  }
}
