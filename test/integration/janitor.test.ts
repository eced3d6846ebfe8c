import { randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { RepairRecords } from '../../src/db/repair-records.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import { Janitor } from '../../src/worker/janitor.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { MIB, useTestStore } from '../support/test-store.ts';
import { createWorkerFixture, LEASE_SECONDS } from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const { store } = useTestStore();
let fixture: WorkerFixture;
let queue: ExportQueue;
let janitor: Janitor;

const createJanitor = (orphanAgeMs = 3_600_000) =>
  new Janitor({
    records: new RepairRecords(database.pool),
    queue,
    store,
    keyPrefix: fixture.keyPrefix,
    intervalMs: 60_000,
    leaseSeconds: LEASE_SECONDS,
    orphanAgeMs,
    idempotencyHours: 24,
    logger,
  });

beforeAll(() => {
  const backend = { kind: 'postgres', connectionString: database.url, prefix: TEST_PREFIX } as const;
  queue = new ExportQueue({ backend, timeoutMs: 5000, logger });
});
beforeEach(() => {
  fixture = createWorkerFixture(database, store);
  janitor = createJanitor();
});
afterAll(() => queue.close());

const age = (id: string, column: string) =>
  database.pool.query(`update rowferry.exports set ${column} = now() - interval '1 hour' where id = $1`, [
    id,
  ]);
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

it('brings accepted exports to the queue that never got there', async () => {
  const lost = await fixture.request();
  const fresh = await fixture.request();
  await age(lost.id, 'not_before');
  await janitor.run();
  expect(await queue.has(lost.id)).toBe(true);
  // The API may be adding this one right now.
  expect(await queue.has(fresh.id)).toBe(false);
});

it('brings back running exports whose worker fell silent and whose job is gone', async () => {
  const { id } = await fixture.request();
  await fixture.attempts.claim(id);
  await janitor.run();
  expect(await queue.has(id)).toBe(false);
  await age(id, 'beat_at');
  await janitor.run();
  expect(await queue.has(id)).toBe(true);
});

it('expires files past their retention, first for clients, then in storage', async () => {
  const id = await completed();
  await janitor.run();
  expect(await fixture.objectsOf(id)).toHaveLength(1);
  await age(id, 'expires_at');
  await janitor.run();
  expect(await fixture.records.find(DEFAULT_TENANT, id)).toMatchObject({
    status: 'expired',
    objectKey: null,
  });
  expect(await fixture.objectsOf(id)).toEqual([]);
});

it('removes what is left of deleted exports, and then their row', async () => {
  const id = await completed();
  await fixture.records.delete(DEFAULT_TENANT, id);
  await age(id, 'deleted_at');
  await janitor.run();
  expect(await fixture.objectsOf(id)).toEqual([]);
  const { rowCount } = await database.pool.query('select from rowferry.exports where id = $1', [id]);
  expect(rowCount).toBe(0);
});

it('removes old objects that are nobody’s result, and keeps those that are or may become one', async () => {
  const published = await completed();
  const open = await fixture.request();
  const keep = [(await fixture.objectsOf(published))[0] ?? '', `${fixture.keyPrefix}${open.id}/1-aa/x.csv`];
  const remove = [
    `${fixture.keyPrefix}${published}/0-dead/x.csv`,
    `${fixture.keyPrefix}${randomUUID()}/1-aa/x.csv`,
    `${fixture.keyPrefix}no-export-at-all`,
  ];
  for (const key of [...keep.slice(1), ...remove]) await put(key);
  const outside = `elsewhere-${randomUUID()}`;
  await put(outside);
  await createJanitor().run();
  expect(await store.head(remove[0] ?? '')).toBeDefined();
  // An age of less than nothing: everything is old.
  await createJanitor(-60_000).run();
  for (const key of [...keep, outside]) expect(await store.head(key), key).toBeDefined();
  for (const key of remove) expect(await store.head(key), key).toBeUndefined();
});

it('drops uploads that nobody will finish', async () => {
  const body = new PassThrough({ highWaterMark: 32 * MIB });
  body.write(Buffer.alloc(6 * MIB));
  const key = `${fixture.keyPrefix}${randomUUID()}/1-aa/x.csv`;
  const never = new AbortController().signal;
  const uploading = store
    .upload({ key, body, contentType: 'text/csv', signal: never })
    .catch(() => undefined);
  await vi.waitUntil(async () => {
    const spy = vi.spyOn(store, 'abortUploads');
    await createJanitor(-60_000).run();
    const dropped = (await spy.mock.results[0]?.value) as string[];
    spy.mockRestore();
    return dropped.includes(key);
  });
  body.destroy(new Error('over'));
  await uploading;
});

it('works on one process at a time', async () => {
  const { id } = await fixture.request();
  await age(id, 'not_before');
  const elsewhere = await database.pool.connect();
  await elsewhere.query("select pg_advisory_lock(hashtext('rowferry-janitor'))");
  await janitor.run();
  expect(await queue.has(id)).toBe(false);
  // The lock ends with its connection.
  elsewhere.release(true);
  await vi.waitUntil(async () => {
    await janitor.run();
    return queue.has(id);
  });
});

it('outlives the death of the connection that holds its lock', async () => {
  const records = new RepairRecords(database.pool);
  const kill = `select pg_terminate_backend(pid) from pg_locks
                 where locktype = 'advisory' and granted and pid <> pg_backend_pid()
                   and database = (select oid from pg_database where datname = current_database())`;
  await records.alone(async () => {
    await database.pool.query(kill);
    // The end of the connection arrives on a later turn of the loop; unheard, it would end the process.
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  expect(await records.alone(() => Promise.resolve())).toBe(true);
});

it('goes on with the other steps when one fails', async () => {
  const expired = await completed();
  await age(expired, 'expires_at');
  const lost = await fixture.request();
  await age(lost.id, 'not_before');
  const failing = vi.spyOn(queue, 'has').mockRejectedValue(new Error('the queue is away'));
  await janitor.run();
  failing.mockRestore();
  expect(await fixture.records.find(DEFAULT_TENANT, expired)).toMatchObject({ status: 'expired' });
});
