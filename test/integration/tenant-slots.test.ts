// One tenant cannot take all of a worker, with both queues. Exports that never end stand for those that take hours.
import { pino } from 'pino';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { startWorker } from '../../src/cli/worker-process.ts';
import { loadConfig } from '../../src/config.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { TenantTurns } from '../../src/db/tenant-turns.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import { shutDown } from '../../src/shutdown.ts';
import { describeQueueBackends } from '../support/queue-backends.ts';
import { datasetOf } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const LOCK = 20_260_713;
const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const storage = useTestStore();
const datasets = new Map(
  [
    { ...datasetOf(`select pg_advisory_xact_lock_shared(${LOCK})::text as id`, ['id']), name: 'endless' },
    { ...datasetOf(`select 1::text as id`, ['id']), name: 'quick' },
  ].map((dataset) => [dataset.name, dataset]),
);

/** Until the test ends, exports of the endless dataset do not. Resolves to how to let them. */
async function holdEndless(): Promise<() => Promise<void>> {
  const client = await database.pool.connect();
  await client.query(`select pg_advisory_lock(${LOCK})`);
  let held = true;
  const release = async () => {
    if (!held) return;
    held = false;
    await client.query(`select pg_advisory_unlock(${LOCK})`);
    client.release();
  };
  onTestFinished(release);
  return release;
}

/** So many exports of a tenant by what became of them. */
async function statesOf(tenant: string): Promise<Record<string, number>> {
  const { rows } = await database.pool.query<{ status: string; count: number }>(
    'select status, count(*)::int as count from rowferry.exports where tenant = $1 group by status',
    [tenant],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
const until = (tenant: string, states: Record<string, number>) =>
  expect.poll(() => statesOf(tenant)).toEqual(states);

afterEach(() => database.pool.query('delete from rowferry.exports'));

it('puts forward who waits in the same lane, is due and of none of these tenants, and nobody else', async () => {
  const turns = new TenantTurns(database.pool);
  const ask = (tenant: string, lane: 'normal' | 'fast' = 'normal') =>
    new ExportRecords(database.pool).create({
      ...{ tenant, lane, role: 'admin', subject: 'operator' },
      ...{ dataset: 'quick', formats: ['csv'], params: { tenant } },
    });
  const held = await ask('loud');
  const forward = () => turns.putForward(held.id, ['loud', 'noisy'], 'normal');
  await ask('loud');
  await ask('noisy');
  await ask('quiet', 'fast');
  const { id } = await ask('later');
  await database.pool.query(`update rowferry.exports set not_before = now() + interval '1 h' where id = $1`, [
    id,
  ]);
  expect(await forward()).toBeUndefined();
  const first = await ask('quiet');
  await ask('quiet');
  for (let index = 0; index < 2; index++) {
    expect(await forward()).toEqual({ id: first.id, lane: 'normal', turn: held.turn - 1 });
  }
});

describeQueueBackends(database, (backend) => {
  const openQueue = () => {
    const queue = new ExportQueue({ backend, timeoutMs: 5000, logger });
    onTestFinished(() => queue.close());
    return queue;
  };
  const ask = async (queue: ExportQueue, tenant: string, dataset: string, count: number) => {
    const asked = {
      tenant,
      role: 'admin',
      subject: 'operator',
      dataset,
      formats: ['csv'],
      params: {},
    } as const;
    for (let index = 0; index < count; index++)
      await queue.add(await new ExportRecords(database.pool).create(asked));
  };
  const work = async (slots: number) => {
    const config = loadConfig({ DATABASE_URL: database.url, WORKER_CONCURRENCY: String(slots) });
    const addresses = {
      databaseUrl: database.url,
      sources: { default: database.url },
      queue: backend,
      s3: storage.options,
    };
    const worker = await startWorker(config, addresses, datasets, logger, { graceMs: 2000 });
    onTestFinished(() => shutDown(worker.phases, { info: () => undefined, warn: () => undefined }));
  };

  it('runs another tenant’s exports while all that one tenant may have are taken for long', async () => {
    const queue = openQueue();
    await work(2);
    const release = await holdEndless();
    await ask(queue, 'loud', 'endless', 6);
    await until('loud', { running: 2, queued: 4 });
    // More than there is room for at once, so that their turns lie beyond those of exports that cannot start.
    await ask(queue, 'quiet', 'quick', 5);
    await until('quiet', { completed: 5 });
    expect(await statesOf('loud')).toEqual({ running: 2, queued: 4 });
    await release();
    await until('loud', { completed: 6 });
  });

  it('runs few of one tenant’s exports at a time beside another that uses the worker', async () => {
    const queue = openQueue();
    await work(4);
    await ask(queue, 'quiet', 'quick', 1);
    await until('quiet', { completed: 1 });
    const release = await holdEndless();
    await ask(queue, 'loud', 'endless', 6);
    // Their turns come later, so that each slot that the other tenant may have is taken by then.
    for (let completed = 2; completed <= 4; completed++) {
      await ask(queue, 'quiet', 'quick', 1);
      await until('quiet', { completed });
    }
    expect(await statesOf('loud')).toEqual({ running: 1, queued: 5 });
    await release();
    await until('loud', { completed: 6 });
  });

  it('runs what one worker has no room for in another that has', async () => {
    const queue = openQueue();
    await work(1);
    const release = await holdEndless();
    await ask(queue, 'loud', 'endless', 2);
    await until('loud', { running: 1, queued: 1 });
    await work(1);
    await until('loud', { running: 2 });
    await release();
    await until('loud', { completed: 2 });
  });
});
