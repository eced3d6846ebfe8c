// What clients of the API get while a part of the service is away, full or silent: an answer within two seconds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_TENANT } from '../../src/auth/identity.ts';
import { startApi } from '../../src/cli/api-process.ts';
import { projectDatasets } from '../../src/cli/context.ts';
import { requestLimits } from '../../src/cli/requesters.ts';
import { loadConfig } from '../../src/config.ts';
import { ApiKeys } from '../../src/db/api-keys.ts';
import { ExportRecords } from '../../src/db/export-records.ts';
import type { NewExport } from '../../src/db/export-records.ts';
import { ExportRequests } from '../../src/db/export-requests.ts';
import { ExportQueue } from '../../src/queue/export-queue.ts';
import type { QueueBackendOptions } from '../../src/queue/queue-backend.ts';
import { shutDown } from '../../src/shutdown.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { TEST_PREFIX } from '../support/template-database.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const PROMISED_MS = 2000;
const logger = pino({ level: 'silent' });
const database = useTestDatabase();
const storage = useTestStore();
let key: string;

beforeAll(async () => {
  key = (await new ApiKeys(database.pool).create({ role: 'admin', subject: 'operator' })).key;
});

const queueOf = (connectionString: string): QueueBackendOptions => ({
  kind: 'postgres',
  connectionString,
  prefix: TEST_PREFIX,
});

let users = 0;
/** Another one each time: the same in flight would not be made twice. */
const newRequest = () => ({ dataset: 'diary', params: { userId: String(++users) } });

/** The API in this process, down again with the test. */
async function serveApi(databaseUrl: string, queue = queueOf(database.url)) {
  const config = loadConfig({ PORT: '0', DATABASE_URL: databaseUrl });
  const endpoints = {
    databaseUrl,
    sources: { default: databaseUrl },
    queue,
    s3: storage.options,
    close: () => Promise.resolve(),
  };
  const { url, phases } = await startApi(config, endpoints, await projectDatasets(config), logger);
  onTestFinished(() => shutDown(phases, { info: () => undefined, warn: () => undefined }));
  const call = async (method: string, path: string, body?: object) => {
    const startedAt = performance.now();
    const response = await fetch(url.replace('localhost', '127.0.0.1') + path, {
      method,
      redirect: 'manual',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { id: string; code: string };
    expect(performance.now() - startedAt, `${method} ${path}`).toBeLessThan(PROMISED_MS);
    return { status: response.status, retryAfter: response.headers.get('retry-after'), answer };
  };
  return { call, request: () => call('POST', '/v1/exports', newRequest()) };
}

const countExports = async () => {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::int as count from rowferry.exports',
  );
  return rows[0]?.count ?? 0;
};

describe('without PostgreSQL', () => {
  const anyId = '00000000-0000-4000-8000-000000000000';
  const requests: [string, string, object?][] = [
    ['POST', '/v1/exports', newRequest()],
    ['GET', '/v1/exports'],
    ['GET', `/v1/exports/${anyId}`],
    ['GET', `/v1/exports/${anyId}/history`],
    ['GET', `/v1/exports/${anyId}/download`],
    ['POST', `/v1/exports/${anyId}/cancel`],
    ['DELETE', `/v1/exports/${anyId}`],
    ['GET', '/v1/datasets'],
    ['GET', '/readyz'],
  ];

  async function throughProxy(): Promise<{ proxy: TcpProxy; url: string }> {
    const url = new URL(database.url);
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    return { proxy, url: url.href };
  }

  async function expectRefusals(api: Awaited<ReturnType<typeof serveApi>>) {
    const before = await countExports();
    for (const [method, path, body] of requests) {
      const { status, retryAfter, answer } = await api.call(method, path, body);
      expect(status, `${method} ${path}`).toBe(503);
      if (path.startsWith('/v1')) {
        expect(answer.code).toBe('unavailable');
        expect(Number(retryAfter)).toBeGreaterThan(0);
      }
    }
    expect(await countExports()).toBe(before);
  }

  it('says so everywhere when it is down, and works again when it is back', async () => {
    const { proxy, url } = await throughProxy();
    const api = await serveApi(url);
    expect((await api.request()).status).toBe(202);
    await proxy.close();
    await expectRefusals(api);
    const target = new URL(database.url);
    const again = await startTcpProxy(
      { host: target.hostname, port: Number(target.port || 5432) },
      proxy.port,
    );
    onTestFinished(() => again.close());
    expect((await api.request()).status).toBe(202);
  });

  it(
    'says so everywhere when it hangs, on old connections and on new ones, and works again after',
    { timeout: 60_000 },
    async () => {
      const { proxy, url } = await throughProxy();
      const api = await serveApi(url);
      onTestFinished(() => proxy.close());
      expect((await api.request()).status).toBe(202);
      proxy.blackHole();
      // More requests than the pool has connections: those in the hole must not keep their places in it.
      await expectRefusals(api);
      await expectRefusals(api);
      proxy.recover();
      expect((await api.request()).status).toBe(202);
    },
  );

  it('says so when it has no connection left', async () => {
    const name = `limited_${database.pool.options.database ?? ''}${process.pid}`;
    await database.pool.query(`create role ${name} login password 'x' connection limit 1 in role
                               pg_read_all_data, pg_write_all_data`);
    onTestFinished(async () => {
      await database.pool.query(`drop role ${name}`);
    });
    const url = new URL(database.url);
    url.username = name;
    url.password = 'x';
    const last = new Client({ connectionString: url.href });
    await last.connect();
    const api = await serveApi(url.href);
    await expectRefusals(api);
    await last.end();
    // The server counts a session for a moment after its client has gone.
    await expect.poll(async () => (await api.call('GET', '/readyz')).status).toBe(200);
    expect((await api.request()).status).toBe(202);
  });

  it('makes no export after all when a table that was locked is free again', async () => {
    const api = await serveApi(database.url);
    const before = await countExports();
    const locker = await database.pool.connect();
    await locker.query('begin; lock table rowferry.exports in access exclusive mode');
    const { status, answer } = await api.request();
    expect({ status, code: answer.code }).toEqual({ status: 503, code: 'unavailable' });
    await locker.query('commit');
    locker.release();
    // Queues behind whatever still waits for the table.
    await database.pool.query('lock table rowferry.exports in exclusive mode').catch(() => undefined);
    expect(await countExports()).toBe(before);
  });
});

describe('an export that nobody waits for any more', () => {
  const values: NewExport = {
    tenant: DEFAULT_TENANT,
    role: 'user',
    subject: 'late',
    dataset: 'diary',
    formats: ['csv'],
    params: {},
  };
  const requestsOver = (pool: Pool) =>
    new ExportRequests(pool, {
      limits: requestLimits(loadConfig({})),
      idempotencyHours: 24,
      maxWaiting: 10,
      maxTargets: 10,
    });

  it('is not made', async () => {
    const before = await countExports();
    const late = new AbortController();
    const asking = { idempotencyKey: 'once', signal: late.signal };
    const making = requestsOver(database.pool).request(values, asking);
    late.abort(new Error('told that it takes too long'));
    await expect(making).rejects.toThrow('told that it takes too long');
    expect(await countExports()).toBe(before);
    const again = await requestsOver(database.pool).request(values, { idempotencyKey: 'once' });
    expect(again.outcome).toBe('created');
  });

  it('does not stay when its server had hung between insert and commit', async () => {
    const url = new URL(database.url);
    const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    const pool = new Pool({ connectionString: url.href, query_timeout: 300 });
    pool.on('error', () => undefined);
    const before = await countExports();
    const signal = { throwIfAborted: () => proxy.blackHole() } as AbortSignal;
    await expect(requestsOver(pool).request({ ...values, subject: 'hung' }, { signal })).rejects.toThrow(
      'timeout',
    );
    await proxy.close();
    await pool.end();
    await expect.poll(() => countExports()).toBe(before);
  });
});

const directory = await mkdtemp(join(tmpdir(), 'rowferry-redis-'));
const redis = await startRedisServer({ directory });

describe.skipIf(redis === undefined)('without Redis (needs redis-server on PATH)', () => {
  const server = redis as NonNullable<typeof redis>;
  const backend = (url = server.url): QueueBackendOptions => ({ kind: 'redis', url, prefix: 'outage' });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true });
  });

  const goOn = () => process.kill(server.pid(), 'SIGCONT');
  const stopServer = () => {
    process.kill(server.pid(), 'SIGSTOP');
    onTestFinished(() => {
      goOn();
    });
  };

  /** Accepted, and the queue takes it once the janitor brings it there. */
  async function expectAccepted(request: () => Promise<{ status: number; answer: { id: string } }>) {
    const startedAt = performance.now();
    const { status, answer } = await request();
    expect(status).toBe(202);
    // Nobody waits for the queue.
    expect(performance.now() - startedAt).toBeLessThan(1000);
    expect(await new ExportRecords(database.pool).find(DEFAULT_TENANT, answer.id)).toMatchObject({
      status: 'queued',
    });
    return answer.id;
  }

  async function expectDelivery(id: string) {
    const queue = new ExportQueue({ backend: backend(), timeoutMs: 5000, logger });
    onTestFinished(() => queue.close());
    await expect.poll(() => queue.ensure({ id, lane: 'normal', turn: 1 })).toBe('there');
  }

  it('accepts while it is full', async () => {
    const control = new Redis(server.url);
    const api = await serveApi(database.url, backend());
    await control.config('SET', 'maxmemory', '1mb');
    await control.config('SET', 'maxmemory-policy', 'noeviction');
    const id = await expectAccepted(api.request);
    const queue = new ExportQueue({ backend: backend(), timeoutMs: 5000, logger });
    await expect(queue.add({ id, lane: 'normal', turn: 1 })).rejects.toMatchObject({
      code: 'queue_unavailable',
    });
    await queue.close();
    await control.config('SET', 'maxmemory', '0');
    control.disconnect();
    await expectDelivery(id);
  });

  it('accepts while it is down', async () => {
    const api = await serveApi(database.url, backend());
    await expectAccepted(api.request);
    await server.kill();
    const id = await expectAccepted(api.request);
    expect((await api.call('POST', `/v1/exports/${id}/cancel`)).status).toBe(200);
    const other = await expectAccepted(api.request);
    await server.start();
    await expectDelivery(other);
  });

  it('accepts while it hangs', async () => {
    const api = await serveApi(database.url, backend());
    await expectAccepted(api.request);
    stopServer();
    const id = await expectAccepted(api.request);
    expect((await api.call('POST', `/v1/exports/${id}/cancel`)).status).toBe(200);
    const other = await expectAccepted(api.request);
    goOn();
    await expectDelivery(other);
  });

  it('accepts while nothing comes through to it', async () => {
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: server.port });
    onTestFinished(() => proxy.close());
    const api = await serveApi(database.url, backend(`redis://127.0.0.1:${proxy.port}`));
    await expectAccepted(api.request);
    proxy.blackHole();
    const id = await expectAccepted(api.request);
    await expectDelivery(id);
  });

  it('gives the queue no more to remember than a bounded number of jobs', async () => {
    stopServer();
    const queue = new ExportQueue({ backend: backend(), timeoutMs: 20_000, logger });
    const settled: Promise<unknown>[] = [];
    for (let count = 0; count < 1000; count++)
      settled.push(queue.has({ id: `job-${count}`, lane: 'normal' }).catch(() => undefined));
    const startedAt = performance.now();
    await expect(queue.has({ id: 'one-more', lane: 'normal' })).rejects.toMatchObject({
      code: 'queue_unavailable',
    });
    expect(performance.now() - startedAt).toBeLessThan(1000);
    goOn();
    await Promise.all(settled);
    expect(await queue.has({ id: 'one-more', lane: 'normal' })).toBe(false);
    await queue.close();
  });
});
