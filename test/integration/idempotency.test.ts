import { randomUUID } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { askPatiently } from '../support/ask-patiently.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = { LIMIT_SUBJECT_CONCURRENT_EXPORTS: '1000' };
const api = useTestApi(database, storage, undefined, { settings });
/** A second process of the same installation. */
const other = useTestApi(database, storage, undefined, { settings });

interface Export {
  id: string;
  status: string;
}
const diary = { dataset: 'diary' };
const read = async (response: Response) => (await response.json()) as Export;

/** Somebody who has asked for nothing yet. */
async function newcomer(): Promise<{ key: string; subject: string; count: () => Promise<number> }> {
  const subject = randomUUID().replace(/\D/g, '').slice(0, 15);
  const { key } = await new ApiKeys(database.pool).create({ role: 'user', subject });
  const count = async () => {
    const { rows } = await database.pool.query<{ count: number }>(
      'select count(*)::int from rowferry.exports where subject = $1',
      [subject],
    );
    return rows[0]?.count ?? -1;
  };
  return { key, subject, count };
}
const send = (key: string, idempotencyKey: string, body: unknown = diary, to = api) =>
  to.call('POST', '/v1/exports', { key, body, headers: { 'idempotency-key': idempotencyKey } });

describe('an Idempotency-Key', () => {
  it('makes a request that is sent again bring the same export', async () => {
    const { key, count } = await newcomer();
    const first = await send(key, 'once');
    expect(first.status).toBe(202);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const made = await read(first);
    const again = await send(key, 'once', { format: 'csv', ...diary });
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(`/v1/exports/${made.id}`);
    expect((await read(again)).id).toBe(made.id);
    expect(await count()).toBe(1);
  });

  it('brings it after it has ended too, as it is now', async () => {
    const { key, count } = await newcomer();
    const { id } = await read(await send(key, 'once'));
    await api.call('POST', `/v1/exports/${id}/cancel`, { key });
    const again = await send(key, 'once');
    expect(again.headers.get('retry-after')).toBeNull();
    expect(await read(again)).toMatchObject({ id, status: 'cancelled' });
    expect(await count()).toBe(1);
  });

  it('makes one export of 50 requests at once, to two processes', async () => {
    const { key, count } = await newcomer();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        askPatiently(() => send(key, 'storm', diary, index % 2 === 0 ? api : other)),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    // None, where its answer came too late.
    expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(1);
    expect(statuses.filter((status) => ![200, 202, 409].includes(status))).toEqual([]);
    expect(await count()).toBe(1);
    const ids = await Promise.all(
      answers.filter(({ ok }) => ok).map(async (answer) => (await read(answer)).id),
    );
    expect(new Set(ids).size).toBe(1);
    const later = await send(key, 'storm');
    expect(later.status).toBe(200);
    expect((await read(later)).id).toBe(ids[0]);
  });

  it.each([
    ['another format', { ...diary, format: 'json' }],
    ['another option', { ...diary, options: { compression: 'gzip' } }],
  ])('is refused with %s', async (_name, body) => {
    const { key, count } = await newcomer();
    await send(key, 'once');
    await expectProblem(await send(key, 'once', body), 422, 'idempotency_key_reused');
    expect(await count()).toBe(1);
  });

  it.each([
    ['the same process', api],
    ['another process', other],
  ])('is refused while the first request is being answered, by %s', async (_name, to) => {
    const { key, count } = await newcomer();
    const blocker = await database.pool.connect();
    onTestFinished(() => blocker.release());
    await blocker.query('begin; lock table rowferry.usage in exclusive mode');
    const first = send(key, 'once');
    await until(async () => {
      const { rowCount } = await database.pool.query(
        "select from pg_locks where not granted and relation = 'rowferry.usage'::regclass",
      );
      return rowCount === 1;
    });
    const second = await send(key, 'once', diary, to);
    await blocker.query('rollback');
    await expectProblem(second, 409, 'idempotency_key_in_flight');
    expect(second.headers.get('retry-after')).toBe('1');
    expect((await first).status).toBe(202);
    expect((await send(key, 'once', diary, to)).status).toBe(200);
    expect(await count()).toBe(1);
  });

  it('is its sender’s own: of a subject, in a role, in a tenant', async () => {
    const keys = new ApiKeys(database.pool);
    const subject = '4711';
    const senders = await Promise.all([
      keys.create({ role: 'user', subject }),
      keys.create({ role: 'admin', subject }),
      keys.create({ role: 'user', subject: '4712' }),
      keys.create({ role: 'user', subject, tenant: 'acme' }),
    ]);
    const ids = new Set<string>();
    for (const { key } of senders) {
      const body = { ...diary, params: { userId: key === senders[2].key ? '4712' : subject } };
      const answer = await send(key, 'shared', body);
      expect(answer.status).toBe(202);
      ids.add((await read(answer)).id);
    }
    expect(ids.size).toBe(4);
  });

  it('does not bring back what was deleted', async () => {
    const { key, count } = await newcomer();
    const { id } = await read(await send(key, 'once'));
    await api.call('DELETE', `/v1/exports/${id}`, { key });
    await expectProblem(await send(key, 'once'), 410, 'export_deleted');
    await database.pool.query('delete from rowferry.exports where id = $1', [id]);
    await expectProblem(await send(key, 'once'), 410, 'export_deleted');
    expect(await count()).toBe(0);
  });

  it('is forgotten after IDEMPOTENCY_RETENTION_HOURS, by the answer and by the janitor', async () => {
    const { key, subject, count } = await newcomer();
    const { id } = await read(await send(key, 'old'));
    await api.call('POST', `/v1/exports/${id}/cancel`, { key });
    const age = () =>
      database.pool.query(
        "update rowferry.idempotency_keys set created_at = now() - interval '25 hours' where subject = $1",
        [subject],
      );
    await age();
    expect((await send(key, 'old', { ...diary, format: 'json' })).status).toBe(202);
    expect(await count()).toBe(2);
    await age();
    expect(await new RepairRecords(database.pool).forgetRequests({ idempotencyHours: 24 })).toBe(1);
  });

  it('is not spent by a request that was refused', async () => {
    const { key } = await newcomer();
    await expectProblem(await send(key, 'once', { dataset: 'nope' }), 400, 'invalid_request');
    expect((await send(key, 'once')).status).toBe(202);
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(256)],
    ['with a space', 'a b'],
    ['beyond ASCII', 'caf\u00e9'],
  ])('is refused when it is %s', async (_name, idempotencyKey) => {
    const problem = await expectProblem(await send(api.keys.first, idempotencyKey), 400, 'invalid_request');
    expect(problem.errors).toMatchObject([{ header: 'Idempotency-Key' }]);
  });

  it.each(["'; drop table rowferry.exports; --", '${id}', '%00'])('takes %s for text', async (text) => {
    const { key } = await newcomer();
    const idempotencyKey = text.replaceAll(' ', '_');
    expect((await send(key, idempotencyKey)).status).toBe(202);
    expect((await send(key, idempotencyKey)).status).toBe(200);
  });
});

describe('the same export, asked for again while it is queued or running', () => {
  it('is the one that is there', async () => {
    const { key, count } = await newcomer();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        askPatiently(() => (index % 2 === 0 ? api : other).call('POST', '/v1/exports', { key, body: diary })),
      ),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 202)).toEqual([]);
    // None, where its answer came too late.
    expect(statuses.filter((status) => status === 202).length).toBeLessThanOrEqual(1);
    const locations = new Set(answers.map(({ headers }) => headers.get('location')));
    expect(locations.size).toBe(1);
    expect(await count()).toBe(1);
  });

  it('is also what a new Idempotency-Key then stands for', async () => {
    const { key } = await newcomer();
    const { id } = await read(await api.call('POST', '/v1/exports', { key, body: diary }));
    expect((await read(await send(key, 'later'))).id).toBe(id);
    await api.call('POST', `/v1/exports/${id}/cancel`, { key });
    expect(await read(await send(key, 'later'))).toMatchObject({ id, status: 'cancelled' });
  });

  it('is another one when it differs, or once it has ended', async () => {
    const { key, count } = await newcomer();
    const first = await read(await api.call('POST', '/v1/exports', { key, body: diary }));
    for (const change of [{ format: 'json' }, { options: { compression: 'gzip' } }]) {
      const answer = await api.call('POST', '/v1/exports', { key, body: { ...diary, ...change } });
      expect(answer.status).toBe(202);
    }
    await api.call('POST', `/v1/exports/${first.id}/cancel`, { key });
    const next = await api.call('POST', '/v1/exports', { key, body: diary });
    expect(next.status).toBe(202);
    expect(await count()).toBe(4);
  });

  it('is not shared between a user and an admin of the same name', async () => {
    const { key, subject } = await newcomer();
    const admin = await new ApiKeys(database.pool).create({ role: 'admin', subject });
    const body = { ...diary, params: { userId: subject } };
    const own = await read(await api.call('POST', '/v1/exports', { key, body }));
    const theirs = await api.call('POST', '/v1/exports', { key: admin.key, body });
    expect(theirs.status).toBe(202);
    expect((await read(theirs)).id).not.toBe(own.id);
  });
});
