import type { Pool } from 'pg';
import type { Queryable } from './pool.ts';
import { inTransaction, lockId } from './transaction.ts';

/** A worker may die of anything once. */
const SUSPECT_AFTER_DEATHS = 2;
/** How soon it is worth looking again. */
const SOON_MS = 1000;

/** When an attempt at an export or an import counts as dead, and how many there are. */
export interface AttemptLimits {
  /** Silence after which a running attempt counts as dead. */
  leaseSeconds: number;
  /** Attempts that may fail before the whole does. */
  maxAttempts: number;
}

/** What workers may die of. */
interface Suspect {
  table: 'exports' | 'imports';
  id: string;
}

/**
 * Exports and imports under which workers died again and again. They share their workers, and one of them may be what
 * kills these, so they are run one at a time: it dies alone then, and costs the others no more attempts.
 */
export class Suspects {
  readonly #pool: Pool;
  readonly #leaseSeconds: number;
  /** Deaths that make a suspect. */
  readonly deaths: number;

  constructor(pool: Pool, { leaseSeconds, maxAttempts }: AttemptLimits) {
    this.#pool = pool;
    this.#leaseSeconds = leaseSeconds;
    // One attempt at least is left to be run alone.
    this.deaths = Math.max(1, Math.min(SUSPECT_AFTER_DEATHS, maxAttempts - 1));
  }

  /**
   * Starts an attempt at a suspect while no other suspect runs, or else puts it off by `delayMs`.
   *
   * @param start starts it in this transaction, where it is still to be started
   */
  startAlone<T>(
    suspect: Suspect,
    start: (transaction: Queryable) => Promise<T | undefined>,
  ): Promise<{ started?: T | undefined; delayMs: number }> {
    return inTransaction(this.#pool, async (transaction) => {
      const delayMs = await this.#msUntilAlone(transaction, suspect.id);
      if (delayMs === 0) return { started: await start(transaction), delayMs };
      // It is not due until then, so that the janitor does not take it for lost.
      await transaction.query(
        `update rowferry.${suspect.table} set not_before = now() + make_interval(secs => $2::float8 / 1000)
          where id = $1 and status in ('queued', 'running')`,
        [suspect.id, delayMs],
      );
      return { delayMs };
    });
  }

  /** 0 when no other runs, and none can be started then before the transaction has ended. */
  async #msUntilAlone(transaction: Queryable, id: string): Promise<number> {
    // Nobody waits for the lock: its holder may stand still.
    const { rows: locks } = await transaction.query<{ locked: boolean }>(
      'select pg_try_advisory_xact_lock($1) as locked',
      [lockId('rowferry-suspects').toString()],
    );
    if (locks[0]?.locked !== true) return SOON_MS;
    // Most are small and over soon; one that has run for long will hardly end in the next second.
    const { rows } = await transaction.query<{ wait: number | null }>(
      `select least(1000 * $3::float8, greatest(${SOON_MS}, max(1000 * extract(epoch from now() - started_at))))::float8 as wait
         from (select id, started_at, beat_at from rowferry.exports
                where status = 'running' and deleted_at is null and deaths >= $2
               union all
               select id, started_at, beat_at from rowferry.imports
                where status = 'running' and deaths >= $2) suspects
        where id <> $1 and beat_at >= now() - make_interval(secs => $3)
       having count(*) > 0`,
      [id, this.deaths, this.#leaseSeconds],
    );
    return Math.ceil(rows[0]?.wait ?? 0);
  }
}
