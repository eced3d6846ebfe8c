import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pino } from 'pino';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { AppError } from '../../src/errors.ts';
import { datasetOf } from '../support/run-test-export.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { until } from '../support/until.ts';
import { never } from '../support/uploads.ts';
import {
  createWorkerFixture,
  LEASE_SECONDS,
  longDataset,
  MAX_ATTEMPTS,
  untilDone,
  withFaults,
} from '../support/worker-fixture.ts';
import type { WorkerFixture } from '../support/worker-fixture.ts';

const database = useTestDatabase();
const { store } = useTestStore();
let fixture: WorkerFixture;
beforeAll(() => {
  fixture = createWorkerFixture(database, store);
});

const expectedFile = 'id\n' + Array.from({ length: 2500 }, (_, index) => `${index + 1}\n`).join('');
const find = (id: string) => fixture.find(id);
const running = (id: string) =>
  until(async () => {
    const record = await find(id);
    return record.status === 'running' && record.estimatedRows !== null;
  });
const backends = async (id: string) => {
  const { rows } = await database.pool.query('select from pg_stat_activity where application_name = $1', [
    `rowferry-export ${id}`,
  ]);
  return rows.length;
};

it('completes: the row tells of the file, and the file is what the row says', async () => {
  const { id } = await fixture.request();
  expect(await fixture.createProcessor().process(id, never())).toBe('done');
  const record = await find(id);
  expect(record).toMatchObject({
    status: 'completed',
    attempt: 1,
    rows: 2500,
    bytes: Buffer.byteLength(expectedFile),
    files: [
      {
        format: 'csv',
        name: `under-test-${record.createdAt.toISOString().slice(0, 10)}.csv`,
        bytes: Buffer.byteLength(expectedFile),
        sha256: createHash('sha256').update(expectedFile).digest('hex'),
      },
    ],
    error: null,
  });
  expect(await fixture.objectsOf(id)).toEqual([record.files[0]?.objectKey]);
  const link = {
    key: record.files[0]?.objectKey ?? '',
    fileName: 'x.csv',
    contentType: 'text/csv',
    expiresInSeconds: 60,
  };
  expect(await (await fetch(await store.signDownload(link))).text()).toBe(expectedFile);
});

it('does nothing for an export that has ended, or that is not there', async () => {
  const { id } = await fixture.request();
  const processor = fixture.createProcessor();
  await processor.process(id, never());
  expect(await processor.process(id, never())).toBe('done');
  expect((await find(id)).attempt).toBe(1);
  expect(await processor.process('00000000-0000-4000-8000-000000000000', never())).toBe('done');
});

it('publishes once when the same job is delivered fifty times at once', async () => {
  const { id } = await fixture.request();
  const processor = fixture.createProcessor();
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => processor.process(id, never())));
  expect(outcomes.filter((outcome) => outcome === 'done').length).toBeGreaterThan(0);
  await untilDone(processor, id);
  expect(await find(id)).toMatchObject({ status: 'completed', attempt: 1 });
  expect(await fixture.objectsOf(id)).toHaveLength(1);
});

describe('fencing', () => {
  it('lets only the newer attempt publish when a worker wakes up after its lease, and drops the older file', async () => {
    const { id } = await fixture.request();
    let wake: () => void = () => undefined;
    const asleep = new Promise<void>((resolve) => (wake = resolve));
    let stored = false;
    // Stops between the stored file and its publication; the heartbeat has stopped by then.
    const publish = vi.spyOn(fixture.attempts, 'publish');
    publish.mockImplementationOnce(async (...args) => {
      publish.mockRestore();
      stored = true;
      await asleep;
      return fixture.attempts.publish(...args);
    });
    const older = fixture.createProcessor().process(id, never());
    await until(() => stored);
    await untilDone(fixture.createProcessor(), id);
    const published = await find(id);
    expect(published).toMatchObject({ status: 'completed', attempt: 2 });
    wake();
    expect(await older).toBe('done');
    // Only its time runs on.
    expect({ ...(await find(id)), secondsLeft: 0 }).toEqual({ ...published, secondsLeft: 0 });
    expect(await fixture.objectsOf(id)).toEqual([published.files[0]?.objectKey]);
  });

  it('removes what dead attempts left, and nothing of a newer one', async () => {
    const { id } = await fixture.request();
    await fixture.claims.claim(id);
    await fixture.fallSilent(id);
    const left = `${fixture.keyPrefix}${id}/1-dead/x.csv`;
    const newer = `${fixture.keyPrefix}${id}/3-newer/x.csv`;
    for (const key of [left, newer]) {
      await store.upload({
        key,
        body: Readable.from([Buffer.from('x')]),
        contentType: 'text/csv',
        signal: never(),
      });
    }
    const before = await fixture.repairsOf('taken_over');
    await untilDone(fixture.createProcessor(), id);
    expect(await fixture.repairsOf('taken_over')).toBe(before + 1);
    expect(await fixture.eventsOf(id)).toEqual(['requested', 'started', 'taken_over', 'completed']);
    const objectKey = (await find(id)).files[0]?.objectKey;
    expect(await fixture.objectsOf(id)).toEqual([objectKey, newer]);
  });

  it('leaves a living attempt alone, and asks to come back when it could be dead', async () => {
    const { id } = await fixture.request();
    const first = fixture.createProcessor({ dataset: longDataset });
    const working = first.process(id, never());
    await running(id);
    const outcome = await fixture.createProcessor().process(id, never());
    expect(outcome).toMatchObject({ againInMs: expect.any(Number) as number });
    expect((outcome as { againInMs: number }).againInMs).toBeLessThanOrEqual(LEASE_SECONDS * 1000);
    first.abortAll();
    await working;
  });

  it('stops when the queue says that the lock was lost, and hands the attempt back', async () => {
    const { id } = await fixture.request();
    const lock = new AbortController();
    const working = fixture.createProcessor({ dataset: longDataset }).process(id, lock.signal);
    await running(id);
    lock.abort('the lock was lost');
    expect(await working).toEqual({ againInMs: 0 });
    expect(await find(id)).toMatchObject({ status: 'queued', tries: 0 });
    await vi.waitUntil(async () => (await backends(id)) === 0, { timeout: 5000 });
  });
});

describe('stopping', () => {
  it.each(['cancel', 'delete'] as const)(
    'notices a %s within two seconds and leaves nothing',
    async (act) => {
      const { id } = await fixture.request();
      const working = fixture.createProcessor({ dataset: longDataset }).process(id, never());
      await running(id);
      const stoppedAt = performance.now();
      await fixture.records[act](DEFAULT_TENANT, id);
      expect(await working).toBe('done');
      await vi.waitUntil(async () => (await backends(id)) === 0, { timeout: 5000 });
      expect(performance.now() - stoppedAt).toBeLessThan(2000);
      expect((await fixture.records.find(DEFAULT_TENANT, id))?.status).toBe(
        act === 'cancel' ? 'cancelled' : undefined,
      );
      expect(await fixture.objectsOf(id)).toEqual([]);
    },
  );

  it('puts running exports back without losing an attempt when the worker goes down', async () => {
    const { id } = await fixture.request();
    const processor = fixture.createProcessor({ dataset: longDataset });
    const working = processor.process(id, never());
    await running(id);
    processor.abortAll();
    expect(await working).toEqual({ againInMs: 0 });
    expect(await find(id)).toMatchObject({ status: 'queued', attempt: 1, tries: 0 });
    expect(await processor.process(id, never())).toEqual({ againInMs: 0 });
    await untilDone(fixture.createProcessor(), id);
    expect(await find(id)).toMatchObject({ status: 'completed', attempt: 2, tries: 1 });
  });
});

describe('a row that the database fails on', () => {
  beforeAll(() =>
    database.pool.query(
      `create function refused(note text) returns text language plpgsql as
         $$ begin raise exception 'bad note: %', note using detail = note, hint = note; end $$;
       create function refused(note text, code text) returns text language plpgsql as
         $$ begin raise exception 'bad note: %', note using errcode = code; end $$;
       create function run(note text) returns text language plpgsql as $$ begin execute note; return note; end $$;
       create schema private create table notes (id text);
       create sequence public.counter;
       grant usage on sequence public.counter to pg_monitor;
       create domain short as text check (length(value) < 9)`,
    ),
  );

  it.each([
    ['22P02', 'note::int::text', 'csv'],
    ['22P02', 'note::int::text', 'xlsx'],
    ['23514', 'note::short::text', 'csv'],
    ['P0001', 'refused(note)', 'csv'],
    ['ZX001', `refused(note, 'ZX001')`, 'csv'],
    ['ZX001', `refused(note, 'ZX001')`, 'xlsx'],
    // Codes whose words are PostgreSQL’s own, unless a function says them.
    ['42501', `refused(note, '42501')`, 'csv'],
    ['42601', `run(note)`, 'csv'],
    // The name of a table, which comes from a row.
    ['42P01', `note::regclass::text`, 'csv'],
  ] as const)('is not quoted in the log or the record: %s by %s as %s', async (sqlstate, column, format) => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const { id } = await fixture.request({ formats: [format] });
    const dataset = datasetOf(
      `select ${column} as id from (select 'canary-' || n as note from generate_series(1000, 1003) n) notes`,
      ['id'],
    );
    await fixture.createProcessor({ dataset, logger }).process(id, never());
    const record = await find(id);
    expect(record).toMatchObject({ status: 'failed', error: { code: 'source_query_failed' } });
    expect(record.error?.message).toContain(sqlstate);
    const told = JSON.stringify([record, await fixture.history.of(id), lines]);
    expect(told).not.toContain('canary-');
    const logged = lines.map((line) => JSON.parse(line) as { err?: { details: object } });
    const details = { sqlstate, routine: expect.any(String) as string };
    expect(logged.find(({ err }) => err !== undefined)?.err).toMatchObject({ details });
  });

  it.each([
    ['the query itself is wrong', 'select id from nowhere', 'relation \\"nowhere\\" does not exist'],
    ['a right is missing', 'select id from private.notes', 'permission denied for schema private'],
    [
      'the query writes',
      `select nextval('public.counter')::text as id`,
      'cannot execute nextval() in a read-only transaction',
    ],
  ])('leaves PostgreSQL’s words in the log where %s', async (_what, query, words) => {
    const lines: string[] = [];
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    const { id } = await fixture.request();
    // The tests connect as an owner, who lacks no right.
    const dataset = { ...datasetOf(query, ['id']), session: () => ({ role: 'pg_monitor' }) };
    await fixture.createProcessor({ dataset, logger }).process(id, never());
    expect(lines.join('')).toContain(words);
  });
});

describe('history', () => {
  it('tells of each attempt and of what it ended with', async () => {
    const { id } = await fixture.request();
    await fixture.claims.claim(id);
    await fixture.attempts.release(id, 1, 'worker_stopping');
    await fixture.claims.claim(id);
    const reason = { code: 'storage_failed', message: 'The file storage failed.' };
    await fixture.attempts.retryLater(id, 2, { ...reason, delayMs: 0 });
    await fixture.claims.claim(id);
    await fixture.attempts.fail(id, 3, reason);
    expect(await fixture.history.of(id)).toMatchObject([
      { kind: 'requested', attempt: 0 },
      { kind: 'started', attempt: 1 },
      { kind: 'handed_back', attempt: 1, details: { code: 'worker_stopping' } },
      { kind: 'started', attempt: 2 },
      { kind: 'retry_scheduled', attempt: 2, details: { ...reason, delaySeconds: 0 } },
      { kind: 'started', attempt: 3 },
      { kind: 'failed', attempt: 3, details: reason },
    ]);
  });

  it('says nothing of a write that hit no row', async () => {
    const { id } = await fixture.request();
    await fixture.claims.claim(id);
    await fixture.records.cancel(DEFAULT_TENANT, id);
    expect(await fixture.attempts.release(id, 1, 'worker_stopping')).toBe(false);
    expect(await fixture.attempts.fail(id, 1, { code: 'x', message: 'X.' })).toBe(false);
    expect(await fixture.records.cancel(DEFAULT_TENANT, id)).toBeUndefined();
    expect(await fixture.eventsOf(id)).toEqual(['requested', 'started', 'cancelled']);
  });

  it('keeps the request and the last attempts of one that is handed back for days, which ends in the end', async () => {
    const { id } = await fixture.request();
    for (;;) {
      const claim = await fixture.claims.claim(id);
      if (claim.outcome !== 'claimed') break;
      await fixture.attempts.release(id, claim.export.attempt, 'lock_lost');
    }
    const { attempt } = await find(id);
    // Twenty are free, the rest counts.
    expect(attempt).toBe(20 + MAX_ATTEMPTS);
    await database.pool.query('update rowferry.exports set attempt = 100, released = 100 where id = $1', [
      id,
    ]);
    await fixture.claims.claim(id);
    const events = await fixture.eventsOf(id);
    expect(events).toEqual(['requested', 'started']);
  });
});

describe('failing', () => {
  it('tries again after a retryable error, and is right in the end', async () => {
    const { id } = await fixture.request();
    let failures = 1;
    const shaky = withFaults(store, {
      upload: async (request) => {
        await store.upload(request);
        if (failures-- > 0)
          throw new AppError('storage_failed', 'The file storage failed.', { retryable: true });
      },
    });
    const processor = fixture.createProcessor({ store: shaky });
    const outcome = await processor.process(id, never());
    expect(outcome).toEqual({ againInMs: expect.any(Number) as number, turn: expect.any(Number) as number });
    // Half the pause or more: what failed together does not come back together.
    const { againInMs } = outcome as { againInMs: number };
    expect(againInMs).toBeGreaterThanOrEqual(25);
    expect(againInMs).toBeLessThanOrEqual(50);
    expect(await find(id)).toMatchObject({ status: 'queued', tries: 1 });
    expect(await fixture.objectsOf(id)).toEqual([]);
    await untilDone(processor, id);
    expect(await find(id)).toMatchObject({ status: 'completed', attempt: 2 });
  });

  it('says what the last attempt died of when all are used up', async () => {
    const { id } = await fixture.request();
    const broken = withFaults(store, {
      upload: (request) => {
        const error = new AppError('storage_failed', 'The file storage failed.', { retryable: true });
        request.body.destroy(error);
        return Promise.reject(error);
      },
    });
    await untilDone(fixture.createProcessor({ store: broken }), id);
    expect(await find(id)).toMatchObject({
      status: 'failed',
      attempt: MAX_ATTEMPTS,
      error: { code: 'storage_failed', message: 'The file storage failed.' },
    });
  });

  it('fails at once on what no further attempt can mend', async () => {
    const { id } = await fixture.request();
    const dataset = datasetOf(`select (1 / (n - 2000))::text as id from generate_series(1, 2500) as n`, [
      'id',
    ]);
    await untilDone(fixture.createProcessor({ dataset }), id);
    expect(await find(id)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'source_query_failed' },
    });
    expect(await fixture.objectsOf(id)).toEqual([]);
  });

  it('fails at its deadline, and lets the snapshot go', async () => {
    const { id } = await fixture.request();
    const processor = fixture.createProcessor({ dataset: longDataset, limits: { deadlineMs: 700 } });
    await untilDone(processor, id);
    expect(await find(id)).toMatchObject({ status: 'failed' });
    expect((await find(id)).error?.code).toMatch(/^(deadline_exceeded|source_timeout)$/);
    await vi.waitUntil(async () => (await backends(id)) === 0, { timeout: 5000 });
  });

  it('ends an export whose worker dies every time', async () => {
    const { id } = await fixture.request();
    for (let death = 0; death < MAX_ATTEMPTS; death++) {
      expect(await fixture.claims.claim(id)).toMatchObject({ outcome: 'claimed' });
      await fixture.fallSilent(id);
    }
    await untilDone(fixture.createProcessor(), id);
    expect(await find(id)).toMatchObject({ status: 'failed', error: { code: 'attempts_exhausted' } });
  });

  it('keeps the file of an export that was retried before what its dead attempts left was swept', async () => {
    const { id } = await fixture.request();
    for (let death = 0; death < MAX_ATTEMPTS; death++) {
      await fixture.claims.claim(id);
      await fixture.fallSilent(id);
    }
    const left = `${fixture.keyPrefix}${id}/${MAX_ATTEMPTS}-dead/x.csv`;
    await store.upload({
      key: left,
      body: Readable.from([Buffer.from('x')]),
      contentType: 'text/csv',
      signal: never(),
    });
    // Between the row and the storage this worker stands still for as long as all that takes.
    const failExhausted = vi.spyOn(fixture.attempts, 'failExhausted');
    failExhausted.mockImplementationOnce(async (...args) => {
      failExhausted.mockRestore();
      const ended = await fixture.attempts.failExhausted(...args);
      await fixture.records.retry(DEFAULT_TENANT, id);
      await untilDone(fixture.createProcessor(), id);
      return ended;
    });
    await untilDone(fixture.createProcessor(), id);
    const record = await find(id);
    expect(record).toMatchObject({ status: 'completed', attempt: MAX_ATTEMPTS + 1 });
    expect(await fixture.objectsOf(id)).toEqual([record.files[0]?.objectKey]);
  });

  it('never publishes a file whose stored size is not the written one', async () => {
    const { id } = await fixture.request();
    const cutting = withFaults(store, {
      head: async (key) => {
        const object = await store.head(key);
        return object === undefined ? undefined : { ...object, bytes: object.bytes - 1 };
      },
    });
    await untilDone(fixture.createProcessor({ store: cutting }), id);
    expect(await find(id)).toMatchObject({ status: 'failed', error: { code: 'stored_size_mismatch' } });
    expect(await fixture.objectsOf(id)).toEqual([]);
  });

  it('keeps the object when nobody knows whether publishing took effect', async () => {
    const { id } = await fixture.request();
    const processor = fixture.createProcessor();
    const publish = vi.spyOn(fixture.attempts, 'publish');
    publish.mockImplementationOnce(async (...args) => {
      publish.mockRestore();
      await fixture.attempts.publish(...args);
      throw new Error('Connection terminated unexpectedly');
    });
    await expect(processor.process(id, never())).rejects.toThrow('Connection terminated');
    const record = await find(id);
    expect(record.status).toBe('completed');
    expect(await fixture.objectsOf(id)).toEqual([record.files[0]?.objectKey]);
    expect(await processor.process(id, never())).toBe('done');
  });
});
