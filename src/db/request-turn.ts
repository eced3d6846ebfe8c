import type { Pool, PoolClient } from 'pg';
import { AppError, codeOf } from '../errors.ts';
import { inTransaction, lockId } from './transaction.ts';

/** A request is answered within two seconds: so long it may wait for others of its tenant, here and in the database. */
export const PATIENCE_MS = 1000;
const LOCK_NOT_AVAILABLE = '55P03';

export interface Turn {
  tenant: string;
  /** Of the idempotency key, with whose it is; undefined without one. */
  name: string | undefined;
  /** Aborts when nobody waits for the answer any more; what is not committed by then is not made. */
  signal: AbortSignal | undefined;
}

/**
 * Runs `work` in a transaction that holds the lock of its tenant: what is counted in it is what is there.
 *
 * @throws AppError `idempotency_key_in_flight`; `tenant_busy` (retryable)
 */
export async function inTurn<T>(
  pool: Pool,
  { tenant, name, signal }: Turn,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const begin = async (client: PoolClient) => {
    if (!(await takeTurn(client, tenant, name))) throw inFlight();
  };
  const inTime = async (client: PoolClient) => {
    const outcome = await work(client);
    signal?.throwIfAborted();
    return outcome;
  };
  try {
    return await inTransaction(pool, inTime, begin);
  } catch (error) {
    if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    throw new AppError('tenant_busy', 'Other requests of this tenant take too long.', { retryable: true });
  }
}

/** Takes the lock of the tenant inside a transaction of the caller's. Rejects where others hold it for too long. */
export async function waitForTurn(client: PoolClient, tenant: string): Promise<void> {
  await client.query(`set local lock_timeout = ${PATIENCE_MS}`);
  await client.query(`select pg_advisory_xact_lock(${lockId(`requests of ${tenant}`)})`);
}

/** Begins a transaction and waits for the tenant's other requests. False when the same idempotency key is at it. */
async function takeTurn(client: PoolClient, tenant: string, name: string | undefined): Promise<boolean> {
  const key = name === undefined ? 'true' : `pg_try_advisory_xact_lock(${lockId(`idempotency ${name}`)})`;
  // One round trip; the numbers are ours.
  const results = await client.query<{ mine: boolean }>(
    `begin; set local lock_timeout = ${PATIENCE_MS};
     select case when ${key}
                 then (select true from pg_advisory_xact_lock(${lockId(`requests of ${tenant}`)}))
                 else false end as mine`,
  );
  // With several statements pg resolves to a list, which its types do not say.
  const [, , turn] = results as unknown as (typeof results)[];
  return turn?.rows[0]?.mine === true;
}

export function inFlight(): AppError {
  return new AppError(
    'idempotency_key_in_flight',
    'The first request with this key is being answered. Send it again.',
  );
}

export function keyReused(): AppError {
  return new AppError(
    'idempotency_key_reused',
    'This Idempotency-Key came with another request before. Take a new key for a new request.',
  );
}
