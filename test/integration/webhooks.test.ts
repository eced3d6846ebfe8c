import { afterEach, beforeEach, expect, it } from 'vitest';
import { ExportNotifications } from '../../src/db/export-notifications.ts';
import { NotificationRecords } from '../../src/db/notification-records.ts';
import { WebhookRecords } from '../../src/db/webhook-records.ts';
import { createNotificationFixture, PUBLIC_URL, webhookSecrets } from '../support/notification-fixture.ts';
import type { NotificationFixture } from '../support/notification-fixture.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { startWebhookReceiver, verifyWebhook } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';

const database = useTestDatabase();
let fixture: NotificationFixture;
let receiver: WebhookReceiver;
/** The tenant’s webhook at the receiver. */
let hook: { id: string; secret: string };
let webhooks: WebhookRecords;

beforeEach(async () => {
  fixture = createNotificationFixture(database);
  webhooks = new WebhookRecords(database.pool);
  receiver = await startWebhookReceiver();
  hook = await fixture.webhook(receiver.url);
});
afterEach(async () => {
  await receiver.close();
  await database.pool.query('delete from rowferry.exports');
  await database.pool.query('delete from rowferry.webhooks');
});

const find = () => webhooks.find('default', hook.id);
const completed = async () => {
  const id = await fixture.request();
  await fixture.complete(id);
  return id;
};

it('tells of a completed export, signed so that the library of Standard Webhooks takes it', async () => {
  const id = await completed();
  await fixture.sendAll();
  const { id: notificationId, ...row } = await fixture.only(id);
  expect(row).toMatchObject({ kind: 'completed', state: 'delivered', attempt: 1, last_status: 204 });
  const [message] = receiver.received;
  expect(message?.headers['webhook-id']).toBe(notificationId);
  const { type, data } = verifyWebhook(message, hook.secret);
  expect(type).toBe('export.completed');
  expect(data).toMatchObject({
    id,
    dataset: 'diary',
    status: 'completed',
    subject: '1',
    file: { name: 'diary-2026-01-01.csv', rows: 3, bytes: 1234, sha256: 'ab'.repeat(32) },
    error: null,
    links: { self: `${PUBLIC_URL}/v1/exports/${id}`, download: `${PUBLIC_URL}/v1/exports/${id}/download` },
  });
});

it('tells of a failed export with its reason, and of no file', async () => {
  const id = await fixture.request();
  await fixture.fail(id);
  await fixture.sendAll();
  const { type, data } = verifyWebhook(receiver.received[0], hook.secret);
  expect(type).toBe('export.failed');
  expect(data).toMatchObject({ id, status: 'failed', file: null, error: { code: 'too_many_rows' } });
  expect(data.links).not.toHaveProperty('download');
});

it('tells nothing of a cancelled or deleted export, and nothing to another tenant', async () => {
  const elsewhere = await fixture.request([], 'globex');
  await fixture.complete(elsewhere);
  expect(await fixture.rowsOf(elsewhere)).toEqual([]);
  const cancelled = await fixture.request();
  await fixture.exports.cancel('default', cancelled);
  expect(await fixture.rowsOf(cancelled)).toEqual([]);
  const deleted = await completed();
  await fixture.exports.delete('default', deleted);
  await fixture.sendAll();
  expect(await fixture.only(deleted)).toMatchObject({
    state: 'failed',
    last_error: 'The export was deleted.',
  });
  expect(receiver.received).toEqual([]);
});

it('writes one message a target, however often an export ends', async () => {
  const id = await completed();
  await database.pool.query(`update rowferry.exports set status = 'running', files = null where id = $1`, [
    id,
  ]);
  await fixture.pool.query(
    `update rowferry.exports set status = 'completed', files = '[{"objectKey": "again", "sha256": "ab"}]' where id = $1`,
    [id],
  );
  await fixture.only(id);
});

it('is sent once by many workers that get the same job at once', async () => {
  const id = await completed();
  const { id: notificationId } = await fixture.only(id);
  const workers = Array.from({ length: 20 }, () => fixture.createProcessor());
  await Promise.all(workers.map((worker) => worker.process(notificationId, new AbortController().signal)));
  expect(receiver.received).toHaveLength(1);
  expect(await fixture.only(id)).toMatchObject({ state: 'delivered', attempt: 1 });
});

it('tries again later, with pauses that grow, the same id and the same bytes', async () => {
  receiver.answer = 503;
  const id = await completed();
  const pauses: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt++) {
    await fixture.passTime();
    await fixture.sendAll();
    const row = await fixture.only(id);
    expect(row).toMatchObject({ state: 'pending', attempt, last_status: 503 });
    pauses.push(row.due_in);
  }
  // 60, 120, 240 and 480 seconds, less up to a half.
  pauses.forEach((pause, index) => {
    expect(pause).toBeGreaterThan(29 * 2 ** index);
    expect(pause).toBeLessThanOrEqual(60 * 2 ** index);
  });
  receiver.answer = 200;
  await fixture.passTime();
  await fixture.sendAll();
  expect(await fixture.only(id)).toMatchObject({ state: 'delivered', attempt: 5, last_status: 200 });
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
  for (const message of receiver.received) verifyWebhook(message, hook.secret);
});

it('is not sent before its time', async () => {
  receiver.answer = 500;
  const id = await completed();
  const { id: notificationId } = await fixture.only(id);
  const processor = fixture.createProcessor();
  await processor.process(notificationId, new AbortController().signal);
  await processor.process(notificationId, new AbortController().signal);
  expect(receiver.received).toHaveLength(1);
});

it('gives up when it has been tried for long enough', async () => {
  receiver.answer = 500;
  const id = await completed();
  await database.pool.query(`update rowferry.notifications set since = now() - interval '25 hours'`);
  await fixture.sendAll();
  expect(await fixture.only(id)).toMatchObject({ state: 'failed', last_status: 500 });
});

it('begins anew when it is delivered again: short pauses and all its time, under numbers that go on', async () => {
  receiver.answer = 500;
  // The e-mail is not delivered either: there is no mail server.
  const id = await fixture.request(['anna@example.org']);
  await fixture.complete(id);
  const tryAll = async () => {
    await fixture.passTime();
    await fixture.sendAll();
    return fixture.rowsOf(id);
  };
  for (let attempt = 1; attempt <= 5; attempt++) await tryAll();
  await database.pool.query(`update rowferry.notifications set since = now() - interval '25 hours'`);
  const givenUp = await tryAll();
  expect(givenUp).toMatchObject([
    { state: 'failed', attempt: 6 },
    { state: 'failed', attempt: 6 },
  ]);
  const notifications = new ExportNotifications(database.pool);
  for (const message of givenUp) {
    expect(await notifications.redeliverAny('default', message.id)).toBe('due');
  }
  for (const [attempt, pause] of [
    [7, 60],
    [8, 120],
  ] as const) {
    for (const row of await tryAll()) {
      expect(row).toMatchObject({ state: 'pending', attempt });
      expect(row.due_in).toBeGreaterThan(pause / 2 - 1);
      expect(row.due_in).toBeLessThanOrEqual(pause);
    }
  }
  const log = await webhooks.deliveries('default', hook.id);
  expect(log.map(({ attempt }) => attempt)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
});

it.each([
  ['does not answer', 'hang' as const, /no answer within 0.3 seconds/],
  ['answers with a redirect', { redirect: 'https://example.org/' }, /redirects are not followed/],
])('says so when the receiver %s', async (_name, answer, reason) => {
  receiver.answer = answer;
  const id = await completed();
  await fixture.sendAll(fixture.createProcessor({ timeoutMs: 300 }));
  const row = await fixture.only(id);
  expect(row).toMatchObject({ state: 'pending' });
  expect(row.last_error).toMatch(reason);
});

it('is sent again with its id when the worker died between sending and recording', async () => {
  const id = await completed();
  class Dying extends NotificationRecords {
    override record(): Promise<boolean> {
      return Promise.reject(new Error('killed'));
    }
  }
  const dying = fixture.createProcessor({ records: new Dying(database.pool) });
  await expect(fixture.sendAll(dying)).rejects.toThrow('killed');
  // Nobody else sends it while the dead one may still be at it.
  await fixture.sendAll();
  expect(receiver.received).toHaveLength(1);
  await fixture.passTime();
  await fixture.sendAll();
  expect(receiver.received).toHaveLength(2);
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids[0]).toBe(ids[1]);
  expect(await fixture.only(id)).toMatchObject({ state: 'delivered', attempt: 2 });
});

it('does not let a try that was overtaken say what became of the message', async () => {
  const id = await completed();
  const { id: notificationId } = await fixture.only(id);
  const slow = await fixture.records.claim(notificationId, 30);
  await fixture.passTime();
  await fixture.sendAll();
  if (slow === undefined) throw new Error('it was not claimed');
  const failed = { delivered: false, status: 500, error: 'late', milliseconds: 1 };
  expect(await fixture.records.record(slow, failed)).toBe(false);
  expect(await fixture.only(id)).toMatchObject({ state: 'delivered', attempt: 2 });
});

it('is sent once more where that was asked for while a try was under way, whatever comes of that one', async () => {
  const notifications = new ExportNotifications(database.pool);
  for (const outcome of [
    { delivered: false, status: 410, error: 'gone', milliseconds: 1 },
    { delivered: false, status: 500, error: 'later', milliseconds: 1, againInMs: 60_000 },
    { delivered: true, status: 204, error: null, milliseconds: 1 },
  ]) {
    const before = receiver.received.length;
    const id = await completed();
    const { id: notificationId } = await fixture.only(id);
    const slow = await fixture.records.claim(notificationId, 30);
    if (slow === undefined) throw new Error('it was not claimed');
    expect(await notifications.redeliverAny('default', notificationId)).toBe('due');
    expect(await fixture.records.record(slow, outcome)).toBe(true);
    expect(await fixture.only(id)).toMatchObject({ state: 'pending', last_status: outcome.status });
    await fixture.sendAll();
    expect(receiver.received).toHaveLength(before + 1);
    expect(await fixture.only(id)).toMatchObject({ state: 'delivered', attempt: 2 });
    const log = await webhooks.deliveries('default', hook.id);
    expect(log.slice(0, 2).map(({ attempt }) => attempt)).toEqual([2, 1]);
  }
});

it('signs with the new and the old secret for a while after a rotation', async () => {
  const { secret, sealed } = webhookSecrets.make(hook.id);
  await webhooks.rotate('default', hook.id, { secret: sealed, graceHours: 1 });
  await completed();
  await fixture.sendAll();
  verifyWebhook(receiver.received[0], secret);
  verifyWebhook(receiver.received[0], hook.secret);

  await database.pool.query(`update rowferry.webhooks set previous_until = now() - interval '1 second'`);
  await completed();
  await fixture.sendAll();
  verifyWebhook(receiver.received[1], secret);
  expect(() => verifyWebhook(receiver.received[1], hook.secret)).toThrow('No matching signature');
});

it('disables a receiver that answers 410, and lets it be enabled again', async () => {
  receiver.answer = 410;
  const id = await completed();
  await fixture.sendAll();
  expect(await fixture.only(id)).toMatchObject({ state: 'failed', attempt: 1, last_status: 410 });
  expect(await find()).toMatchObject({ disabledReason: 'The receiver answered with HTTP 410.' });
  // It hears of nothing more.
  expect(await fixture.rowsOf(await completed())).toEqual([]);
  receiver.answer = 204;
  await webhooks.enable('default', hook.id);
  await completed();
  await fixture.sendAll();
  expect(receiver.received).toHaveLength(2);
});

it('disables a receiver at which nothing has arrived for days, but not one that works now and then', async () => {
  receiver.answer = 500;
  await completed();
  await fixture.sendAll();
  const failingFor = (days: number) =>
    database.pool.query(`update rowferry.webhooks set failing_since = now() - make_interval(days => $1)`, [
      days,
    ]);
  await failingFor(4);
  await fixture.passTime();
  await fixture.sendAll();
  expect(await find()).toMatchObject({ disabledAt: null });
  receiver.answer = 204;
  await fixture.passTime();
  await fixture.sendAll();
  expect(await find()).toMatchObject({ disabledAt: null, failingSince: null });

  receiver.answer = 500;
  const id = await completed();
  await fixture.sendAll();
  await failingFor(6);
  await fixture.passTime();
  await fixture.sendAll();
  expect(await find()).toMatchObject({ disabledReason: 'Nothing has arrived there for 5 days.' });
  // What still waited for it ends.
  await fixture.passTime();
  await fixture.sendAll();
  expect(await fixture.only(id)).toMatchObject({ state: 'failed', last_error: 'The webhook is disabled.' });
});

it('does not ask a dead receiver anew for each message', async () => {
  receiver.answer = 500;
  for (let count = 0; count < 20; count++) await completed();
  await fixture.sendAll();
  expect(receiver.received).toHaveLength(1);
});

it('keeps a log of tries without addresses and secrets, of a bounded length', async () => {
  receiver.answer = 500;
  const id = await completed();
  const processor = fixture.createProcessor({ logEntries: 3 });
  for (let attempt = 1; attempt <= 5; attempt++) {
    await fixture.passTime();
    await fixture.sendAll(processor);
  }
  const log = await webhooks.deliveries('default', hook.id);
  expect(log.map(({ attempt }) => attempt)).toEqual([5, 4, 3]);
  expect(log[0]).toMatchObject({ exportId: id, kind: 'completed', status: 500 });
  expect(await webhooks.deliveries('globex', hook.id)).toEqual([]);
  expect(JSON.stringify(log)).not.toContain(receiver.url);
});

it('forgets messages that ended long ago, and keeps those that wait', async () => {
  const old = await completed();
  await fixture.sendAll();
  await database.pool.query(`update rowferry.notifications set ended_at = now() - interval '31 days'`);
  receiver.answer = 500;
  const waiting = await completed();
  await fixture.sendAll();
  await fixture.records.forget(30);
  expect(await fixture.rowsOf(old)).toEqual([]);
  expect(await fixture.rowsOf(waiting)).toHaveLength(1);
});
