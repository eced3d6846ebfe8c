// What the janitor does for bulk exports, and how one ends whose manifest cannot be stored.
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { BulkMembers } from '../../src/db/bulk-members.ts';
import { BulkRepairs } from '../../src/db/bulk-repairs.ts';
import { BulkRuns } from '../../src/db/bulk-runs.ts';
import { AppError } from '../../src/errors.ts';
import type { Dataset } from '../../src/export/dataset.ts';
import type { ObjectStore } from '../../src/storage/object-store.ts';
import { BulkFeeder } from '../../src/worker/bulk-feeder.ts';
import { BulkProcessor } from '../../src/worker/bulk-processor.ts';
import { BulkUpkeep } from '../../src/worker/bulk-upkeep.ts';
import { dataset as notes } from '../support/bulk-datasets/notes.ts';
import { useBulkService } from '../support/bulk-service.ts';
import { expectProblem } from '../support/problems.ts';
import { testLimits } from '../support/run-test-export.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { withFaults } from '../support/worker-fixture.ts';

const KEY_PREFIX = `bulk-upkeep-${randomUUID()}/`;
const GIVE_UP_HOURS = 2;
const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const storage = useTestStore();
const queue = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
const service = useBulkService(database, storage, queue);
const runs = () => new BulkRuns(database.pool, { leaseSeconds: 10 });
const there = () => Promise.resolve('there' as const);
/** The rows say what is to be done; nobody else does it here. */
const NO_QUEUE = { add: () => Promise.resolve(), ensure: there };

function upkeep(parts: { store?: ObjectStore; ensure?: (id: string) => Promise<'there'> }) {
  const { store = storage.store, ensure = there } = parts;
  const { records, storage: inStorage } = new BulkUpkeep({
    repairs: new BulkRepairs(database.pool),
    queue: { ensure },
    store,
    keyPrefix: KEY_PREFIX,
    giveUpAfterHours: GIVE_UP_HOURS,
    recordRetentionDays: 30,
  }).steps();
  const steps = new Map([...records, ...inStorage].map((step) => [step.name, step.run]));
  return (name: string) => steps.get(name)?.();
}

/** Looks once at a bulk export. */
function process(id: string, parts: { store?: ObjectStore; maxBytes?: number; datasets?: Dataset[] } = {}) {
  const { store = storage.store, maxBytes = 1_000_000, datasets = [] } = parts;
  const members = new BulkMembers(database.pool);
  const processor = new BulkProcessor({
    runs: runs(),
    members,
    apiKeys: new ApiKeys(database.pool),
    feeder: new BulkFeeder({ members, exports: NO_QUEUE, bulks: NO_QUEUE, maxInFlight: 4, logger }),
    datasets: new Map(datasets.map((one) => [one.name, one])),
    store,
    keyPrefix: KEY_PREFIX,
    sources: { default: database.url },
    limits: { ...testLimits, maxBytes },
    maxSubjects: 10,
    maxTries: 2,
    giveUpAfterHours: GIVE_UP_HOURS,
    retryDelayMs: 0,
    retentionHours: 1,
    downloadLink: (exportId) => `https://exports.example.org/${exportId}`,
    logger,
  });
  return processor.process(id, new AbortController().signal);
}

/** One of whose subjects one has a file and the other failed; only the manifest is missing. */
async function allButTheManifest(): Promise<string> {
  const id = await service.start({ subjects: ['1', '2'] });
  await database.pool.query(
    `update rowferry.bulk_subjects
        set status = case subject when '1' then 'completed' else 'failed' end, ended_at = now(),
            error_code = case subject when '2' then 'source_timeout' end, error_message = 'It took too long.'
      where bulk_id = $1`,
    [id],
  );
  return id;
}
const age = (id: string) =>
  database.pool.query(
    `update rowferry.bulk_exports set started_at = now() - make_interval(hours => $2), not_before = now()
      where id = $1`,
    [id, GIVE_UP_HOURS + 1],
  );
/** Takes no file. */
const broken = (): ObjectStore =>
  withFaults(storage.store, {
    upload: ({ body }) => {
      const error = new AppError('storage_failed', 'The file storage failed.', { retryable: true });
      body.destroy(error);
      return Promise.reject(error);
    },
  });

beforeEach(() => database.pool.query('delete from rowferry.bulk_exports; delete from rowferry.exports'));

it('looks at all that are under way in turn, however many there are', async () => {
  await database.pool.query(
    `insert into rowferry.bulk_exports
       (id, tenant, requested_by, dataset, format, params, subject_param, options, source, status)
     select gen_random_uuid(), 'many', 'operator', 'notes', 'csv', '{}', 'person', '{}', '{"kind": "all"}', 'running'
       from generate_series(1, 450)`,
  );
  const looked: string[] = [];
  const run = upkeep({
    ensure: async (id) => {
      looked.push(id);
      return there();
    },
  });
  for (let pass = 0; pass < 3; pass++) await run('deliver bulk exports');
  expect(new Set(looked).size).toBe(450);
  // And begins again.
  await run('deliver bulk exports');
  expect(looked).toHaveLength(650);
});

it('ends without exports where the dataset is not for admins any more when its subjects are looked for', async () => {
  const subjects = { named: 'first', params: { count: 3 } };
  const asked = [await service.start({ subjects }), await service.start({ subjects })] as const;
  await process(asked[0], { datasets: [{ ...notes, roles: ['user'] }] });
  const error = { code: 'not_allowed_any_more' };
  expect(await service.get(asked[0])).toMatchObject({ status: 'failed', error });
  await process(asked[1], { datasets: [notes] });
  expect(await service.get(asked[1])).toMatchObject({ status: 'running', counts: { waiting: 3 } });
});

it('leaves the manifest of a retry alone, though the round before is being swept just then', async () => {
  const id = await allButTheManifest();
  expect(await process(id)).toBe('done');
  expect(await service.get(id)).toMatchObject({ status: 'completed_with_failures' });
  await database.pool.query('update rowferry.bulk_exports set sweep_at = now() where id = $1', [id]);
  const key = `${KEY_PREFIX}${id}/9-x/manifest.csv`;
  let retried = false;
  const meanwhile = withFaults(storage.store, {
    uploads: async function* (prefix) {
      if (!retried) {
        retried = true;
        expect((await service.call('POST', `/${id}/retry`)).status).toBe(202);
        const body = Readable.from([Buffer.from('subject\n')]);
        const { signal } = new AbortController();
        await storage.store.upload({ key, body, contentType: 'text/csv', signal });
      }
      yield* storage.store.uploads(prefix);
    },
  });
  await upkeep({ store: meanwhile })('sweep manifests');
  expect(await storage.store.head(key)).toBeDefined();
});

describe('a manifest that cannot be stored', () => {
  it('is tried again, and given up with a reason when the round is old; a retry writes it', async () => {
    const id = await allButTheManifest();
    for (let tries = 1; tries <= 3; tries++) {
      expect(await process(id, { store: broken() })).toEqual({ againInMs: 0 });
    }
    expect(await service.get(id)).toMatchObject({ status: 'running', error: null });
    await age(id);
    expect(await process(id, { store: broken() })).toBe('done');
    expect(await service.get(id)).toMatchObject({
      status: 'failed',
      manifest: null,
      counts: { completed: 1, failed: 1 },
      error: {
        code: 'storage_failed',
        message:
          'Its exports have ended, but the manifest could not be stored: The file storage failed. A retry writes it.',
      },
    });
    const { detail } = await expectProblem(await service.call('GET', `/${id}/manifest`), 409, 'not_ready');
    expect(detail).toContain('The file storage failed.');

    await database.pool.query(
      `update rowferry.bulk_subjects set error_code = 'invalid_subject'
                                where bulk_id = $1 and status = 'failed'`,
      [id],
    );
    expect((await service.call('POST', `/${id}/retry`)).status).toBe(202);
    expect(await process(id)).toBe('done');
    const ended = await service.get(id);
    expect(ended).toMatchObject({ status: 'completed_with_failures', round: 2, error: null });
    expect(ended.manifest?.csv.bytes).toBeGreaterThan(0);
  });

  it('is given up at once where another try would not help', async () => {
    const id = await allButTheManifest();
    expect(await process(id, { maxBytes: 10 })).toBe('done');
    expect(await service.get(id)).toMatchObject({ status: 'failed', error: { code: 'file_too_large' } });
  });

  it('is given up when workers die of it', async () => {
    const id = await allButTheManifest();
    // As if each had taken it and said no more.
    for (let tries = 1; tries <= 3; tries++) {
      expect(await runs().claim(id)).toMatchObject({ outcome: 'claimed' });
      await database.pool.query('update rowferry.bulk_exports set beat_at = null where id = $1', [id]);
    }
    await age(id);
    await database.pool.query(
      `update rowferry.bulk_exports set started_at = started_at - interval '2 hours' where id = $1`,
      [id],
    );
    expect(await process(id)).toBe('done');
    expect(await service.get(id)).toMatchObject({ status: 'failed', error: { code: 'attempts_exhausted' } });
  });

  it('does not keep a bulk export from being cancelled', async () => {
    const id = await service.start({ subjects: ['1', '2'] });
    await service.call('POST', `/${id}/cancel`);
    await age(id);
    expect(await process(id, { store: broken() })).toEqual({ againInMs: 0 });
    expect(await process(id, { store: broken() })).toBe('done');
    expect(await service.get(id)).toMatchObject({
      status: 'cancelled',
      counts: { cancelled: 2 },
      error: { code: 'storage_failed' },
    });
  });
});
