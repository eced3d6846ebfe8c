// An export in several formats, from the request to the files: all of them, or none.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { NewExport } from '../../src/db/export-records.ts';
import { LeftoverRecords } from '../../src/db/leftover-records.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { manifestKeyOf } from '../../src/manifest/manifest-key.ts';
import { isSignedBy } from '../../src/manifest/signed-manifest.ts';
import type { SignedManifest } from '../../src/manifest/signed-manifest.ts';
import { readPublicKey } from '../../src/manifest/signing-keys.ts';
import { S3ObjectStore } from '../../src/storage/s3-object-store.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import type { ExportProcessor } from '../../src/worker/export-processor.ts';
import { startHttpFaultProxy } from '../support/http-fault-proxy.ts';
import type { HttpFaultProxy } from '../support/http-fault-proxy.ts';
import { expectProblem } from '../support/problems.ts';
import { datasetOf } from '../support/run-test-export.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, signing, withFaults } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const { store, options } = storage;
const api = useTestApi(database, storage);
let fixture: WorkerFixture;
let proxy: HttpFaultProxy;
let shaky: ObjectStore;
beforeAll(async () => {
  await seedDiary(database.url, [{ users: { from: 1, to: 1 }, entries: 100 }]);
  fixture = createWorkerFixture(database, store);
  proxy = await startHttpFaultProxy(options.endpoint ?? '');
  shaky = new S3ObjectStore({ ...options, endpoint: proxy.url, requestTimeoutMs: 1000, maxAttempts: 1 });
});
afterAll(async () => {
  shaky.close();
  await proxy.close();
});

interface File {
  format: string;
  name: string;
  bytes: number;
  rows: number;
  sha256: string;
  contentType: string;
  encoder: { path: string };
}
interface Shown {
  id: string;
  status: string;
  format: string;
  formats: string[];
  progress: { bytes: number };
  file: File | null;
  files: File[];
  error: { code: string } | null;
  errors: { pointer?: string; parameter?: string; detail: string }[];
}
const json = async (response: Response) => (await response.json()) as Shown;
/** As an admin, in whose name the worker’s fixture asks. */
const call = (method: string, path: string) => api.call(method, path, { key: api.keys.admin });
const look = async (id: string) => json(await call('GET', `/v1/exports/${id}`));
const never = () => new AbortController().signal;
/** Larger than a part, so that parts go on their way while rows are still read. */
const large = datasetOf(`select n::text as id, repeat('x', 300) as filler from generate_series(1, 60000) n`, [
  'id',
  'filler',
]);
const run = async (processor: ExportProcessor, id: string) => {
  for (;;) {
    const outcome = await processor.process(id, never());
    if (outcome === 'done') return;
    await new Promise((resolve) => setTimeout(resolve, outcome.againInMs));
  }
};
const made = async (formats: NewExport['formats'] = ['csv', 'xlsx', 'json']) => {
  const { id } = await fixture.request({ formats });
  await run(fixture.createProcessor(), id);
  return id;
};
const everything = async (id: string) => {
  const keys: string[] = [];
  for await (const { key } of store.list(`${fixture.keyPrefix}${id}/`)) keys.push(key);
  for await (const { key } of store.uploads(`${fixture.keyPrefix}${id}/`)) keys.push(`unfinished ${key}`);
  return keys;
};
const fetched = async (location: string) => Buffer.from(await (await fetch(location)).arrayBuffer());

it('publishes a file of each format, each as it is said to be, with a manifest of its own', async () => {
  const id = await made();
  const shown = await look(id);
  expect(shown).toMatchObject({ status: 'completed', format: 'csv', formats: ['csv', 'xlsx', 'json'] });
  expect(shown.files.map(({ format }) => format)).toEqual(['csv', 'xlsx', 'json']);
  expect(shown.file).toEqual(shown.files[0]);
  expect(shown.progress.bytes).toBe(shown.files.reduce((sum, { bytes }) => sum + bytes, 0));
  const publicKey = readPublicKey(signing.publicKey);
  if (publicKey === undefined) throw new Error('no key');
  for (const file of shown.files) {
    const answer = await call('GET', `/v1/exports/${id}/download?format=${file.format}`);
    expect(answer.status).toBe(302);
    const location = answer.headers.get('location') ?? '';
    const content = await fetched(location);
    expect(content.length).toBe(file.bytes);
    expect(createHash('sha256').update(content).digest('hex')).toBe(file.sha256);
    expect(file).toMatchObject({ rows: 2500, encoder: { path: 'rows' } });
    expect(new URL(location).searchParams.get('response-content-type')).toBe(file.contentType);
    const link = (await (await call('GET', `/v1/exports/${id}/link?format=${file.format}`)).json()) as {
      url: string;
    };
    expect(new URL(link.url).pathname).toBe(new URL(location).pathname);
    const said = await call('GET', `/v1/exports/${id}/manifest?format=${file.format}`);
    const document = (await said.json()) as SignedManifest;
    expect(isSignedBy(document, publicKey)).toBe(true);
    const { name, bytes, rows, sha256 } = file;
    expect(document.manifest).toMatchObject({ format: file.format, file: { name, bytes, rows, sha256 } });
  }
  // Without a name it is the first, as ever.
  const first = await call('GET', `/v1/exports/${id}/download`);
  expect(first.headers.get('location')).toContain('.csv?');
  const { rows } = await database.pool.query<{ format: string }>(
    `select details ->> 'format' as format from rowferry.audit_log
      where object_id = $1 and act = 'export.downloaded' order by id`,
    [id],
  );
  expect(rows.map(({ format }) => format)).toEqual(['csv', 'csv', 'xlsx', 'xlsx', 'json', 'json', 'csv']);
  const manifests = shown.files.length;
  expect(await everything(id)).toHaveLength(shown.files.length + manifests);
});

it('refuses a format that the export has no file of, and anybody who may not see it', async () => {
  const id = await made(['csv', 'json']);
  for (const path of ['download', 'link', 'manifest']) {
    const answer = await call('GET', `/v1/exports/${id}/${path}?format=xlsx`);
    expect(answer.status).toBe(400);
    const fault = { parameter: 'format', detail: 'is not one of csv, json' };
    expect((await json(answer)).errors).toEqual([fault]);
    const { key } = await new ApiKeys(database.pool).create({
      tenant: 'other',
      role: 'admin',
      subject: 'boss',
    });
    expect((await api.call('GET', `/v1/exports/${id}/${path}?format=json`, { key })).status).toBe(404);
  }
});

it.each(['csv', 'xlsx'])(
  'fails as a whole where the upload of %s fails, and leaves nothing',
  async (broken) => {
    const { id } = await fixture.request({ formats: ['csv', 'xlsx'] });
    let refused = 0;
    proxy.fault = ({ method, url }) => {
      if (method !== 'PUT' || !url.pathname.endsWith(`.${broken}`)) return 'pass';
      refused++;
      return { status: 500, body: '<Error><Code>InternalError</Code></Error>' };
    };
    await run(fixture.createProcessor({ store: shaky, dataset: large }), id);
    proxy.fault = () => 'pass';
    expect(refused).toBeGreaterThan(0);
    expect(await look(id)).toMatchObject({
      status: 'failed',
      file: null,
      files: [],
      error: { code: 'storage_failed' },
    });
    expect(await everything(id)).toEqual([]);
  },
);

it('drops files that are stored already where the last one is not', async () => {
  const { id } = await fixture.request({ formats: ['csv', 'json'] });
  let storedBefore = 0;
  const late = withFaults(store, {
    upload: async (request) => {
      await store.upload(request);
      if (!request.key.endsWith('json.manifest.json')) return;
      storedBefore = (await everything(id)).length;
      throw Object.assign(new Error('It failed.'), { code: 'storage_failed' });
    },
  });
  await run(fixture.createProcessor({ store: late }), id);
  expect(storedBefore).toBe(4);
  expect(await look(id)).toMatchObject({ status: 'failed', files: [] });
  expect(await everything(id)).toEqual([]);
});

it('publishes none of the files of an attempt that was overtaken', async () => {
  const { id } = await fixture.request({ formats: ['csv', 'json'] });
  const slow = withFaults(store, {
    upload: async (request) => {
      await store.upload(request);
      if (!request.key.endsWith('json.manifest.json')) return;
      await database.pool.query('update rowferry.exports set attempt = attempt + 1 where id = $1', [id]);
    },
  });
  expect(await fixture.createProcessor({ store: slow }).process(id, never())).toBe('done');
  expect((await look(id)).files).toEqual([]);
  expect(await everything(id)).toEqual([]);
});

it('removes all files, and their manifests, when it is deleted', async () => {
  const id = await made();
  expect(await everything(id)).toHaveLength(6);
  expect((await call('DELETE', `/v1/exports/${id}`)).status).toBe(204);
  expect(await everything(id)).toEqual([]);
});

it('expires all files together, and keeps what is known of them', async () => {
  const id = await made();
  const before = await look(id);
  expect((await call('POST', `/v1/exports/${id}/expire`)).status).toBe(200);
  expect(await everything(id)).toEqual([]);
  for (const format of ['csv', 'xlsx', 'json']) {
    const answer = await call('GET', `/v1/exports/${id}/download?format=${format}`);
    await expectProblem(answer, 410, 'expired');
  }
  const shown = await look(id);
  expect(shown.files.map(({ sha256 }) => sha256)).toEqual(before.files.map(({ sha256 }) => sha256));
});

it('tells its files from leftovers, as long as they are there', async () => {
  const leftovers = new LeftoverRecords(database.pool);
  const id = await made(['csv', 'json']);
  const keys = (await fixture.records.find(DEFAULT_TENANT, id))?.files.map(({ objectKey }) => objectKey);
  expect((await leftovers.known([id])).get(id)).toMatchObject({ open: false, objectKeys: keys });
  expect(keys).toHaveLength(2);
  await database.pool.query(
    `update rowferry.exports set status = 'expired', expires_at = now(), sweep_at = now() where id = $1`,
    [id],
  );
  const [ended] = (await leftovers.toSweep(1000)).filter((one) => one.id === id);
  expect(ended).toMatchObject({ keepKeys: [], expired: true });
  if (ended !== undefined) await leftovers.swept(ended, { settleSeconds: 1 });
  expect((await leftovers.known([id])).get(id)).toMatchObject({ objectKeys: [] });
  const kept = (await fixture.records.find(DEFAULT_TENANT, id))?.files;
  expect(kept?.map(({ format, objectKey }) => [format, objectKey])).toEqual([
    ['csv', undefined],
    ['json', undefined],
  ]);
  for (const key of keys ?? [])
    await Promise.all([store.delete(key ?? ''), store.delete(manifestKeyOf(key ?? ''))]);
});

it('is in no database completed without one of its files', async () => {
  const { id } = await fixture.request({ formats: ['csv', 'json'] });
  const incomplete = database.pool.query(
    `update rowferry.exports set status = 'completed', expires_at = now(),
            files = '[{"format": "csv", "objectKey": "k", "sha256": "s"}]' where id = $1`,
    [id],
  );
  await expect(incomplete).rejects.toMatchObject({ code: '23514' });
});

const ask = (body: object) => api.call('POST', '/v1/exports', { body: { dataset: 'diary', ...body } });

it('takes formats in place of format, each request for what it is', async () => {
  const both = await json(await ask({ formats: ['csv', 'xlsx'] }));
  expect(both).toMatchObject({ format: 'csv', formats: ['csv', 'xlsx'], file: null, files: [] });
  const one = await json(await ask({ format: 'csv' }));
  expect(one).toMatchObject({ format: 'csv', formats: ['csv'] });
  expect(one.id).not.toBe(both.id);
  expect((await json(await ask({ formats: ['csv', 'xlsx'] }))).id).toBe(both.id);
  expect((await json(await ask({ formats: ['csv'] }))).id).toBe(one.id);
  for (const { id } of [both, one]) await api.call('DELETE', `/v1/exports/${id}`);
});

it('gives each file the options that its format takes', async () => {
  const compressed = { compression: 'gzip', delimiter: 'semicolon', headers: 'labels' } as const;
  const { id } = await fixture.request({ formats: ['csv', 'xlsx', 'ndjson'], options: compressed });
  await run(fixture.createProcessor(), id);
  const { files } = await look(id);
  expect(files.map(({ name }) => name.replace(/^.*\d\d\./, ''))).toEqual(['csv.gz', 'xlsx', 'ndjson.gz']);
  const optionsIn = async (format: string) => {
    const answer = await call('GET', `/v1/exports/${id}/manifest?format=${format}`);
    return ((await answer.json()) as SignedManifest).manifest.options;
  };
  expect(await optionsIn('csv')).toEqual(compressed);
  expect(await optionsIn('xlsx')).toEqual({ compression: 'none', headers: 'labels' });
  expect(await optionsIn('ndjson')).toEqual({ compression: 'gzip' });
});

it.each<[object, { pointer: string; detail: string }]>([
  [
    { format: 'csv', formats: ['csv', 'xlsx'] },
    { pointer: '/format', detail: 'does not go with formats, which names all of them' },
  ],
  [{ formats: ['csv', 'csv'] }, { pointer: '/formats', detail: 'names a format twice' }],
  [
    { formats: ['json', 'xlsx'], options: { quoteAll: true } },
    { pointer: '/options/quoteAll', detail: 'does not go with json' },
  ],
  [
    { formats: ['csv', 'parquet'], options: { timeZone: 'Asia/Tokyo' } },
    { pointer: '/options/timeZone', detail: 'does not go with parquet' },
  ],
  [
    { dataset: 'diary-letterboxd', formats: ['csv', 'json'] },
    { pointer: '/formats/1', detail: 'is not one of csv' },
  ],
])('refuses %j with the place', async (body, fault) => {
  const response = await ask(body);
  expect(response.status).toBe(400);
  expect((await json(response)).errors).toEqual([fault]);
});
it.each([[[]], [['exe']]])('refuses the formats %j', async (formats) => {
  expect((await ask({ formats })).status).toBe(400);
});

it('estimates all of the files in a preview, and shows the first', async () => {
  const preview = async (body: object) =>
    (await (
      await api.call('POST', '/v1/exports/preview', { body: { dataset: 'diary', ...body } })
    ).json()) as { format: string; text: string; estimate: { bytes: number } };
  const { text, estimate } = await preview({ format: 'csv' });
  const both = await preview({ formats: ['csv', 'tsv'], options: { delimiter: 'comma' } });
  expect([both.format, both.text]).toEqual(['csv', text]);
  expect(both.estimate.bytes).toBe(estimate.bytes * 2);
});
