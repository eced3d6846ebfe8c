// Bulk exports beside everything else: keys, tenants, turns, messages, and retries of single exports.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { BulkRepairs } from '../../src/db/bulk-repairs.ts';
import { BulkMembers } from '../../src/db/bulk-members.ts';
import { useBulkService } from '../support/bulk-service.ts';
import type { Bulk } from '../support/bulk-service.ts';
import { startMailServer } from '../support/mail-server.ts';
import { expectProblem } from '../support/problems.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import { startWebhookReceiver, verifyWebhook, WEBHOOKS_ON_LOOPBACK } from '../support/webhook-receiver.ts';

const PUBLIC_URL = 'https://exports.example.org';
const mail = await startMailServer();
const receiver = await startWebhookReceiver();
afterAll(() => Promise.all([mail.close(), receiver.close()]));

const database = useTestDatabase();
const queue = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
const service = useBulkService(database, useTestStore(), queue, {
  SMTP_URL: mail.url,
  MAIL_FROM: 'exports@example.org',
  PUBLIC_URL,
  WEBHOOK_SECRET_KEY: randomBytes(32).toString('base64'),
  ...WEBHOOKS_ON_LOOPBACK,
});
const members = () => new BulkMembers(database.pool);
const adminOf = (tenant: string) =>
  new ApiKeys(database.pool).create({ tenant, role: 'admin', subject: 'operator' });
const startAs = async (key: string, body: object) => {
  const response = await service.api.call('POST', '/v1/bulk-exports', { key, body });
  expect(response.status).toBe(202);
  return ((await response.json()) as Bulk).id;
};
const people = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));
const exportsOf = async (id: string) => {
  const { rows } = await database.pool.query<{ subject: string }>(
    'select subject from rowferry.exports where bulk_id = $1',
    [id],
  );
  return rows.map(({ subject }) => subject);
};

beforeEach(() => database.pool.query('delete from rowferry.bulk_exports; delete from rowferry.exports'));

it('tells who is named once a round, by mail and webhook, and nobody of each export', async () => {
  const hook = await service.api.call('POST', '/v1/webhooks', {
    key: service.api.keys.admin,
    body: { url: `${receiver.url}/tenant` },
  });
  const { id: hookId } = (await hook.json()) as { id: string };
  const response = await service.call('POST', '', {
    dataset: 'notes',
    subjects: people(3),
    notify: { email: ['ada@example.org'], webhook: { url: receiver.url } },
  });
  const asked = (await response.json()) as Bulk & { notify: { webhook: { secret: string } } };
  await service.worker();
  await service.ended(asked.id);
  await Promise.all([mail.arrived(1), receiver.arrived(2)]);
  const [{ mail: message } = {}] = mail.received;
  expect(message?.subject).toBe('Your bulk export “Notes” is complete');
  for (const part of [message?.text, message?.html]) {
    expect(part).toContain(`${PUBLIC_URL}/v1/bulk-exports/${asked.id}/manifest`);
    expect(part).not.toMatch(/X-Amz|Signature/);
  }
  const own = receiver.received.find(({ path }) => path === '/hook');
  const { type, data } = verifyWebhook(own, asked.notify.webhook.secret);
  expect(type).toBe('bulk_export.completed');
  expect(data).toMatchObject({ id: asked.id, status: 'completed', counts: { completed: 3, failed: 0 } });
  const told = await database.pool.query<{ kind: string; state: string }>(
    'select kind, state from rowferry.notifications',
  );
  expect(told.rows.map(({ kind }) => kind)).toEqual(Array.from({ length: 3 }, () => 'bulk_completed'));
  await shownToAdmins(asked.id, hookId);
  await service.api.call('DELETE', `/v1/webhooks/${hookId}`, { key: service.api.keys.admin });
});

/** Its three messages are in the list of all of the tenant, and one by mail can be sent once more. */
async function shownToAdmins(bulkId: string, hookId: string): Promise<void> {
  const { api } = service;
  const response = await api.call('GET', '/v1/admin/notifications', { key: api.keys.admin });
  const { notifications } = (await response.json()) as {
    notifications: { id: string; channel: string; target: string | null; webhookId: string | null }[];
  };
  const about = { exportId: null, bulkExportId: bulkId, dataset: 'notes', kind: 'bulk_completed' };
  expect(notifications).toHaveLength(3);
  for (const target of [
    { target: 'ada@example.org', webhookId: null },
    { target: receiver.url, webhookId: null },
    { target: null, webhookId: hookId },
  ]) {
    expect(notifications).toContainEqual(expect.objectContaining({ ...about, ...target }));
  }
  const mailed = notifications.find(({ channel }) => channel === 'email')?.id ?? '';
  const again = (key: string) => api.call('POST', `/v1/admin/notifications/${mailed}/redeliver`, { key });
  await expectProblem(await again((await adminOf('globex')).key), 404, 'not_found');
  await expectProblem(await again(api.keys.first), 403, 'forbidden');
  await until(async () => (await again(api.keys.admin)).status === 202);
  await mail.arrived(2);
}

it('makes nothing more once the key is revoked; who retries does it with their own', async () => {
  await service.worker({ WORKER_BULK_LANE_CONCURRENCY: '1' });
  const { id: keyId, key } = await adminOf('default');
  const id = await startAs(key, { dataset: 'notes', subjects: people(40), params: { napMs: 20 } });
  await service.until(id, ({ counts }) => (counts['completed'] ?? 0) >= 3);
  await new ApiKeys(database.pool).revoke(keyId);
  const first = await service.ended(id);
  const { completed = 0, failed = 0 } = first.counts;
  expect(first.status).toBe('completed_with_failures');
  expect(completed).toBeGreaterThanOrEqual(3);
  expect(failed).toBeGreaterThan(10);
  expect(completed + failed).toBe(40);
  expect(first.failures).toMatchObject([{ code: 'key_revoked', count: failed }]);
  expect((await service.call('POST', `/${id}/retry`)).status).toBe(202);
  const second = await service.until(id, ({ round, status }) => round === 2 && status === 'completed');
  expect(second.counts).toMatchObject({ completed: 40, failed: 0 });
  expect(await exportsOf(id)).toHaveLength(40 + failed);
});

it('looks for no subjects once the key is revoked; who retries looks with their own', async () => {
  const { id: keyId, key } = await adminOf('default');
  const body = { dataset: 'notes', subjects: { named: 'first', params: { count: 3 } } };
  const id = await startAs(key, body);
  await new ApiKeys(database.pool).revoke(keyId);
  await service.worker();
  const first = await service.ended(id);
  expect(first).toMatchObject({ status: 'failed', error: { code: 'key_revoked' } });
  expect(await exportsOf(id)).toEqual([]);
  expect((await service.call('POST', `/${id}/retry`)).status).toBe(202);
  const second = await service.until(id, ({ round, status }) => round === 2 && status === 'completed');
  expect(second.counts).toMatchObject({ completed: 3 });
});

it('fills in the tenant where the dataset asks for it, in the query for subjects too', async () => {
  await service.worker();
  const { key } = await adminOf('globex');
  const body = { dataset: 'tenant-notes', subjects: 'all' };
  const stranger = { ...body, params: { tenant: 'default' } };
  await expectProblem(
    await service.api.call('POST', '/v1/bulk-exports', { key, body: stranger }),
    403,
    'forbidden',
  );
  const id = await startAs(key, body);
  await until(async () => (await exportsOf(id)).length > 0);
  const { rows } = await database.pool.query(
    'select tenant, role, subject, params from rowferry.exports where bulk_id = $1',
    [id],
  );
  expect(rows).toEqual([
    { tenant: 'globex', role: 'user', subject: 'globex-1', params: { tenant: 'globex', person: 'globex-1' } },
  ]);
});

it('gives each export a turn of its own, so that tenants take turns', async () => {
  const body = { dataset: 'notes', subjects: people(8) };
  for (const tenant of ['acme', 'globex']) {
    await members().feed(await startAs((await adminOf(tenant)).key, body), 8);
  }
  const { rows } = await database.pool.query<{ tenants: string[]; turn: number }>(
    `select turn::int as turn, array_agg(tenant order by tenant) as tenants from rowferry.exports
      where lane = 'bulk' group by turn order by turn`,
  );
  expect(rows.map(({ tenants }) => tenants)).toEqual(Array.from({ length: 8 }, () => ['acme', 'globex']));
});

it('makes each export once, however many look after it at a time', async () => {
  const id = await service.start({ subjects: people(30) });
  const made = await Promise.all(Array.from({ length: 8 }, () => members().feed(id, 10)));
  expect(made.flat()).toHaveLength(10);
  const subjects = await exportsOf(id);
  expect(new Set(subjects).size).toBe(10);
  expect(subjects).toHaveLength(10);
  expect(await service.get(id)).toMatchObject({ counts: { total: 30, queued: 10, waiting: 20 } });
});

it('counts what a retry of a single export makes of it', async () => {
  await service.worker();
  const id = await service.start({ subjects: people(3), params: { broken: 3 } });
  expect(await service.ended(id)).toMatchObject({ counts: { completed: 2, failed: 1 } });
  const listed = await service.call('GET', `/${id}/exports?status=failed`);
  const [{ exportId } = { exportId: '' }] = (
    (await listed.json()) as { exports: { subject: string; exportId: string }[] }
  ).exports;
  await database.pool.query('create table mended ()');
  try {
    const key = service.api.keys.admin;
    const retried = await service.api.call('POST', `/v1/exports/${exportId}/retry`, { key });
    expect(await retried.json()).toMatchObject({ bulkExportId: id });
    const bulk = await service.until(id, ({ counts }) => counts['completed'] === 3);
    expect(bulk).toMatchObject({ counts: { failed: 0 }, failures: [] });
  } finally {
    await database.pool.query('drop table mended');
  }
});

it('gives up what has waited too long for its turn', async () => {
  const id = await service.start({ subjects: people(4) });
  const fresh = await service.start({ subjects: people(4) });
  await database.pool.query(
    `update rowferry.bulk_exports set started_at = now() - interval '3 hours' where id = $1`,
    [id],
  );
  const reason = { code: 'given_up', message: 'Its turn did not come.' };
  expect(await new BulkRepairs(database.pool).giveUp({ hours: 2, reason })).toBe(4);
  expect((await service.get(id)).failures).toMatchObject([{ code: 'given_up', count: 4 }]);
  expect(await service.get(fresh)).toMatchObject({ counts: { waiting: 4 } });
});
