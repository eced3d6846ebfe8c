import { describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { useBulkService } from '../support/bulk-service.ts';
import type { Bulk } from '../support/bulk-service.ts';
import { expectProblem } from '../support/problems.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const queue = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
// No worker: what is asked for stays as it was accepted.
const service = useBulkService(database, useTestStore(), queue, {
  BULK_MAX_SUBJECTS: '3',
  BULK_MAX_OPEN_PER_TENANT: '30',
});
const keyOf = async (values: Parameters<ApiKeys['create']>[0]) =>
  (await new ApiKeys(database.pool).create(values)).key;
const ask = (body: unknown, headers?: Record<string, string>) => service.call('POST', '', body, headers);

const addresses = [
  ['GET', ''],
  ['GET', '/exports'],
  ['POST', '/cancel'],
  ['POST', '/retry'],
  ['GET', '/manifest'],
  ['DELETE', ''],
] as const;

describe('whose it is', () => {
  it.each(addresses)('%s %s is not there for an admin of another tenant', async (method, suffix) => {
    const id = await service.start({ subjects: ['1'] });
    const stranger = await keyOf({ tenant: 'globex', role: 'admin', subject: 'operator' });
    const response = await service.api.call(method, `/v1/bulk-exports/${id}${suffix}`, { key: stranger });
    await expectProblem(response, 404, 'not_found');
    expect(await service.get(id)).toMatchObject({ status: 'running' });
  });

  it.each([['POST', null] as const, ['GET', null] as const, ...addresses])(
    '%s %s is forbidden for a user',
    async (method, suffix) => {
      const id = await service.start({ subjects: ['1'] });
      const path = suffix === null ? '' : `/${id}${suffix}`;
      const body =
        method === 'POST' && suffix === null ? { body: { dataset: 'notes', subjects: ['1'] } } : {};
      await expectProblem(await service.api.call(method, `/v1/bulk-exports${path}`, body), 403, 'forbidden');
    },
  );

  it('is in no list of another tenant', async () => {
    await service.start({ subjects: ['1'] });
    const key = await keyOf({ tenant: 'initech', role: 'admin', subject: 'operator' });
    const response = await service.api.call('GET', '/v1/bulk-exports', { key });
    expect(await response.json()).toEqual({ bulkExports: [], nextCursor: null });
  });

  it('needs the scope write to be asked for', async () => {
    const key = await keyOf({ role: 'admin', subject: 'reader', scopes: ['read'] });
    const body = { dataset: 'notes', subjects: ['1'] };
    await expectProblem(await service.api.call('POST', '/v1/bulk-exports', { key, body }), 403, 'forbidden');
  });
});

describe('a request that does not fit', () => {
  it('is told that a bulk export has one format', async () => {
    const body = { dataset: 'notes', subjects: ['1'], formats: ['csv', 'json'] };
    const { errors } = await expectProblem(await ask(body), 400, 'invalid_request');
    const detail = 'is not known here: a bulk export has one format, so use format';
    expect(errors).toEqual([{ pointer: '/formats', detail }]);
  });

  it.each([
    [{ dataset: 'nowhere', subjects: 'all' }, '/dataset'],
    [{ dataset: 'notes', subjects: ['1', 'x'] }, '/subjects/1'],
    [{ dataset: 'notes', subjects: ['1', '2', '3', '4'] }, '/subjects'],
    [{ dataset: 'notes', subjects: { named: 'toString' } }, '/subjects/named'],
    [{ dataset: 'notes', subjects: { named: 'first', params: {} } }, '/subjects/params/count'],
    [
      { dataset: 'notes', subjects: { named: 'first', params: { count: 1, sql: 'x' } } },
      '/subjects/params/sql',
    ],
    [{ dataset: 'notes', subjects: ['1'], params: { person: '2' } }, '/params/person'],
    [{ dataset: 'notes', subjects: ['1'], params: { broken: 'x' } }, '/params/broken'],
    [{ dataset: 'notes', subjects: ['1'], sql: 'select 1' }, '/sql'],
  ])('is refused with the place: %j', async (body, pointer) => {
    const problem = await expectProblem(await ask(body), 400, 'invalid_request');
    expect(problem.errors?.map((fault) => fault.pointer)).toContain(pointer);
  });
});

it('makes one for requests with the same key, and none for the same key with another body', async () => {
  const key = { 'Idempotency-Key': 'bulk-once' };
  const body = { dataset: 'notes', subjects: ['1', '2'] };
  const first = (await (await ask(body, key)).json()) as Bulk;
  const again = await ask(body, key);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  expect(again.headers.get('location')).toBe(`/v1/bulk-exports/${first.id}`);
  await expectProblem(await ask({ ...body, subjects: ['3'] }, key), 422, 'idempotency_key_reused');
});

it('has no manifest, and nothing to retry, before anything has run', async () => {
  const id = await service.start({ subjects: ['1'] });
  await expectProblem(await service.call('GET', `/${id}/manifest`), 409, 'not_ready');
  await expectProblem(await service.call('POST', `/${id}/retry`), 409, 'nothing_to_retry');
});

it('lists subjects and bulk exports in pages', async () => {
  const id = await service.start({ subjects: ['3', '1', '2'] });
  const seen: string[] = [];
  for (let path: string | undefined = `/${id}/exports?limit=2`; path !== undefined;) {
    const response = await service.call('GET', path);
    const page = (await response.json()) as { exports: { subject: string; status: string }[] };
    seen.push(...page.exports.map(({ subject, status }) => `${subject} ${status}`));
    path = /^<\/v1\/bulk-exports(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(seen).toEqual(['1 waiting', '2 waiting', '3 waiting']);
  const newest = await service.call('GET', '?limit=1');
  expect(newest.headers.get('link')).toContain('rel="next"');
  expect(await newest.json()).toMatchObject({ bulkExports: [{ id }] });
});

it('lets a tenant have so many under way', async () => {
  const key = await keyOf({ tenant: 'umbrella', role: 'admin', subject: 'operator' });
  const body = { dataset: 'notes', subjects: ['1'] };
  const post = () => service.api.call('POST', '/v1/bulk-exports', { key, body });
  for (let count = 0; count < 30; count++) expect((await post()).status).toBe(202);
  await expectProblem(await post(), 409, 'too_many_bulk_exports');
  // One that has ended is under way again when it is retried.
  const made = await service.api.call('GET', '/v1/bulk-exports?limit=1', { key });
  const { bulkExports } = (await made.json()) as { bulkExports: { id: string }[] };
  const id = bulkExports[0]?.id ?? '';
  await database.pool.query(
    `update rowferry.bulk_exports set status = 'completed_with_failures', finished_at = now() where id = $1`,
    [id],
  );
  await database.pool.query(
    `update rowferry.bulk_subjects set status = 'failed', error_code = 'x', ended_at = now() where bulk_id = $1`,
    [id],
  );
  expect((await post()).status).toBe(202);
  const retry = () => service.api.call('POST', `/v1/bulk-exports/${id}/retry`, { key });
  await expectProblem(await retry(), 409, 'too_many_bulk_exports');
  await database.pool.query(
    `update rowferry.bulk_exports set status = 'cancelled', finished_at = now()
      where tenant = 'umbrella' and id <> $1`,
    [id],
  );
  expect((await retry()).status).toBe(202);
});
