import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { webhookEndpoints } from '../support/endpoints.ts';
import { createNotificationFixture } from '../support/notification-fixture.ts';
import { expectProblem } from '../support/problems.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const storage = useTestStore();
const settings = {
  WEBHOOK_SECRET_KEY: 'a key for tests of at least 32 characters',
  WEBHOOK_MAX_PER_TENANT: '3',
};
const api = useTestApi(database, storage, undefined, { settings });
const without = useTestApi(database, storage);

interface Webhook {
  id: string;
  url: string;
  secret?: string;
  disabled: { reason: string } | null;
  previousSecretUntil: string | null;
}
const URL = 'https://hooks.example.org/exports?for=rowferry';
const asAdmin = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { key: api.keys.admin, body });
const create = async (url = URL) =>
  (await (await asAdmin('POST', '/v1/webhooks', { url })).json()) as Webhook;
const read = async (id: string) => (await (await asAdmin('GET', `/v1/webhooks/${id}`)).json()) as Webhook;

afterEach(async () => {
  await database.pool.query('delete from rowferry.exports');
  await database.pool.query('delete from rowferry.webhooks');
});

describe('a webhook of a tenant', () => {
  it('is made with a secret that is shown once', async () => {
    const response = await asAdmin('POST', '/v1/webhooks', { url: URL });
    expect(response.status).toBe(201);
    const { secret, ...made } = (await response.json()) as Webhook;
    expect(response.headers.get('location')).toBe(`/v1/webhooks/${made.id}`);
    expect(secret).toMatch(/^whsec_/);
    expect(made).toMatchObject({ url: URL, disabled: null, failingSince: null, previousSecretUntil: null });
    expect(await read(made.id)).toEqual(made);
    expect(await (await asAdmin('GET', '/v1/webhooks')).json()).toEqual({ webhooks: [made] });
  });

  it('is stored with its secret sealed', async () => {
    const { secret = '' } = await create();
    const { rows } = await database.pool.query<{ secret: Buffer }>('select secret from rowferry.webhooks');
    const stored = rows[0]?.secret ?? Buffer.alloc(0);
    expect(stored.length).toBeGreaterThan(50);
    expect(stored.includes(secret)).toBe(false);
    expect(stored.includes(Buffer.from(secret.slice('whsec_'.length), 'base64'))).toBe(false);
  });

  it('gets another secret on request, and both sign for a while', async () => {
    const { id, secret } = await create();
    const rotated = (await (await asAdmin('POST', `/v1/webhooks/${id}/rotate`)).json()) as Webhook;
    expect(rotated.secret).toMatch(/^whsec_/);
    expect(rotated.secret).not.toBe(secret);
    const until = new Date(rotated.previousSecretUntil ?? 0).getTime();
    expect(until - Date.now()).toBeGreaterThan(23 * 3_600_000);
    expect(await read(id)).not.toHaveProperty('secret');
  });

  it('is gone once it is deleted', async () => {
    const { id } = await create();
    expect((await asAdmin('DELETE', `/v1/webhooks/${id}`)).status).toBe(204);
    await expectProblem(await asAdmin('GET', `/v1/webhooks/${id}`), 404, 'not_found');
    await expectProblem(await asAdmin('DELETE', `/v1/webhooks/${id}`), 404, 'not_found');
  });

  it('is one of a few, however many are asked for at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => asAdmin('POST', '/v1/webhooks', { url: URL })),
    );
    const statuses = made.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === 201)).toHaveLength(3);
    expect(statuses.filter((status) => status === 409)).toHaveLength(17);
    await expectProblem(await asAdmin('POST', '/v1/webhooks', { url: URL }), 409, 'too_many_webhooks');
  });

  it.each([
    ['http://hooks.example.org/', '/url'],
    ['https://hooks.example.org:22/', '/url'],
    ['https://127.0.0.1/', '/url'],
    ['https://[::7f00:1]/', '/url'],
    ['https://anna:word@hooks.example.org/', '/url'],
    ['hooks.example.org', '/url'],
    [`https://hooks.example.org/${'x'.repeat(3000)}`, '/url'],
    [5, '/url'],
  ])('does not take %s', async (url, pointer) => {
    const problem = await expectProblem(
      await asAdmin('POST', '/v1/webhooks', { url }),
      400,
      'invalid_request',
    );
    expect(problem.errors?.[0]?.pointer).toBe(pointer);
  });

  it('takes nothing else: no secret, no header, no method of the client’s', async () => {
    const body = { url: URL, secret: 'whsec_mine' };
    const problem = await expectProblem(await asAdmin('POST', '/v1/webhooks', body), 400, 'invalid_request');
    expect(problem.errors).toEqual([{ pointer: '/secret', detail: 'is not known here' }]);
  });

  it.each([
    ['POST', ''],
    ['GET', ''],
    ...webhookEndpoints.map(([method, suffix]) => [method, `/{id}${suffix}`]),
  ])('is for admins: %s /v1/webhooks%s', async (method = '', path = '') => {
    const { id } = await create();
    const response = await api.call(method, `/v1/webhooks${path.replace('{id}', id)}`, {
      key: api.keys.first,
    });
    await expectProblem(response, 403, 'forbidden');
    expect(await read(id)).toMatchObject({ id });
  });

  it.each(webhookEndpoints)(
    'is not there for another tenant: %s /v1/webhooks/{id}%s',
    async (method, suffix) => {
      const { id } = await create();
      const { key } = await new ApiKeys(database.pool).create({
        tenant: 'globex',
        role: 'admin',
        subject: 'o',
      });
      await expectProblem(await api.call(method, `/v1/webhooks/${id}${suffix}`, { key }), 404, 'not_found');
      const list = await api.call('GET', '/v1/webhooks', { key });
      expect(await list.json()).toEqual({ webhooks: [] });
      expect(await read(id)).toMatchObject({ id, previousSecretUntil: null });
    },
  );

  it('does not take what is no id for one', async () => {
    await expectProblem(await asAdmin('GET', `/v1/webhooks/1' or true`), 404, 'not_found');
    await expectProblem(await asAdmin('GET', `/v1/webhooks/${randomUUID()}`), 404, 'not_found');
  });

  it('says that there are none where there is no key to keep secrets with', async () => {
    const response = await without.call('POST', '/v1/webhooks', {
      key: without.keys.admin,
      body: { url: URL },
    });
    const problem = await expectProblem(response, 409, 'webhooks_off');
    expect(problem.detail).toContain('WEBHOOK_SECRET_KEY');
  });
});

describe('what was sent to it', () => {
  const failed = async () => {
    const fixture = createNotificationFixture(database);
    const { id } = await create();
    const exportId = await fixture.request();
    await fixture.complete(exportId);
    const message = await fixture.only(exportId);
    const claimed = await fixture.records.claim(message.id, 30);
    if (claimed === undefined) throw new Error('it was not claimed');
    const outcome = { delivered: false, status: 500, error: 'HTTP 500', milliseconds: 12 };
    await fixture.records.record(claimed, outcome);
    return { fixture, id, exportId, message };
  };

  it('is in its log', async () => {
    const { id, exportId, message } = await failed();
    const log = (await (await asAdmin('GET', `/v1/webhooks/${id}/deliveries`)).json()) as {
      deliveries: unknown;
    };
    expect(log.deliveries).toEqual([
      {
        notificationId: message.id,
        exportId,
        bulkExportId: null,
        kind: 'completed',
        attempt: 1,
        at: expect.stringMatching(/Z$/) as string,
        status: 500,
        milliseconds: 12,
        error: 'HTTP 500',
      },
    ]);
  });

  it('is delivered again on request, under the same id', async () => {
    const { fixture, id, exportId, message } = await failed();
    expect(await fixture.only(exportId)).toMatchObject({ state: 'failed' });
    const path = `/v1/webhooks/${id}/deliveries/${message.id}/redeliver`;
    expect((await asAdmin('POST', path)).status).toBe(202);
    expect(await fixture.only(exportId)).toMatchObject({ id: message.id, state: 'pending' });
    expect(await fixture.records.due({ limit: 10 })).toEqual([message.id]);
  });

  it('is not delivered again while it is disabled, until it is enabled', async () => {
    const { id, message } = await failed();
    await database.pool.query(`update rowferry.webhooks set disabled_at = now(), disabled_reason = 'a test'`);
    expect((await read(id)).disabled).toMatchObject({ reason: 'a test' });
    const path = `/v1/webhooks/${id}/deliveries/${message.id}/redeliver`;
    await expectProblem(await asAdmin('POST', path), 409, 'webhook_disabled');
    expect((await asAdmin('POST', `/v1/webhooks/${id}/enable`)).status).toBe(200);
    expect((await read(id)).disabled).toBeNull();
    expect((await asAdmin('POST', path)).status).toBe(202);
  });

  it('is delivered again through its own webhook only', async () => {
    const { message } = await failed();
    const other = await create('https://other.example.org/');
    const path = `/v1/webhooks/${other.id}/deliveries/${message.id}/redeliver`;
    await expectProblem(await asAdmin('POST', path), 404, 'not_found');
  });
});
