import { expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const api = useTestApi(database, useTestStore(), undefined, {
  settings: { LIMIT_SUBJECT_CONCURRENT_EXPORTS: '50' },
});

const keyOf = async (tenant: string) =>
  (await new ApiKeys(database.pool).create({ tenant, role: 'admin', subject: 'operator' })).key;
const ask = (key: string, userId: number) =>
  api.call('POST', '/v1/exports', { key, body: { dataset: 'diary', params: { userId: String(userId) } } });

/** The 95th percentile of requests that come one after the other. */
async function p95Ms(key: string, from: number): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 20; index++) {
    const startedAt = performance.now();
    expect((await ask(key, from + index)).status).toBe(202);
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[18] ?? NaN;
}

it('goes on answering a tenant while another sends 1,000 requests at once', async () => {
  const [loud, quiet] = [await keyOf('loud'), await keyOf('quiet')];
  const alone = await p95Ms(quiet, 1);
  const storm = Promise.all(Array.from({ length: 1000 }, (_, index) => ask(loud, index)));
  const beside = await p95Ms(quiet, 100);
  const statuses = (await storm).map(({ status }) => status);
  expect(statuses.filter((status) => status === 202)).toHaveLength(50);
  expect(statuses.filter((status) => status === 429)).toHaveLength(950);
  // Client and server share this process, so what the client does for 1,000 requests counts too.
  expect(beside).toBeLessThan(Math.max(1000, 10 * alone));
});
