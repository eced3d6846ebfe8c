import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { WorkerChild } from '../../src/cli/worker-child.ts';
import type { WorkerOrder } from '../../src/cli/worker-child.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const { options: s3 } = useTestStore();
const logger = pino({ level: 'silent' });
const datasets = fileURLToPath(new URL('../support/datasets', import.meta.url));

const queueNamed = (prefix: string) =>
  ({ kind: 'postgres', connectionString: database.url, prefix }) as const;

async function orderWith({ prefix = TEST_PREFIX, graceMs = 100 }): Promise<WorkerOrder> {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-worker-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const urls = { databaseUrl: database.url, sources: { default: database.url } };
  return {
    addresses: { ...urls, queue: queueNamed(prefix), s3 },
    logFile: join(folder, 'worker.log'),
    graceMs,
  };
}

/** Asks for an export that takes minutes. */
async function requestLong(records: ExportRecords): Promise<string> {
  const queue = new ExportQueue({ backend: queueNamed(TEST_PREFIX), timeoutMs: 5000, logger });
  onTestFinished(() => queue.close());
  const asked = await records.create({
    tenant: DEFAULT_TENANT,
    role: 'admin',
    subject: 'test',
    dataset: 'rows',
    formats: ['csv'],
    params: { count: 1_000_000, napMs: 200 },
    options: { compression: 'none' },
  });
  await queue.add(asked);
  return asked.id;
}

beforeEach(() => {
  // The child reads its configuration from the environment, as its parent does.
  vi.stubEnv('DATASETS_DIR', datasets);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
});

it('hands back what runs, unharmed, when it is stopped', { timeout: 60_000 }, async () => {
  const records = new ExportRecords(database.pool);
  const worker = new WorkerChild();
  await worker.start(await orderWith({}), logger);
  const id = await requestLong(records);
  const status = async () => (await records.find(DEFAULT_TENANT, id))?.status;
  await vi.waitUntil(async () => (await status()) === 'running', { timeout: 20_000 });
  await worker.stop();
  expect(await records.find(DEFAULT_TENANT, id)).toMatchObject({ status: 'queued', attempt: 1, tries: 0 });
});

it('says what kept the worker’s process from taking exports', async () => {
  const worker = new WorkerChild();
  await expect(worker.start(await orderWith({ prefix: 'never_migrated' }), logger)).rejects.toMatchObject({
    code: 'queue_not_ready',
    message: expect.stringContaining('rowferry migrate') as string,
  });
  await worker.stop();
});

it('ends the worker’s process before it had anything to do', async () => {
  const worker = new WorkerChild();
  await worker.stop();
  await expect(worker.start(await orderWith({}), logger)).rejects.toMatchObject({ code: 'worker_failed' });
});
