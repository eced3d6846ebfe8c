// The order of rows and which of them there are, as datasets declare it and requests choose it.
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dataset as diary } from '../../datasets/diary.ts';
import { defineDataset } from '../../src/export/dataset.ts';
import { viewFor } from '../../src/export/dataset-view.ts';
import type { Asker } from '../../src/export/dataset.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { expectProblem } from '../support/problems.ts';
import { readCsv } from '../support/read-csv.ts';
import { runTestExport } from '../support/run-test-export.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const api = useTestApi(database, useTestStore());

beforeAll(() => seedDiary(database.url, [{ users: { from: 1, to: 2 }, entries: 600 }]));

interface Shown {
  id: string;
  params: Record<string, unknown>;
  options: Record<string, unknown>;
  text: string;
  estimate: { rows: number };
  [member: string]: unknown;
}
const json = async (response: Response) => (await response.json()) as Shown;
const refused = async (response: Response) => {
  const problem = await expectProblem(response, 400, 'invalid_request');
  return problem.errors ?? [];
};
const post = (path: string, body: object, key = api.keys.first) =>
  api.call('POST', `/v1/${path}`, { key, body: { dataset: 'diary', ...body } });

const exported = async (
  sort: string[] | undefined,
  params: object = {},
  encoder: 'auto' | 'rows' = 'auto',
): Promise<string[][]> => {
  const { text, encoder: choice } = await runTestExport({
    connectionString: database.url,
    dataset: diary,
    params: { userId: '1', ...params },
    options: { compression: 'none', sort },
    encoder,
  });
  expect(choice.path).toBe(encoder === 'auto' ? 'bytes' : 'rows');
  return readCsv(text).slice(1);
};
/** Rows in the order that PostgreSQL gives them by a query of the test’s own, with ids for those that are equal. */
const expected = async (order: string, where = 'true'): Promise<string[][]> => {
  const { rows } = await database.pool.query<(string | null)[]>({
    rowMode: 'array',
    text: `select title, release_year::text, director, rating::text, comment,
                  to_char(watched_at at time zone 'UTC', 'YYYY-MM-DD'), external_metadata_id
             from reviews join movies on movies.id = movie_id
            where user_id = 1 and ${where} order by ${order}`,
  });
  return rows.map((row) => row.map((value) => value ?? ''));
};

describe.each(['auto', 'rows'] as const)('by the way of %s', (encoder) => {
  it.each([
    [undefined, 'watched_at desc, reviews.id desc'],
    [['watched_at'], 'watched_at, reviews.id'],
    [['-rating', 'title'], 'reviews.rating desc, movies.title, reviews.id'],
    [['rating', '-year'], 'reviews.rating, release_year desc, reviews.id desc'],
  ])('rows come sorted by %j, those that are equal too', async (sort, order) => {
    expect(await exported(sort, {}, encoder)).toEqual(await expected(order));
  });
});

it('has the oldest first as the very reverse of the newest first', async () => {
  expect((await exported(['watched_at'])).reverse()).toEqual(await exported(undefined));
});

it('sorts by columns that were not picked', async () => {
  const { text } = await runTestExport({
    connectionString: database.url,
    dataset: diary,
    params: { userId: '1' },
    options: { compression: 'none', columns: ['title'], sort: ['-rating', 'title'] },
  });
  const titles = (await expected('reviews.rating desc, movies.title, reviews.id')).map(([title]) => [title]);
  expect(readCsv(text).slice(1)).toEqual(titles);
});

it('filters by days, both included, and by rating', async () => {
  const days = (await expected('watched_at')).map((row) => row[5] ?? '');
  const [watchedFrom = '', watchedTo = ''] = [days[100], days[300]];
  const rows = await exported(undefined, { watchedFrom, watchedTo, minRating: 5 });
  const where =
    `rating >= 5 and to_char(watched_at at time zone 'UTC', 'YYYY-MM-DD') ` +
    `between '${watchedFrom}' and '${watchedTo}'`;
  expect(rows).toEqual(await expected('watched_at desc, reviews.id desc', where));
  expect(rows.length).toBeGreaterThan(0);
  expect(await exported(undefined, { watchedFrom: days[0], watchedTo: days.at(-1) })).toHaveLength(600);
});

it.each([[['-watched_at']], [['watched_at']]])('reads %j from the index, and sorts nothing', async (sort) => {
  const { text, values } = viewFor(diary, 'user', { sort }).query({ userId: '1' });
  const client = await database.pool.connect();
  try {
    await client.query('begin; set local enable_sort = off; set local enable_incremental_sort = off');
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`, [...values]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('reviews_diary');
    expect(plan).not.toMatch(/Sort/);
    // What is not asked for has left no trace.
    expect(plan).not.toMatch(/IS NULL|rating/);
  } finally {
    await client.query('rollback');
    client.release();
  }
});

describe('over HTTP', () => {
  it('says what rows may be sorted and filtered by', async () => {
    const answer = await api.call('GET', '/v1/datasets');
    const { datasets } = (await answer.json()) as {
      datasets: { name: string; sort: unknown; params: { properties: object; required: string[] } }[];
    };
    expect(datasets.find(({ name }) => name === 'diary')).toMatchObject({
      sort: { columns: ['watched_at', 'title', 'year', 'rating'], default: ['-watched_at'] },
      params: {
        properties: { watchedFrom: { format: 'date' }, minRating: { type: 'number', maximum: 10 } },
        required: ['userId'],
      },
    });
    expect(datasets.find(({ name }) => name === 'diary-letterboxd')).toMatchObject({ sort: null });
  });

  it('shows and estimates what was asked for', async () => {
    const asked = { params: { minRating: 8 }, options: { sort: ['title'] } };
    const shown = await json(await post('exports/preview', asked));
    const rows = await expected('movies.title, reviews.id', 'rating >= 8');
    expect(readCsv(shown.text).slice(1)).toEqual(rows.slice(0, 20));
    expect(shown.estimate.rows).toBeLessThan(600);
    const sheet = await json(await post('exports/preview', { ...asked, format: 'xlsx' }));
    expect(sheet.text).toBe(shown.text);
  });

  it('takes the order of the dataset for none, and any other for another export', async () => {
    const made = await json(await post('exports', {}));
    const same = await json(await post('exports', { options: { sort: ['-watched_at'] } }));
    expect([same.id, same.options]).toEqual([made.id, { compression: 'none' }]);
    const other = await json(await post('exports', { options: { sort: ['-rating', 'title'] } }));
    expect(other.id).not.toBe(made.id);
    expect(other.options).toEqual({ compression: 'none', sort: ['-rating', 'title'] });
    const filtered = await json(await post('exports', { params: { minRating: 8 } }));
    expect(filtered.id).not.toBe(made.id);
    expect(filtered.params).toEqual({ userId: '1', minRating: 8 });
    for (const { id } of [made, other, filtered]) await api.call('DELETE', `/v1/exports/${id}`);
  });

  it('keeps them with a schedule and a bulk export', async () => {
    const asked = { options: { sort: ['title'] }, params: { watchedFrom: '2020-01-01' } };
    const schedule = await json(await post('schedules', { ...asked, cron: '0 6 * * 1' }));
    expect(schedule).toMatchObject(asked);
    const bulk = await json(await post('bulk-exports', { ...asked, subjects: ['1'] }, api.keys.admin));
    expect(bulk).toMatchObject(asked);
    await api.call('DELETE', `/v1/schedules/${schedule.id}`);
    await api.call('DELETE', `/v1/bulk-exports/${bulk.id}`, { key: api.keys.admin });
  });

  const { first, admin } = { first: 'first', admin: 'admin' } as const;
  it.each([
    ['exports', {}, first],
    ['exports/preview', {}, first],
    ['schedules', { cron: '0 6 * * 1' }, first],
    ['bulk-exports', { subjects: ['1'] }, admin],
  ] as const)(
    'POST %s refuses what there is not, and says where and what there is',
    async (path, more, key) => {
      const ask = (body: object) => post(path, { ...more, ...body }, api.keys[key]);
      expect(await refused(await ask({ options: { sort: ['title', '-comment'] } }))).toEqual([
        { pointer: '/options/sort/1', detail: 'is not one of watched_at, title, year, rating' },
      ]);
      expect(await refused(await ask({ options: { sort: ['title', '-title'] } }))).toMatchObject([
        { pointer: '/options/sort', detail: 'names a column twice' },
      ]);
      expect(await refused(await ask({ options: { sort: ['title; drop table x'] } }))).toHaveLength(1);
      expect(await refused(await ask({ params: { watchedAfter: '2020-01-01' } }))).toEqual([
        { pointer: '/params/watchedAfter', detail: 'is not known here' },
      ]);
      for (const params of [{ watchedFrom: '2020-02-30' }, { watchedTo: '0000-01-01' }, { minRating: 11 }]) {
        const pointer = `/params/${Object.keys(params).join('')}`;
        expect(await refused(await ask({ params }))).toMatchObject([{ pointer }]);
      }
    },
  );
});

describe('a column that is not everybody’s', () => {
  const pay = defineDataset({
    name: 'pay',
    title: 'Pay',
    description: 'Who earns what.',
    roles: ['user', 'admin'],
    params: z.object({ team: z.string() }),
    subjectParam: 'team',
    formats: ['csv'],
    columns: [
      { name: 'id', type: 'integer', description: 'Number.' },
      { name: 'salary', type: 'integer', description: 'Salary.', needs: 'admin', mask: '0' },
    ],
    sort: { by: { salary: 'salary', id: 'id' }, default: ['id'], tieBreak: 'id' },
    query: (_params, { orderBy }) => ({
      text: `select id, 10 - id as salary from generate_series(1, 3) id order by ${orderBy.replace('salary', '2')}`,
      values: [],
    }),
  });
  const run = (role: Asker['role'], sort: string[], dataset = pay) =>
    runTestExport({
      connectionString: database.url,
      dataset,
      asker: { tenant: 'default', subject: '1', role },
      params: { team: '1' },
      options: { compression: 'none', sort },
    });

  it('is nothing to sort by for those who do not get it', async () => {
    await expect(run('user', ['-salary'])).rejects.toMatchObject({
      code: 'sort_unknown',
      message: 'The dataset "pay" has no sort "-salary" for you. It takes: id.',
      retryable: false,
    });
    expect((await run('user', ['-id'])).text).toBe('id,salary\n3,0\n2,0\n1,0\n');
  });

  it('fails where the query does not sort as it is told to', async () => {
    await expect(run('admin', ['salary'])).rejects.toMatchObject({ code: 'dataset_mismatch' });
  });
});
