import type { Pool } from 'pg';

/** What the janitor needs to know about one export to tell its objects from orphans. */
export interface KnownExport {
  id: string;
  /** Queued or running: its attempt may be uploading right now. */
  open: boolean;
  objectKey: string | null;
}

/** What the janitor reads and repairs. Every write is idempotent. */
export class RepairRecords {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Runs `work` on one process at a time: whoever finds another at it does nothing and resolves to false. The lock ends
   * with its connection, so a killed janitor blocks nobody.
   */
  async alone(work: () => Promise<void>): Promise<boolean> {
    const client = await this.#pool.connect();
    // A pooled client has no listener while it is lent out, and this one idles while `work` runs: its server going away
    // would end the process.
    const ignore = () => undefined;
    client.on('error', ignore);
    let locked = false;
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        "select pg_try_advisory_lock(hashtext('rowferry-janitor')) as locked",
      );
      locked = rows[0]?.locked === true;
      if (locked) await work();
      return locked;
    } finally {
      // A connection that cannot be unlocked is thrown away, and its lock with it.
      const unlocked =
        !locked ||
        (await client.query("select pg_advisory_unlock(hashtext('rowferry-janitor'))").then(
          () => true,
          () => false,
        ));
      client.off('error', ignore);
      client.release(!unlocked);
    }
  }

  /** Ids of exports that should be in the queue: due for `graceSeconds`, or silent for longer than the lease. */
  async overdue(options: { graceSeconds: number; leaseSeconds: number }): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from rowferry.exports
        where deleted_at is null
          and (status = 'queued' and not_before < now() - make_interval(secs => $1)
               or status = 'running' and beat_at < now() - make_interval(secs => $2))
        order by created_at
        limit 1000`,
      [options.graceSeconds, options.leaseSeconds],
    );
    return rows.map(({ id }) => id);
  }

  /** Ends the life of files past their retention; their objects are still there. Resolves to how many. */
  async expire(): Promise<number> {
    const { rowCount } = await this.#pool.query(
      `update rowferry.exports set status = 'expired'
        where status = 'completed' and deleted_at is null and expires_at <= now()`,
    );
    return rowCount ?? 0;
  }

  /** Expired exports whose object is still to be removed. */
  async expiredFiles(): Promise<{ id: string; objectKey: string }[]> {
    const { rows } = await this.#pool.query<{ id: string; objectKey: string }>(
      `select id, object_key as "objectKey" from rowferry.exports
        where status = 'expired' and object_key is not null and deleted_at is null limit 1000`,
    );
    return rows;
  }

  /** Notes that the object of an expired export is gone. */
  async forgetFile(id: string): Promise<void> {
    await this.#pool.query(
      `update rowferry.exports set object_key = null where id = $1 and status = 'expired'`,
      [id],
    );
  }

  /** Deleted exports whose row is still there; the running attempt, if there was one, has noticed by now. */
  async deleted(options: { graceSeconds: number }): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `select id from rowferry.exports where deleted_at < now() - make_interval(secs => $1) limit 1000`,
      [options.graceSeconds],
    );
    return rows.map(({ id }) => id);
  }

  /** Removes the row of a deleted export. */
  async purge(id: string): Promise<void> {
    await this.#pool.query('delete from rowferry.exports where id = $1 and deleted_at is not null', [id]);
  }

  /** Those of `ids` that exist, deleted ones left out. */
  async known(ids: readonly string[]): Promise<Map<string, KnownExport>> {
    const { rows } = await this.#pool.query<KnownExport>(
      `select id::text, status in ('queued', 'running') as open, object_key as "objectKey"
         from rowferry.exports where id = any ($1::uuid[]) and deleted_at is null`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
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
