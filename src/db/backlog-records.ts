import type { Backlog } from '../metrics/backlog-metrics.ts';
import type { Queryable } from './pool.ts';

/** What is still to be done, for all tenants together. Both indexes hold open rows alone, whatever the history. */
export async function readBacklog(database: Queryable): Promise<Backlog> {
  const { rows } = await database.query<Backlog>(
    `select queued, running, coalesce(oldest_queued, 0) as "oldestQueuedSeconds",
            due as "notificationsDue", coalesce(oldest_due, 0) as "oldestNotificationSeconds"
       from (select count(*) filter (where status = 'queued')::float8 as queued,
                    count(*) filter (where status = 'running')::float8 as running,
                    extract(epoch from now() - min(greatest(created_at, not_before))
                            filter (where status = 'queued' and not_before <= now()))::float8 as oldest_queued
               from rowferry.exports
              where status in ('queued', 'running') and deleted_at is null) as exports,
            (select count(*)::float8 as due, extract(epoch from now() - min(next_at))::float8 as oldest_due
               from rowferry.notifications
              where state = 'pending' and next_at <= now()) as notifications`,
  );
  const [backlog] = rows;
  if (backlog === undefined) throw new Error('an aggregate returned no row');
  return backlog;
}
