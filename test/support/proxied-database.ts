import { afterEach, beforeEach, vi } from 'vitest';
import { backendsOf, datasetOf } from './run-test-export.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import type { TcpProxy } from './tcp-proxy.ts';
import { useTestDatabase } from './test-database.ts';

/** Some 25 MB: more than sockets and buffers hold, so a reader that stops makes the server wait. */
export const largeDataset = datasetOf(
  `select n::text as id, repeat('x', 240) as filler from generate_series(1, 100000) as n`,
  ['id', 'filler'],
);

/** Gigabytes, sent as they are made: nothing is fast enough to have all of it before a fault comes. */
export const endlessDataset = datasetOf(
  `select n::text as id, repeat('x', 240) as filler from (select generate_series(1, 20000000) as n) as numbers`,
  ['id', 'filler'],
);

/** A database of the test's own, and the way to it through a proxy that can do harm. No export may leave a backend. */
export function useProxiedDatabase() {
  const database = useTestDatabase();
  const proxied = {
    database,
    proxy: undefined as unknown as TcpProxy,
    /** Through the proxy. */
    connectionString: '',
  };

  beforeEach(async () => {
    const url = new URL(database.url);
    proxied.proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
    url.hostname = '127.0.0.1';
    url.port = String(proxied.proxy.port);
    proxied.connectionString = url.href;
  });

  afterEach(async () => {
    await proxied.proxy.close();
    await vi.waitUntil(async () => (await backendsOf(database.pool)).length === 0, { timeout: 5000 });
  });
  return proxied;
}
