import type { Pool } from 'pg';

/** Exports of a tenant that failed for one reason. */
export interface FailureGroup {
  code: string;
  count: number;
  /** Subjects they belong to. */
  subjects: number;
  datasets: string[];
  firstAt: Date;
  /** The newest of them. */
  latest: { id: string; at: Date; message: string };
}

/** More than there are reasons: a bound all the same. */
const MAX_GROUPS = 200;

/** Why exports of a tenant fail. */
export class ExportFailures {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** The commonest reason first. `from` and `to` bound when the exports were asked for. */
  async groups(filter: {
    tenant: string;
    dataset?: string | undefined;
    from?: string | undefined;
    to?: string | undefined;
  }): Promise<FailureGroup[]> {
    const { tenant, dataset, from, to } = filter;
    const { rows } = await this.#pool.query<FailureGroup>(
      // Sorted on disk where there are many; as an array the messages would all be in memory.
      `with failed as (
         select * from rowferry.exports
          where tenant = $1 and deleted_at is null and error_code is not null
            and ($2::text is null or dataset = $2)
            and ($3::timestamptz is null or created_at >= $3)
            and ($4::timestamptz is null or created_at < $4)
       ), reasons as (
         select error_code, count(*)::int as count, count(distinct (role, subject))::int as subjects,
                array_agg(distinct dataset order by dataset) as datasets, min(finished_at) as "firstAt"
           from failed group by error_code
          order by count(*) desc, error_code
          limit ${MAX_GROUPS}
       ), latest as (
         select distinct on (error_code) error_code,
                json_build_object('id', id, 'at', finished_at, 'message', error_message) as latest
           from failed
          order by error_code, finished_at desc, id
       )
       select error_code as code, count, subjects, datasets, "firstAt", latest
         from reasons join latest using (error_code)
        order by count desc, error_code`,
      [tenant, dataset, from, to],
    );
    return rows.map((row) => ({ ...row, latest: { ...row.latest, at: new Date(row.latest.at) } }));
  }
}
