// Several formats from one pass over the rows: the files, what holds the pass, and what ends all of it.
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { FormatName } from '../../src/export/formats/format.ts';
import { runExport } from '../../src/export/run-export.ts';
import type { ExportRequest } from '../../src/export/run-export.ts';
import {
  ADMIN,
  APPLICATION_NAME,
  backendsOf,
  datasetOf,
  runTestExport,
  testLimits,
} from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();
const all: FormatName[] = ['csv', 'tsv', 'ndjson', 'json', 'xlsx', 'parquet'];
const dataset = datasetOf(
  `select n as id, 'text, "' || n || '"' as text, n % 7 = 0 as seventh, (n / 3.0)::numeric(12, 4) as share
     from generate_series(1, 20000) n`,
  [
    { name: 'id', type: 'integer', description: 'Number.' },
    'text',
    { name: 'seventh', type: 'boolean', description: 'Whether 7 divides it.' },
    { name: 'share', type: 'number', description: 'A third.' },
  ],
);
/** More than any buffer on the way holds. */
const large = datasetOf(
  `select n::text as id, repeat('x', 200) as filler from generate_series(1, 400000) n`,
  ['id', 'filler'],
);

const run = (formats: FormatName[], store: ExportRequest['store'], more: Partial<ExportRequest> = {}) =>
  runExport({
    dataset,
    formats,
    asker: ADMIN,
    params: {},
    source: { connectionString: database.url, applicationName: APPLICATION_NAME },
    limits: testLimits,
    store,
    signal: new AbortController().signal,
    ...more,
  });

/** A store that keeps what it is given, by format. */
function memory() {
  const files = new Map<string, Buffer>();
  const store = async (body: Readable, format: FormatName) => {
    const chunks: Buffer[] = [];
    for await (const chunk of body) chunks.push(chunk as Buffer);
    files.set(format, Buffer.concat(chunks));
  };
  return { files, store };
}
const consume = async (body: Readable) => {
  for await (const _ of body);
};

it('makes each file as an export of its own would, byte by byte', async () => {
  const { files, store } = memory();
  const options = { compression: 'gzip', columns: ['text', 'id', 'share'] } as const;
  const result = await run(all, store, { options: { ...options, columns: [...options.columns] } });
  expect(result.rows).toBe(20_000);
  expect(result.bytes).toBe(result.stored.reduce((sum, { bytes }) => sum + bytes, 0));
  for (const [index, format] of all.entries()) {
    const packed = format !== 'xlsx' && format !== 'parquet';
    const alone = await runTestExport({
      connectionString: database.url,
      dataset,
      format,
      options: { compression: packed ? 'gzip' : 'none', columns: [...options.columns] },
    });
    const { bytes, sha256 } = alone;
    expect(result.stored[index]).toMatchObject({ format, bytes, sha256, encoder: { path: 'rows' } });
    expect(files.get(format)?.equals(alone.content)).toBe(true);
  }
});

it('reads the rows once: what is different each time is the same in all files', async () => {
  const moving = datasetOf(
    `select n::text as id, random()::text as chance, clock_timestamp()::text as moment,
            pg_backend_pid()::text as backend
       from generate_series(1, 3000) n`,
    ['id', 'chance', 'moment', 'backend'],
  );
  const { files, store } = memory();
  await run(['csv', 'tsv', 'ndjson'], store, { dataset: moving });
  const csv = files.get('csv')?.toString() ?? '';
  expect(csv.split('\n')).toHaveLength(3002);
  expect(files.get('tsv')?.toString()).toBe(csv.replaceAll(',', '\t'));
  const rows = (files.get('ndjson')?.toString() ?? '').trim().split('\n');
  const values = rows.map((line) => Object.values(JSON.parse(line) as object).join(','));
  expect(['id,chance,moment,backend', ...values, ''].join('\n')).toBe(csv);
});

it('goes as fast as the slowest takes it, and holds no rows for it meanwhile', async () => {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  let before = -1;
  const running = run(
    ['csv', 'json'],
    async (body, format) => {
      if (format === 'json') await opened;
      for await (const chunk of body) if (format === 'csv') arrived += (chunk as Buffer).length;
    },
    { dataset: large },
  );
  // Held: the same twice.
  await expect
    .poll(
      () => {
        const held = arrived > 0 && arrived === before;
        before = arrived;
        return held;
      },
      { interval: 300, timeout: 20_000 },
    )
    .toBe(true);
  // Of more than 80 MB, in the file that is taken as fast as it comes.
  expect(arrived).toBeLessThan(4_000_000);
  open();
  expect((await running).rows).toBe(400_000);
});

it.each(all)('ends all where the file of %s cannot be stored, and no other looks whole', async (broken) => {
  const others = all.filter((format) => format !== broken).slice(0, 2);
  const ended: string[] = [];
  const running = run(
    [...others, broken],
    async (body, format) => {
      if (format !== broken) {
        await consume(body);
        ended.push(format);
        return;
      }
      body.once('readable', () => {
        body.destroy(new AppError('storage_failed', 'The storage is full.', { retryable: true }));
      });
      await consume(body);
    },
    { dataset: large },
  );
  await expect(running).rejects.toMatchObject({ code: 'storage_failed' });
  expect(ended).toEqual([]);
  await expect.poll(() => backendsOf(database.pool)).toEqual([]);
});

it('ends all where the query fails in the middle', async () => {
  const failing = datasetOf(`select (1000 / (5000 - n))::text as id from generate_series(1, 9000) n`, ['id']);
  const { files, store } = memory();
  await expect(run(['csv', 'xlsx'], store, { dataset: failing })).rejects.toMatchObject({
    code: 'source_query_failed',
  });
  expect(files.size).toBe(0);
});

it('ends all where one format cannot write a value', async () => {
  const odd = datasetOf(`select n::text as id, 'NaN'::numeric(5, 2) as number from generate_series(1, 3) n`, [
    'id',
    { name: 'number', type: 'number', description: 'Not one.' },
  ]);
  const { files, store } = memory();
  await expect(run(['csv', 'parquet'], store, { dataset: odd })).rejects.toMatchObject({
    code: 'value_unrepresentable',
  });
  expect(files.size).toBe(0);
});

it('ends all when it is aborted', async () => {
  const abort = new AbortController();
  const { files, store } = memory();
  const running = run(['csv', 'json'], store, {
    dataset: large,
    signal: abort.signal,
    onProgress: ({ rows }) => rows > 0 && abort.abort(new AppError('cancelled', 'Enough.')),
  });
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(files.size).toBe(0);
  await expect.poll(() => backendsOf(database.pool)).toEqual([]);
});

it('holds the limit of bytes for all files together', async () => {
  const alone = (await run(['csv'], consume)).bytes;
  const limits = { ...testLimits, maxBytes: Math.ceil(alone * 1.5) };
  expect((await run(['csv'], consume, { limits })).bytes).toBe(alone);
  await expect(run(['csv', 'tsv'], consume, { limits })).rejects.toMatchObject({ code: 'file_too_large' });
});

it('makes files of no rows, too', async () => {
  const none = datasetOf(`select 1::text as id where false`, ['id']);
  const { files, store } = memory();
  await run(['csv', 'json'], store, { dataset: none });
  expect([files.get('csv')?.toString(), files.get('json')?.toString()]).toEqual(['id\n', '[]\n']);
});
