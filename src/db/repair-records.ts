import type { Pool } from 'pg';
import type { FailureReason } from './attempt-records.ts';
import { withEvent } from './export-event.ts';
import type { Lane } from './turns.ts';

/** Exports changed in one go. */
const PAGE = 1000;

/** An export that was changed, and the attempt it was at. */
export interface Repaired {
  id: string;
  attempt: number;
  dataset: string;
  format: string;
}

/** An export that should be in the queue, and where there. */
export interface Due {
  id: string;
  lane: Lane;
  turn: number;
}

/** What the janitor reads and repairs, storage left aside. Every write is idempotent. */
export class RepairRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Runs work of this name on one process at a time: whoever finds another at it does nothing and resolves to false. The
   * lock ends with its connection, so a killed janitor blocks nobody.
   */
  async alone(name: string, work: () => Promise<void>): Promise<boolean> {
    const lock = [`rowferry-janitor ${name}`];
    const client = await this.#pool.connect();
    // A pooled client has no listener while it is lent out, and this one idles while `work` runs: its server going away
    // would end the process.
    const ignore = () => undefined;
    client.on('error', ignore);
    let locked = false;
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtext($1)) as locked',
        lock,
      );
      locked = rows[0]?.locked === true;
      if (locked) await work();
      return locked;
    } finally {
      // A connection that cannot be unlocked is thrown away, and its lock with it.
      const unlocked =
        !locked ||
        (await client.query('select pg_advisory_unlock(hashtext($1))', lock).then(
          () => true,
          () => false,
        ));
      client.off('error', ignore);
      client.release(!unlocked);
    }
  }

  /**
   * Exports that should be in the queue: due for `graceSeconds`, or silent for longer than the lease, unless they
   * were put off since. Those that come after `after`, in the order of ids.
   */
  async overdue(options: {
    graceSeconds: number;
    leaseSeconds: number;
    after: string | undefined;
    limit: number;
  }): Promise<Due[]> {
    const { rows } = await this.#pool.query<Due>(
      `select id, lane, turn::float8 as turn from rowferry.exports
        where deleted_at is null
          and (status = 'queued' and not_before < now() - make_interval(secs => $1)
               or status = 'running' and beat_at < now() - make_interval(secs => $2)
                  and (not_before <= started_at or not_before < now() - make_interval(secs => $1)))
          and ($3::uuid is null or id > $3)
        order by id
        limit $4`,
      [options.graceSeconds, options.leaseSeconds, options.after, options.limit],
    );
    return rows;
  }

  /**
   * Brings the turns of a lane that has not been empty for very long down to 1 again, all by the same number: the queue
   * can tell only so many apart. Resolves to how many exports have another turn now.
   */
  async renumberTurns(most: number): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.exports e set turn = greatest(turn - low, 1)
         from (select lane, min(turn) - 1 as low from rowferry.exports
                where status = 'queued' and deleted_at is null and turn > 0
                group by lane having max(turn) > $1) high
        where e.lane = high.lane and status in ('queued', 'running') and turn > 0 and low > 0`,
      [most],
    );
    return rowCount ?? 0;
  }

  /** Ends exports that have not come to an end so long after their request, whatever they are at. */
  async giveUp(options: { hours: number; reason: FailureReason }): Promise<Repaired[]> {
    const { rows } = await this.#pool.query<Repaired>(
      withEvent(
        `update rowferry.exports
            set status = 'failed', finished_at = now(), error_code = $2, error_message = $3, sweep_at = now()
          where id in (select id from rowferry.exports
                        where status in ('queued', 'running') and deleted_at is null
                          and coalesce(retried_at, created_at) < now() - make_interval(hours => $1)
                        limit ${PAGE})
            and status in ('queued', 'running')
          returning *`,
        { kind: `'failed'`, details: `jsonb_build_object('code', $2::text, 'message', $3::text)` },
        'id, attempt, dataset, format',
      ),
      [options.hours, options.reason.code, options.reason.message],
    );
    return rows;
  }

  /** Ends the life of files past their retention; their objects are still there. */
  async expire(): Promise<Repaired[]> {
    const { rows } = await this.#pool.query<Repaired>(
      withEvent(
        `update rowferry.exports set status = 'expired', sweep_at = now()
          where id in (select id from rowferry.exports
                        where status = 'completed' and deleted_at is null and expires_at <= now()
                        limit ${PAGE})
            and status = 'completed'
          returning *`,
        { kind: `'expired'` },
        'id, attempt, dataset, format',
      ),
    );
    return rows;
  }

  /** Removes the rows of exports that ended so long ago and have nothing in storage any more. Resolves to how many. */
  async forget(days: number): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `delete from rowferry.exports
        where id in (select id from rowferry.exports
                      where status in ('failed', 'cancelled', 'expired') and sweep_at is null
                        and finished_at < now() - make_interval(days => $1)
                      limit ${PAGE})`,
      [days],
    );
    return rowCount ?? 0;
  }

  /** True when `seconds` have passed since any process has said that it was done with this step. */
  async isDue(step: string, seconds: number): Promise<boolean> {
    const { rows } = await this.#pool.query(
      'select from rowferry.janitor_steps where name = $1 and done_at > now() - make_interval(secs => $2)',
      [step, seconds],
    );
    return rows.length === 0;
  }

  async done(step: string): Promise<void> {
    await this.#pool.query(
      `insert into rowferry.janitor_steps (name, done_at) values ($1, now())
       on conflict (name) do update set done_at = excluded.done_at`,
      [step],
    );
  }

  /** Drops idempotency keys and usage that nobody asks for any more. Resolves to how many. */
  async forgetRequests(options: { idempotencyHours: number }): Promise<number> {
    const keys = await this.#pool.query(
      'delete from rowferry.idempotency_keys where created_at < now() - make_interval(hours => $1)',
      [options.idempotencyHours],
    );
    // The longest limit looks back to the beginning of the day.
    const usage = await this.#pool.query(
      `delete from rowferry.usage where hour < date_trunc('day', now(), 'UTC') - interval '1 day'`,
    );
    return (keys.rowCount ?? 0) + (usage.rowCount ?? 0);
  }
}
