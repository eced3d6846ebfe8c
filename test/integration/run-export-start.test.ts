import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { largeDataset, useProxiedDatabase } from '../support/proxied-database.ts';
import { backendsOf, datasetOf, runTestExport } from '../support/run-test-export.ts';

const proxied = useProxiedDatabase();

it('refuses a connection with query_timeout, which lets a cut-off export pass for complete', async () => {
  const url = new URL(proxied.connectionString);
  url.searchParams.set('query_timeout', '1000');
  const running = runTestExport({ connectionString: url.href, dataset: largeDataset });
  await expect(running).rejects.toMatchObject({ code: 'query_timeout_set' });
});

it('says that the database cannot be reached when nothing listens', async () => {
  await proxied.proxy.close();
  const running = runTestExport({ connectionString: proxied.connectionString, dataset: largeDataset });
  await expect(running).rejects.toMatchObject({ code: 'source_unavailable', retryable: true });
});

describe('before the first row', () => {
  const lockedDataset = datasetOf('select id::text, filler from locked', ['id', 'filler']);
  let unlock: () => Promise<unknown>;
  beforeEach(async () => {
    await proxied.database.pool.query('create table if not exists locked (id int, filler text)');
    const holder = await proxied.database.pool.connect();
    await holder.query('begin; lock table locked');
    unlock = async () => {
      await holder.query('rollback');
      holder.release();
    };
  });
  afterEach(() => unlock());

  it('stops at an abort while a table is locked', async () => {
    const cancel = new AbortController();
    const running = runTestExport({
      connectionString: proxied.connectionString,
      dataset: lockedDataset,
      signal: cancel.signal,
    });
    const rejected = expect(running).rejects.toMatchObject({ code: 'superseded' });
    await vi.waitUntil(async () => (await backendsOf(proxied.database.pool, 'explain')).length === 1, {
      timeout: 5000,
    });
    cancel.abort(new AppError('superseded', 'cancelled'));
    await rejected;
  });

  it('gives up by the stall time-out while a table is locked', async () => {
    const running = runTestExport({
      connectionString: proxied.connectionString,
      dataset: lockedDataset,
      limits: { stallTimeoutMs: 300 },
    });
    await expect(running).rejects.toMatchObject({ code: 'source_stalled', retryable: true });
  });

  it('gives up by the stall time-out on a server that never answers', async () => {
    proxied.proxy.blackHole();
    const running = runTestExport({
      connectionString: proxied.connectionString,
      dataset: lockedDataset,
      limits: { stallTimeoutMs: 300 },
    });
    await expect(running).rejects.toMatchObject({ code: 'source_stalled', retryable: true });
  });
});
