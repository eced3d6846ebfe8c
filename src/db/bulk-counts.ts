import type { SubjectStatus } from './bulk-record.ts';
import { subjectStatuses } from './bulk-record.ts';
import type { Queryable } from './pool.ts';

/** How far a bulk export is. */
export interface BulkCounts {
  byStatus: Readonly<Record<SubjectStatus, number>>;
  total: number;
  /** Written so far, by those that run too. */
  rows: number;
  bytes: number;
  /** Subjects that came to an end since the round began. */
  endedInRound: number;
}

/** One reason for which exports failed. */
export interface BulkFailure {
  code: string;
  /** Of one of them. */
  message: string;
  count: number;
  /** The first ones. */
  subjects: string[];
}

interface CountRow {
  id: string;
  status: SubjectStatus;
  count: number;
  rows: number;
  bytes: number;
  ended: number;
}

/** Reasons that are told apart, and subjects that are named for each. */
const MAX_REASONS = 20;
const SUBJECTS_NAMED = 5;

/** Of each of these bulk exports. */
export async function countBulks(
  database: Queryable,
  ids: readonly string[],
): Promise<Map<string, BulkCounts>> {
  const { rows } = await database.query<CountRow>(
    `select s.bulk_id as id, s.status, count(*)::int as count, sum(s.rows)::float8 as rows,
            sum(s.bytes)::float8 as bytes, (count(*) filter (where s.ended_at >= b.started_at))::int as ended
       from rowferry.bulk_subjects s join rowferry.bulk_exports b on b.id = s.bulk_id
      where s.bulk_id = any ($1::uuid[])
      group by s.bulk_id, s.status
      union all
     select e.bulk_id, 'running', 0, sum(e.rows)::float8, sum(e.bytes)::float8, 0
       from rowferry.bulk_subjects s join rowferry.exports e on e.id = s.export_id
      where s.bulk_id = any ($1::uuid[]) and s.status = 'running'
      group by e.bulk_id`,
    [ids],
  );
  return new Map(ids.map((id) => [id, countsOf(rows.filter((row) => row.id === id))]));
}

function countsOf(rows: readonly CountRow[]): BulkCounts {
  const sum = (of: (row: CountRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const byStatus = Object.fromEntries(subjectStatuses.map((status) => [status, 0])) as Record<
    SubjectStatus,
    number
  >;
  for (const { status, count } of rows) byStatus[status] += count;
  return {
    byStatus,
    total: sum(({ count }) => count),
    rows: sum((row) => row.rows),
    bytes: sum((row) => row.bytes),
    endedInRound: sum((row) => row.ended),
  };
}

/** Why exports failed, the most frequent reason first. */
export async function failuresOf(database: Queryable, id: string): Promise<BulkFailure[]> {
  const { rows } = await database.query<BulkFailure>(
    `select coalesce(error_code, 'unknown') as code, min(coalesce(error_message, '')) as message, count(*)::int as count,
            (array_agg(subject order by subject))[1:${SUBJECTS_NAMED}] as subjects
       from rowferry.bulk_subjects
      where bulk_id = $1 and status = 'failed'
      group by 1
      order by count(*) desc, 1
      limit ${MAX_REASONS}`,
    [id],
  );
  return rows;
}
