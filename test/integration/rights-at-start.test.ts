import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import type { NewExport } from '../../src/db/export-records.ts';
import { defineDataset } from '../../src/export/dataset.ts';
import type { Dataset, Role } from '../../src/export/dataset.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const { store } = useTestStore();
let fixture: WorkerFixture;
beforeEach(() => {
  fixture = createWorkerFixture(database, store);
});

const datasetFor = (roles: [Role, ...Role[]], subjectParam: 'owner' | 'reader' = 'owner'): Dataset =>
  defineDataset({
    name: 'notes',
    title: 'Notes',
    description: 'Notes of a person.',
    roles,
    params: z.object({ owner: z.coerce.string(), reader: z.string().default('nobody') }),
    subjectParam,
    formats: ['csv'],
    columns: [{ name: 'owner', type: 'text', description: 'Whose.' }],
    query: ({ owner }) => ({ text: 'select $1::text as owner', values: [owner] }),
  });

const ask = (values: Partial<NewExport> = {}) =>
  fixture.records.create({
    tenant: DEFAULT_TENANT,
    role: 'user',
    subject: '1',
    dataset: 'notes',
    formats: ['csv'],
    params: { owner: '1' },
    ...values,
  });
/** Lets a worker take it, and tells how it ended. */
async function run(id: string, dataset: Dataset) {
  await fixture.createProcessor({ dataset }).process(id, new AbortController().signal);
  const { status, error, attempt } = (await fixture.records.find(DEFAULT_TENANT, id)) ?? {};
  return { status, code: error?.code, attempt };
}

const both = datasetFor(['user', 'admin']);
const completed = { status: 'completed', code: undefined, attempt: 1 };

describe('when a worker starts an export', () => {
  it('runs what is still allowed', async () => {
    const { id: keyId } = await new ApiKeys(database.pool).create({ role: 'user', subject: '1' });
    expect(await run((await ask({ keyId })).id, both)).toEqual(completed);
    expect(await run((await ask()).id, both)).toEqual(completed);
    expect(await run((await ask({ role: 'admin', params: { owner: '2' } })).id, both)).toEqual(completed);
  });

  it.each([
    ['users', {}, datasetFor(['admin'])],
    ['admins', { role: 'admin' }, datasetFor(['user'])],
  ] as const)('fails it when the dataset is not for %s any more', async (_who, values, dataset) => {
    const failed = { status: 'failed', code: 'not_allowed_any_more', attempt: 1 };
    const { id } = await ask(values);
    expect(await run(id, dataset)).toEqual(failed);
    expect(await fixture.objectsOf(id)).toEqual([]);
  });

  it('fails it when the rows would be somebody else’s', async () => {
    const failed = { status: 'failed', code: 'not_allowed_any_more', attempt: 1 };
    expect(await run((await ask({ params: { owner: '2' } })).id, both)).toEqual(failed);
    const now = datasetFor(['user', 'admin'], 'reader');
    expect(await run((await ask()).id, now)).toEqual(failed);
  });

  it('fails it when the key that asked was revoked or has expired, with the reason', async () => {
    const keys = new ApiKeys(database.pool);
    const revoked = await keys.create({ role: 'user', subject: '1' });
    const expired = await keys.create({ role: 'user', subject: '1', expiresInSeconds: 3600 });
    const asked = [await ask({ keyId: revoked.id }), await ask({ keyId: expired.id })];
    await keys.revoke(revoked.id);
    await database.pool.query('update rowferry.api_keys set expires_at = now() where id = $1', [expired.id]);
    const ends = await Promise.all(asked.map(({ id }) => run(id, both)));
    expect(ends.map(({ status, code }) => [status, code])).toEqual([
      ['failed', 'key_revoked'],
      ['failed', 'key_expired'],
    ]);
  });
});
