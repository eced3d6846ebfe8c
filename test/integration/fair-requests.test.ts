import { expect, it, onTestFinished } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();
const api = useTestApi(database, useTestStore(), undefined, {
  // However busy the machine is, the storm gets its own answers.
  settings: {
    LIMIT_SUBJECT_CONCURRENT_EXPORTS: '50',
    LIMIT_SUBJECT_WRITES_PER_MINUTE: '10000',
    API_ANSWER_TIMEOUT_MS: '20000',
  },
});

const keyOf = async (tenant: string) =>
  (await new ApiKeys(database.pool).create({ tenant, role: 'admin', subject: 'operator' })).key;
const ask = (key: string, userId: number) =>
  api.call('POST', '/v1/exports', { key, body: { dataset: 'diary', params: { userId: String(userId) } } });

it('answers a tenant while another’s 1,000 requests are still being answered', async () => {
  const [loud, quiet] = [await keyOf('loud'), await keyOf('quiet')];
  let over = false;
  // Two after each other, 500 times at once: of connections that nobody has accepted yet, Node.js keeps 511.
  const askTwice = async (index: number) => [await ask(loud, 1000 + index), await ask(loud, 2000 + index)];
  const storm = Promise.all(Array.from({ length: 500 }, (_, index) => askTwice(index))).finally(
    () => (over = true),
  );
  for (let index = 0; index < 3; index++) expect((await ask(quiet, index)).status).toBe(202);
  expect(over).toBe(false);
  const statuses = (await storm).flat().map(({ status }) => status);
  expect(statuses.filter((status) => status === 202)).toHaveLength(50);
  // On a busy machine the line stands still for some, which they are told is not their doing.
  expect(statuses.filter((status) => status === 429 || status === 503)).toHaveLength(950);
});

it('takes no connection from others while a tenant’s requests are stuck', async () => {
  const [stuck, quiet] = [await keyOf('stuck'), await keyOf('calm')];
  expect((await ask(stuck, 1)).status).toBe(202);
  const blocker = await database.pool.connect();
  onTestFinished(() => blocker.release());
  await blocker.query("begin; select from rowferry.usage where tenant = 'stuck' for update");
  // Many more than there are connections; each gives up after a second.
  let gaveUp = false;
  const waiting = Promise.all(
    Array.from({ length: 50 }, (_, index) => ask(stuck, 1000 + index).finally(() => (gaveUp = true))),
  );
  await until(async () => {
    const { rowCount } = await database.pool.query('select from pg_locks where not granted');
    return rowCount !== 0;
  });
  for (let index = 0; index < 2; index++) expect((await ask(quiet, index)).status).toBe(202);
  expect(gaveUp).toBe(false);
  const statuses = (await waiting).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([503]));
  await blocker.query('rollback');
  expect((await ask(stuck, 2)).status).toBe(202);
});
