// Who is served when: by the order in which exports are started, with both queues.
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { HistoryRecords } from '../../src/db/history-records.ts';
import { LeftoverRecords } from '../../src/db/leftover-records.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { TraceRecords } from '../../src/db/trace-records.ts';
import { ExportConsumer } from '../../src/queue/export-consumer.ts';
import { exportJobs, ExportQueue } from '../../src/queue/export-queue.ts';
import type { JobOutcome } from '../../src/queue/job-consumer.ts';
import { MAX_TURN } from '../../src/queue/job-queue.ts';
import { openQueueBackend } from '../../src/queue/queue-backend.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { Janitor } from '../../src/worker/janitor.ts';
import { describeQueueBackends } from '../support/queue-backends.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, LEASE_SECONDS } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';
import { until } from '../support/until.ts';

const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const { store } = useTestStore();
let fixture: WorkerFixture;
const REASON = { code: 'a_test', message: 'A test says so.' };

beforeEach(() => {
  fixture = createWorkerFixture(database, store);
});
afterEach(() => database.pool.query('delete from rowferry.exports'));

describeQueueBackends(database, (backend) => {
  const openQueue = () => {
    const queue = new ExportQueue({ backend, timeoutMs: 5000, logger });
    onTestFinished(async () => {
      await queue.close();
      await emptyQueues(backend);
    });
    return queue;
  };
  const ask = async (queue: ExportQueue, tenant: string) => {
    const record = await fixture.request({ tenant });
    await queue.add(record);
    return record;
  };
  /** Starts exports one at a time, ends each at once, and resolves to whose they were once there have been so many. */
  const starts = async (
    count: number,
    onStart: (tenant: string, id: string, started: readonly string[]) => Promise<JobOutcome | undefined>,
  ) => {
    const started: string[] = [];
    const consumer = new ExportConsumer('normal', {
      backend,
      concurrency: 1,
      lockSeconds: 30,
      logger,
      async process(id) {
        const claim = await fixture.claims.claim(id);
        if (claim.outcome === 'wait') return { againInMs: claim.delayMs };
        if (claim.outcome !== 'claimed') return 'done';
        const { tenant, attempt } = claim.export;
        started.push(tenant);
        const outcome = await onStart(tenant, id, started);
        if (outcome !== undefined) return outcome;
        await fixture.attempts.fail(id, attempt, REASON);
        return 'done';
      },
    });
    try {
      await consumer.start();
      await until(() => started.length >= count);
    } finally {
      await consumer.close();
    }
    return started;
  };
  const nothing = () => Promise.resolve(undefined);

  it('serves tenants in turns, however many exports one of them has', async () => {
    const queue = openQueue();
    for (let index = 0; index < 20; index++) await ask(queue, 'loud');
    for (let index = 0; index < 3; index++) await ask(queue, 'quiet');
    const order = await starts(23, nothing);
    expect(order.slice(0, 6)).toEqual(['loud', 'quiet', 'loud', 'quiet', 'loud', 'quiet']);
    expect(order.filter((tenant) => tenant === 'loud')).toHaveLength(20);
  });

  it('lets one that comes late wait for no more than what is next, and starves nobody', async () => {
    const queue = openQueue();
    for (let index = 0; index < 20; index++) await ask(queue, 'loud');
    // From the tenth on somebody asks again whenever they are served, for ever.
    const order = await starts(40, async (tenant, _id, started) => {
      if (started.length === 10 || tenant === 'quiet') await ask(queue, 'quiet');
      return undefined;
    });
    expect(order.indexOf('quiet')).toBeLessThanOrEqual(11);
    for (let end = 12; end <= 30; end++) {
      const share = order.slice(10, end).filter((tenant) => tenant === 'quiet').length;
      expect(Math.abs(share - (end - 10) / 2)).toBeLessThanOrEqual(1.5);
    }
    expect(order.slice(0, 32).filter((tenant) => tenant === 'loud')).toHaveLength(20);
  });

  it('gives nobody more turns because their exports fail', async () => {
    const queue = openQueue();
    for (let index = 0; index < 6; index++) await ask(queue, 'failing');
    for (let index = 0; index < 6; index++) await ask(queue, 'fine');
    const order = await starts(18, async (tenant, id) => {
      if (tenant === 'fine') return undefined;
      const again = await fixture.attempts.retryLater(id, 1, { ...REASON, delayMs: 0 });
      return again === undefined ? undefined : { againInMs: 0, turn: again.turn };
    });
    expect(order.slice(0, 12).filter((tenant) => tenant === 'fine')).toHaveLength(6);
  });

  it('serves one that was handed back before those that came after it', async () => {
    const queue = openQueue();
    const { id: first } = await ask(queue, 'one');
    for (let index = 0; index < 5; index++) await ask(queue, 'one');
    const ids: string[] = [];
    await starts(4, async (_tenant, id) => {
      ids.push(id);
      if (ids.length > 1) return undefined;
      await fixture.attempts.release(id, 1, 'worker_stopping');
      return { againInMs: 0 };
    });
    // Redis takes up what is put aside after what it has begun to hand out.
    expect(ids.indexOf(first, 1)).toBeLessThanOrEqual(2);
    expect(ids.indexOf(first, 1)).toBeGreaterThan(0);
  });

  it('keeps the order when the queue has lost everything', async () => {
    const queue = openQueue();
    for (let index = 0; index < 5; index++) await ask(queue, 'loud');
    for (let index = 0; index < 2; index++) await ask(queue, 'quiet');
    await emptyQueues(backend);
    await age();
    await janitorOf(queue).run();
    const order = await starts(7, nothing);
    // In which order the janitor brings them is chance, so whose turn is the same may be either way round.
    expect([order.slice(0, 2).sort(), order.slice(2, 4).sort(), order.slice(4)]).toEqual([
      ['loud', 'quiet'],
      ['loud', 'quiet'],
      ['loud', 'loud', 'loud'],
    ]);
  });

  it('keeps the order in a lane that has never been empty for longer than a queue can count', async () => {
    const queue = openQueue();
    const tenants = ['late', 'middle', 'early'];
    for (const [index, tenant] of tenants.entries()) {
      const { id, lane } = await fixture.request({ tenant });
      const turn = MAX_TURN + 100 - 10 * index;
      await database.pool.query('update rowferry.exports set turn = $2 where id = $1', [id, turn]);
      await queue.add({ id, lane, turn });
    }
    await age();
    await janitorOf(queue).run();
    expect(await starts(3, nothing)).toEqual(['early', 'middle', 'late']);
  });

  it('begins at 1 again where nothing waits, apart in each lane', async () => {
    openQueue();
    expect((await fixture.request({ tenant: 'one' })).turn).toBe(1);
    expect((await fixture.request({ tenant: 'one' })).turn).toBe(2);
    expect((await fixture.request({ tenant: 'one', lane: 'fast' })).turn).toBe(1);
    await database.pool.query("update rowferry.exports set status = 'cancelled'");
    expect((await fixture.request({ tenant: 'one' })).turn).toBe(1);
  });

  const age = () =>
    database.pool.query("update rowferry.exports set not_before = not_before - interval '1 hour'");
  const janitorOf = (queue: ExportQueue) =>
    new Janitor({
      records: new RepairRecords(database.pool),
      attempts: fixture.attempts,
      leftovers: new LeftoverRecords(database.pool),
      history: new HistoryRecords(database.pool),
      queue,
      store,
      keyPrefix: fixture.keyPrefix,
      intervalMs: 60_000,
      leaseSeconds: LEASE_SECONDS,
      giveUpAfterHours: 24,
      recordRetentionDays: 30,
      orphanAgeMs: 3_600_000,
      orphanIntervalSeconds: 3600,
      repairs: fixture.repairs,
      metrics: fixture.metrics,
      traces: new TraceRecords(database.pool),
      idempotencyHours: 24,
      logger,
    });
});

it('gives a newcomer no turn before what the lane has come to', async () => {
  const turns: string[] = [];
  for (let index = 0; index < 10; index++) turns.push((await fixture.request({ tenant: 'loud' })).id);
  const end = (ids: string[]) =>
    database.pool.query("update rowferry.exports set status = 'cancelled' where id = any($1)", [ids]);
  const newcomer = async (tenant: string) => (await fixture.request({ tenant })).turn;
  // Turns 1 to 5 are over, nothing runs and the sixth is next.
  await end(turns.slice(0, 5));
  expect(await newcomer('one')).toBe(6);
  // What waits for its next attempt is not next, however low its turn is.
  await database.pool.query(
    `update rowferry.exports set turn = 1, not_before = now() + interval '1 hour' where id = $1`,
    [turns[5]],
  );
  expect(await newcomer('two')).toBe(6);
  // Only the last one is left, and it runs: were it handed back it would come first.
  await database.pool.query("update rowferry.exports set status = 'cancelled' where id <> $1", [turns[9]]);
  expect(await fixture.claims.claim(turns[9] ?? '')).toMatchObject({ outcome: 'claimed' });
  expect(await newcomer('three')).toBe(11);
});

async function emptyQueues(options: QueueBackendOptions): Promise<void> {
  const backend = openQueueBackend(options);
  for (const { queue: name } of Object.values(exportJobs)) {
    const queue = backend.createQueue(name, {});
    await queue.obliterate({ force: true });
    await queue.close();
  }
  await backend.disconnect();
}
