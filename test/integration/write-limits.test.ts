import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { operations } from '../../src/api/contract/index.ts';
import type { Operation } from '../../src/api/contract/operation.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const SUBJECT = 3;
const TENANT = 5;
const database = useTestDatabase();
const api = useTestApi(database, useTestStore(), undefined, {
  settings: {
    LIMIT_SUBJECT_WRITES_PER_MINUTE: String(SUBJECT),
    LIMIT_TENANT_WRITES_PER_MINUTE: String(TENANT),
    // However busy the machine is.
    API_ANSWER_TIMEOUT_MS: '20000',
  },
});

const newTenant = () => `t${randomUUID().slice(0, 8)}`;
const keyOf = async (options: Parameters<ApiKeys['create']>[0]) =>
  (await new ApiKeys(database.pool).create(options)).key;
const adminOf = (tenant: string, subject = 'operator') => keyOf({ tenant, role: 'admin', subject });
const as = (subject: string) => ({ 'Rowferry-Subject': subject });

/** Each time another export. */
let asked = 0;
const ask = (key: string) =>
  api.call('POST', '/v1/exports', { key, body: { dataset: 'diary', params: { userId: String(++asked) } } });
/** A writing request that finds nothing to change. */
const write = (key: string, headers: Record<string, string> = {}) =>
  api.call('DELETE', `/v1/exports/${randomUUID()}`, { key, headers });
const exportsOf = async (tenant: string) => {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::int from rowferry.exports where tenant = $1',
    [tenant],
  );
  return rows[0]?.count;
};

async function spend(times: number, key: string, headers?: Record<string, string>): Promise<void> {
  for (let time = 0; time < times; time++) expect((await write(key, headers)).status).toBe(404);
}

async function expectRefused(response: Response, holder: 'subject' | 'tenant'): Promise<void> {
  const quota = holder === 'subject' ? SUBJECT : TENANT;
  const name = `${holder}-writes-minute`;
  const { headers } = response;
  const problem = await expectProblem(response, 429, 'limit_reached');
  const seconds = Number(problem['retryAfterSeconds']);
  expect(problem).toMatchObject({
    limit: { name, quota },
    detail: `A ${holder} may send ${quota} writing requests a minute; reading goes on. Come back in ${seconds} seconds.`,
  });
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(headers.get('retry-after')).toBe(String(seconds));
  expect(headers.get('ratelimit-policy')).toBe(`"${name}";q=${quota};qu="requests";w=60`);
  expect(headers.get('ratelimit')).toBe(`"${name}";r=0;t=${seconds}`);
}

it('refuses a subject who sends too many, and none who reads or is another', async () => {
  const tenant = newTenant();
  const key = await adminOf(tenant);
  for (let time = 0; time < SUBJECT; time++) expect((await ask(key)).status).toBe(202);
  await expectRefused(await ask(key), 'subject');
  expect(await exportsOf(tenant)).toBe(SUBJECT);
  for (const path of ['/v1/exports', '/v1/limits', '/v1/datasets']) {
    expect((await api.call('GET', path, { key })).status).toBe(200);
  }
  await spend(1, await adminOf(tenant, 'another'));
  // The user of that name is not the admin.
  await spend(1, await keyOf({ tenant, role: 'user', subject: 'operator' }));
});

it('counts what fails for other reasons, and no reading', async () => {
  const key = await adminOf(newTenant());
  for (let time = 0; time < 2 * TENANT; time++) await api.call('GET', '/v1/datasets', { key });
  await expectProblem(await api.call('POST', '/v1/exports', { key, body: '{' }), 400, 'malformed_body');
  await expectProblem(await api.call('PATCH', '/v1/exports', { key }), 405, 'method_not_allowed');
  await spend(SUBJECT - 2, key);
  await expectRefused(await write(key), 'subject');
});

it('refuses all subjects of a tenant that sends too many, and no other tenant', async () => {
  const tenant = newTenant();
  const [first, second, third] = [
    await adminOf(tenant, 'a'),
    await adminOf(tenant, 'b'),
    await adminOf(tenant, 'c'),
  ];
  await spend(SUBJECT, first);
  // What one subject is refused is not taken from the others.
  for (let time = 0; time < 2 * TENANT; time++) await expectRefused(await write(first), 'subject');
  await spend(TENANT - SUBJECT, second);
  await expectRefused(await write(second), 'tenant');
  await expectRefused(await ask(third), 'tenant');
  expect(await exportsOf(tenant)).toBe(0);
  await spend(1, await adminOf(newTenant(), 'a'));
});

it('counts for the user whom a back end acts for, and for its tenant', async () => {
  const scopes = ['read', 'write', 'act-as'] as const;
  const key = await keyOf({ tenant: newTenant(), role: 'admin', subject: 'backend', scopes });
  await spend(SUBJECT, key, as('1'));
  await expectRefused(await write(key, as('1')), 'subject');
  await spend(1, key, as('2'));
  await spend(1, key);
  await expectRefused(await write(key, as('3')), 'tenant');
});

it('takes exactly as many of those that come at once', async () => {
  const key = await adminOf(newTenant());
  const answers = await Promise.all(Array.from({ length: 20 }, () => write(key)));
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(SUBJECT);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20 - SUBJECT);
});

it('refuses before the body has come', async () => {
  const key = await adminOf(newTenant());
  await spend(SUBJECT, key);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': 99,
  };
  const unfinished = request(`${api.url}/v1/exports`, { method: 'POST', headers });
  unfinished.on('error', () => undefined);
  unfinished.flushHeaders();
  const [{ statusCode }] = (await once(unfinished, 'response')) as [IncomingMessage];
  unfinished.destroy();
  expect(statusCode).toBe(429);
});

describe('every writing operation', () => {
  const writing = Object.entries<Operation>(operations).filter(
    ([, { method, auth }]) => method !== 'get' && auth !== 'none',
  );
  let key: string;
  beforeAll(async () => {
    key = await adminOf(newTenant());
    await spend(SUBJECT, key);
  });

  it.each(writing)('%s', async (_name, { method, path }) => {
    const address = path.replaceAll(/\{\w+\}/g, randomUUID());
    await expectRefused(await api.call(method.toUpperCase(), address, { key }), 'subject');
  });
});
