// Columns that not every role gets: left out or masked by PostgreSQL, wherever somebody looks.
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { FileColumn } from '../../src/export/column.ts';
import type { Asker, Dataset } from '../../src/export/dataset.ts';
import { explainExport } from '../../src/export/explain-export.ts';
import { RIGHTS_DATASETS } from '../support/guarded-notes.ts';
import { expectProblem } from '../support/problems.ts';
import { readCsv } from '../support/read-csv.ts';
import { dataset } from '../support/rights/people.ts';
import { runTestExport } from '../support/run-test-export.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage, undefined, {
  settings: { ...RIGHTS_DATASETS, SOURCE_GUARDED_DATABASE_URL: database.url },
});

interface Shown {
  id: string;
  text: string;
  file: { sha256: string; columns: string[] | null };
  datasets: { name: string; columns: { name: string; masked: boolean }[]; leftOut: string[] }[];
}
const leader: Asker = { tenant: 'default', subject: '1', role: 'user' };
const admin: Asker = { tenant: 'default', subject: 'operator', role: 'admin' };
const params = { leader: '1' };
const all = ['id', 'name', 'email', 'salary', 'Born "on"', 'remark'];
const theirs = all.filter((name) => name !== 'salary');

beforeAll(() =>
  database.pool.query(`
    create table public.people as
      select n as id, 'Person "' || n || '"' as name, 'secret-' || md5(n::text) || '@example.org' as email,
             700000000 + n as salary, date '1970-01-01' + n as born, (1 + n % 2)::text as leader,
             'remark-' || n as remark
        from generate_series(1, 2000) n`),
);

const rightsOf = (columns: readonly FileColumn[]) => columns.map(({ name, masked }) => ({ name, masked }));
const fileFor = (asker: Asker, options: Partial<Parameters<typeof runTestExport>[0]> = {}) =>
  runTestExport({ dataset, asker, params, connectionString: database.url, ...options });

describe.each(['auto', 'rows'] as const)('encoder %s', (encoder) => {
  it('gives an admin every column that is for admins, in the order of the query', async () => {
    const { text, columns } = await fileFor(admin, { encoder });
    const [header, ...rows] = readCsv(text);
    expect(header).toEqual(all);
    expect(rows).toHaveLength(1000);
    for (const [id, , email, salary, born, remark] of rows) {
      expect(email).toMatch(/^secret-[0-9a-f]{32}@example\.org$/);
      expect([salary, born !== '', remark]).toEqual([String(700_000_000 + Number(id)), true, '-']);
    }
    expect(rows.map((row) => row[2])).toEqual(
      rows
        .map((row) => row[2])
        .sort()
        .reverse(),
    );
    expect(rightsOf(columns)).toEqual(all.map((name) => ({ name, masked: name === 'remark' })));
  });

  it('gives a user masks and no left-out column, of the same rows in the same order', async () => {
    const { text, columns } = await fileFor(leader, { encoder });
    const [header, ...rows] = readCsv(text);
    expect(header).toEqual(theirs);
    for (const [id, , email, born, remark] of rows) {
      expect([email, born, remark]).toEqual(['s, "…"', '', `remark-${id ?? ''}`]);
    }
    const open = readCsv((await fileFor(admin, { encoder })).text);
    expect(rows.map(([id]) => id)).toEqual(open.slice(1).map(([id]) => id));
    const masks = ['email', 'Born "on"'];
    expect(rightsOf(columns)).toEqual(theirs.map((name) => ({ name, masked: masks.includes(name) })));
  });

  it('lets nothing that is not theirs leave PostgreSQL', async () => {
    const { hostname, port } = new URL(database.url);
    const proxy = await startTcpProxy({ host: hostname, port: Number(port || 5432) });
    onTestFinished(() => proxy.close());
    const url = new URL(database.url);
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    const seen = proxy.record();
    await fileFor(leader, { encoder, connectionString: url.href });
    expect(seen()).toContain('remark-1000');
    expect(seen()).not.toMatch(/secret-|70000\d{4}|1970-|salary/);
    const seenByAdmin = proxy.record();
    await fileFor(admin, { encoder, connectionString: url.href });
    expect(seenByAdmin()).toMatch(/secret-/);
    expect(seenByAdmin()).not.toMatch(/remark-\d/);
  });

  it('takes what a request says for a text', async () => {
    const named = async (name: string) =>
      readCsv((await fileFor(leader, { encoder, params: { ...params, name } })).text).length - 1;
    expect(await named('Person "2"')).toBe(1);
    for (const name of ["' or true --", '$1', '"; drop table public.people; --', '\\']) {
      expect(await named(name)).toBe(0);
    }
  });

  it('fails rather than write a mask that is not one value for one row', async () => {
    const masked = (mask: string): Dataset => ({
      ...dataset,
      columns: [{ name: 'id', type: 'integer', description: 'Number.', needs: 'admin', mask }],
    });
    for (const mask of ['generate_series(1, 3)', '(select unnest(array[1, 2]))', 'nothing']) {
      const running = fileFor(leader, { encoder, dataset: masked(mask) });
      await expect(running).rejects.toMatchObject({ code: 'source_query_failed', retryable: false });
    }
  });
});

it('writes the same bytes by both ways, and the way of bytes is taken with masks too', async () => {
  for (const asker of [leader, admin]) {
    const bytes = await fileFor(asker);
    const rows = await fileFor(asker, { encoder: 'rows' });
    expect(bytes.encoder.path).toBe('bytes');
    expect(rows.encoder.path).toBe('rows');
    expect(bytes.sha256).toBe(rows.sha256);
  }
});

it('writes masks as JSON too, whatever the type of the column', async () => {
  const { text } = await fileFor(leader, { format: 'json' });
  const rows = JSON.parse(text) as Record<string, unknown>[];
  expect(rows).toHaveLength(1000);
  expect(Object.keys(rows[0] ?? {})).toEqual(theirs);
  expect(rows[0]).toMatchObject({ email: 's, "…"', 'Born "on"': null });
});

it('explains what the file would have', async () => {
  const source = { connectionString: database.url, applicationName: 'under test' };
  const asked = { dataset, formats: ['csv'], params, encoder: 'auto', source, deadlineMs: 10_000 } as const;
  const explained = await explainExport({ ...asked, asker: leader });
  expect(explained).toMatchObject({ encoder: { path: 'bytes' }, leftOut: ['salary'] });
  expect(explained.columns.map(({ name }) => name)).toEqual(theirs);
  expect((await explainExport({ ...asked, asker: admin })).leftOut).toEqual([]);
});

describe('over HTTP', () => {
  const fixture = () => createWorkerFixture(database, storage.store);
  const json = async (response: Response) => (await response.json()) as Shown;
  const ask = async (key: string, body: object = {}) => {
    const asked = { dataset: 'people', params, ...body };
    return json(await api.call('POST', '/v1/exports', { key, body: asked }));
  };
  /** Lets a worker make it, and shows it to the one who asked. */
  const finish = async (id: string, key: string, using = dataset) => {
    await fixture().createProcessor({ dataset: using }).process(id, new AbortController().signal);
    return json(await api.call('GET', `/v1/exports/${id}`, { key }));
  };

  it('says in the list of datasets what the asker gets', async () => {
    const columnsFor = async (key: string) => {
      const { datasets } = await json(await api.call('GET', '/v1/datasets', { key }));
      const { columns, leftOut } = datasets.find(({ name }) => name === 'people') ?? { columns: [] };
      const named = columns.map(({ name }) => name);
      return { named, masked: columns.filter(({ masked }) => masked).map(({ name }) => name), leftOut };
    };
    expect(await columnsFor(api.keys.first)).toEqual({
      named: theirs,
      masked: ['email', 'Born "on"'],
      leftOut: ['salary'],
    });
    expect(await columnsFor(api.keys.admin)).toEqual({ named: all, masked: ['remark'], leftOut: [] });
  });

  it('shows nobody more in a preview than in the file', async () => {
    const body = { dataset: 'people', params };
    const shown = await json(await api.call('POST', '/v1/exports/preview', { body }));
    expect(shown).toMatchObject({ columns: theirs, masked: ['email', 'Born "on"'], rows: 20 });
    expect(shown.text).not.toMatch(/secret|7000/);
    const whole = (await fileFor(leader)).text;
    expect(whole.startsWith(shown.text)).toBe(true);
  });

  it('tells with the file which columns it has', async () => {
    const { id } = await ask(api.keys.first);
    const shown = await finish(id, api.keys.first);
    expect(shown).toMatchObject({
      status: 'completed',
      file: { columns: theirs, masked: ['email', 'Born "on"'], encoder: { path: 'bytes' } },
    });
    const { sha256 } = shown.file;
    expect(sha256).toBe((await fileFor(leader)).sha256);
    await database.pool.query(`update rowferry.exports set files = files #- '{0,columns}' where id = $1`, [
      id,
    ]);
    const older = await json(await api.call('GET', `/v1/exports/${id}`));
    expect(older).toMatchObject({ file: { columns: null, masked: null, encoder: { path: 'bytes' } } });
  });

  it('gives a user who may ask in both roles nothing but what the role has, and joins no export of the other', async () => {
    const keys = new ApiKeys(database.pool);
    const asUser = (await keys.create({ role: 'user', subject: '2' })).key;
    const asAdmin = (await keys.create({ role: 'admin', subject: '2' })).key;
    const body = { params: { leader: '2' } };
    const [first, second] = [await ask(asUser, body), await ask(asAdmin, body)];
    expect(first.id).not.toBe(second.id);
    expect((await finish(first.id, asUser)).file).toMatchObject({ columns: theirs });
    expect((await finish(second.id, asAdmin)).file).toMatchObject({ columns: all });
    // The same again, by a back end in the name of the user, is the user's.
    const scopes = ['read', 'write', 'act-as'] as const;
    const actAs = (await keys.create({ role: 'admin', subject: 'app', scopes })).key;
    const headers = { 'Rowferry-Subject': '2' };
    const shown = await json(
      await api.call('POST', '/v1/exports/preview', { key: actAs, headers, body: { dataset: 'people' } }),
    );
    expect(shown).toMatchObject({ columns: theirs });
  });

  it('hands out no file with a column that has been closed to the role meanwhile', async () => {
    const open: Dataset = {
      ...dataset,
      columns: dataset.columns.map(({ needs: _, mask: __, ...rest }) => rest),
    };
    const { id } = await ask(api.keys.first, { format: 'json' });
    expect((await finish(id, api.keys.first, open)).file).toMatchObject({ columns: all, masked: [] });
    await expectProblem(await api.call('GET', `/v1/exports/${id}/download`), 403, 'forbidden');
    const { id: again } = await ask(api.keys.first, { format: 'json' });
    await finish(again, api.keys.first);
    expect((await api.call('GET', `/v1/exports/${again}/download`)).status).toBe(302);
    // What columns an old file has is not known: then it has all.
    await database.pool.query(`update rowferry.exports set files = files #- '{0,columns}' where id = $1`, [
      again,
    ]);
    await expectProblem(await api.call('GET', `/v1/exports/${again}/download`), 403, 'forbidden');
  });

  it.each([
    ['columns', { columns: ['salary'] }],
    ['a sort', { sort: 'salary' }],
    ['filters', { filter: "salary > 1' or true" }],
    ['a session', { session: { settings: { 'app.role': 'admin' } } }],
    ['a role', { role: 'admin' }],
    ['a source', { source: 'guarded' }],
    ['a parameter that is not declared', { params: { ...params, 'name" or true --': 'x' } }],
    ['SQL in place of a name', { dataset: 'people"; --' }],
    ['SQL in place of a format', { format: "csv' --" }],
  ])('refuses a request that brings %s', async (_name, more) => {
    const body = { dataset: 'people', params, ...more };
    await expectProblem(await api.call('POST', '/v1/exports', { body }), 400, 'invalid_request');
    await expectProblem(await api.call('POST', '/v1/exports/preview', { body }), 400, 'invalid_request');
  });

  it.each(['sort=salary', 'columns=salary', "dataset=people'--", "status=completed' or true", 'limit=1;--'])(
    'refuses a list by ?%s',
    async (query) => {
      await expectProblem(await api.call('GET', `/v1/exports?${query}`), 400, 'invalid_request');
    },
  );
});
