import type { Pool } from 'pg';
import type { Lane } from './turns.ts';

interface LaneState {
  lane: Lane;
  queued: number;
  running: number;
  /** Of those queued: they wait for their next attempt. */
  delayed: number;
  /** Null when none is due. */
  oldestQueuedSeconds: number | null;
  oldestRunningSeconds: number | null;
}

export interface TenantQueue {
  lanes: LaneState[];
  notifications: { due: number; waiting: number; oldestDueSeconds: number | null };
}

export interface HourOfWork {
  hour: Date;
  /** Exports that were asked for in it. */
  requested: number;
  /** Of exports that ended in it. */
  rows: number;
  bytes: number;
}

const HOURS = 24;

/** What a tenant has under way, and what was done for it lately. */
export class TenantActivity {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** All lanes, whether or not there is something in them. */
  async queue(tenant: string): Promise<TenantQueue> {
    const [lanes, notifications] = await Promise.all([
      this.#pool.query<LaneState>(
        `select lane, count(id) filter (where status = 'queued')::int as queued,
                count(id) filter (where status = 'running')::int as running,
                count(id) filter (where status = 'queued' and not_before > now())::int as delayed,
                extract(epoch from now() - min(greatest(created_at, not_before))
                        filter (where status = 'queued' and not_before <= now()))::float8 as "oldestQueuedSeconds",
                extract(epoch from now() - min(started_at) filter (where status = 'running'))::float8
                  as "oldestRunningSeconds"
           from (values ('normal', 1), ('fast', 2), ('bulk', 3)) as lanes (lane, place)
           left join (select lane, id, status, not_before, created_at, started_at from rowferry.exports
                       where tenant = $1 and status in ('queued', 'running') and deleted_at is null) open using (lane)
          group by lane, place order by place`,
        [tenant],
      ),
      this.#pool.query<TenantQueue['notifications']>(
        `select count(*) filter (where next_at <= now())::int as due,
                count(*) filter (where next_at > now())::int as waiting,
                extract(epoch from now() - min(next_at) filter (where next_at <= now()))::float8 as "oldestDueSeconds"
           from rowferry.notifications where tenant = $1 and state = 'pending'`,
        [tenant],
      ),
    ]);
    const [messages] = notifications.rows;
    if (messages === undefined) throw new Error('an aggregate returned no row');
    return { lanes: lanes.rows, notifications: messages };
  }

  /** Every one of the last 24 hours, oldest first; the last is the one that runs. */
  async throughput(tenant: string): Promise<HourOfWork[]> {
    const { rows } = await this.#pool.query<HourOfWork>(
      `select hours.hour, coalesce(exports, 0)::float8 as requested, coalesce(rows, 0)::float8 as rows,
              coalesce(bytes, 0)::float8 as bytes
         from generate_series(date_trunc('hour', now(), 'UTC') - make_interval(hours => $2),
                              date_trunc('hour', now(), 'UTC'), interval '1 hour') as hours (hour)
         left join rowferry.usage u on u.tenant = $1 and role = '' and subject = '' and u.hour = hours.hour
        order by hours.hour`,
      [tenant, HOURS - 1],
    );
    return rows;
  }
}
