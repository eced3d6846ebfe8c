// Bundles: several datasets in one zip, all of one moment, each with the rights and the way of its own.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { defineBundle } from '../../src/export/bundle/bundle.ts';
import { previewAny } from '../../src/export/bundle/preview-bundle.ts';
import { defineDataset } from '../../src/export/dataset.ts';
import type { Asker, Dataset, SessionContext } from '../../src/export/dataset.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { RowEstimates } from '../../src/export/row-estimates.ts';
import { readCsv } from '../support/read-csv.ts';
import { readZip } from '../support/read-zip.ts';
import { APPLICATION_NAME, backendsOf, runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
beforeAll(() => database.pool.query('create table notes (author text, note text)'));

const asker: Asker = { tenant: 'default', subject: '7', role: 'user' };
const params = z.object({ userId: z.string() });
let count = 0;
/** A dataset of one column, `value`. */
const table = (text: string, changes: { session?: () => SessionContext } = {}): Dataset =>
  defineDataset({
    name: `table-${++count}`,
    title: 'Table',
    description: 'A table of a test.',
    roles: ['user'],
    params,
    subjectParam: 'userId',
    formats: ['csv', 'json', 'xlsx'],
    columns: [{ name: 'value', type: 'text', description: 'A value.' }],
    query: ({ userId }) => ({ text, values: text.includes('$1') ? [userId] : [] }),
    ...changes,
  });
type File = readonly [name: string, dataset: Dataset, format?: FormatName];
const bundleOf = (...[first, ...rest]: [File, ...File[]]) => {
  const file = ([name, dataset, format = 'csv']: File) => ({ name, dataset, format });
  return defineBundle({
    name: 'mine',
    title: 'Mine',
    description: 'All of it.',
    roles: ['user'],
    params,
    subjectParam: 'userId',
    files: [file(first), ...rest.map(file)],
  });
};
const make = (dataset: Dataset, more: Partial<Parameters<typeof runTestExport>[0]> = {}) =>
  runTestExport({
    connectionString: database.url,
    dataset,
    format: 'zip',
    asker,
    params: { userId: '7' },
    ...more,
  });
const valuesIn = (content: Buffer, name: string) =>
  readCsv(readZip(content).get(name)?.toString() ?? '').map(([value]) => value);
const series = (rows: number) =>
  table(`select md5(n::text) || md5((-n)::text) as value from generate_series(1, ${rows}) n`);

describe('a bundle', () => {
  it('holds each file as it would be alone, says so, and explains itself', async () => {
    const [notes, numbers] = [table(`select 'of ' || $1 as value`), series(2500)];
    const bundle = bundleOf(['notes', notes], ['numbers', numbers, 'json'], ['same', numbers]);
    const { content, rows, bytes, files, columns, encoder } = await make(bundle);
    const unpacked = readZip(content);
    expect([...unpacked.keys()]).toEqual(['notes.csv', 'numbers.json', 'same.csv', 'index.html']);
    expect(valuesIn(content, 'notes.csv')).toEqual(['value', 'of 7']);
    const alone = await make(numbers, { format: 'json' });
    expect(unpacked.get('numbers.json')?.equals(alone.content)).toBe(true);
    expect(files?.[1]).toMatchObject({
      ...{ name: 'numbers.json', dataset: numbers.name, format: 'json', rows: 2500 },
      ...{ bytes: alone.bytes, sha256: alone.sha256 },
      columns: [{ name: 'value', type: 'text', masked: false }],
    });
    for (const { name, sha256 } of files ?? []) {
      const hash = createHash('sha256').update(unpacked.get(name) ?? '');
      expect(hash.digest('hex')).toBe(sha256);
    }
    expect([rows, bytes, columns]).toEqual([5001, content.length, []]);
    expect(encoder).toEqual({
      path: 'rows',
      reason: 'notes.csv by bytes, numbers.json by rows, same.csv by bytes',
    });
    expect(unpacked.get('index.html')?.toString()).toMatch(/numbers\.json[^]*2,500 rows, /);
  });

  it('reads a file by the byte path behind a workbook too', async () => {
    const numbers = series(1200);
    const { encoder, content } = await make(bundleOf(['book', numbers, 'xlsx'], ['plain', numbers]));
    expect(encoder.reason).toBe('book.xlsx by rows, plain.csv by bytes');
    expect(readZip(readZip(content).get('book.xlsx') ?? Buffer.alloc(0)).size).toBeGreaterThan(3);
    expect(valuesIn(content, 'plain.csv')).toHaveLength(1201);
  });

  it('shows one moment, however much is written while it is read', async () => {
    const { pool } = database;
    await pool.query(`insert into notes values ('7', 'before')`);
    const notes = table('select note as value from notes where author = $1');
    const bundle = bundleOf(['first', notes], ['large', series(150_000)], ['last', notes]);
    const chunks: Buffer[] = [];
    await make(bundle, {
      store: async (body) => {
        // The snapshot is taken, and the large file does not fit between it and the last one.
        await pool.query(`insert into notes values ('7', 'meanwhile')`);
        for await (const chunk of body) chunks.push(chunk as Buffer);
      },
    });
    const content = Buffer.concat(chunks);
    expect(valuesIn(content, 'first.csv')).toEqual(['value', 'before']);
    expect(valuesIn(content, 'last.csv')).toEqual(['value', 'before']);
  });

  it('tells each session what its dataset says, and nothing of another’s', async () => {
    const who = `select current_user || ' ' || coalesce(nullif(current_setting('app.user', true), ''), 'nobody') as value`;
    const role = `reader_${Math.random().toString(36).slice(2)}`;
    await database.pool.query(`create role ${role}`);
    onTestFinished(() => database.pool.query(`drop role ${role}`).then(() => undefined));
    const { rows } = await database.pool.query<{ me: string }>('select current_user as me');
    const me = rows[0]?.me ?? '';
    const told = table(who, { session: () => ({ role, settings: { 'app.user': 'seven' } }) });
    const { content } = await make(bundleOf(['a', table(who)], ['b', told], ['c', table(who)]));
    expect(['a.csv', 'b.csv', 'c.csv'].map((name) => valuesIn(content, name)[1])).toEqual([
      `${me} nobody`,
      `${role} seven`,
      `${me} nobody`,
    ]);
  });

  it('has as many files as it declares', async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error) => warnings.push(warning);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const one = table('select $1 as value');
    const files = Array.from({ length: 15 }, (_, index): File => [`file-${index}`, one]);
    const { content, rows } = await make(bundleOf(['first', one], ...files));
    expect([readZip(content).size, rows]).toEqual([17, 16]);
    expect(warnings).toEqual([]);
  });
});

describe('limits are for all files together', () => {
  const bundle = bundleOf(['a', series(60)], ['b', series(60)]);

  it.each(['auto', 'rows'] as const)('rows, encoder %s', async (encoder) => {
    await expect(make(bundle, { encoder, limits: { maxRows: 100 } })).rejects.toMatchObject({
      code: 'too_many_rows',
      message: 'The export has more than the 100 rows allowed (EXPORT_MAX_ROWS).',
    });
    expect((await make(bundle, { encoder, limits: { maxRows: 120 } })).rows).toBe(120);
  });

  it('bytes, unpacked', async () => {
    const { bytes = 0 } = (await make(bundle)).files?.[0] ?? {};
    await expect(make(bundle, { limits: { maxBytes: bytes + 100 } })).rejects.toMatchObject({
      code: 'file_too_large',
    });
  });

  it('progress counts on from file to file, and knows the guess at all rows', async () => {
    const told: { rows: number; estimatedRows: number }[] = [];
    await make(bundle, { onProgress: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ rows: 0, estimatedRows: 120 });
    expect(told.at(-1)).toMatchObject({ rows: 120 });
    expect(told.map(({ rows }) => rows)).toEqual(told.map(({ rows }) => rows).sort((a, b) => a - b));
  });
});

describe('no file is stored', () => {
  const stored = async (bundle: Dataset, kill?: string) => {
    const ends: unknown[] = [];
    const result = make(bundle, {
      store: async (body) => {
        try {
          for await (const chunk of body) {
            expect(chunk).toBeInstanceOf(Buffer);
            if (kill === undefined) continue;
            const [pid] = await backendsOf(database.pool, kill);
            if (pid !== undefined) await database.pool.query('select pg_terminate_backend($1)', [pid]);
          }
          ends.push('whole');
        } catch (error) {
          ends.push(error);
          throw error;
        }
      },
    });
    return { error: await result.catch((error: unknown) => error), ends };
  };

  it('when a later query fails, and its connection is gone', async () => {
    const broken = table(`select (1 / (1000 - n))::text as value from generate_series(1, 1000) n`);
    const { error, ends } = await stored(bundleOf(['good', series(10)], ['bad', broken]));
    expect(error).toMatchObject({ code: 'source_query_failed' });
    expect(ends).not.toContain('whole');
    await expect.poll(() => backendsOf(database.pool)).toEqual([]);
  });

  it('when the server is lost in a later file', async () => {
    const slow = table(
      `select /* slow */ md5(n::text) || pg_sleep(0.0001) as value from generate_series(1, 300000) n`,
    );
    const { error, ends } = await stored(bundleOf(['good', series(10)], ['slow', slow]), 'select /* slow */');
    expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
    expect(ends).not.toContain('whole');
  });

  it('when it is given up in a later file', async () => {
    const slow = table(
      `select (select string_agg(md5(n::text || m), '') from generate_series(1, 100) m) || pg_sleep(0.001) as value
         from generate_series(1, 30000) n`,
    );
    const given = new AbortController();
    const result = make(bundleOf(['good', series(10)], ['slow', slow]), {
      signal: given.signal,
      onProgress: ({ rows }) => {
        if (rows > 100) given.abort(new Error('enough'));
      },
    });
    await expect(result).rejects.toThrow('enough');
    await expect.poll(() => backendsOf(database.pool)).toEqual([]);
  });

  it('when the dataset is no bundle any more', async () => {
    await expect(make(series(1))).rejects.toMatchObject({ code: 'dataset_mismatch' });
    await expect(make(bundleOf(['a', series(1)]), { format: 'csv' })).rejects.toMatchObject({
      code: 'dataset_mismatch',
    });
  });
});

it('previews the first rows of each file, and guesses at the whole', async () => {
  const bundle = bundleOf(['few', table('select $1 as value')], ['many', series(5000), 'xlsx']);
  const preview = await previewAny({
    ...{ dataset: bundle, asker, format: 'zip', params: { userId: '7' }, encoder: 'auto' },
    source: { connectionString: database.url, applicationName: APPLICATION_NAME },
    limits: { rows: 5, maxBytes: 10_000, timeoutMs: 20_000, bytesPerSecond: 1e6 },
    signal: new AbortController().signal,
  });
  expect(preview).toMatchObject({ text: '', rows: 6, complete: false, estimate: { rows: 5001 } });
  expect(preview.files?.map(({ name, rows, complete }) => [name, rows, complete])).toEqual([
    ['few.csv', 1, true],
    ['many.xlsx', 5, false],
  ]);
  expect(preview.files?.[0]?.text).toBe('value\n7\n');
});

it('is estimated as all of its files', async () => {
  const estimates = new RowEstimates({
    sources: { default: database.url },
    connections: 1,
    timeoutMs: 20_000,
  });
  onTestFinished(() => estimates.close());
  const bundle = bundleOf(['a', series(30)], ['b', series(12)], ['c', series(5)]);
  expect(await estimates.of(bundle, asker, { userId: '7' })).toBe(47);
});
