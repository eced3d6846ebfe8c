import { beforeAll, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { manifestKeyOf } from '../../src/manifest/manifest-key.ts';
import { isSignedBy, signedManifest } from '../../src/manifest/signed-manifest.ts';
import type { SignedManifest } from '../../src/manifest/signed-manifest.ts';
import { createSigningKeys, keyIdOf, readPublicKey } from '../../src/manifest/signing-keys.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, signing, withFaults } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const storage = useTestStore();
const { store } = storage;
const api = useTestApi(database, storage);
const never = new AbortController().signal;
let fixture: WorkerFixture;
beforeAll(() => {
  fixture = createWorkerFixture(database, store);
});

const publicKeyOf = (text: string) => {
  const key = readPublicKey(text);
  if (key === undefined) throw new Error('that is no key');
  return key;
};
const exported = async () => {
  const { id } = await fixture.request();
  await fixture.createProcessor().process(id, never);
  const answer = await api.call('GET', `/v1/exports/${id}`, { key: api.keys.admin });
  return (await answer.json()) as {
    id: string;
    file: { sha256: string; bytes: number; rows: number; name: string };
    links: { manifest: string };
  };
};
const stored = async (key: string) => {
  const link = { key, fileName: 'x', contentType: 'text/plain', expiresInSeconds: 60 };
  const response = await fetch(await store.signDownload(link));
  expect(response.status).toBe(200);
  return response;
};

it('says what the file holds, and is signed, the same in the API and beside the file', async () => {
  const { id, file, links } = await exported();
  const answer = await api.call('GET', links.manifest, { key: api.keys.admin });
  expect(answer.status).toBe(200);
  const document = (await answer.json()) as SignedManifest;
  expect(document.manifest).toMatchObject({
    version: 1,
    generator: { name: 'rowferry', version: '1.2.3' },
    exportId: id,
    attempt: 1,
    dataset: { name: 'under-test' },
    format: 'csv',
    columns: [{ name: 'id', type: 'text', masked: false }],
    file: { name: file.name, rows: 2500, bytes: file.bytes, sha256: file.sha256 },
  });
  const publicKey = publicKeyOf(signing.publicKey);
  expect(document.signature?.keyId).toBe(keyIdOf(publicKey));
  expect(isSignedBy(document, publicKey)).toBe(true);
  const [objectKey = ''] = await fixture.objectsOf(id);
  const beside = signedManifest.parse(await (await stored(manifestKeyOf(objectKey))).json());
  expect(beside).toEqual(document);
  // What PostgreSQL calls the snapshot is one that it knows, and not of the future.
  const { rows } = await database.pool.query<{ past: boolean }>(
    'select $1::timestamptz <= now() and pg_snapshot_xmax($2::pg_snapshot) <= pg_snapshot_xmax(pg_current_snapshot()) as past',
    [document.manifest.snapshot.takenAt, document.manifest.snapshot.id],
  );
  expect(rows).toEqual([{ past: true }]);
});

it('is signed for exactly what it says, by that key and no other', async () => {
  const { links } = await exported();
  const answer = await api.call('GET', links.manifest, { key: api.keys.admin });
  const document = (await answer.json()) as SignedManifest;
  const publicKey = publicKeyOf(signing.publicKey);
  const { manifest } = document;
  const changed = { ...document, manifest: { ...manifest, file: { ...manifest.file, rows: 2499 } } };
  expect(isSignedBy(changed, publicKey)).toBe(false);
  expect(isSignedBy({ ...document, signature: null }, publicKey)).toBe(false);
  expect(isSignedBy(document, publicKeyOf(createSigningKeys().publicKey))).toBe(false);
  // The order of its keys says nothing.
  const sorted = Object.fromEntries(Object.entries(manifest).reverse()) as typeof manifest;
  expect(isSignedBy({ ...document, manifest: sorted }, publicKey)).toBe(true);
});

it('is there once there is a file, and for whoever may see the export', async () => {
  const { id } = await fixture.request();
  const early = await api.call('GET', `/v1/exports/${id}/manifest`, { key: api.keys.admin });
  expect(early.status).toBe(409);
  expect(await early.json()).toMatchObject({ code: 'not_ready' });
  const { links } = await exported();
  const others = await new ApiKeys(database.pool).create({ tenant: 'other', role: 'admin', subject: 'boss' });
  expect((await api.call('GET', links.manifest, { key: others.key })).status).toBe(404);
  expect((await api.call('GET', links.manifest)).status).toBe(404);
});

it('goes with its file when that is deleted', async () => {
  const { id } = await exported();
  const [objectKey = ''] = await fixture.objectsOf(id);
  await api.call('DELETE', `/v1/exports/${id}`, { key: api.keys.admin });
  expect(await store.head(objectKey)).toBeUndefined();
  expect(await store.head(manifestKeyOf(objectKey))).toBeUndefined();
});

it('is part of the file: where it cannot be stored, nothing is published and nothing is left', async () => {
  const { id } = await fixture.request();
  const broken = withFaults(store, {
    upload: (request) =>
      request.key.endsWith('.manifest.json')
        ? Promise.reject(new Error('the storage takes no more'))
        : store.upload(request),
  });
  await fixture.createProcessor({ store: broken }).process(id, never);
  const record = await fixture.records.find('default', id);
  expect(record?.status).toBe('queued');
  expect(await fixture.objectsOf(id)).toEqual([]);
  await expect
    .poll(async () => {
      await fixture.createProcessor().process(id, never);
      return (await fixture.records.find('default', id))?.status;
    })
    .toBe('completed');
});

it('keeps its attempt alive while the storage hangs, and hands it back when the worker stops', async () => {
  const { id } = await fixture.request();
  let hangs: () => void = () => undefined;
  const hanging = new Promise<void>((resolve) => (hangs = resolve));
  const slow = withFaults(store, {
    upload: (request) => {
      if (!request.key.endsWith('.manifest.json')) return store.upload(request);
      hangs();
      return new Promise((_, reject) => {
        request.signal.addEventListener('abort', () => reject(request.signal.reason as Error));
      });
    },
  });
  const processor = fixture.createProcessor({ store: slow });
  const processed = processor.process(id, never);
  await hanging;
  const beatAt = async () => {
    const { rows } = await database.pool.query<{ at: Date }>(
      'select beat_at as at from rowferry.exports where id = $1',
      [id],
    );
    return rows[0]?.at.getTime() ?? 0;
  };
  const before = await beatAt();
  await expect.poll(beatAt, { timeout: 5000 }).toBeGreaterThan(before);
  processor.abortAll();
  expect(await processed).toEqual({ againInMs: 0 });
  expect(await fixture.records.find('default', id)).toMatchObject({ status: 'queued', attempt: 1 });
  expect(await fixture.objectsOf(id)).toEqual([]);
});
