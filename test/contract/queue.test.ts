import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { exportJobs } from '../../src/queue/export-queue.ts';
import { JobConsumer } from '../../src/queue/job-consumer.ts';
import { JobQueue } from '../../src/queue/job-queue.ts';
import type { JobOutcome } from '../../src/queue/job-consumer.ts';
import { openQueueBackend } from '../../src/queue/queue-backend.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { freePort } from '../support/free-port.ts';
import { describeQueueBackends } from '../support/queue-backends.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const logger = pino({ level: 'silent' });
const database = useTestDatabase();

describeQueueBackends(database, (backend) => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await emptyQueue(backend);
  });

  const openQueue = () => {
    const queue = new JobQueue(exportJobs.normal, { backend, timeoutMs: 5000, logger });
    closing.push(() => queue.close());
    return queue;
  };
  const consume = (
    process: (exportId: string, signal: AbortSignal) => Promise<JobOutcome>,
    lockSeconds = 30,
  ) => {
    const consumer = new JobConsumer(exportJobs.normal, {
      backend,
      concurrency: 2,
      lockSeconds,
      process,
      logger,
    });
    closing.push(() => consumer.close());
    void consumer.start();
  };

  it('delivers what was added, and then no longer has it', async () => {
    const queue = openQueue();
    const exportId = randomUUID();
    const seen: string[] = [];
    await queue.add(exportId);
    expect(await queue.has(exportId)).toBe(true);
    consume((id) => {
      seen.push(id);
      return Promise.resolve('done');
    });
    await until(() => seen.length > 0);
    await until(async () => !(await queue.has(exportId)));
    expect(seen).toEqual([exportId]);
  });

  it('takes an export once however often it is added, and again once it has ended', async () => {
    const queue = openQueue();
    const exportId = randomUUID();
    let deliveries = 0;
    for (let time = 0; time < 50; time++) await queue.add(exportId);
    consume(() => {
      deliveries++;
      return Promise.resolve('done');
    });
    await until(async () => !(await queue.has(exportId)));
    expect(deliveries).toBe(1);
    await queue.add(exportId);
    await until(() => deliveries === 2);
  });

  it('brings a job back after the pause that was asked for, and keeps it meanwhile', async () => {
    const queue = openQueue();
    const exportId = randomUUID();
    const deliveredAt: number[] = [];
    await queue.add(exportId);
    consume(() => {
      deliveredAt.push(performance.now());
      return Promise.resolve(deliveredAt.length === 1 ? { againInMs: 700 } : 'done');
    });
    await until(() => deliveredAt.length === 1);
    expect(await queue.has(exportId)).toBe(true);
    await until(() => deliveredAt.length === 2);
    expect((deliveredAt[1] ?? 0) - (deliveredAt[0] ?? 0)).toBeGreaterThan(600);
  });

  it('delivers at once what a worker with a wrong clock put aside for long', async () => {
    const queue = openQueue();
    const exportId = randomUUID();
    let deliveries = 0;
    await queue.add(exportId);
    expect(await queue.ensure(exportId)).toBe('there');
    consume(() => {
      deliveries++;
      return Promise.resolve(deliveries === 1 ? { againInMs: 3_600_000 } : 'done');
    });
    // Put aside: the queue has it, and would keep it for an hour.
    await until(async () => (await queue.ensure(exportId)) === 'hurried');
    await until(() => deliveries === 2);
    await until(async () => !(await queue.has(exportId)));
    expect(await queue.ensure(exportId)).toBe('added');
  });

  it('brings a job back when handling it threw', async () => {
    const queue = openQueue();
    let deliveries = 0;
    await queue.add(randomUUID());
    consume(() => {
      deliveries++;
      return deliveries === 1 ? Promise.reject(new Error('the database is away')) : Promise.resolve('done');
    });
    await until(() => deliveries === 2);
  });

  it('takes a waiting export out', async () => {
    const queue = openQueue();
    const exportId = randomUUID();
    await queue.add(exportId);
    await queue.remove(exportId);
    expect(await queue.has(exportId)).toBe(false);
  });

  it('waits for running jobs when it is closed, and takes no more', async () => {
    const queue = openQueue();
    let started = 0;
    let finish: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (finish = resolve));
    const consumer = new JobConsumer(exportJobs.normal, {
      backend,
      concurrency: 1,
      lockSeconds: 30,
      logger,
      process: async () => {
        started++;
        await running;
        return 'done';
      },
    });
    await consumer.start();
    await queue.add(randomUUID());
    await queue.add(randomUUID());
    await until(() => started === 1);
    let closed = false;
    const closes = consumer.close().then(() => (closed = true));
    await queue.ping();
    expect(closed).toBe(false);
    finish();
    await closes;
    expect(started).toBe(1);
  });

  it('aborts a job whose lock was lost', async () => {
    const queue = openQueue();
    let started = false;
    const aborted = new Promise<void>((resolve) => {
      consume((_id, signal) => {
        started = true;
        signal.addEventListener('abort', () => resolve());
        return new Promise((end) => {
          signal.addEventListener('abort', () => {
            end('done');
          });
        });
      }, 2);
    });
    await queue.add(randomUUID());
    await until(() => started);
    // Takes the job away under the worker, as a flush or another worker does.
    await emptyQueue(backend);
    await aborted;
  });
});

it('refuses to start on a PostgreSQL without the queue’s tables, and says what to do', async () => {
  const backend = { kind: 'postgres', connectionString: database.url, prefix: 'not_migrated' } as const;
  const consumer = new JobConsumer(exportJobs.normal, {
    backend,
    concurrency: 1,
    lockSeconds: 30,
    process: () => Promise.resolve('done'),
    logger,
  });
  await expect(consumer.start()).rejects.toMatchObject({ code: 'queue_not_ready' });
  await consumer.close();
  const queue = new JobQueue(exportJobs.normal, { backend, timeoutMs: 1000, logger });
  await expect(queue.ready()).rejects.toThrow('rowferry migrate');
  await queue.close();
});

it('gives up in time when Redis does not answer', async () => {
  const port = await freePort();
  const backend: QueueBackendOptions = { kind: 'redis', url: `redis://127.0.0.1:${port}`, prefix: 'nowhere' };
  const queue = new JobQueue(exportJobs.normal, { backend, timeoutMs: 300, logger });
  onTestFinished(() => queue.close().catch(() => undefined));
  const startedAt = performance.now();
  await expect(queue.add(randomUUID())).rejects.toMatchObject({ code: 'queue_unavailable', retryable: true });
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

async function emptyQueue(options: QueueBackendOptions): Promise<void> {
  const backend = openQueueBackend(options);
  const queue = backend.createQueue(exportJobs.normal.queue, {});
  await queue.obliterate({ force: true });
  await queue.close();
  await backend.disconnect();
}
