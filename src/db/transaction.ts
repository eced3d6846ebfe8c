import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction: it is committed, or where anything rejects, taken back. A connection on which not even that
 * is possible is thrown away, and its transaction and locks with it.
 *
 * @param begin begins the transaction, and may do more in the same round trip
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin: (client: PoolClient) => Promise<unknown> = (client) => client.query('begin'),
): Promise<T> {
  const client = await pool.connect();
  let usable = true;
  try {
    await begin(client);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    usable = await client.query('rollback').then(
      () => true,
      () => false,
    );
    throw error;
  } finally {
    client.release(!usable);
  }
}

/** A transaction that no other with the same lock runs beside: what is counted in it is what is there. */
export function inLockedTransaction<T>(
  pool: Pool,
  lock: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [lockId(lock).toString()]);
    return work(client);
  });
}

/** The number of an advisory lock. */
export function lockId(name: string): bigint {
  return createHash('sha256').update(name).digest().readBigInt64BE();
}
