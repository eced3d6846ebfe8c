import { z } from 'zod';
import type { BaseColumn, BaseExport } from '../export/changes-range.ts';
import type { Queryable } from './pool.ts';

/** Whose last export is looked for, and of what. */
export interface LastExportOf {
  tenant: string;
  role: string;
  subject: string;
  dataset: string;
  params: Readonly<Record<string, unknown>>;
  /** It has to have them all, shown alike: what it lacks of rows that stay as they are would never come. */
  columns: readonly BaseColumn[];
  /** Each schedule counts by itself: what somebody asks for beside it would leave a gap in its files. */
  scheduleId: string | null;
  /** Bulk exports go to the admin: they count apart from what the subject got. */
  inBulk: boolean;
}

const base = z.object({
  exportId: z.string(),
  snapshot: z.object({ takenAt: z.string(), id: z.string(), server: z.string() }),
});

/**
 * The export with the newest snapshot that a requester has got of the same rows; in whatever format, and also where its
 * file is gone by now. Undefined where there is none whose snapshot could be compared.
 */
export async function lastExport(
  database: Queryable,
  { tenant, role, subject, dataset, params, columns, scheduleId, inBulk }: LastExportOf,
): Promise<BaseExport | undefined> {
  const { rows } = await database.query(
    `select id as "exportId", manifests -> format #> '{manifest,snapshot}' as snapshot
       from rowferry.exports
      where tenant = $1 and role = $2 and subject = $3 and dataset = $4 and params = $5
        and schedule_id is not distinct from $6::uuid and (bulk_id is not null) = $7
        and status in ('completed', 'expired') and deleted_at is null
        and manifests -> format #> '{manifest,snapshot,server}' is not null
        and manifests -> format #> '{manifest,columns}' @> $8::jsonb
      order by manifests -> format #>> '{manifest,snapshot,takenAt}' desc
      limit 1`,
    [tenant, role, subject, dataset, params, scheduleId, inBulk, JSON.stringify(columns)],
  );
  return rows.map((row) => base.parse(row))[0];
}
