// options.compression and file.encoder, from the request to the file.
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { AppError } from '../../src/errors.ts';
import type { ExportOptions } from '../../src/export/export-options.ts';
import type { ExportProcessor } from '../../src/worker/export-processor.ts';
import { datasetOf } from '../support/run-test-export.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, withFaults } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const { store } = storage;
const api = useTestApi(database, storage);
let fixture: WorkerFixture;
beforeAll(() => {
  fixture = createWorkerFixture(database, store);
});

interface Shown {
  id: string;
  status: string;
  options: unknown;
  file: { name: string; bytes: number; sha256: string; contentType: string; encoder: unknown } | null;
  errors: { pointer: string }[];
}
const json = async (response: Response) => (await response.json()) as Shown;
const ask = (options: unknown) => api.call('POST', '/v1/exports', { body: { dataset: 'diary', options } });
/** As an admin, in whose name the worker’s fixture asks. */
const look = (path: string) => api.call('GET', path, { key: api.keys.admin });
const never = () => new AbortController().signal;
const text = 'id\n' + Array.from({ length: 2500 }, (_, index) => `${index + 1}\n`).join('');
const run = async (processor: ExportProcessor, id: string) => {
  for (;;) {
    const outcome = await processor.process(id, never());
    if (outcome === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, outcome.againInMs));
  }
};
const download = async (key: string) => {
  const link = { key, fileName: 'x', contentType: 'application/gzip', expiresInSeconds: 60 };
  return Buffer.from(await (await fetch(await store.signDownload(link))).arrayBuffer());
};

it.each([
  ['nothing', undefined, 'none'],
  ['an empty object', {}, 'none'],
  ['none', { compression: 'none' }, 'none'],
  ['gzip', { compression: 'gzip' }, 'gzip'],
  ['zip', { compression: 'zip', preset: 'round-trip', delimiter: 'comma' }, 'zip'],
])('takes %s for options and shows what it made of it', async (_name, options, compression) => {
  const response = await ask(options);
  expect(response.status).toBe(202);
  const made = await json(response);
  expect(made.options).toEqual({ compression });
  expect((await json(await api.call('GET', `/v1/exports/${made.id}`))).options).toEqual({ compression });
  // While it is queued, the next would be the same one.
  await api.call('DELETE', `/v1/exports/${made.id}`);
});

it.each([
  [{ compression: 'brotli' }, '/options/compression'],
  [{ level: 9 }, '/options/level'],
  [{ delimiter: ';' }, '/options/delimiter'],
  [{ columns: ['title', 'title'] }, '/options/columns'],
  [{ columns: ['title', 'password'] }, '/options/columns/1'],
  [{ rowsPerFile: 9999 }, '/options/rowsPerFile'],
  [{ rowsPerFile: 10_000 }, '/options/rowsPerFile'],
  [{ timeZone: 'Nowhere/Else' }, '/options/timeZone'],
])('refuses %o with a pointer to it', async (options, pointer) => {
  const response = await ask(options);
  expect(response.status).toBe(400);
  expect((await json(response)).errors[0]?.pointer).toBe(pointer);
});

it('stores a packed file under a name of its own, and tells of the file as it is stored', async () => {
  const { id } = await fixture.request({ compression: 'gzip' });
  await run(fixture.createProcessor(), id);
  const record = await fixture.records.find(DEFAULT_TENANT, id);
  const file = await download(record?.files[0]?.objectKey ?? '');
  expect(gunzipSync(file).toString()).toBe(text);
  const shown = await json(await look(`/v1/exports/${id}`));
  expect(shown).toMatchObject({
    status: 'completed',
    options: { compression: 'gzip' },
    file: {
      name: `under-test-${record?.createdAt.toISOString().slice(0, 10)}.csv.gz`,
      bytes: file.length,
      rows: 2500,
      sha256: createHash('sha256').update(file).digest('hex'),
      contentType: 'application/gzip',
      encoder: { path: 'bytes' },
    },
  });
  expect(record?.files[0]?.objectKey).toMatch(/\.csv\.gz$/);

  const redirect = await look(`/v1/exports/${id}/download`);
  const response = await fetch(redirect.headers.get('location') ?? '');
  expect(response.headers.get('content-type')).toBe('application/gzip');
  // With it the client would unpack the file, and its SHA-256 would not be that of the answer above.
  expect(response.headers.get('content-encoding')).toBeNull();
  expect(Buffer.from(await response.arrayBuffer()).equals(file)).toBe(true);
});

it('gives the same file again in another attempt, whole and packed', async () => {
  const once = await fixture.request({ compression: 'gzip' });
  await run(fixture.createProcessor(), once.id);
  const first = await fixture.records.find(DEFAULT_TENANT, once.id);
  let failures = 1;
  const shaky = withFaults(store, {
    upload: async (request) => {
      await store.upload(request);
      if (failures-- > 0) throw new AppError('storage_failed', 'It failed.', { retryable: true });
    },
  });
  const again = await fixture.request({ compression: 'gzip' });
  await run(fixture.createProcessor({ store: shaky }), again.id);
  const second = await fixture.records.find(DEFAULT_TENANT, again.id);
  expect(second).toMatchObject({ attempt: 2, bytes: first?.bytes });
  expect(second?.files[0]?.sha256).toBe(first?.files[0]?.sha256);
  expect(await fixture.objectsOf(again.id)).toEqual([second?.files[0]?.objectKey]);
});

it('fails where the text is larger than allowed, however small it packs', async () => {
  const { id } = await fixture.request({ compression: 'gzip' });
  const dataset = datasetOf(`select repeat('x', 1000) as id from generate_series(1, 2000)`, ['id']);
  await run(fixture.createProcessor({ dataset, limits: { maxBytes: 1_000_000 } }), id);
  expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({
    status: 'failed',
    error: { code: 'file_too_large' },
  });
});

it('says which way the rows took, and why', async () => {
  const { id } = await fixture.request();
  expect((await json(await look(`/v1/exports/${id}`))).file).toBeNull();
  await run(fixture.createProcessor(), id);
  const shown = await json(await look(`/v1/exports/${id}`));
  expect(shown.file?.encoder).toEqual({ path: 'bytes', reason: expect.stringContaining('csv') as string });
});

it('reads exports that were asked for before there were options', async () => {
  const { id } = await fixture.request();
  await database.pool.query("update rowferry.exports set options = '{}' where id = $1", [id]);
  expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({
    options: { compression: 'none' },
    files: [],
  });
});

it('refuses an option that the format has no use for', async () => {
  const body = { dataset: 'diary', format: 'parquet', options: { compression: 'gzip', quoteAll: true } };
  const response = await api.call('POST', '/v1/exports', { body });
  expect(response.status).toBe(400);
  expect((await json(response)).errors).toEqual([
    { pointer: '/options/quoteAll', detail: 'does not go with parquet' },
    { pointer: '/options/compression', detail: 'does not go with parquet, which is packed already' },
  ]);
});

it('takes two ways to ask for the same file for one export', async () => {
  const first = await ask({ preset: 'excel', columns: ['title', 'year'] });
  const { id } = await json(first);
  const same = await ask({ columns: ['title', 'year'], preset: 'excel', delimiter: 'tab', timeZone: 'UTC' });
  expect([same.status, (await json(same)).id]).toEqual([200, id]);
  const other = await ask({ preset: 'excel', columns: ['year', 'title'] });
  expect(other.status).toBe(202);
  for (const response of [first, other]) {
    const location = response.headers.get('location') ?? '';
    await api.call('DELETE', location.replace(api.url, ''));
  }
});

it('writes the columns that were picked, under their labels, and says what undoes the guard', async () => {
  const dataset = datasetOf(`select '=1' as a, 2 as b, 'never' as secret`, [
    { name: 'a', type: 'text', description: 'a', label: 'The A' },
    { name: 'b', type: 'integer', description: 'b', label: 'The B' },
    'secret',
  ]);
  const options: Partial<ExportOptions> = { preset: 'excel', columns: ['b', 'a'] };
  const { id } = await fixture.request({ options });
  await run(fixture.createProcessor({ dataset }), id);
  const record = await fixture.records.find(DEFAULT_TENANT, id);
  const file = await download(record?.files[0]?.objectKey ?? '');
  expect(file.toString('utf16le')).toBe('\ufeff"The B"\t"The A"\r\n"2"\t"\'=1"\r\n');
  const shown = await json(await look(`/v1/exports/${id}`));
  expect(shown).toMatchObject({
    options,
    file: {
      contentType: 'text/csv; charset=utf-16le; header=present',
      columns: ['b', 'a'],
      formulaGuard: 'text-formula',
      encoder: { path: 'rows' },
    },
  });
});

it('fails where a picked column is not there for the role any more', async () => {
  const { id } = await fixture.request({ options: { columns: ['gone'] } });
  await run(fixture.createProcessor(), id);
  expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({
    status: 'failed',
    error: { code: 'column_unknown' },
  });
});

it('tells times in the zone that was asked for', async () => {
  const dataset = datasetOf(`select '2026-07-01 12:00:00+00'::timestamptz as id`, ['id']);
  const { id } = await fixture.request({ options: { timeZone: 'Asia/Kolkata' } });
  await run(fixture.createProcessor({ dataset }), id);
  const record = await fixture.records.find(DEFAULT_TENANT, id);
  const file = await download(record?.files[0]?.objectKey ?? '');
  expect(file.toString()).toBe('id\n2026-07-01 17:30:00+05:30\n');
  expect(record?.files[0]?.encoder?.path).toBe('bytes');
});
