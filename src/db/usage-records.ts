import type { Role } from '../export/dataset.ts';
import type { Queryable } from './pool.ts';
import type { Usage } from './request-limits.ts';

/** Who is counted: a subject in a role, and with it their tenant. */
export interface Holder {
  tenant: string;
  role: Role;
  subject: string;
}

interface UsageRow {
  own: boolean;
  concurrent: number;
  exportsPerHour: number;
  rowsPerDay: number;
  bytesPerDay: number;
  secondsToHour: number;
  secondsToDay: number;
}

const nothing = { concurrent: 0, exportsPerHour: 0, rowsPerDay: 0, bytesPerDay: 0 };

/**
 * What a subject and their tenant have used; exports that run count with what they have written so far. Those of bulk
 * exports use up nobody's requests, and rows and bytes of the tenant alone.
 */
export async function readUsage(database: Queryable, { tenant, role, subject }: Holder): Promise<Usage> {
  const { rows } = await database.query<UsageRow>(
    `with open as (
       select role = $2 and subject = $3 and bulk_id is null as own, (bulk_id is null)::int as requests, rows, bytes
         from rowferry.exports
        where tenant = $1 and deleted_at is null and status in ('queued', 'running')
     ), used as (
       select role <> '' as own, hour = date_trunc('hour', now(), 'UTC') as this_hour, exports, rows, bytes
         from rowferry.usage
        where tenant = $1 and (role, subject) in (('', ''), ($2, $3)) and hour >= date_trunc('day', now(), 'UTC')
     ), counted as (
       select false as own, sum(requests) as concurrent, 0 as exports, sum(rows) as rows, sum(bytes) as bytes from open
        union all select true, sum(requests), 0, sum(rows), sum(bytes) from open where own
        union all select own, 0, case when this_hour then exports else 0 end, rows, bytes from used
     )
     select own, coalesce(sum(concurrent), 0)::float8 as concurrent, sum(exports)::float8 as "exportsPerHour",
            coalesce(sum(rows), 0)::float8 as "rowsPerDay", coalesce(sum(bytes), 0)::float8 as "bytesPerDay",
            ceil(extract(epoch from date_trunc('hour', now(), 'UTC') + interval '1 hour' - now()))::int
              as "secondsToHour",
            ceil(extract(epoch from date_trunc('day', now(), 'UTC') + interval '1 day' - now()))::int
              as "secondsToDay"
       from counted group by own`,
    [tenant, role, subject],
  );
  const own = rows.find((row) => row.own);
  return {
    subject: own ?? nothing,
    tenant: rows.find((row) => !row.own) ?? nothing,
    secondsToHour: own?.secondsToHour ?? 1,
    secondsToDay: own?.secondsToDay ?? 1,
  };
}

/** Counts one export more. The tenant's row comes first, as in the trigger that counts rows and bytes. */
export async function countExport(database: Queryable, { tenant, role, subject }: Holder): Promise<void> {
  await database.query(
    `insert into rowferry.usage as u (tenant, role, subject, hour, exports)
     values ($1, '', '', date_trunc('hour', now(), 'UTC'), 1),
            ($1, $2, $3, date_trunc('hour', now(), 'UTC'), 1)
     on conflict (tenant, role, subject, hour) do update set exports = u.exports + 1`,
    [tenant, role, subject],
  );
}
