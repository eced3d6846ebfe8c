import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { RowSource } from '../../src/export/row-source.ts';
import { openSourceClient } from '../../src/export/source-client.ts';
import { APPLICATION_NAME, backendsOf, datasetOf, runTestExport } from '../support/run-test-export.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { useTestDatabase } from '../support/test-database.ts';

const database = useTestDatabase();

/** Some 25 MB: more than sockets and buffers hold, so the server is still sending when the fault comes. */
const dataset = datasetOf(
  `select n::text as id, repeat('x', 240) as filler from generate_series(1, 100000) as n`,
  ['id', 'filler'],
);

let proxy: TcpProxy;
let connectionString: string;

beforeEach(async () => {
  const url = new URL(database.url);
  proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.hostname = '127.0.0.1';
  url.port = String(proxy.port);
  connectionString = url.href;
});

afterEach(async () => {
  await proxy.close();
  await vi.waitUntil(async () => (await backendsOf(database.pool)).length === 0, { timeout: 5000 });
});

/** Fast: the source is the slow side. Slow: the server waits for us, its send buffer full. */
const sinks: Record<string, (body: Readable) => Promise<void>> = {
  'a fast sink': async (body) => {
    for await (const _chunk of body);
  },
  'a slow sink': (body) =>
    pipeline(
      body,
      new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void setTimeout(done, 20) }),
    ),
};

/** Runs the export, does `harm` once rows flow, and returns what it rejected with and how long that took. */
async function failureAfter(
  harm: () => unknown,
  options: { store?: (body: Readable) => Promise<void>; stallTimeoutMs?: number } = {},
): Promise<{ error: AppError; seconds: number }> {
  let flowing: () => void;
  const rowsFlow = new Promise<void>((resolve) => (flowing = resolve));
  const running = runTestExport({
    connectionString,
    dataset,
    onProgress: ({ rows }) => {
      if (rows > 0) flowing();
    },
    ...(options.store === undefined ? {} : { store: options.store }),
    limits: { stallTimeoutMs: options.stallTimeoutMs ?? 60_000 },
  });
  const outcome = running.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  await rowsFlow;
  const harmedAt = performance.now();
  await harm();
  const error = await outcome;
  expect(error).toBeInstanceOf(AppError);
  return { error: error as AppError, seconds: (performance.now() - harmedAt) / 1000 };
}

describe.each(Object.entries(sinks))('with %s', (_name, store) => {
  it('settles within five seconds of a killed backend', async () => {
    const kill = () =>
      database.pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1',
        [APPLICATION_NAME],
      );
    const { error, seconds } = await failureAfter(kill, { store });
    expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
    expect(seconds).toBeLessThan(5);
  });

  it('settles within five seconds of a FIN', async () => {
    const { error, seconds } = await failureAfter(() => proxy.finish(), { store });
    expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
    expect(seconds).toBeLessThan(5);
  });

  it('settles within five seconds of a reset', async () => {
    const { error, seconds } = await failureAfter(() => proxy.reset(), { store });
    expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
    expect(seconds).toBeLessThan(5);
  });

  it('notices a black hole by the stall time-out', async () => {
    const { error, seconds } = await failureAfter(() => proxy.blackHole(), { store, stallTimeoutMs: 1000 });
    expect(error).toMatchObject({ code: 'source_stalled', retryable: true });
    expect(seconds).toBeGreaterThan(0.9);
    // Twice the time-out, and what the slow sink had still to take.
    expect(seconds).toBeLessThan(5);
  });
});

it('is no stall while the sink is what is slow', async () => {
  let paused = false;
  const pauseOnce = async (body: Readable) => {
    for await (const _chunk of body) {
      if (!paused) await new Promise((resolve) => setTimeout(resolve, 1500));
      paused = true;
    }
  };
  const result = await runTestExport({
    connectionString,
    dataset,
    store: pauseOnce,
    limits: { stallTimeoutMs: 500 },
  });
  expect(result.rows).toBe(100_000);
});

it.each([
  [
    'an error in row 50,000',
    'select (1 / (50000 - n))::text as id, $$x$$ as filler from generate_series(1, 100000) as n',
  ],
  [
    'an error in the first row',
    'select (1 / (n - 1))::text as id, $$x$$ as filler from generate_series(1, 10) as n',
  ],
  ['a table that is not there', 'select id, filler from no_such_table'],
])('fails for good on %s', async (_name, text) => {
  const running = runTestExport({ connectionString, dataset: datasetOf(text, ['id', 'filler']) });
  await expect(running).rejects.toMatchObject({ code: 'source_query_failed', retryable: false });
});

it('ends at the deadline even when only the server watches the time', async () => {
  const running = runTestExport({
    connectionString,
    dataset: datasetOf(`select pg_sleep(30)::text as id, 'x' as filler`, ['id', 'filler']),
    limits: { deadlineMs: 300 },
  });
  await expect(running).rejects.toMatchObject({ code: 'source_timeout', retryable: true });
});

it('refuses a connection with query_timeout, which lets a cut-off export pass for complete', async () => {
  const url = new URL(connectionString);
  url.searchParams.set('query_timeout', '1000');
  const running = runTestExport({ connectionString: url.href, dataset });
  await expect(running).rejects.toMatchObject({ code: 'query_timeout_set' });
});

it('says that the database cannot be reached when nothing listens', async () => {
  await proxy.close();
  const running = runTestExport({ connectionString, dataset });
  await expect(running).rejects.toMatchObject({ code: 'source_unavailable', retryable: true });
  proxy = await startTcpProxy({ host: '127.0.0.1', port: 1 });
});

it('rejects with the store’s error when the store fails in the middle, and lets the backend go', async () => {
  const failing = async (body: Readable) => {
    for await (const _chunk of body) {
      throw new AppError('storage_failed', 'part 2 was refused', { retryable: true });
    }
  };
  await expect(runTestExport({ connectionString, dataset, store: failing })).rejects.toMatchObject({
    code: 'storage_failed',
  });
});

it('stops within two seconds of an abort, with its reason, on both sides', async () => {
  const cancel = new AbortController();
  let abortedAt = 0;
  const running = runTestExport({
    connectionString,
    dataset,
    signal: cancel.signal,
    onProgress: ({ rows }) => {
      if (rows === 0 || abortedAt > 0) return;
      abortedAt = performance.now();
      cancel.abort(new AppError('superseded', 'cancelled'));
    },
  });
  await expect(running).rejects.toMatchObject({ code: 'superseded' });
  await vi.waitUntil(async () => (await backendsOf(database.pool)).length === 0, { timeout: 5000 });
  expect(performance.now() - abortedAt).toBeLessThan(2000);
});

describe('before the first row', () => {
  const lockedDataset = datasetOf('select id::text, filler from locked', ['id', 'filler']);
  let unlock: () => Promise<unknown>;
  beforeEach(async () => {
    await database.pool.query('create table if not exists locked (id int, filler text)');
    const holder = await database.pool.connect();
    await holder.query('begin; lock table locked');
    unlock = async () => {
      await holder.query('rollback');
      holder.release();
    };
  });
  afterEach(() => unlock());

  it('stops at an abort while a table is locked', async () => {
    const cancel = new AbortController();
    const running = runTestExport({ connectionString, dataset: lockedDataset, signal: cancel.signal });
    const rejected = expect(running).rejects.toMatchObject({ code: 'superseded' });
    await vi.waitUntil(async () => (await backendsOf(database.pool, 'explain')).length === 1, {
      timeout: 5000,
    });
    cancel.abort(new AppError('superseded', 'cancelled'));
    await rejected;
  });

  it('gives up by the stall time-out while a table is locked', async () => {
    const running = runTestExport({
      connectionString,
      dataset: lockedDataset,
      limits: { stallTimeoutMs: 300 },
    });
    await expect(running).rejects.toMatchObject({ code: 'source_stalled', retryable: true });
  });

  it('gives up by the stall time-out on a server that never answers', async () => {
    proxy.blackHole();
    const running = runTestExport({
      connectionString,
      dataset: lockedDataset,
      limits: { stallTimeoutMs: 300 },
    });
    await expect(running).rejects.toMatchObject({ code: 'source_stalled', retryable: true });
  });
});

it('frees a server that is still sorting when the client goes', async () => {
  const cancel = new AbortController();
  const running = runTestExport({
    connectionString,
    signal: cancel.signal,
    dataset: datasetOf(
      `select id, filler from (select n::text as id, md5(n::text) as filler from generate_series(1, 20000000) as n) s
        order by filler`,
      ['id', 'filler'],
    ),
  });
  const rejected = expect(running).rejects.toMatchObject({ code: 'superseded' });
  await vi.waitUntil(async () => (await backendsOf(database.pool, 'select id')).length === 1, {
    timeout: 5000,
  });
  cancel.abort(new AppError('superseded', 'cancelled'));
  await rejected;
  await vi.waitUntil(async () => (await backendsOf(database.pool)).length === 0, { timeout: 2000 });
});

describe('a row source', () => {
  const open = async () => {
    const client = await openSourceClient({
      connectionString,
      applicationName: APPLICATION_NAME,
      deadlineMs: 60_000,
    });
    const source = new RowSource({
      client,
      query: dataset.query({}),
      columnNames: ['id', 'filler'],
      batchRows: 1000,
      batchBytes: 1_000_000,
      stallTimeoutMs: 20_000,
    });
    return { client, source };
  };
  const drain = async (source: RowSource, onBatch: () => unknown) => {
    for await (const _batch of source) {
      await onBatch();
    }
  };

  it('fails when somebody closes its cursor, instead of ending early', async () => {
    const { source } = await open();
    const closeCursor = () => (source.cursor as { close(): Promise<void> }).close();
    await expect(drain(source, closeCursor)).rejects.toMatchObject({ code: 'source_unavailable' });
  });

  it('fails when somebody ends its client', async () => {
    const { client, source } = await open();
    let ended = false;
    const endOnce = () => {
      if (!ended) void client.end();
      ended = true;
    };
    await expect(drain(source, endOnce)).rejects.toMatchObject({ code: 'source_unavailable' });
  });
});
