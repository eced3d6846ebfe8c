import type { ClientBase } from 'pg';
import { databaseError } from './database-error.ts';
import type { SqlQuery } from './dataset.ts';

/** The planner's guess at the number of rows; costs one planning, reads nothing. */
export async function estimateRows(client: Pick<ClientBase, 'query'>, query: SqlQuery): Promise<number> {
  try {
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
      `explain (format json) ${query.text}`,
      [...query.values],
    );
    // A cross join is easily expected to give more rows than a number can count.
    return Math.min(explained.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    throw databaseError(error);
  }
}
