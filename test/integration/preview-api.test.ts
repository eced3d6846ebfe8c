// POST /v1/exports/preview as a client sees it.
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { csvOf, readDiary } from '../support/diary.ts';
import { RIGHTS_DATASETS } from '../support/guarded-notes.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage);
const patient = useTestApi(database, storage, undefined, {
  settings: { PREVIEW_TIMEOUT_SECONDS: '60' },
});
const bounded = useTestApi(database, storage, undefined, {
  settings: { PREVIEW_TIMEOUT_SECONDS: '2', PREVIEW_CONCURRENCY: '2', PREVIEW_ROWS: '3' },
});
const withPeople = useTestApi(database, storage, undefined, {
  settings: { ...RIGHTS_DATASETS, SOURCE_GUARDED_DATABASE_URL: database.url, PREVIEW_TIMEOUT_SECONDS: '60' },
});

beforeAll(() => seedDiary(database.url, [{ users: { from: 1, to: 2 }, entries: 500 }]));

interface Shown {
  text: string;
  estimate: { rows: number; bytes: number; seconds: number };
  [key: string]: unknown;
}
const json = async (response: Response) => (await response.json()) as Shown;
const preview = (body: unknown, key?: string) =>
  api.call('POST', '/v1/exports/preview', { body, ...(key === undefined ? {} : { key }) });
const waitingPreviews = async () => {
  const { rowCount } = await database.pool.query(
    "select from pg_stat_activity where application_name = 'rowferry-preview' and datname = current_database()",
  );
  return rowCount;
};
const recorded = async () => (await database.pool.query('select from rowferry.exports')).rowCount;

it('shows how the file of the same request would begin, and records nothing', async () => {
  const before = await recorded();
  const response = await preview({ dataset: 'diary', options: { compression: 'gzip' } });
  expect(response.status).toBe(200);
  const shown = await json(response);
  expect(shown).toMatchObject({
    dataset: 'diary',
    format: 'csv',
    params: { userId: '1' },
    options: { compression: 'gzip' },
    rows: 20,
    complete: false,
    encoder: { path: 'bytes' },
  });
  const entries = await readDiary(database.pool, 1);
  expect(shown.text).toBe(csvOf(entries.slice(0, 20)));
  expect(await recorded()).toBe(before);
});

it('leaves params in the audit log, but not those that are larger than the lines of exports have', async () => {
  await database.pool.query(
    `create table public.people (id int, name text, email text, salary int, born date, leader text, remark text)`,
  );
  const audited = async (name: string) => {
    const body = { dataset: 'people', params: { leader: '1', name } };
    expect((await withPeople.call('POST', '/v1/exports/preview', { body })).status).toBe(200);
    const { rows } = await database.pool.query<{ details: unknown }>(
      `select details from rowferry.audit_log where object_id = 'people' order by at desc, id desc limit 1`,
    );
    return rows[0]?.details;
  };
  const line = { format: 'csv', role: 'user', rows: 0 };
  expect(await audited('Ada')).toEqual({ ...line, params: { leader: '1', name: 'Ada' } });
  expect(await audited('é'.repeat(1000))).toEqual(line);
});

it.each([
  ['an unknown dataset', { dataset: 'users' }, 400, '/dataset'],
  ['an unknown member', { dataset: 'diary', rows: 5 }, 400, '/rows'],
  ['an unknown format', { dataset: 'diary', format: 'exe' }, 400, '/format'],
  ['a parameter that does not fit', { dataset: 'diary', params: { userId: 'x' } }, 400, '/params/userId'],
])('refuses %s as asking for the export does', async (_name, body, status, pointer) => {
  const response = await preview(body);
  expect(response.status).toBe(status);
  expect(await json(response)).toMatchObject({ errors: [{ pointer }] });
});

it('shows a user nothing of somebody else', async () => {
  const others = { dataset: 'diary', params: { userId: '2' } };
  expect((await preview(others)).status).toBe(403);
  const byAdmin = await json(await preview(others, api.keys.admin));
  expect(byAdmin.text).toBe(csvOf((await readDiary(database.pool, 2)).slice(0, 20)));
});

it('is an address of its own, beside those of exports', async () => {
  const response = await api.call('DELETE', '/v1/exports/preview');
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
});

describe('with limits of its own', () => {
  const ask = (key = bounded.keys.first) =>
    bounded.call('POST', '/v1/exports/preview', { key, body: { dataset: 'diary' } });

  it('takes the number of rows from the settings', async () => {
    expect(await json(await ask())).toMatchObject({ rows: 3, complete: false });
  });

  it('gives up in time, and turns away what is too much at once', async () => {
    const locker = await database.pool.connect();
    await locker.query('begin; lock table reviews in access exclusive mode');
    const first = ask();
    await expect.poll(() => waitingPreviews()).toBe(1);
    // One tenant has half of the places.
    const second = await ask();
    expect(second.status).toBe(429);
    expect(await json(second)).toMatchObject({ code: 'too_many_at_once' });
    const others = ['acme', 'umbrella'].map(async (tenant) => {
      const made = await new ApiKeys(database.pool).create({ tenant, role: 'user', subject: '1' });
      return made.key;
    });
    const [acme = '', umbrella = ''] = await Promise.all(others);
    const third = ask(acme);
    await expect.poll(() => waitingPreviews()).toBe(2);
    const fourth = await ask(umbrella);
    expect(fourth.status).toBe(503);
    expect(await json(fourth)).toMatchObject({ code: 'unavailable' });
    for (const given of [await first, await third]) {
      expect(given.status).toBe(504);
      expect(await json(given)).toMatchObject({ code: 'preview_timed_out' });
    }
    await locker.query('rollback');
    locker.release();
    // The place is free again.
    expect((await ask()).status).toBe(200);
  });

  it('drops its connection when its client has gone', async () => {
    const locker = await database.pool.connect();
    await locker.query('begin; lock table reviews in access exclusive mode');
    const gone = new AbortController();
    const asked = patient.fetch('/v1/exports/preview', {
      method: 'POST',
      headers: { authorization: `Bearer ${patient.keys.first}`, 'content-type': 'application/json' },
      body: '{"dataset": "diary"}',
      signal: gone.signal,
    });
    const rejected = expect(asked).rejects.toThrow();
    await expect.poll(() => waitingPreviews()).toBe(1);
    gone.abort();
    await rejected;
    await expect.poll(() => waitingPreviews(), { timeout: 3000 }).toBe(0);
    await locker.query('rollback');
    locker.release();
  });
});

it('reckons by the speed of past exports of the same kind, once there are any of some size', async () => {
  const tenant = 'fast-and-slow';
  const { key } = await new ApiKeys(database.pool).create({ tenant, role: 'user', subject: '1' });
  const seconds = async () => {
    const { estimate } = await json(await preview({ dataset: 'diary' }, key));
    return { estimate, seconds: estimate.seconds };
  };
  const past = (values: { bytes: number; took: number; compression?: string; format?: string }) =>
    database.pool.query(
      `insert into rowferry.exports (id, role, subject, tenant, dataset, formats, params, options, status, bytes,
                                     started_at, finished_at, expires_at, files)
       values (gen_random_uuid(), 'user', '2', $1, 'diary', array[$5], '{}', jsonb_build_object('compression', $4::text),
               'completed', $2, now() - make_interval(secs => $3), now(), now() + interval '1 day',
               '[{"objectKey": "k", "sha256": "s"}]')`,
      [tenant, values.bytes, values.took, values.compression ?? 'none', values.format ?? 'csv'],
    );
  expect((await seconds()).seconds).toBe(1);
  // Too small to tell, packed, or of another format.
  await past({ bytes: 1000, took: 1000 });
  await past({ bytes: 10_000_000, took: 100_000, compression: 'gzip' });
  await past({ bytes: 10_000_000, took: 100_000, format: 'json' });
  expect((await seconds()).seconds).toBe(1);
  // A thousand bytes a second.
  await past({ bytes: 2_000_000, took: 2000 });
  const { estimate } = await seconds();
  expect(estimate.seconds).toBe(Math.ceil(estimate.bytes / 1000));
  // Of another tenant nothing is known.
  const other = await json(await preview({ dataset: 'diary' }));
  expect(other.estimate.seconds).toBe(1);
});
