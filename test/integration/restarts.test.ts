// Services of the program in processes of their own, over a PostgreSQL and a Redis that restart, hang or vanish under them.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../src/embedded/postgres/launcher.ts';
import type { EmbeddedPostgres } from '../../src/embedded/postgres/launcher.ts';
import { runCommand } from '../support/command.ts';
import { createKey, deploymentEnvironment, startApi, startWorker } from '../support/deployment.ts';
import { newQueuePrefix } from '../support/queue-prefix.ts';
import { startRedisServer } from '../support/redis-server.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { ROWS_DATASET, rowsFile } from '../support/rows.ts';
import { useTestStore } from '../support/test-store.ts';
import { filesAmong } from '../support/files-among.ts';

const TIMEOUT_MS = 240_000;
let requests = 0;
/** Each of another length: the same in flight would not be made twice. These take four seconds, whatever the machine. */
const long = () => ({ dataset: 'rows', params: { count: 40_000 + ++requests, napMs: 100 } });
const short = () => ({ dataset: 'rows', params: { count: 10 + ++requests } });

const storage = useTestStore();
const directory = await mkdtemp(join(tmpdir(), 'rowferry-restarts-'));
const redis = await startRedisServer({ directory: join(directory, 'redis') });
let postgres: EmbeddedPostgres;
let pool: Pool;

beforeAll(async () => {
  // As root the server runs as another user, who has to reach its data in here.
  await chmod(directory, 0o711);
  postgres = await startPostgres({ directory: join(directory, 'postgres') });
  pool = new Pool({ connectionString: postgres.url });
  pool.on('error', () => undefined);
}, TIMEOUT_MS);
afterAll(async () => {
  await pool.end();
  await postgres.stop();
  await redis?.stop();
  await rm(directory, { recursive: true });
});

const environment = async (redisUrl?: string) => {
  const env = {
    ...deploymentEnvironment({ url: postgres.url, pool }, storage, redisUrl),
    ...ROWS_DATASET,
    QUEUE_PREFIX: newQueuePrefix(),
  };
  expect((await runCommand(['migrate'], env)).code).toBe(0);
  return env;
};
const clientOf = async (url: string, env: Record<string, string>) =>
  new RemoteClient(url, await createKey('admin', 'operator', env));

/** As a crash of one session makes it: the server ends all others and recovers. */
async function crashPostgres(): Promise<void> {
  const { rows } = await pool.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name like 'rowferry-queue%' or application_name = 'rowferry'`,
  );
  process.kill(rows[0]?.pid ?? NaN, 'SIGKILL');
  await expect
    .poll(
      () =>
        pool.query('select pg_is_in_recovery()').then(
          ({ rows }) => rows.length,
          () => 0,
        ),
      { timeout: 20_000 },
    )
    .toBe(1);
}

async function expectWhole(client: RemoteClient, id: string): Promise<void> {
  const { params } = (await client.until(id, ['completed'], 60_000)) as unknown as ReturnType<typeof short>;
  expect((await client.download(id)).text === rowsFile(params.count)).toBe(true);
  const objects: string[] = [];
  for await (const { key } of storage.store.list(`exports/${id}/`)) objects.push(key);
  expect(filesAmong(objects)).toHaveLength(1);
}

describe.each<[string, RedisServer | undefined]>([
  ['PostgreSQL', undefined],
  ...(redis === undefined ? [] : ([['Redis', redis]] as [string, RedisServer][])),
])('with the queue in %s', (_name, server) => {
  it('outlives a crash of PostgreSQL, and goes on taking exports', { timeout: TIMEOUT_MS }, async () => {
    const env = await environment(server?.url);
    const api = await startApi(env);
    const worker = await startWorker(env);
    const client = await clientOf(api.url, env);
    const { id } = await client.request(long());
    await client.until(id, ['running']);
    await crashPostgres();
    await expectWhole(client, id);
    for (let time = 0; time < 3; time++) {
      const { id: next } = await client.request(short());
      await expectWhole(client, next);
    }
    expect(api.command.child.exitCode).toBeNull();
    expect(worker.child.exitCode).toBeNull();
  });
});

describe.skipIf(redis === undefined)('with a Redis (needs redis-server on PATH)', () => {
  const server = redis as RedisServer;

  it('cannot be harmed by a worker that stood still past its lock', { timeout: TIMEOUT_MS }, async () => {
    const env = await environment(server.url);
    const { url } = await startApi(env);
    const client = await clientOf(url, env);
    const stopped = await startWorker(env);
    const { id } = await client.request(long());
    await client.until(id, ['running']);
    stopped.child.kill('SIGSTOP');
    await startWorker(env);
    await client.until(id, ['completed'], 60_000);
    stopped.child.kill('SIGCONT');
    await stopped.printed(/export attempt ended without a file|its files are dropped/);
    await expectWhole(client, id);
    expect(await client.get(id)).toMatchObject({ status: 'completed', attempt: 2 });
    expect(await storage.store.abortUploads(`exports/${id}/`)).toEqual([]);
    const history = await (await client.fetch(`/v1/exports/${id}/history`)).text();
    expect(history).toContain('The worker stopped answering; attempt 2 took over.');
    // It is of use again.
    stopped.child.kill('SIGTERM');
    expect(await stopped.ended).toBe(0);
  });

  it('outlives its loss with all it held, and goes on taking exports', { timeout: TIMEOUT_MS }, async () => {
    const env = await environment(server.url);
    const api = await startApi(env);
    const worker = await startWorker({ ...env, WORKER_CONCURRENCY: '1' });
    const client = await clientOf(api.url, env);
    const { id } = await client.request(long());
    await client.until(id, ['running']);
    const waiting = await client.request(short());
    await server.kill();
    const meanwhile = await client.request(short());
    await server.start();
    await expectWhole(client, id);
    await expectWhole(client, waiting.id);
    await expectWhole(client, meanwhile.id);
    expect(api.command.child.exitCode).toBeNull();
    expect(worker.child.exitCode).toBeNull();
  });

  it('starts the API without it, which accepts', { timeout: TIMEOUT_MS }, async () => {
    const env = await environment(server.url);
    await server.kill();
    const { url } = await startApi(env);
    const client = await clientOf(url, env);
    const { id } = await client.request(short());
    expect((await runCommand(['worker'], env)).stderr).toContain('Redis does not answer');
    await server.start();
    await startWorker(env);
    await expectWhole(client, id);
  });

  it('hands exports back and ends in its grace while Redis hangs', { timeout: TIMEOUT_MS }, async () => {
    const env = await environment(server.url);
    const { url, command } = await startApi(env);
    const worker = await startWorker({ ...env, SHUTDOWN_GRACE_SECONDS: '1' });
    const client = await clientOf(url, env);
    const { id } = await client.request(long());
    await client.until(id, ['running']);
    process.kill(server.pid(), 'SIGSTOP');
    onTestFinished(() => {
      process.kill(server.pid(), 'SIGCONT');
    });
    const startedAt = performance.now();
    worker.child.kill('SIGTERM');
    command.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await command.ended).toBe(0);
    // The grace, and what each phase after it may take.
    expect(performance.now() - startedAt).toBeLessThan(8000);
    const { rows } = await pool.query(
      'select status, attempt, released from rowferry.exports where id = $1',
      [id],
    );
    expect(rows).toEqual([{ status: 'queued', attempt: 1, released: 1 }]);
  });

  it('ends at once on a second signal', { timeout: TIMEOUT_MS }, async () => {
    const env = await environment(server.url);
    const { url } = await startApi(env);
    const worker = await startWorker({ ...env, SHUTDOWN_GRACE_SECONDS: '60' });
    const client = await clientOf(url, env);
    const { id } = await client.request(long());
    await client.until(id, ['running']);
    worker.child.kill('SIGTERM');
    await worker.printed(/shutting down/);
    const startedAt = performance.now();
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(1);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });
});
