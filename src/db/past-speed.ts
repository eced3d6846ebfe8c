import type { Queryable } from './pool.ts';

/** A tenant's newest exports that are looked at: what the index gives first, whatever the history. */
const LOOKED_AT = 200;
/** Of smaller files the time says how long it takes to begin, not how fast the rest comes. */
const MIN_BYTES = 1024 * 1024;

export interface PastExports {
  tenant: string;
  dataset: string;
  format: string;
}

/** Bytes a second that recent exports of this kind came to, before packing; undefined where there is none to go by. */
export async function pastSpeed(
  database: Queryable,
  { tenant, dataset, format }: PastExports,
): Promise<number | undefined> {
  const { rows } = await database.query<{ speed: number | null }>(
    `select sum(bytes)::float8 / nullif(sum(extract(epoch from finished_at - started_at)), 0)::float8 as speed
       from (select * from rowferry.exports
              where tenant = $1 and deleted_at is null
              order by created_at desc, id desc
              limit ${LOOKED_AT}) as newest
      where dataset = $2 and formats = array[$3] and status in ('completed', 'expired')
        and bytes >= ${MIN_BYTES} and coalesce(options ->> 'compression', 'none') = 'none'`,
    [tenant, dataset, format],
  );
  return rows[0]?.speed ?? undefined;
}
