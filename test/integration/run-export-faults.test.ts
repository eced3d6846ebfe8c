import type { Readable } from 'node:stream';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { endlessDataset, largeDataset, useProxiedDatabase } from '../support/proxied-database.ts';
import { APPLICATION_NAME, backendsOf, datasetOf, runTestExport } from '../support/run-test-export.ts';

const proxied = useProxiedDatabase();

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

describe.each(['auto', 'rows'] as const)('encoder %s', (encoder) => {
  /** Runs the export, does `harm` once rows flow, and returns what it rejected with and how long that took. */
  async function failureAfter(
    harm: () => unknown,
    options: { store?: (body: Readable) => Promise<void>; stallTimeoutMs?: number } = {},
  ): Promise<{ error: AppError; seconds: number }> {
    let flowing: () => void;
    const rowsFlow = new Promise<void>((resolve) => (flowing = resolve));
    const running = runTestExport({
      encoder,
      connectionString: proxied.connectionString,
      dataset: endlessDataset,
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
        proxied.database.pool.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
          [APPLICATION_NAME],
        );
      const { error, seconds } = await failureAfter(kill, { store });
      expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
      expect(seconds).toBeLessThan(5);
    });

    it('settles within five seconds of a FIN', async () => {
      const { error, seconds } = await failureAfter(() => proxied.proxy.finish(), { store });
      expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
      expect(seconds).toBeLessThan(5);
    });

    it('settles within five seconds of a reset', async () => {
      const { error, seconds } = await failureAfter(() => proxied.proxy.reset(), { store });
      expect(error).toMatchObject({ code: 'source_unavailable', retryable: true });
      expect(seconds).toBeLessThan(5);
    });

    it('notices a black hole by the stall time-out', async () => {
      const { error, seconds } = await failureAfter(() => proxied.proxy.blackHole(), {
        store,
        stallTimeoutMs: 1000,
      });
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
      encoder,
      connectionString: proxied.connectionString,
      dataset: largeDataset,
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
    const running = runTestExport({
      encoder,
      connectionString: proxied.connectionString,
      dataset: datasetOf(text, ['id', 'filler']),
    });
    await expect(running).rejects.toMatchObject({ code: 'source_query_failed', retryable: false });
  });

  it('ends at the deadline even when only the server watches the time', async () => {
    const running = runTestExport({
      encoder,
      connectionString: proxied.connectionString,
      dataset: datasetOf(`select pg_sleep(30)::text as id, 'x' as filler`, ['id', 'filler']),
      limits: { deadlineMs: 300 },
    });
    await expect(running).rejects.toMatchObject({ code: 'source_timeout', retryable: true });
  });

  it('rejects with the store’s error when the store fails in the middle, and lets the backend go', async () => {
    const failing = async (body: Readable) => {
      for await (const _chunk of body) {
        throw new AppError('storage_failed', 'part 2 was refused', { retryable: true });
      }
    };
    await expect(
      runTestExport({
        encoder,
        connectionString: proxied.connectionString,
        dataset: endlessDataset,
        store: failing,
      }),
    ).rejects.toMatchObject({
      code: 'storage_failed',
    });
  });

  it('stops within two seconds of an abort, with its reason, on both sides', async () => {
    const cancel = new AbortController();
    let abortedAt = 0;
    const running = runTestExport({
      encoder,
      connectionString: proxied.connectionString,
      dataset: endlessDataset,
      signal: cancel.signal,
      onProgress: ({ rows }) => {
        if (rows === 0 || abortedAt > 0) return;
        abortedAt = performance.now();
        cancel.abort(new AppError('superseded', 'cancelled'));
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'superseded' });
    await vi.waitUntil(async () => (await backendsOf(proxied.database.pool)).length === 0, { timeout: 5000 });
    expect(performance.now() - abortedAt).toBeLessThan(2000);
  });

  it('frees a server that is still sorting when the client goes', async () => {
    const cancel = new AbortController();
    const running = runTestExport({
      encoder,
      connectionString: proxied.connectionString,
      signal: cancel.signal,
      dataset: datasetOf(
        `select id, filler from (select n::text as id, md5(n::text) as filler from generate_series(1, 20000000) as n) s
          order by filler`,
        ['id', 'filler'],
      ),
    });
    const rejected = expect(running).rejects.toMatchObject({ code: 'superseded' });
    await vi.waitUntil(async () => (await backendsOf(proxied.database.pool, 'select id')).length === 1, {
      timeout: 5000,
    });
    cancel.abort(new AppError('superseded', 'cancelled'));
    await rejected;
    await vi.waitUntil(async () => (await backendsOf(proxied.database.pool)).length === 0, { timeout: 2000 });
  });
});
