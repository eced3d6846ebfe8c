import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { TextRow } from '../../src/export/formats/format.ts';
import { backendsOf, datasetOf, runTestExport } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();

afterEach(async () => {
  // A test that leaves a connection behind has found a leak.
  await vi.waitUntil(async () => (await backendsOf(database.pool)).length === 0, { timeout: 5000 });
});

const numbers = (count: number) =>
  datasetOf(`select n::text as id, 'row ' || n as label from generate_series(1, ${count}) as n`, [
    'id',
    'label',
  ]);
const expectedFile = (count: number) =>
  'id,label\n' + Array.from({ length: count }, (_, index) => `${index + 1},row ${index + 1}\n`).join('');

const databaseName = () => new URL(database.url).pathname.slice(1);

describe.each(['auto', 'rows'] as const)('encoder %s', (encoder) => {
  it('writes every row once, in order, and reports what it wrote', async () => {
    const file = expectedFile(100_000);
    const result = await runTestExport({
      encoder,
      connectionString: database.url,
      dataset: numbers(100_000),
    });
    expect(result.rows).toBe(100_000);
    expect(result.bytes).toBe(Buffer.byteLength(file));
    expect(result.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    expect(result.text === file).toBe(true);
  });

  it.each([0, 1, 15, 16, 17, 1016, 2016])(
    'is right for %i rows, at the edges of batches too',
    async (count) => {
      const { text, rows } = await runTestExport({
        encoder,
        connectionString: database.url,
        dataset: numbers(count),
      });
      expect(text).toBe(expectedFile(count));
      expect(rows).toBe(count);
    },
  );

  it('is one snapshot, whatever is written meanwhile', async () => {
    await database.pool.query(
      'drop table if exists written; create table written (id int primary key, version int not null)',
    );
    await database.pool.query('insert into written select n, 1 from generate_series(1, 50000) as n');
    const chunks: string[] = [];
    const rewriteAfterFirstChunk = async (body: Readable) => {
      for await (const chunk of body) {
        if (chunks.length === 0) {
          await database.pool.query('update written set version = 2');
          await database.pool.query('delete from written where id % 2 = 0');
        }
        chunks.push(String(chunk));
      }
    };
    await runTestExport({
      encoder,
      connectionString: database.url,
      dataset: datasetOf('select id::text, version::text from written order by id', ['id', 'version']),
      store: rewriteAfterFirstChunk,
    });
    const versions = chunks
      .join('')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',')[1]);
    expect(versions).toHaveLength(50_000);
    expect(new Set(versions)).toEqual(new Set(['1']));
  });

  it('writes values in PostgreSQL’s own text form, whatever the server’s defaults are', async () => {
    await database.pool.query(
      `alter role current_user in database ${databaseName()} set datestyle to 'German, DMY'`,
    );
    const { text } = await runTestExport({
      encoder,
      connectionString: database.url,
      dataset: datasetOf(
        `select date '2024-02-29', timestamptz '2024-02-29 23:30:00+05', 0.1::float8 + 0.2 as float8, '\\xdead'::bytea,
                true as bool, 9223372036854775807 as int8, 'NaN'::numeric, interval '1 day 2 hours', '{"a": [1, null]}'::jsonb`,
        ['date', 'timestamptz', 'float8', 'bytea', 'bool', 'int8', 'numeric', 'interval', 'jsonb'],
      ),
    });
    expect(text.split('\n')[1]).toBe(
      '2024-02-29,2024-02-29 18:30:00+00,0.30000000000000004,\\xdead,t,9223372036854775807,NaN,P1DT2H,"{""a"": [1, null]}"',
    );
  });

  it('names row and column of a value that is too large, and survives one that no string could hold', async () => {
    const wide = (bytes: number) =>
      datasetOf(
        `select n::text as id, repeat('x', case n when 3 then ${bytes} else 1 end) as wide
                   from generate_series(1, 5) as n`,
        ['id', 'wide'],
      );
    const connectionString = database.url;
    const running = runTestExport({ encoder, connectionString, dataset: wide(600_000_000) });
    await expect(running).rejects.toMatchObject({
      code: 'field_too_large',
      retryable: false,
      message: 'Row 3: wide has 600000000 bytes, more than the 268435456 allowed (EXPORT_MAX_FIELD_BYTES).',
    });
    const limits = { maxFieldBytes: 1_000_000 };
    const fitting = await runTestExport({ encoder, connectionString, dataset: wide(1_000_000), limits });
    expect(fitting.rows).toBe(5);
    const beyond = runTestExport({ encoder, connectionString, dataset: wide(1_000_001), limits });
    await expect(beyond).rejects.toMatchObject({ code: 'field_too_large' });
  });

  it('keeps an array of two as a field, which fast-csv alone would take for a key and a value', async () => {
    const { text } = await runTestExport({
      encoder,
      connectionString: database.url,
      dataset: datasetOf(`select array[1, 2] as pair, 'b' as b`, ['pair', 'b']),
    });
    expect(text).toBe('pair,b\n"{1,2}",b\n');
  });

  it('refuses a query whose columns are not those of the dataset, duplicates included', async () => {
    const running = runTestExport({
      encoder,
      connectionString: database.url,
      dataset: datasetOf(`select 1 as a, 2 as a`, ['a', 'b']),
    });
    await expect(running).rejects.toMatchObject({ code: 'dataset_mismatch', retryable: false });
  });

  it('ends with an error, not with a shorter file, at the limit of rows or bytes', async () => {
    const options = { encoder, connectionString: database.url, dataset: numbers(5000) };
    await expect(runTestExport({ ...options, limits: { maxRows: 4999 } })).rejects.toMatchObject({
      code: 'too_many_rows',
    });
    await expect(runTestExport({ ...options, limits: { maxBytes: 1000 } })).rejects.toMatchObject({
      code: 'file_too_large',
    });
    await expect(runTestExport({ ...options, limits: { maxRows: 5000 } })).resolves.toMatchObject({
      rows: 5000,
    });
  });
});

it('is an empty array in JSON when there are no rows', async () => {
  const { text } = await runTestExport({
    connectionString: database.url,
    dataset: numbers(0),
    format: 'json',
  });
  expect(text).toBe('[]\n');
});

it('takes the way of rows for a dataset with a transform, and says which way it took', async () => {
  const plain = numbers(3);
  const options = { connectionString: database.url };
  expect(await runTestExport({ ...options, dataset: plain })).toMatchObject({ encoder: { path: 'bytes' } });
  const masked = { ...plain, transform: ([id]: TextRow) => [id ?? null, '***'] };
  const result = await runTestExport({ ...options, dataset: masked });
  expect(result).toMatchObject({
    encoder: { path: 'rows', reason: 'the dataset transforms its rows' },
    text: 'id,label\n1,***\n2,***\n3,***\n',
  });
});

it('fetches wide rows in smaller batches', async () => {
  const sizes: number[] = [];
  await runTestExport({
    connectionString: database.url,
    dataset: datasetOf(`select repeat('x', 100000) as wide from generate_series(1, 300)`, ['wide']),
    limits: { batchBytes: 1_000_000 },
    encoder: 'rows',
    onProgress: ({ rows }) => sizes.push(rows),
  });
  const batches = sizes.slice(1).map((rows, index) => rows - (sizes[index] ?? 0));
  expect(Math.max(...batches)).toBeLessThanOrEqual(16);
  expect(batches.reduce((sum, size) => sum + size, 0)).toBe(300);
});

it('says how many rows the planner expects before the first is read', async () => {
  const reports: { rows: number; estimatedRows: number }[] = [];
  await runTestExport({
    connectionString: database.url,
    dataset: numbers(5000),
    onProgress: (progress) => reports.push(progress),
  });
  expect(reports[0]).toMatchObject({ rows: 0 });
  expect(reports[0]?.estimatedRows).toBeGreaterThan(1000);
});
