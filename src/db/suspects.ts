import type { Queryable } from './pool.ts';
import { lockId } from './transaction.ts';

/** How soon it is worth looking again. */
const SOON_MS = 1000;

/**
 * How long an export has to wait that is to run while no other runs under which so many workers died; 0 when none does,
 * and none can be started then before the transaction has ended. Nobody waits for the lock: its holder may stand still.
 */
export async function msUntilAlone(
  transaction: Queryable,
  id: string,
  { deaths, leaseSeconds }: { deaths: number; leaseSeconds: number },
): Promise<number> {
  const { rows: locks } = await transaction.query<{ locked: boolean }>(
    'select pg_try_advisory_xact_lock($1) as locked',
    [lockId('rowferry-suspects').toString()],
  );
  if (locks[0]?.locked !== true) return SOON_MS;
  // Most are small and over soon; one that has run for long will hardly end in the next second.
  const { rows } = await transaction.query<{ wait: number | null }>(
    `select least(1000 * $3::float8, greatest(${SOON_MS}, max(1000 * extract(epoch from now() - started_at))))::float8 as wait
       from rowferry.exports
      where status = 'running' and deleted_at is null and deaths >= $2 and id <> $1
        and beat_at >= now() - make_interval(secs => $3)
     having count(*) > 0`,
    [id, deaths, leaseSeconds],
  );
  return Math.ceil(rows[0]?.wait ?? 0);
}
