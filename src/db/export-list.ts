import type { Role } from '../export/dataset.ts';
import { exportColumns, toExportRecord } from './export-record.ts';
import type { ExportRecord, ExportStatus } from './export-record.ts';
import type { Queryable } from './pool.ts';

export interface ExportFilter {
  tenant: string;
  /** Only what this subject has asked for; undefined for everybody's. */
  subject?: string | undefined;
  /** Only what was asked for in this role. */
  role?: Role | undefined;
  scheduleId?: string | undefined;
  /** Only those that failed for this reason. */
  error?: string | undefined;
  /** Asked for at or after this time, and before the other, in ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
  status?: ExportStatus | undefined;
  dataset?: string | undefined;
  /** At most this many. */
  limit: number;
  /** Only those after this `position`. */
  after?: string | undefined;
}

/** Exports of a tenant, newest first. */
export async function listExports(database: Queryable, filter: ExportFilter): Promise<ExportRecord[]> {
  const { tenant, subject, role, status, dataset, scheduleId, error, from, to, limit, after } = filter;
  const [createdAt, id] = after?.split('/') ?? [];
  const { rows } = await database.query(
    `select ${exportColumns} from rowferry.exports
        where deleted_at is null and tenant = $7
          and ($1::text is null or subject = $1)
          and ($8::text is null or role = $8)
          and ($9::uuid is null or schedule_id = $9)
          and ($10::text is null or error_code = $10)
          and ($11::timestamptz is null or created_at >= $11)
          and ($12::timestamptz is null or created_at < $12)
          and ($2::text is null or status = $2)
          and ($3::text is null or dataset = $3)
          and ($4::timestamptz is null or (created_at, id) < ($4::timestamptz, $5::uuid))
        order by created_at desc, id desc
        limit $6`,
    [subject, status, dataset, createdAt, id, limit, tenant, role, scheduleId, error, from, to],
  );
  return rows.map(toExportRecord);
}
