import type { Pool } from 'pg';

/** What the janitor needs to know about one export, bulk export or import, to tell what is in storage for it from what is left over. */
export interface KnownExport {
  id: string;
  status: string;
  attempt: number;
  /** Queued or running: its attempt may be uploading right now. */
  open: boolean;
  /** Its results. */
  objectKeys: string[];
}

/** An export that has ended, and may have left something in storage. */
export interface EndedExport {
  id: string;
  /** Its last one; a retry may have started later ones meanwhile. */
  attempt: number;
  /** Its result, which stays. */
  keepKeys: string[];
  /** Whether it has a result whose time is over. */
  expired: boolean;
  deleted: boolean;
  /** Which request to sweep this is; another one may come meanwhile. */
  sweepAt: string;
}

/** Of all files of an export. */
const OBJECT_KEYS = `array(select f ->> 'objectKey' from jsonb_array_elements(files) f where f ? 'objectKey')`;
const WITHOUT_KEYS = `(select jsonb_agg(f - 'objectKey' order by place)
                        from jsonb_array_elements(files) with ordinality as all_files (f, place))`;

/** Exports as their leftovers in storage are found and removed. Every write is idempotent. */
export class LeftoverRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Exports to be swept now, longest due first. */
  async toSweep(limit: number): Promise<EndedExport[]> {
    const { rows } = await this.#pool.query<EndedExport>(
      `select id, attempt, deleted_at is not null as deleted, sweep_at::text as "sweepAt",
              case when status = 'completed' and deleted_at is null then ${OBJECT_KEYS} else '{}' end as "keepKeys",
              status = 'expired' and object_key is not null as expired
         from rowferry.exports
        where sweep_at <= now()
        order by sweep_at
        limit $1`,
      [limit],
    );
    return rows;
  }

  /**
   * Notes that an export was swept. While an attempt that was cut off may not have noticed yet, it will be swept once
   * more; after that the row of a deleted one goes, with its history.
   *
   * @param options.settleSeconds time after which no attempt is unaware of the export's end
   */
  async swept(ended: EndedExport, options: { settleSeconds: number }): Promise<'purged' | 'kept'> {
    const { rowCount } = await this.#pool.query(
      `delete from rowferry.exports
        where id = $1 and deleted_at < now() - make_interval(secs => $2) and sweep_at = $3::timestamptz`,
      [ended.id, options.settleSeconds, ended.sweepAt],
    );
    if (rowCount === 1) return 'purged';
    await this.#pool.query(
      `with changed as (
         update rowferry.exports
            set files = case when status = 'expired' then ${WITHOUT_KEYS} else files end,
                sweep_at = case when coalesce(deleted_at, finished_at) > now() - make_interval(secs => $2)
                                then now() + make_interval(secs => $2) end
          where id = $1 and sweep_at = $3::timestamptz
         returning id, attempt
       )
       insert into rowferry.export_events (export_id, attempt, kind)
       select id, attempt, 'file_removed' from changed where $4`,
      [ended.id, options.settleSeconds, ended.sweepAt, ended.expired],
    );
    return 'kept';
  }

  /** Puts off an export that cannot be swept now, so that it does not hold up the others. */
  async postpone(id: string, seconds: number): Promise<void> {
    await this.#pool.query(
      'update rowferry.exports set sweep_at = now() + make_interval(secs => $2) where id = $1 and sweep_at is not null',
      [id, seconds],
    );
  }

  /** Those of `ids` that exist; imports have their files under the same prefix. */
  async known(ids: readonly string[]): Promise<Map<string, KnownExport>> {
    const { rows } = await this.#pool.query<KnownExport>(
      `select id::text, status, attempt, status in ('queued', 'running') as open,
              ${OBJECT_KEYS} as "objectKeys"
         from rowferry.exports where id = any ($1::uuid[])
        union all
       select id::text, case when finished_at is null then 'running' else status end, attempt, finished_at is null,
              array_remove(array[manifest #>> '{csv,objectKey}', manifest #>> '{json,objectKey}'], null)
         from rowferry.bulk_exports where id = any ($1::uuid[])
        union all
       select id::text, status, attempt, status in ('queued', 'running'), array_remove(array[object_key], null)
         from rowferry.imports where id = any ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}
