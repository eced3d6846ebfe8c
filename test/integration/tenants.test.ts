import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { NewApiKey } from '../../src/db/api-keys.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { exportEndpoints } from '../support/endpoints.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const api = useTestApi(database, useTestStore());

const keyOf = async (values: NewApiKey) => (await new ApiKeys(database.pool).create(values)).key;
const ask = async (key: string, userId = '1') => {
  const body = { dataset: 'diary', params: { userId } };
  const response = await api.call('POST', '/v1/exports', { key, body });
  return ((await response.json()) as { id: string }).id;
};
const listed = async (key: string, query = '') => {
  const response = await api.call('GET', `/v1/exports?limit=100${query}`, { key });
  return ((await response.json()) as { exports: { id: string }[] }).exports.map(({ id }) => id);
};

/** Everybody of another tenant who could be taken for the owner or for an admin. */
const strangers: Record<string, string> = {};
let owner: string;
let admin: string;
beforeAll(async () => {
  owner = await keyOf({ tenant: 'acme', role: 'user', subject: '1' });
  admin = await keyOf({ tenant: 'acme', role: 'admin', subject: 'operator' });
  strangers['the user of the same name'] = await keyOf({ tenant: 'globex', role: 'user', subject: '1' });
  strangers['an admin'] = await keyOf({ tenant: 'globex', role: 'admin', subject: 'operator' });
  strangers['an admin of the default tenant'] = api.keys.admin;
});

describe('an export of another tenant', () => {
  it.each(exportEndpoints)('is not there: %s /v1/exports/{id}%s', async (method, suffix) => {
    const statusOf = async (id: string) => {
      const { rows } = await database.pool.query<{ status: string; gone: boolean }>(
        'select status, deleted_at is not null as gone from rowferry.exports where id = $1',
        [id],
      );
      return rows[0];
    };
    for (const id of [await ask(owner), await ask(admin, '2')]) {
      for (const [name, key] of Object.entries(strangers)) {
        const response = await api.call(method, `/v1/exports/${id}${suffix}`, { key });
        expect({ name, status: response.status }).toEqual({ name, status: 404 });
        await expectProblem(response, 404, 'not_found');
      }
      expect(await statusOf(id)).toEqual({ status: 'queued', gone: false });
    }
  });

  it('looks exactly like one that never was', async () => {
    const there = await api.call('GET', `/v1/exports/${await ask(owner)}`, {
      key: strangers['an admin'] ?? '',
    });
    const nowhere = await api.call('GET', '/v1/exports/6f2c1de0-6a55-4f44-9d5a-0a4f4a1f3c11', {
      key: strangers['an admin'] ?? '',
    });
    expect(await there.json()).toEqual(await nowhere.json());
  });

  it('is in no list, by no filter and after no cursor', async () => {
    const ids = [await ask(owner), await ask(admin, '3')];
    const { rows } = await database.pool.query<{ position: string }>(
      "select now() + interval '1 day' || '/' || gen_random_uuid() as position",
    );
    const cursor = Buffer.from(rows[0]?.position ?? '').toString('base64url');
    for (const key of Object.values(strangers)) {
      for (const query of ['', '&status=queued', '&dataset=diary', `&cursor=${cursor}`]) {
        expect((await listed(key, query)).filter((id) => ids.includes(id))).toEqual([]);
      }
    }
    expect(await listed(admin)).toEqual(expect.arrayContaining(ids));
    expect(await listed(owner, `&cursor=${cursor}`)).toContain(ids[0]);
  });

  it('is not joined: who asks for the same gets one of their own', async () => {
    const theirs = await ask(owner);
    const own = await ask(strangers['the user of the same name'] ?? '');
    expect(own).not.toBe(theirs);
  });

  it('is out of reach below the API too', async () => {
    const records = new ExportRecords(database.pool);
    const id = await ask(owner);
    expect(await records.find(DEFAULT_TENANT, id)).toBeUndefined();
    expect(await records.cancel(DEFAULT_TENANT, id)).toBeUndefined();
    expect(await records.delete(DEFAULT_TENANT, id)).toBe(false);
    expect(await records.list({ tenant: 'globex', limit: 1000 })).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    expect(await records.find('acme', id)).toMatchObject({ id, status: 'queued' });
  });
});

it('takes what looks like SQL in a subject for a name', async () => {
  const subject = "1' or tenant = 'acme";
  const key = await keyOf({ tenant: 'globex', role: 'user', subject });
  const acting = await keyOf({
    tenant: 'globex',
    role: 'user',
    subject: 'backend',
    scopes: ['read', 'act-as'],
  });
  expect(await listed(key)).toEqual([]);
  const response = await api.call('GET', '/v1/exports', {
    key: acting,
    headers: { 'rowferry-subject': encodeURIComponent(subject) },
  });
  expect(await response.json()).toEqual({ exports: [], nextCursor: null });
});

it('shows an admin what everybody of their tenant has asked for', async () => {
  const id = await ask(owner);
  expect((await api.call('GET', `/v1/exports/${id}`, { key: admin })).status).toBe(200);
  expect((await api.call('POST', `/v1/exports/${id}/cancel`, { key: admin })).status).toBe(200);
});
