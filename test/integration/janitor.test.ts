import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { CreateMultipartUploadCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { manifestKeyOf } from '../../src/manifest/manifest-key.ts';
import { LeftoverRecords } from '../../src/db/leftover-records.ts';
import { TraceRecords } from '../../src/db/trace-records.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import { Janitor } from '../../src/worker/janitor.ts';
import type { JanitorOptions } from '../../src/worker/janitor.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import { unfinishedUploads } from '../support/uploads.ts';
import { createWorkerFixture, LEASE_SECONDS, MAX_ATTEMPTS, withFaults } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const storage = useTestStore();
const { store, options } = storage;
const client = createS3Client(options);
let fixture: WorkerFixture;
let queue: ExportQueue;
let janitor: Janitor;

const createJanitor = (options: Partial<JanitorOptions> = {}) =>
  new Janitor({
    records: new RepairRecords(database.pool),
    attempts: fixture.attempts,
    leftovers: new LeftoverRecords(database.pool),
    history: fixture.history,
    queue,
    store,
    keyPrefix: fixture.keyPrefix,
    intervalMs: 60_000,
    leaseSeconds: LEASE_SECONDS,
    giveUpAfterHours: 2,
    recordRetentionDays: 30,
    orphanAgeMs: 3_600_000,
    orphanIntervalSeconds: 0,
    repairs: fixture.repairs,
    metrics: fixture.metrics,
    traces: new TraceRecords(database.pool),
    idempotencyHours: 24,
    logger,
    ...options,
  });

beforeAll(() => {
  const backend = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
  queue = new ExportQueue({ backend, timeoutMs: 5000, logger });
});
beforeEach(() => {
  fixture = createWorkerFixture(database, store);
  janitor = createJanitor();
});
afterAll(async () => {
  client.destroy();
  await queue.close();
});

const age = (id: string, column: string, by = '1 hour') =>
  database.pool.query(`update rowferry.exports set ${column} = now() - $2::interval where id = $1`, [id, by]);
const exists = async (id: string) => {
  const { rowCount } = await database.pool.query('select from rowferry.exports where id = $1', [id]);
  return rowCount === 1;
};
/** The end of an export was long enough ago for every attempt to have noticed. */
const settled = (id: string) => age(id, 'finished_at', '1 minute');
const completed = async () => {
  const { id } = await fixture.request();
  await fixture.createProcessor().process(id, new AbortController().signal);
  return id;
};
const put = (key: string) =>
  store.upload({
    key,
    body: Readable.from([Buffer.from('x')]),
    contentType: 'text/csv',
    signal: new AbortController().signal,
  });
/** An upload as a killed worker leaves it. */
const beginUpload = async (key: string) => {
  const upload = { Bucket: options.bucket, Key: key };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
  await client.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: Buffer.from('x') }));
};

it('brings accepted exports to the queue that never got there', async () => {
  const lost = await fixture.request();
  const fresh = await fixture.request();
  await age(lost.id, 'not_before');
  await janitor.run();
  expect(await queue.has(lost)).toBe(true);
  // The API may be adding this one right now.
  expect(await queue.has(fresh)).toBe(false);
  expect(await fixture.eventsOf(lost.id)).toEqual(['requested', 'readded']);
  expect(await fixture.repairsOf('readded')).toBe(1);
  await janitor.run();
  expect(await fixture.repairsOf('readded')).toBe(1);
});

it('writes what it repeats for days into one line of history', async () => {
  const { id } = await fixture.request();
  await age(id, 'not_before');
  for (let time = 0; time < 3; time++) {
    await queue.remove({ id, lane: 'normal' });
    await janitor.run();
  }
  expect(await fixture.repairsOf('readded')).toBe(3);
  const history = await fixture.history.of(id);
  expect(history).toMatchObject([{ kind: 'requested' }, { kind: 'readded', details: { times: 3 } }]);
});

it('looks at a backlog longer than one pass part by part', async () => {
  await database.pool.query(
    `insert into rowferry.exports (id, role, subject, dataset, formats, params, not_before)
     select gen_random_uuid(), 'user', 'backlog', 'diary', '{csv}', '{}', now() - interval '1 hour'
       from generate_series(1, 1500)`,
  );
  const ensured = new Set<string>();
  const ensure = vi.spyOn(queue, 'ensure').mockImplementation(({ id }) => {
    ensured.add(id);
    return Promise.resolve('there');
  });
  await janitor.run();
  await janitor.run();
  ensure.mockRestore();
  expect(ensured.size).toBeGreaterThanOrEqual(1500);
  await database.pool.query(`delete from rowferry.exports where subject = 'backlog'`);
});

it('ends exports whose attempts are used up, while no worker takes jobs', async () => {
  const { id } = await fixture.request();
  for (let death = 0; death < MAX_ATTEMPTS; death++) {
    await fixture.claims.claim(id);
    await janitor.run();
    expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({ status: 'running' });
    await age(id, 'beat_at');
  }
  await janitor.run();
  expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({
    status: 'failed',
    error: { code: 'attempts_exhausted' },
  });
  expect((await fixture.eventsOf(id)).at(-1)).toBe('failed');
  expect(await fixture.repairsOf('exhausted')).toBe(1);
});

it.each(['queued', 'running'])(
  'gives up an export that is still %s long after its request',
  async (state) => {
    const { id } = await fixture.request();
    const young = await fixture.request();
    if (state === 'running') await fixture.claims.claim(id);
    await age(id, 'created_at', '121 minutes');
    await age(young.id, 'created_at', '119 minutes');
    await janitor.run();
    expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({
      status: 'failed',
      error: { code: 'given_up' },
    });
    expect((await fixture.records.find(DEFAULT_TENANT, id))?.error?.message).toContain('2 hours');
    expect(await fixture.records.find(DEFAULT_TENANT, young.id)).toMatchObject({ status: 'queued' });
    expect(await fixture.repairsOf('given_up')).toBe(1);
    // The attempt, if it lives, learns of it as of every other end.
    expect(await fixture.attempts.beat(id, 1, { rows: 0, bytes: 0, estimatedRows: 0 })).toBe(false);
  },
);

it('brings back running exports whose worker fell silent and whose job is gone', async () => {
  const { id } = await fixture.request();
  await fixture.claims.claim(id);
  await janitor.run();
  expect(await queue.has({ id, lane: 'normal' })).toBe(false);
  await age(id, 'beat_at');
  await janitor.run();
  expect(await queue.has({ id, lane: 'normal' })).toBe(true);
});

it('expires files past their retention, first for clients, then in storage', async () => {
  const id = await completed();
  await janitor.run();
  expect(await fixture.objectsOf(id)).toHaveLength(1);
  await age(id, 'expires_at');
  await janitor.run();
  const record = await fixture.records.find(DEFAULT_TENANT, id);
  expect(record?.status).toBe('expired');
  // What is known of the file stays, and it has no key any more.
  expect(record?.files.map(({ format, objectKey }) => [format, objectKey])).toEqual([['csv', undefined]]);
  expect(await fixture.objectsOf(id)).toEqual([]);
  expect((await fixture.eventsOf(id)).slice(-2)).toEqual(['expired', 'file_removed']);
});

it('forgets records of exports that ended long ago, but none whose file is still there', async () => {
  const old = await fixture.request();
  const young = await fixture.request();
  for (const { id } of [old, young]) await fixture.records.cancel(DEFAULT_TENANT, id);
  const withFile = await completed();
  await age(old.id, 'finished_at', '31 days');
  await age(young.id, 'finished_at', '29 days');
  await age(withFile, 'finished_at', '31 days');
  await janitor.run();
  expect(await exists(old.id)).toBe(false);
  expect(await exists(young.id)).toBe(true);
  expect(await exists(withFile)).toBe(true);
  expect(await fixture.history.of(old.id)).toEqual([]);
});

it('removes what is left of deleted exports, and then their row', async () => {
  const id = await completed();
  await fixture.records.delete(DEFAULT_TENANT, id);
  await janitor.run();
  expect(await fixture.objectsOf(id)).toEqual([]);
  // An attempt may still be at it.
  expect(await exists(id)).toBe(true);
  await database.pool.query(`update rowferry.exports set sweep_at = now() where id = $1`, [id]);
  await age(id, 'deleted_at');
  await janitor.run();
  expect(await exists(id)).toBe(false);
});

describe('of exports that have ended', () => {
  /** Ended under an attempt that had left a file and an upload before. */
  const endedBy = async (end: (id: string) => Promise<unknown>) => {
    const { id } = await fixture.request();
    await fixture.claims.claim(id);
    await age(id, 'beat_at');
    await fixture.claims.claim(id);
    await end(id);
    const folder = `${fixture.keyPrefix}${id}`;
    await put(`${folder}/1-dead/x.csv`);
    await beginUpload(`${folder}/1-dead/y.csv`);
    return id;
  };
  const keyOf = (id: string) => `${fixture.keyPrefix}${id}/2-live/x.csv`;
  const publish = async (id: string) => {
    await put(keyOf(id));
    const encoder = { path: 'rows', reason: 'a test' } as const;
    const file = { format: 'csv', name: 'x.csv', objectKey: keyOf(id), bytes: 1, sha256: 'ab' } as const;
    await fixture.attempts.publish(id, 2, {
      rows: 0,
      bytes: 1,
      files: [{ ...file, encoder, columns: [], manifest: {} }],
      retentionHours: 1,
    });
  };

  it.each<[string, (id: string) => Promise<unknown>, number]>([
    ['completed', publish, 1],
    ['failed', (id) => fixture.attempts.fail(id, 2, { code: 'x', message: 'X.' }), 0],
    ['cancelled', (id) => fixture.records.cancel(DEFAULT_TENANT, id), 0],
    ['deleted', (id) => fixture.records.delete(DEFAULT_TENANT, id), 0],
  ])('removes what a %s one had left in one pass', async (_state, end, kept) => {
    const id = await endedBy(end);
    await janitor.run();
    expect(await fixture.objectsOf(id)).toEqual([keyOf(id)].slice(0, kept));
    expect(await unfinishedUploads(storage, `${fixture.keyPrefix}${id}/`)).toEqual([]);
    expect(await fixture.repairsOf('leftovers_removed')).toBe(1);
    expect((await fixture.history.of(id)).at(-1)).toMatchObject({
      kind: 'leftovers_removed',
      details: { objects: 1, uploads: 1 },
    });
  });

  it('removes what an attempt leaves that learns of the end too late', async () => {
    const id = await endedBy((ended) => fixture.records.cancel(DEFAULT_TENANT, ended));
    await janitor.run();
    const { rows: again } = await database.pool.query(
      'select sweep_at > now() as due from rowferry.exports where id = $1',
      [id],
    );
    expect(again).toEqual([{ due: true }]);
    await put(`${fixture.keyPrefix}${id}/2-late/x.csv`);
    await settled(id);
    await database.pool.query('update rowferry.exports set sweep_at = now() where id = $1', [id]);
    await janitor.run();
    expect(await fixture.objectsOf(id)).toEqual([]);
    const { rows } = await database.pool.query('select sweep_at from rowferry.exports where id = $1', [id]);
    expect(rows).toEqual([{ sweep_at: null }]);
  });

  it('goes on behind one that cannot be swept, and comes back to it', async () => {
    const first = await endedBy((id) => fixture.records.cancel(DEFAULT_TENANT, id));
    await age(first, 'sweep_at');
    const second = await endedBy((id) => fixture.records.cancel(DEFAULT_TENANT, id));
    const broken = withFaults(store, {
      list: (prefix) => (prefix.includes(first) ? failing() : store.list(prefix)),
    });
    await createJanitor({ store: broken }).run();
    expect(await fixture.objectsOf(second)).toEqual([]);
    expect(await fixture.objectsOf(first)).toHaveLength(1);
    await age(first, 'sweep_at');
    await janitor.run();
    expect(await fixture.objectsOf(first)).toEqual([]);
  });
});

async function* failing(): AsyncGenerator<never> {
  await Promise.reject(new Error('the storage does not like this one'));
  yield* [];
}

it('removes old objects that are nobody’s result, and keeps those that are or may become one', async () => {
  const published = await completed();
  const open = await fixture.request();
  const [file = ''] = await fixture.objectsOf(published);
  const keep = [file, manifestKeyOf(file), `${fixture.keyPrefix}${open.id}/1-aa/x.csv`];
  const remove = [
    `${fixture.keyPrefix}${published}/0-dead/x.csv`,
    manifestKeyOf(`${fixture.keyPrefix}${published}/0-dead/x.csv`),
    `${fixture.keyPrefix}${randomUUID()}/1-aa/x.csv`,
    `${fixture.keyPrefix}no-export-at-all`,
  ];
  for (const key of [...keep.slice(2), ...remove]) await put(key);
  const outside = `elsewhere-${randomUUID()}`;
  await put(outside);
  await createJanitor().run();
  expect(await store.head(remove[0] ?? '')).toBeDefined();
  // An age of less than nothing: everything is old.
  await createJanitor({ orphanAgeMs: -60_000 }).run();
  for (const key of [...keep, outside]) expect(await store.head(key), key).toBeDefined();
  for (const key of remove) expect(await store.head(key), key).toBeUndefined();
  expect(await fixture.repairsOf('orphan_removed')).toBe(4);
});

it('lists everything seldom, all processes taken together', async () => {
  await database.pool.query('delete from rowferry.janitor_steps');
  const listed = vi.fn((prefix: string) => store.list(prefix));
  const listing = withFaults(store, { list: listed });
  await createJanitor({ store: listing, orphanIntervalSeconds: 3600 }).run();
  await createJanitor({ store: listing, orphanIntervalSeconds: 3600 }).run();
  expect(listed.mock.calls.filter(([prefix]) => prefix === fixture.keyPrefix)).toHaveLength(1);
  await database.pool.query(`update rowferry.janitor_steps set done_at = now() - interval '2 hours'`);
  await createJanitor({ store: listing, orphanIntervalSeconds: 3600 }).run();
  expect(listed.mock.calls.filter(([prefix]) => prefix === fixture.keyPrefix)).toHaveLength(2);
});

describe('of unfinished uploads', () => {
  const uploadsOf = () => unfinishedUploads(storage, fixture.keyPrefix);

  it('drops those of earlier attempts at once, and leaves the running attempt’s alone', async () => {
    const { id } = await fixture.request();
    const key = (attempt: number) => `${fixture.keyPrefix}${id}/${attempt}-aa/x.csv`;
    await fixture.claims.claim(id);
    await beginUpload(key(1));
    await janitor.run();
    expect(await uploadsOf()).toEqual([key(1)]);
    await age(id, 'beat_at');
    await fixture.claims.claim(id);
    await beginUpload(key(2));
    await janitor.run();
    expect(await uploadsOf()).toEqual([key(2)]);
    // Waiting for another try: this one is over.
    await fixture.attempts.retryLater(id, 2, { code: 'x', message: 'X.', delayMs: 60_000 });
    await janitor.run();
    expect(await uploadsOf()).toEqual([]);
    expect(await fixture.repairsOf('upload_aborted')).toBe(2);
    expect((await fixture.history.of(id)).filter(({ kind }) => kind === 'leftovers_removed')).toMatchObject([
      { attempt: 2, details: { uploads: 2, times: 2 } },
    ]);
  });

  it('drops those of exports that there never were only when they are old', async () => {
    const strange = [`${fixture.keyPrefix}${randomUUID()}/1-aa/x.csv`, `${fixture.keyPrefix}strange.csv`];
    for (const key of strange) await beginUpload(key);
    await janitor.run();
    expect(await uploadsOf()).toHaveLength(2);
    await createJanitor({ orphanAgeMs: -60_000 }).run();
    expect(await uploadsOf()).toEqual([]);
  });
});

it('brings lost exports back while the storage does not answer', async () => {
  let answer = () => {};
  const silence = new Promise<void>((resolve) => (answer = resolve));
  const hanging = withFaults(store, {
    uploads: async function* () {
      await silence;
      yield* [];
    },
  });
  const stuck = vi.spyOn(hanging, 'uploads');
  const working = createJanitor({ store: hanging, intervalMs: 10 });
  working.start();
  await until(() => stuck.mock.calls.length === 1);
  const { id } = await fixture.request();
  await age(id, 'not_before');
  await until(() => queue.has({ id, lane: 'normal' }));
  expect(stuck).toHaveBeenCalledTimes(1);
  answer();
  await working.stop();
});

it('works on one process at a time', async () => {
  const { id } = await fixture.request();
  await age(id, 'not_before');
  const elsewhere = await database.pool.connect();
  await elsewhere.query("select pg_advisory_lock(hashtext('rowferry-janitor records'))");
  await janitor.run();
  expect(await queue.has({ id, lane: 'normal' })).toBe(false);
  // The lock ends with its connection.
  elsewhere.release(true);
  await until(async () => {
    await janitor.run();
    return queue.has({ id, lane: 'normal' });
  });
});

it('outlives the death of the connection that holds its lock', async () => {
  const records = new RepairRecords(database.pool);
  const kill = `select pg_terminate_backend(pid) from pg_locks
                 where locktype = 'advisory' and granted and pid <> pg_backend_pid()
                   and database = (select oid from pg_database where datname = current_database())`;
  await records.alone('a test', async () => {
    await database.pool.query(kill);
    // The end of the connection arrives on a later turn of the loop; unheard, it would end the process.
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(await records.alone('a test', () => Promise.resolve())).toBe(true);
});

it('goes on with the other steps when one fails', async () => {
  const expired = await completed();
  await age(expired, 'expires_at');
  const lost = await fixture.request();
  await age(lost.id, 'not_before');
  const failing = vi.spyOn(queue, 'ensure').mockRejectedValue(new Error('the queue is away'));
  await janitor.run();
  failing.mockRestore();
  expect(await fixture.records.find(DEFAULT_TENANT, expired)).toMatchObject({ status: 'expired' });
});
