// The first rows of an export: exactly how its file begins, and nothing left behind.
import { describe, expect, it } from 'vitest';
import type { EncoderSetting } from '../../src/export/choose-encoder.ts';
import type { Dataset } from '../../src/export/dataset.ts';
import { previewExport } from '../../src/export/preview-export.ts';
import type { PreviewLimits } from '../../src/export/preview-export.ts';
import { useProxiedDatabase } from '../support/proxied-database.ts';
import { ADMIN, APPLICATION_NAME, backendsOf, datasetOf, runTestExport } from '../support/run-test-export.ts';

const proxied = useProxiedDatabase();
const { database } = proxied;

/**
 * Every value breaks a careless CSV: a preview that looked for line ends would be wrong. In the select list the server
 * makes the numbers one by one; in FROM it would make all of them first.
 */
const rowsOf = (count: number) =>
  datasetOf(
    `select n::text as id, E'a "b",\\nc ' || repeat('x', n % 50) as label, null as nothing
       from (select generate_series(1, ${count}) as n) as numbers`,
    ['id', 'label', 'nothing'],
  );

interface Options {
  format?: 'csv' | 'json';
  encoder?: EncoderSetting;
  limits?: Partial<PreviewLimits>;
  signal?: AbortSignal;
  connectionString?: string;
}
const preview = (
  dataset: Dataset,
  { format = 'csv', encoder = 'auto', limits, signal, connectionString = database.url }: Options = {},
) =>
  previewExport({
    dataset,
    asker: ADMIN,
    format,
    params: {},
    encoder,
    source: { connectionString, applicationName: APPLICATION_NAME },
    limits: { rows: 20, maxBytes: 1024 * 1024, timeoutMs: 10_000, bytesPerSecond: 1000, ...limits },
    signal: signal ?? new AbortController().signal,
  });
/** The server notices that a client has gone within its own check interval. */
const nobodyIsLeft = () => expect.poll(() => backendsOf(database.pool), { timeout: 2000 }).toEqual([]);

const ways = [
  { format: 'csv', encoder: 'auto', path: 'bytes' },
  { format: 'csv', encoder: 'rows', path: 'rows' },
  { format: 'json', encoder: 'auto', path: 'rows' },
] as const;

describe.each(ways)('as $format by $path', ({ format, encoder, path }) => {
  it.each([0, 1, 19, 20])('shows all of a file of %i rows', async (count) => {
    const dataset = rowsOf(count);
    const whole = await runTestExport({ connectionString: database.url, dataset, format, encoder });
    const shown = await preview(dataset, { format, encoder });
    expect(shown).toMatchObject({ text: whole.text, rows: count, complete: true, encoder: { path } });
    expect(shown.estimate).toMatchObject({ rows: count, bytes: whole.bytes });
  });

  it.each([21, 22, 5000])('shows how a file of %i rows begins, to the byte', async (count) => {
    const dataset = rowsOf(count);
    const whole = await runTestExport({ connectionString: database.url, dataset, format, encoder });
    const { text, rows, complete } = await preview(dataset, { format, encoder });
    expect({ rows, complete }).toEqual({ rows: 20, complete: false });
    expect(whole.text.startsWith(text)).toBe(true);
    // It ends with the 20th row, neither before nor behind it.
    expect(text).toContain(format === 'csv' ? '\n20,"a ""b"",' : '{"id":"20",');
    expect(text).not.toContain(format === 'csv' ? '\n21,' : '{"id":"21",');
    expect(text).toMatch(format === 'csv' ? /x{20}",\n$/ : /"nothing":null\}$/);
    await nobodyIsLeft();
  });

  it('does not wait for rows that it does not show', async () => {
    const startedAt = performance.now();
    const { rows } = await preview(rowsOf(2_000_000_000), { format, encoder });
    expect(rows).toBe(20);
    expect(performance.now() - startedAt).toBeLessThan(5000);
    await nobodyIsLeft();
  });

  it('is refused where the first rows are larger than a preview may be', async () => {
    const dataset = datasetOf(`select repeat('x', 3000) as id from generate_series(1, 5)`, ['id']);
    const refused = { code: 'preview_too_large' };
    await expect(preview(dataset, { format, encoder, limits: { maxBytes: 10_000 } })).rejects.toMatchObject(
      refused,
    );
    await expect(preview(dataset, { format, encoder, limits: { maxBytes: 2000 } })).rejects.toMatchObject(
      refused,
    );
    await nobodyIsLeft();
  });
});

it('estimates by the planner’s rows and the size of those that it shows', async () => {
  await database.pool.query(
    "create table wide as select n as id, repeat('y', 95) as label from generate_series(100001, 150000) n",
  );
  await database.pool.query('analyze wide');
  const shown = await preview(datasetOf('select id::text as id, label from wide', ['id', 'label']));
  // A line has 6 + 1 + 95 + 1 bytes.
  expect(shown.estimate.rows).toBe(50_000);
  expect(shown.estimate.bytes).toBe('id,label\n'.length + 50_000 * 103);
  expect(shown.estimate.seconds).toBe(Math.ceil(shown.estimate.bytes / 1000));
  const rows = await preview(datasetOf('select id::text as id, label from wide', ['id', 'label']), {
    encoder: 'rows',
  });
  expect(rows.estimate.seconds).toBe(Math.ceil(shown.estimate.bytes / 400));
});

it.each([
  ['before the first row', 'select pg_sleep(30)::text as id'],
  [
    'between two rows',
    'select n::text as id from generate_series(1, 30) n where n < 3 or pg_sleep(30) is not null',
  ],
])('gives up in time when the source hangs %s, and drops the connection', async (_name, sql) => {
  const startedAt = performance.now();
  await expect(preview(datasetOf(sql, ['id']), { limits: { timeoutMs: 500 } })).rejects.toMatchObject({
    code: 'preview_timed_out',
  });
  expect(performance.now() - startedAt).toBeLessThan(2000);
  await nobodyIsLeft();
});

it('gives up in time when the query cannot even be planned', async () => {
  await database.pool.query('create table locked (id text)');
  const locker = await database.pool.connect();
  await locker.query('begin; lock table locked in access exclusive mode');
  const startedAt = performance.now();
  await expect(
    preview(datasetOf('select id from locked', ['id']), { limits: { timeoutMs: 500 } }),
  ).rejects.toMatchObject({ code: 'preview_timed_out' });
  expect(performance.now() - startedAt).toBeLessThan(2000);
  await nobodyIsLeft();
  await locker.query('rollback');
  locker.release();
});

it('gives up in time when the source does not answer at all', async () => {
  proxied.proxy.blackHole();
  const startedAt = performance.now();
  await expect(
    preview(rowsOf(5), { connectionString: proxied.connectionString, limits: { timeoutMs: 500 } }),
  ).rejects.toMatchObject({ code: 'preview_timed_out' });
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

it('stops when its client has gone', async () => {
  const gone = new AbortController();
  const result = preview(datasetOf('select pg_sleep(30)::text as id', ['id']), { signal: gone.signal });
  const rejected = expect(result).rejects.toBe('gone');
  await expect.poll(() => backendsOf(database.pool, 'select pg_sleep')).toHaveLength(1);
  gone.abort('gone');
  await rejected;
  await nobodyIsLeft();
});

it('fails as the export would where the query is wrong', async () => {
  await expect(preview(datasetOf('select 1/0 as id', ['id']))).rejects.toMatchObject({
    code: 'source_query_failed',
  });
  await expect(preview(datasetOf('select 1 as other', ['id']))).rejects.toMatchObject({
    code: 'dataset_mismatch',
  });
});
