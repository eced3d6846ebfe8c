import type { Pool } from 'pg';
import { AttemptClaims } from '../../src/db/attempt-claims.ts';
import { AttemptRecords } from '../../src/db/attempt-records.ts';

/** Attempts at exports, for tests of what they lead to: they begin and end without a worker. */
export function attemptsIn(pool: Pool): { claims: AttemptClaims; attempts: AttemptRecords } {
  const limits = { leaseSeconds: 10, maxAttempts: 5 };
  return {
    claims: new AttemptClaims(pool, limits),
    attempts: new AttemptRecords(pool, { ...limits, maxReleases: 20 }),
  };
}
