import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startWorker } from '../../src/cli/worker-process.ts';
import { loadConfig } from '../../src/config.ts';
import type { QueuedExport } from '../../src/queue/export-queue.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import { seedDiary } from '../../src/seed/seed-diary.ts';
import { shutDown } from '../../src/shutdown.ts';
import { completeExport } from '../support/complete-export.ts';
import { datasetOf } from '../support/run-test-export.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestApi } from '../support/test-api.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, longDataset, withFaults } from '../support/worker-fixture.ts';

const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const storage = useTestStore();
const api = useTestApi(database, storage, undefined, {
  settings: {
    FAST_LANE_MAX_ROWS: '1000',
    // However busy the machine is.
    FAST_LANE_ESTIMATE_TIMEOUT_MS: '1000',
    API_ANSWER_TIMEOUT_MS: '20000',
  },
});
const never = () => new AbortController().signal;

describe('a request', () => {
  const laneOf = async (userId: string) => {
    const body = { dataset: 'diary', params: { userId } };
    const response = await api.call('POST', '/v1/exports', { key: api.keys.admin, body });
    const { id } = (await response.json()) as { id: string };
    const { rows } = await database.pool.query<{ lane: string }>(
      'select lane from rowferry.exports where id = $1',
      [id],
    );
    return { id, lane: rows[0]?.lane };
  };

  beforeAll(() => seedDiary(database.url, [{ users: { from: 1, to: 4 }, entries: 25 }]));

  it('goes into the fast lane where the planner expects few rows', async () => {
    expect((await laneOf('1')).lane).toBe('fast');
  });

  it('goes by what the same was the last time, before the planner', async () => {
    const { id } = await laneOf('2');
    await completeExport(database, storage, id, Buffer.from('x'));
    await database.pool.query('update rowferry.exports set rows = 1001 where id = $1', [id]);
    const again = await laneOf('2');
    expect(again.lane).toBe('normal');
    expect((await laneOf('3')).lane).toBe('fast');
  });

  it('is answered in time, and is not for the fast lane, where nobody can tell', async () => {
    const blocker = await database.pool.connect();
    onTestFinished(() => blocker.release(true));
    await blocker.query('begin; lock table reviews in access exclusive mode');
    expect((await laneOf('4')).lane).toBe('normal');
  });
});

describe('an attempt in the fast lane', () => {
  const small = datasetOf(`select n::text as id from generate_series(1, 2500) as n`, ['id']);
  const cases = [
    { what: 'has more rows than it may', dataset: small, fastLane: { maxRows: 1000, maxMs: 60_000 } },
    { what: 'takes longer than it may', dataset: longDataset, fastLane: { maxRows: 100_000, maxMs: 300 } },
  ];
  for (const { what, dataset, fastLane } of cases) {
    it(`leaves it unharmed when it ${what}`, async () => {
      const fixture = createWorkerFixture(database, storage.store);
      const { id, tenant } = await fixture.request({ lane: 'fast' });
      const added: QueuedExport[] = [];
      const queue = { add: (one: QueuedExport) => Promise.resolve(void added.push(one)) };
      expect(await fixture.createProcessor({ dataset, fastLane, queue }).process(id, never())).toBe('done');
      const left = await fixture.records.find(tenant, id);
      expect(left).toMatchObject({ status: 'queued', lane: 'normal', tries: 0 });
      expect(added).toEqual([{ id, lane: 'normal', turn: left?.turn }]);
      expect(await fixture.objectsOf(id)).toEqual([]);
      expect(await fixture.eventsOf(id)).toEqual(['requested', 'started', 'lane_left']);
    });
  }

  it('stays in it once its file is stored: starting again would save nothing', async () => {
    const fixture = createWorkerFixture(database, storage.store);
    const { id, tenant } = await fixture.request({ lane: 'fast' });
    const fastLane = { maxRows: 100_000, maxMs: 4000 };
    const slow = withFaults(storage.store, {
      head: async (key) => {
        // Until it has taken too long for the lane.
        await pause(fastLane.maxMs);
        return storage.store.head(key);
      },
    });
    const processor = fixture.createProcessor({ dataset: small, store: slow, fastLane });
    expect(await processor.process(id, never())).toBe('done');
    expect(await fixture.records.find(tenant, id)).toMatchObject({ status: 'completed', lane: 'fast' });
  });

  it('may have as many rows as it likes in the normal lane, and is whole there', async () => {
    const fixture = createWorkerFixture(database, storage.store);
    const { id, tenant } = await fixture.request({ lane: 'normal' });
    const processor = fixture.createProcessor({ fastLane: { maxRows: 0, maxMs: 1 } });
    expect(await processor.process(id, never())).toBe('done');
    expect(await fixture.records.find(tenant, id)).toMatchObject({ status: 'completed', rows: 2500 });
  });
});

it('small exports do not wait for big ones, however many there are', async () => {
  const fixture = createWorkerFixture(database, storage.store);
  const backend = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
  const addresses = {
    databaseUrl: database.url,
    sources: { default: database.url },
    queue: backend,
    s3: storage.options,
  };
  const config = loadConfig({ DATABASE_URL: database.url, WORKER_CONCURRENCY: '1' });
  const queue = new ExportQueue({ backend, timeoutMs: 5000, logger });
  onTestFinished(() => queue.close());
  const big = { ...longDataset, name: 'big' };
  const tiny = { ...datasetOf(`select 1::text as id`, ['id']), name: 'tiny' };
  const datasets = new Map([big, tiny].map((dataset) => [dataset.name, dataset]));
  const ask = async (dataset: string, lane: 'fast' | 'normal') => {
    const content = { dataset, formats: ['csv'], params: {}, options: { compression: 'none' } } as const;
    const asked = { tenant: 'default', role: 'admin', subject: 'operator', lane, ...content } as const;
    const record = await fixture.records.create(asked);
    await queue.add(record);
    return record.id;
  };
  const statusOf = async (id: string) => (await fixture.records.find('default', id))?.status;
  const bigs = [await ask('big', 'normal'), await ask('big', 'normal')];
  const worker = await startWorker(config, addresses, datasets, logger, { graceMs: 100 });
  onTestFinished(() => shutDown(worker.phases, { info: () => undefined, warn: () => undefined }));
  // A worker takes two and lets one tenant have one slot: which of them gets it is not said.
  const bigStatuses = async () => (await Promise.all(bigs.map(statusOf))).sort();
  await expect.poll(bigStatuses).toEqual(['queued', 'running']);
  const small = await ask('tiny', 'fast');
  await expect.poll(() => statusOf(small)).toBe('completed');
  expect(await bigStatuses()).toEqual(['queued', 'running']);
});
