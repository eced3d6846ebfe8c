import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { AttemptClaims } from '../../src/db/attempt-claims.ts';
import type { AttemptRecords } from '../../src/db/attempt-records.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { readUsage } from '../../src/db/usage-records.ts';
import { askPatiently } from '../support/ask-patiently.ts';
import { attemptsIn } from '../support/attempts.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = {
  LIMIT_SUBJECT_CONCURRENT_EXPORTS: '5',
  LIMIT_TENANT_CONCURRENT_EXPORTS: '12',
  LIMIT_SUBJECT_EXPORTS_PER_HOUR: '8',
  LIMIT_TENANT_EXPORTS_PER_HOUR: '30',
  LIMIT_SUBJECT_ROWS_PER_DAY: '1000',
  LIMIT_TENANT_ROWS_PER_DAY: '1500',
  LIMIT_SUBJECT_BYTES_PER_DAY: '100000',
  LIMIT_TENANT_WAITING_REQUESTS: '1000',
};
const api = useTestApi(database, storage, undefined, { settings });
const other = useTestApi(database, storage, undefined, { settings });
let claims: AttemptClaims;
let attempts: AttemptRecords;
beforeAll(() => {
  ({ claims, attempts } = attemptsIn(database.pool));
});

const newTenant = () => `t${randomUUID().slice(0, 8)}`;
const adminOf = async (tenant: string, subject = 'operator') =>
  (await new ApiKeys(database.pool).create({ tenant, role: 'admin', subject })).key;
/** Each time something else, so that nothing is joined. */
let asked = 0;
const ask = (key: string, to = api, userId = ++asked) =>
  to.call('POST', '/v1/exports', { key, body: { dataset: 'diary', params: { userId: String(userId) } } });
const askedBy = async (key: string) => ((await (await ask(key)).json()) as { id: string }).id;
const count = async (tenant: string) => {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::int from rowferry.exports where tenant = $1',
    [tenant],
  );
  return rows[0]?.count;
};
const statusesOf = (answers: readonly Response[]) => {
  const counted: Record<number, number> = {};
  for (const { status } of answers) {
    // 200: it was made, and the answer came too late the first time.
    const counts = status === 200 ? 202 : status;
    counted[counts] = (counted[counts] ?? 0) + 1;
  }
  return counted;
};

/** Ends an export as a worker would. */
async function complete(id: string, rows: number, bytes: number): Promise<void> {
  await claims.claim(id);
  const file = {
    format: 'csv',
    name: 'f.csv',
    objectKey: `exports/${id}/1-x/f.csv`,
    bytes,
    sha256: 'ab'.repeat(32),
    encoder: { path: 'bytes', reason: 'a test says so' },
    manifest: {},
  } as const;
  const made = { rows, bytes, files: [{ ...file, columns: [] }], retentionHours: 1 };
  expect(await attempts.publish(id, 1, made)).toBe(true);
}

describe('under 50 requests at once, to two processes', () => {
  const storm = (keys: readonly string[]) =>
    Promise.all(
      Array.from({ length: 50 }, (_, index) => {
        const userId = ++asked;
        return askPatiently(() => ask(keys[index % keys.length] ?? '', index % 4 < 2 ? api : other, userId));
      }),
    );

  it('a subject gets exactly as many exports as they may have at a time', async () => {
    const tenant = newTenant();
    const answers = await storm([await adminOf(tenant)]);
    expect(statusesOf(answers)).toEqual({ 202: 5, 429: 45 });
    expect(await count(tenant)).toBe(5);
  });

  it('and so does a tenant, whoever of it asks', async () => {
    const tenant = newTenant();
    const subjects = ['a', 'b', 'c', 'd'];
    const answers = await storm(await Promise.all(subjects.map((subject) => adminOf(tenant, subject))));
    expect(statusesOf(answers)).toEqual({ 202: 12, 429: 38 });
    expect(await count(tenant)).toBe(12);
  });
});

describe('a limit that is reached', () => {
  it('says which one, and when to come back', async () => {
    const key = await adminOf(newTenant());
    for (let time = 0; time < 5; time++) expect((await ask(key)).status).toBe(202);
    const refused = await ask(key);
    const problem = await expectProblem(refused, 429, 'limit_reached');
    expect(problem).toMatchObject({ limit: { name: 'subject-concurrent', quota: 5 }, retryAfterSeconds: 5 });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(problem.detail).toContain('5 exports queued or running');
  });

  it('of an hour is not undone by cancelling or deleting, and ends with the hour', async () => {
    const tenant = newTenant();
    const key = await adminOf(tenant);
    for (let time = 0; time < 8; time++) {
      const id = await askedBy(key);
      await api.call('DELETE', `/v1/exports/${id}`, { key });
      await database.pool.query('delete from rowferry.exports where id = $1', [id]);
    }
    const problem = await expectProblem(await ask(key), 429, 'limit_reached');
    expect(problem).toMatchObject({ limit: { name: 'subject-hour', quota: 8 } });
    const seconds = Number(problem['retryAfterSeconds']);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(3600);
    await database.pool.query(`update rowferry.usage set hour = hour - interval '1 hour' where tenant = $1`, [
      tenant,
    ]);
    expect((await ask(key)).status).toBe(202);
  });

  it('counts rows and bytes of finished exports, and of those that run', async () => {
    const tenant = newTenant();
    const key = await adminOf(tenant);
    await complete(await askedBy(key), 600, 10);
    const running = await askedBy(key);
    await claims.claim(running);
    await attempts.beat(running, 1, { rows: 399, bytes: 20, estimatedRows: 0 });
    expect((await ask(key)).status).toBe(202);
    await attempts.beat(running, 1, { rows: 400, bytes: 20, estimatedRows: 0 });
    const problem = await expectProblem(await ask(key), 429, 'limit_reached');
    expect(problem).toMatchObject({ limit: { name: 'subject-rows-day', quota: 1000 } });
    const holder = { tenant, role: 'admin', subject: 'operator' } as const;
    await api.call('POST', `/v1/exports/${running}/cancel`, { key });
    expect((await readUsage(database.pool, holder)).subject).toMatchObject({
      rowsPerDay: 1000,
      bytesPerDay: 30,
    });
    await expectProblem(await ask(key), 429, 'limit_reached');
    const second = await adminOf(tenant, 'second');
    expect((await ask(second)).status).toBe(202);
    await complete(await askedBy(second), 500, 10);
    const third = await expectProblem(await ask(await adminOf(tenant, 'third')), 429, 'limit_reached');
    expect(third).toMatchObject({ limit: { name: 'tenant-rows-day' } });
  });

  it('of bytes is one too', async () => {
    const key = await adminOf(newTenant());
    await complete(await askedBy(key), 1, 100_000);
    const problem = await expectProblem(await ask(key), 429, 'limit_reached');
    expect(problem).toMatchObject({ limit: { name: 'subject-bytes-day' } });
  });

  it('charges nothing for what failed or is tried again', async () => {
    const tenant = newTenant();
    const id = await askedBy(await adminOf(tenant));
    await claims.claim(id);
    await attempts.beat(id, 1, { rows: 700, bytes: 70, estimatedRows: 0 });
    await attempts.retryLater(id, 1, { code: 'a_test', message: 'A test says so.', delayMs: 0 });
    await claims.claim(id);
    await attempts.fail(id, 2, { code: 'a_test', message: 'A test says so.' });
    const usage = await readUsage(database.pool, { tenant, role: 'admin', subject: 'operator' });
    expect(usage.subject).toMatchObject({ rowsPerDay: 0, bytesPerDay: 0, exportsPerHour: 1, concurrent: 0 });
  });

  it('keeps nobody of another tenant out, nor a request that makes no export', async () => {
    const key = await adminOf(newTenant());
    const body = { dataset: 'diary', params: { userId: '7' } };
    const post = (idempotencyKey: string) =>
      api.call('POST', '/v1/exports', { key, body, headers: { 'idempotency-key': idempotencyKey } });
    await post('first');
    for (let time = 0; time < 4; time++) await ask(key);
    await expectProblem(await ask(key), 429, 'limit_reached');
    expect((await post('first')).status).toBe(200);
    expect((await post('another')).status).toBe(200);
    expect((await api.call('GET', '/v1/exports', { key })).status).toBe(200);
    expect((await ask(await adminOf(newTenant()))).status).toBe(202);
  });
});

it('tells in RateLimit and RateLimit-Policy what there is and what remains', async () => {
  const key = await adminOf(newTenant());
  const { headers } = await ask(key);
  const policy = headers.get('ratelimit-policy') ?? '';
  expect(policy.split(', ')).toEqual([
    '"subject-concurrent";q=5;qu="concurrent-requests"',
    '"subject-hour";q=8;qu="requests";w=3600',
    '"subject-rows-day";q=1000;w=86400',
    '"subject-bytes-day";q=100000;qu="content-bytes";w=86400',
    '"tenant-concurrent";q=12;qu="concurrent-requests"',
    '"tenant-hour";q=30;qu="requests";w=3600',
    '"tenant-rows-day";q=1500;w=86400',
    '"tenant-bytes-day";q=2199023255552;qu="content-bytes";w=86400',
  ]);
  const left = (headers.get('ratelimit') ?? '').split(', ');
  expect(left[0]).toBe('"subject-concurrent";r=4');
  expect(left[1]).toMatch(/^"subject-hour";r=7;t=\d{1,4}$/);
  expect(left[4]).toBe('"tenant-concurrent";r=11');
  const refused = await Promise.all(Array.from({ length: 10 }, () => ask(key)));
  const last = refused.find(({ status }) => status === 429);
  expect(last?.headers.get('ratelimit')).toContain('"subject-concurrent";r=0');
});

it('drops usage that no limit looks at any more', async () => {
  const tenant = newTenant();
  await ask(await adminOf(tenant));
  await database.pool.query(
    `update rowferry.usage set hour = hour - interval '3 days' where tenant = $1 and subject = ''`,
    [tenant],
  );
  expect(await new RepairRecords(database.pool).forgetRequests({ idempotencyHours: 24 })).toBe(1);
  const { rows } = await database.pool.query<{ subject: string }>(
    'select subject from rowferry.usage where tenant = $1',
    [tenant],
  );
  expect(rows).toEqual([{ subject: 'operator' }]);
});

it('counts exports that are made below the API with those of their tenant', async () => {
  const tenant = newTenant();
  const values = { tenant, role: 'admin', subject: 'operator', dataset: 'diary', formats: ['csv'] } as const;
  await new ExportRecords(database.pool).create({ ...values, params: {} });
  const usage = await readUsage(database.pool, values);
  expect(usage.tenant.concurrent).toBe(1);
  const elsewhere = await readUsage(database.pool, { ...values, tenant: DEFAULT_TENANT });
  expect(elsewhere.tenant.concurrent).toBe(0);
});
