import type { SubjectStatus } from './bulk-record.ts';
import type { Queryable } from './pool.ts';

/** What became of one subject. */
export interface BulkSubject {
  subject: string;
  status: SubjectStatus;
  exportId: string | null;
  rows: number;
  bytes: number;
  sha256: string | null;
  error: { code: string; message: string } | null;
}

interface Row extends Omit<BulkSubject, 'error'> {
  code: string | null;
  message: string | null;
}

/** In the order of the bytes of their names, those after `after`. */
export async function listBulkSubjects(
  database: Queryable,
  options: { bulkId: string; status?: SubjectStatus | undefined; after?: string | undefined; limit: number },
): Promise<BulkSubject[]> {
  const { bulkId, status, after, limit } = options;
  const { rows } = await database.query<Row>(
    `select subject, status, export_id as "exportId", rows::float8 as rows, bytes::float8 as bytes, sha256,
            error_code as code, error_message as message
       from rowferry.bulk_subjects
      where bulk_id = $1 and ($2::text is null or status = $2) and ($3::text is null or subject > $3)
      order by subject
      limit $4`,
    [bulkId, status, after, limit],
  );
  return rows.map(({ code, message, ...rest }) => ({
    ...rest,
    error: code === null ? null : { code, message: message ?? '' },
  }));
}
