// "Download my data" as a person asks for it: over HTTP, by a worker, with a manifest.
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { dataset } from '../../datasets/my-data.ts';
import { isSignedBy } from '../../src/manifest/signed-manifest.ts';
import type { SignedManifest } from '../../src/manifest/signed-manifest.ts';
import { readPublicKey } from '../../src/manifest/signing-keys.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { verifyFile } from '../../src/verify/verify-file.ts';
import { csvOf, readDiary } from '../support/diary.ts';
import { readZip } from '../support/read-zip.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, signing } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage);
const never = new AbortController().signal;
let fixture: WorkerFixture;
beforeAll(async () => {
  fixture = createWorkerFixture(database, storage.store);
  await seedDiary(database.url, [{ users: { from: 1, to: 2 }, entries: 25 }]);
});

interface Answer {
  id: string;
  format: string;
  status: string;
  file: { name: string; rows: number; contentType: string; columns: string[]; files: { name: string }[] };
}
const json = async <T>(response: Promise<Response>) => (await (await response).json()) as T;
const ask = async (key: string, body: object = {}) => {
  const asked = await json<Answer>(
    api.call('POST', '/v1/exports', { key, body: { dataset: 'my-data', ...body } }),
  );
  await fixture.createProcessor({ dataset }).process(asked.id, never);
  return json<Answer>(api.call('GET', `/v1/exports/${asked.id}`, { key }));
};
const download = async (id: string, key: string) => {
  const { headers } = await api.call('GET', `/v1/exports/${id}/download`, { key });
  const response = await fetch(headers.get('location') ?? '');
  return { content: Buffer.from(await response.arrayBuffer()), type: response.headers.get('content-type') };
};

it('is one zip of everything that is theirs, with a signed manifest of each file', async () => {
  const key = api.keys.first;
  const { id, format, status, file } = await ask(key);
  expect([format, status, file.rows, file.columns]).toEqual(['zip', 'completed', 76, []]);
  expect(file.name).toMatch(/^my-data-\d{4}-\d\d-\d\d\.zip$/);
  const { content, type } = await download(id, key);
  expect(type).toBe('application/zip');
  const unpacked = readZip(content);
  const names = ['profile.csv', 'diary.csv', 'diary.xlsx', 'diary-letterboxd.csv'];
  expect([...unpacked.keys()]).toEqual([...names, 'index.html']);
  expect(unpacked.get('diary.csv')?.toString()).toBe(csvOf(await readDiary(database.pool, 1)));
  expect(unpacked.get('profile.csv')?.toString()).toMatch(/^id,name,joined_at,entries\n1,Person 1,.*,25\n$/);

  const document = await json<SignedManifest>(api.call('GET', `/v1/exports/${id}/manifest`, { key }));
  const publicKey = readPublicKey(signing.publicKey);
  expect(publicKey !== undefined && isSignedBy(document, publicKey)).toBe(true);
  const { files = [], file: whole, columns } = document.manifest;
  expect(whole.sha256).toBe(createHash('sha256').update(content).digest('hex'));
  expect([columns, files.map(({ name }) => name), file.files.map(({ name }) => name)]).toEqual([
    [],
    names,
    names,
  ]);
  for (const { name, bytes, sha256 } of files) {
    const data = unpacked.get(name) ?? Buffer.alloc(0);
    expect([data.length, createHash('sha256').update(data).digest('hex')]).toEqual([bytes, sha256]);
  }
  expect(files.map(({ rows }) => rows)).toEqual([1, 25, 25, 25]);
  expect(files.map(({ formulaGuard }) => formulaGuard)).toEqual(['none', 'none', 'quote-prefix', 'none']);
});

it('is checked file by file, offline', async () => {
  const key = api.keys.first;
  const { id } = await ask(key);
  const { content } = await download(id, key);
  const document = await json<SignedManifest>(api.call('GET', `/v1/exports/${id}/manifest`, { key }));
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-bundle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const found = async (files = document.manifest.files, data = content) => {
    const path = join(folder, 'mine.zip');
    await writeFile(path, data);
    const checks: string[] = [];
    const claimed = { ...document, manifest: { ...document.manifest, files } };
    for await (const { name, result, text } of verifyFile(path, claimed, readPublicKey(signing.publicKey))) {
      checks.push(`${result} ${name} ${text}`);
    }
    return checks;
  };
  const right = await found();
  expect(right.filter((check) => !check.startsWith('right'))).toEqual([]);
  expect(right.slice(3)).toEqual([
    'right file profile.csv: rows 1, each with 4 columns of their types',
    'right file diary.csv: rows 25, each with 7 columns of their types',
    'right file diary.xlsx: rows 25, each with 7 columns of their types',
    'right file diary-letterboxd.csv: rows 25, each with 8 columns of their types',
  ]);
  const [first, ...others] = document.manifest.files ?? [];
  if (first === undefined) throw new Error('no files');
  const changed = async (change: Partial<typeof first>) =>
    (await found([{ ...first, ...change }, ...others]))[3];
  expect(await changed({ rows: 2 })).toBe('wrong file profile.csv: 1; there were 2');
  expect(await changed({ sha256: '0'.repeat(64) })).toMatch(/^wrong file profile\.csv: SHA-256 .*; it was 0/);
  expect(await changed({ name: 'gone.csv' })).toBe('wrong file gone.csv: is not in the zip');
  const cut = await found(document.manifest.files, content.subarray(0, content.length - 30));
  expect(cut.slice(3)).toHaveLength(4);
  expect(cut[3]).toBe('wrong file profile.csv: the zip is damaged or cut short');
});

it('is nobody else’s: a user gets their own, and an admin says whose', async () => {
  const body = { dataset: 'my-data', params: { userId: '2' } };
  expect((await api.call('POST', '/v1/exports', { body })).status).toBe(403);
  const { id } = await ask(api.keys.admin, { params: { userId: '2' } });
  const { content } = await download(id, api.keys.admin);
  expect(readZip(content).get('profile.csv')?.toString()).toContain('\n2,Person 2,');
});

it('takes no options and no other format', async () => {
  const pointers = async (body: object) => {
    const problem = api.call('POST', '/v1/exports', { body: { dataset: 'my-data', ...body } });
    return (await json<{ errors: { pointer: string }[] }>(problem)).errors.map(({ pointer }) => pointer);
  };
  expect(await pointers({ format: 'csv' })).toEqual(['/format']);
  expect(await pointers({ options: { compression: 'gzip' } })).toEqual(['/options/compression']);
  expect(await pointers({ options: { columns: ['title'] } })).toEqual(['/options/columns/0']);
});

it('is listed with its files, previewed, scheduled, and made for everybody', async () => {
  const { datasets } = await json<{ datasets: { name: string; files?: { name: string }[] }[] }>(
    api.call('GET', '/v1/datasets'),
  );
  const listed = datasets.find(({ name }) => name === 'my-data');
  expect(listed?.files).toHaveLength(4);
  expect(datasets.find(({ name }) => name === 'diary')?.files).toBeUndefined();

  const preview = await json<{ rows: number; files: { name: string; text: string }[] }>(
    api.call('POST', '/v1/exports/preview', { body: { dataset: 'my-data' } }),
  );
  expect(preview.files[1]?.text).toMatch(/^title,year,director/);

  const cron = { dataset: 'my-data', cron: '0 6 1 * *' };
  const schedule = await api.call('POST', '/v1/schedules', { body: cron });
  expect([schedule.status, await schedule.json()]).toMatchObject([201, { format: 'zip' }]);

  const asked = { dataset: 'my-data', subjects: ['1', '2'] };
  const bulk = await api.call('POST', '/v1/bulk-exports', { key: api.keys.admin, body: asked });
  expect([bulk.status, await bulk.json()]).toMatchObject([202, { format: 'zip' }]);
  const packed = { ...asked, options: { compression: 'gzip' } };
  expect((await api.call('POST', '/v1/bulk-exports', { key: api.keys.admin, body: packed })).status).toBe(
    400,
  );
});
