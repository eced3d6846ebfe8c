// What an admin finds among the exports of a tenant, and what can be done to one that has ended.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import type { ExportFilter } from '../../src/db/export-list.ts';
import { LeftoverRecords } from '../../src/db/leftover-records.ts';
import type { Queryable } from '../../src/db/pool.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { sweepEnded } from '../../src/worker/janitor-steps/sweep-ended.ts';
import { completeExport } from '../support/complete-export.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, withFaults } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage, undefined, {
  settings: { LIMIT_SUBJECT_EXPORTS_PER_HOUR: '40' },
});

interface Explained {
  'QUERY PLAN': [{ Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number } }];
}
interface Export {
  id: string;
  status: string;
  role?: string;
  attempt: number;
  error: { code: string } | null;
}

const asAdmin = (method: string, path: string) => api.call(method, path, { key: api.keys.admin });
const list = async (query = '', key = api.keys.admin) => {
  const response = await api.call('GET', `/v1/admin/exports?limit=100${query}`, { key });
  return ((await response.json()) as { exports: Export[] }).exports;
};
const ask = async (key: string, body: object = { dataset: 'diary' }) =>
  ((await (await api.call('POST', '/v1/exports', { key, body })).json()) as { id: string }).id;
const failed = async (key = api.keys.first, code = 'source_timeout') => {
  const id = await ask(key);
  await database.pool.query(
    `update rowferry.exports set status = 'failed', error_code = $2, error_message = 'It was ' || $2,
            attempt = 3, rows = 5, finished_at = now(), started_at = now(), sweep_at = now() where id = $1`,
    [id, code],
  );
  return id;
};
const completed = async (key = api.keys.first) => {
  const id = await ask(key);
  return { id, objectKey: await completeExport(database, storage, id, Buffer.from('title\n')) };
};
const kinds = async (id: string) => {
  const { rows } = await database.pool.query<{ kind: string }>(
    'select kind from rowferry.export_events where export_id = $1 order by id',
    [id],
  );
  return rows.map(({ kind }) => kind);
};

beforeEach(() =>
  database.pool.query(`delete from rowferry.exports where tenant <> 'big'; delete from rowferry.usage`),
);

describe('the list', () => {
  it('has everybody’s exports of the tenant, and finds them by each filter', async () => {
    const first = await ask(api.keys.first);
    const second = await failed(api.keys.second);
    const own = await ask(api.keys.admin, { dataset: 'diary', params: { userId: '1' }, format: 'json' });
    const { key } = await new ApiKeys(database.pool).create({ tenant: 'acme', role: 'user', subject: '1' });
    await ask(key);
    const ids = async (query: string) => (await list(query)).map(({ id }) => id);
    expect(await ids('')).toEqual([own, second, first]);
    expect((await list()).map(({ role }) => role)).toEqual(['admin', 'user', 'user']);
    expect(await ids('&subject=2')).toEqual([second]);
    expect(await ids('&role=admin')).toEqual([own]);
    expect(await ids('&status=failed')).toEqual([second]);
    expect(await ids('&error=source_timeout')).toEqual([second]);
    expect(await ids('&error=too_many_rows')).toEqual([]);
    expect(await ids('&dataset=other')).toEqual([]);
    expect(await ids(`&to=${new Date(Date.now() - 3_600_000).toISOString()}`)).toEqual([]);
    expect(await ids(`&from=${new Date(Date.now() - 3_600_000).toISOString()}&subject=1`)).toEqual([first]);
    expect(await ids(`&scheduleId=${randomUUID()}`)).toEqual([]);
  });

  it.each(['', '/failures'])('is not for users: /v1/admin/exports%s', async (path) => {
    await expectProblem(await api.call('GET', `/v1/admin/exports${path}`), 403, 'forbidden');
  });

  it.each(['from=today', 'status=lost', 'subject=%00', 'error=X', 'role=god', 'bar=1'])(
    'refuses %s',
    async (query) => {
      await expectProblem(await asAdmin('GET', `/v1/admin/exports?${query}`), 400, 'invalid_request');
    },
  );

  it('takes what looks like SQL for what it is: a name', async () => {
    await ask(api.keys.first);
    expect(await list(`&subject=${encodeURIComponent(`1' or '1'='1`)}`)).toEqual([]);
  });
});

describe('failures', () => {
  it('are grouped by their reason, the commonest first', async () => {
    await failed(api.keys.first, 'too_many_rows');
    await failed(api.keys.first);
    const newest = await failed(api.keys.second);
    const body = await (await asAdmin('GET', '/v1/admin/exports/failures')).json();
    expect(body).toMatchObject({
      failures: [
        {
          code: 'source_timeout',
          count: 2,
          subjects: 2,
          datasets: ['diary'],
          latest: { id: newest, message: 'It was source_timeout' },
        },
        { code: 'too_many_rows', count: 1, subjects: 1 },
      ],
    });
    const { key } = await new ApiKeys(database.pool).create({
      tenant: 'globex',
      role: 'admin',
      subject: 'x',
    });
    const theirs = await api.call('GET', '/v1/admin/exports/failures', { key });
    expect(await theirs.json()).toEqual({ failures: [] });
  });
});

describe('a retry', () => {
  it.each(['owner', 'admin'])('by its %s runs the same export once more, to its end', async (who) => {
    const id = await failed();
    const response = await api.call('POST', `/v1/exports/${id}/retry`, {
      key: who === 'owner' ? api.keys.first : api.keys.admin,
    });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id, status: 'queued', error: null, progress: { rows: 0 } });
    const fixture = createWorkerFixture(database, storage.store);
    const { attempt, tries } = (await fixture.records.find('default', id)) ?? {};
    // The fence goes on, and all tries are there again.
    expect({ attempt, tries }).toEqual({ attempt: 3, tries: 0 });
    const claimed = await fixture.claims.claim(id);
    expect(claimed).toMatchObject({ outcome: 'claimed', export: { attempt: 4, tries: 1 } });
    expect(await kinds(id)).toEqual(['requested', 'retried', 'started']);
  });

  it('is not for what has not failed, and nobody else’s', async () => {
    const { id } = await completed();
    await expectProblem(await asAdmin('POST', `/v1/exports/${id}/retry`), 409, 'not_failed');
    const other = await failed(api.keys.second);
    await expectProblem(await api.call('POST', `/v1/exports/${other}/retry`), 404, 'not_found');
  });

  it('happens once, however many ask for it at once', async () => {
    const id = await failed();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => api.call('POST', `/v1/exports/${id}/retry`)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(9);
    expect((await kinds(id)).filter((kind) => kind === 'retried')).toHaveLength(1);
  });

  it('counts against the limits of its owner', async () => {
    const id = await failed();
    await database.pool.query(`update rowferry.usage set exports = 40 where subject = '1' and role = 'user'`);
    const problem = await expectProblem(
      await asAdmin('POST', `/v1/exports/${id}/retry`),
      429,
      'limit_reached',
    );
    expect(problem['limit']).toEqual({ name: 'subject-hour', quota: 40 });
    expect((await list()).map(({ status }) => status)).toEqual(['failed']);
  });

  it('takes the key that its owner has now, and leaves it alone for an admin', async () => {
    const keys = new ApiKeys(database.pool);
    const old = await keys.create({ role: 'user', subject: '1' });
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from rowferry.api_keys where hint = $1`,
      [api.keys.first.slice(0, 10)],
    );
    const keyOf = async (id: string) =>
      (
        await database.pool.query<{ key: string }>(
          'select key_id as key from rowferry.exports where id = $1',
          [id],
        )
      ).rows[0]?.key;
    const one = await failed(old.key);
    await asAdmin('POST', `/v1/exports/${one}/retry`);
    expect(await keyOf(one)).toBe(old.id);
    await database.pool.query(
      `update rowferry.exports set status = 'failed', error_code = 'key_revoked' where id = $1`,
      [one],
    );
    await api.call('POST', `/v1/exports/${one}/retry`);
    expect(await keyOf(one)).toBe(rows[0]?.id);
  });

  it('has its own time to end, and can be told of once more', async () => {
    const id = await failed();
    await database.pool.query(
      `update rowferry.exports set created_at = now() - interval '100 hours' where id = $1;`.replace(
        '$1',
        `'${id}'`,
      ) +
        `insert into rowferry.notifications (tenant, export_id, kind, channel, target, state, ended_at)
         values ('default', '${id}', 'failed', 'email', 'anna@example.org', 'delivered', now());`,
    );
    await api.call('POST', `/v1/exports/${id}/retry`);
    const repairs = new RepairRecords(database.pool);
    const reason = { code: 'given_up', message: 'Too late.' };
    expect(await repairs.giveUp({ hours: 72, reason })).toEqual([]);
    const { rows } = await database.pool.query('select from rowferry.notifications where export_id = $1', [
      id,
    ]);
    expect(rows).toEqual([]);
  });

  it('keeps its file, though its failure is being swept just then', async () => {
    const id = await failed();
    const fixture = createWorkerFixture(database, storage.store);
    const leftovers = new LeftoverRecords(database.pool);
    const put = async (attempt: number) => {
      const key = `${fixture.keyPrefix}${id}/${attempt}-x/diary.csv`;
      const body = Readable.from([Buffer.from('title\n')]);
      await storage.store.upload({
        key,
        body,
        contentType: 'text/csv',
        signal: new AbortController().signal,
      });
      return key;
    };
    await put(2);
    let now = '';
    // The janitor has read the row; before it looks at what is stored, somebody has the export retried.
    const meanwhile = withFaults(storage.store, {
      uploads: async function* (prefix) {
        if (now === '') {
          await api.call('POST', `/v1/exports/${id}/retry`);
          await fixture.claims.claim(id);
          now = await put(4);
        }
        yield* storage.store.uploads(prefix);
      },
    });
    const { history, keyPrefix, repairs } = fixture;
    const context = { leftovers, history, store: meanwhile, keyPrefix, leaseSeconds: 1, repairs };
    await sweepEnded(context, new AbortController().signal);
    expect(await fixture.objectsOf(id)).toEqual([now]);
  });
});

describe('expiring by hand', () => {
  it('removes the file and keeps the export', async () => {
    const { id, objectKey } = await completed();
    const link = (await api.call('GET', `/v1/exports/${id}/download`)).headers.get('location') ?? '';
    const response = await asAdmin('POST', `/v1/exports/${id}/expire`);
    expect(await response.json()).toMatchObject({ id, status: 'expired' });
    expect(await storage.store.head(objectKey)).toBeUndefined();
    expect((await fetch(link)).status).toBe(404);
    await expectProblem(await api.call('GET', `/v1/exports/${id}/download`), 410, 'expired');
    expect((await kinds(id)).at(-1)).toBe('expired_early');
    expect((await asAdmin('POST', `/v1/exports/${id}/expire`)).status).toBe(200);
  });

  it('is for what has a file', async () => {
    const id = await ask(api.keys.first);
    await expectProblem(await api.call('POST', `/v1/exports/${id}/expire`), 409, 'not_ready');
  });
});

describe('with 100,000 exports', () => {
  beforeAll(async () => {
    await database.pool.query(
      `insert into rowferry.exports
         (id, tenant, role, subject, dataset, formats, params, status, error_code, created_at, finished_at)
       select gen_random_uuid(), 'big', 'user', (n % 5000)::text, 'set-' || n % 20, '{csv}', '{}',
              case when n % 100 = 0 then 'failed' else 'cancelled' end,
              case when n % 100 = 0 then 'source_timeout' end, now() - n * interval '1 second', now()
         from generate_series(1, 100000) n`,
    );
    await database.pool.query('vacuum analyze rowferry.exports');
  });

  it.each<Partial<ExportFilter>>([
    {},
    { subject: '77' },
    { subject: '77', role: 'user' },
    { status: 'failed' },
    { status: 'queued' },
    { dataset: 'set-7' },
    { error: 'source_timeout' },
    { from: '2020-01-01T00:00:00Z', to: new Date(Date.now() - 3_600_000).toISOString() },
  ])('reads a page and little more: %o', async (filter) => {
    let blocks = NaN;
    // The very statement, explained instead of run; what it touches does not depend on the machine. The cast is for the
    // overloads of `query` that the records do not use.
    const explaining = {
      query: async (text: string, values: unknown[]) => {
        const explained = `explain (analyze, buffers, timing off, format json) ${text}`;
        const { rows } = await database.pool.query<Explained>(explained, values);
        const plan = rows[0]?.['QUERY PLAN'][0].Plan;
        blocks = (plan?.['Shared Hit Blocks'] ?? NaN) + (plan?.['Shared Read Blocks'] ?? NaN);
        return { rows: [] };
      },
    } as unknown as Queryable;
    const after = `${new Date(Date.now() - 60_000).toISOString()}/${randomUUID()}`;
    await new ExportRecords(explaining).list({ tenant: 'big', limit: 21, after, ...filter });
    expect(blocks).toBeLessThan(400);
  });
});
