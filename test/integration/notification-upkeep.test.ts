import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { NotificationConsumer } from '../../src/queue/notification-consumer.ts';
import { NotificationQueue } from '../../src/queue/notification-queue.ts';
import { NotificationUpkeep } from '../../src/worker/notification-upkeep.ts';
import { createNotificationFixture } from '../support/notification-fixture.ts';
import type { NotificationFixture } from '../support/notification-fixture.ts';
import { describeQueueBackends } from '../support/queue-backends.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';
import type { WebhookReceiver } from '../support/webhook-receiver.ts';
import { until } from '../support/until.ts';

const database = useTestDatabase();
const logger = pino({ level: 'silent' });

describeQueueBackends(database, (backend) => {
  let fixture: NotificationFixture;
  let receiver: WebhookReceiver;
  let queue: NotificationQueue;
  let upkeep: NotificationUpkeep;
  let consumer: NotificationConsumer;

  beforeEach(async () => {
    fixture = createNotificationFixture(database);
    receiver = await startWebhookReceiver();
    await fixture.webhook(receiver.url);
    queue = new NotificationQueue({ backend, timeoutMs: 5000, logger });
    upkeep = new NotificationUpkeep({
      records: fixture.records,
      queue,
      expiryNoticeHours: 24,
      retentionDays: 30,
      logger,
    });
    const processor = fixture.createProcessor();
    consumer = new NotificationConsumer({
      backend,
      concurrency: 4,
      lockSeconds: 30,
      process: (id, signal) => processor.process(id, signal),
      logger,
    });
    await consumer.start();
  });
  afterEach(async () => {
    await consumer.close();
    await queue.close();
    await receiver.close();
    await database.pool.query('delete from rowferry.exports');
    await database.pool.query('delete from rowferry.webhooks');
  });

  const pass = async () => {
    for (const { run } of upkeep.steps()) await run();
  };
  const completed = async () => {
    const id = await fixture.request();
    await fixture.complete(id);
    return id;
  };
  const settled = (exportId: string, state: string, attempt: number) =>
    vi.waitUntil(
      async () => {
        const row = await fixture.only(exportId);
        return row.state === state && row.attempt === attempt;
      },
      { timeout: 40_000, interval: 20 },
    );

  it('sends at once what the end of an export has to tell', async () => {
    const id = await completed();
    await upkeep.ended(id);
    await settled(id, 'delivered', 1);
  });

  it('brings messages that the queue never got, and those whose time has come again', async () => {
    receiver.answer = 503;
    const id = await completed();
    await pass();
    await settled(id, 'pending', 1);
    const { id: notificationId } = await fixture.only(id);
    await until(async () => !(await queue.has(notificationId)));
    // Not before its time.
    await pass();
    expect(await queue.has(notificationId)).toBe(false);
    receiver.answer = 204;
    await fixture.passTime();
    await pass();
    await settled(id, 'delivered', 2);
    expect(receiver.received).toHaveLength(2);
  });

  it('sends a message once, however often its job is added', async () => {
    const id = await completed();
    await Promise.all(Array.from({ length: 20 }, () => upkeep.ended(id)));
    await settled(id, 'delivered', 1);
    await pass();
    expect(receiver.received).toHaveLength(1);
  });

  it('makes messages of files that are about to expire, and sends them', async () => {
    const id = await completed();
    await upkeep.ended(id);
    await settled(id, 'delivered', 1);
    await database.pool.query(
      `update rowferry.exports set expires_at = now() + interval '1 hour', finished_at = now() - interval '6 days'`,
    );
    await pass();
    await receiver.arrived(2);
    const kinds = receiver.received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
    expect(kinds).toEqual(['export.completed', 'export.expiring']);
  });
});

it('does not keep an export from ending when the queue is away', async () => {
  const fixture = createNotificationFixture(database);
  await fixture.webhook('https://hooks.example.org/');
  const backend = { kind: 'redis', url: 'redis://127.0.0.1:1', prefix: 'nowhere' } as const;
  const queue = new NotificationQueue({ backend, timeoutMs: 200, logger });
  const upkeep = new NotificationUpkeep({
    records: fixture.records,
    queue,
    expiryNoticeHours: 24,
    retentionDays: 30,
    logger,
  });
  const id = await fixture.request();
  await fixture.complete(id);
  await upkeep.ended(id);
  expect(await fixture.only(id)).toMatchObject({ state: 'pending', attempt: 0 });
  // The export and its message are there; the janitor brings it when the queue is back.
  expect(await fixture.exports.find('default', id)).toMatchObject({ status: 'completed' });
  await queue.close().catch(() => undefined);
});
