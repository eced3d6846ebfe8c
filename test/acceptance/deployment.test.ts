import { beforeAll, expect, it } from 'vitest';
import { runCommand } from '../support/command.ts';
import {
  createKey,
  deploymentEnvironment,
  describeDeployments,
  startApi,
  startWorker,
} from '../support/deployment.ts';
import { csvOf, readDiary } from '../support/diary.ts';
import { ROWS_DATASET, rowsFile } from '../support/rows.ts';
import { RemoteClient } from '../support/remote-export.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';
import { filesAmong } from '../support/files-among.ts';

const TIMEOUT_MS = 240_000;
/** Takes six seconds, whatever the machine: long enough to be caught in the middle. */
const LONG = { dataset: 'rows', params: { count: 60_000, napMs: 100 } };

const database = useTestDatabase();
const storage = useTestStore();

beforeAll(async () => {
  const env = deploymentEnvironment(database, storage);
  expect((await runCommand(['migrate'], env)).code).toBe(0);
  const seeded = await runCommand(['seed', '--users', '2', '--entries', '2000'], env);
  expect(seeded.stderr).toBe('');
}, TIMEOUT_MS);

describeDeployments((redisUrl) => {
  const env = deploymentEnvironment(database, storage, redisUrl);
  const clientOf = async (url: string, role: string, subject: string) =>
    new RemoteClient(url, await createKey(role, subject, env));

  it(
    'takes a diary from the request to the downloaded file, byte for byte',
    { timeout: TIMEOUT_MS },
    async () => {
      const { url } = await startApi(env);
      await startWorker(env);
      const user = await clientOf(url, 'user', '1');
      const entries = await readDiary(database.pool, 1);

      const csv = await user.request({ dataset: 'diary' });
      const done = await user.until(csv.id, ['completed']);
      const file = await user.download(csv.id);
      expect(file.text === csvOf(entries)).toBe(true);
      expect(done.file).toMatchObject({
        rows: 2000,
        bytes: Buffer.byteLength(file.text),
        sha256: file.sha256,
      });
      expect(file.disposition).toBe(`attachment; filename=${done.file?.name}`);

      const json = await user.request({ dataset: 'diary', format: 'json' });
      await user.until(json.id, ['completed']);
      const expected = entries.map((entry) => ({ ...entry, rating: Number(entry.rating) }));
      expect(JSON.parse((await user.download(json.id)).text)).toEqual(expected);

      const admin = await clientOf(url, 'admin', 'operator');
      const others = await admin.request({ dataset: 'diary', params: { userId: '2' } });
      await admin.until(others.id, ['completed']);
      expect((await admin.download(others.id)).text === csvOf(await readDiary(database.pool, 2))).toBe(true);
      const nobody = await admin.request({ dataset: 'diary', params: { userId: '999' } });
      await admin.until(nobody.id, ['completed']);
      expect((await admin.download(nobody.id)).text).toBe(csvOf([]));

      expect((await user.fetch(`/v1/exports/${csv.id}`, { method: 'DELETE' })).status).toBe(204);
      expect((await user.fetch(`/v1/exports/${csv.id}`)).status).toBe(404);
    },
  );

  it(
    'ends right when a worker is killed, and when one is told to stop, in the middle',
    { timeout: TIMEOUT_MS },
    async () => {
      const long = { ...env, ...ROWS_DATASET };
      const { url } = await startApi(long);
      const admin = await clientOf(url, 'admin', 'operator');

      const killed = await startWorker(long);
      const { id } = await admin.request(LONG);
      await admin.until(id, ['running']);
      killed.child.kill('SIGKILL');
      await killed.ended;
      expect((await admin.get(id)).status).toBe('running');

      const stopped = await startWorker({ ...long, SHUTDOWN_GRACE_SECONDS: '1' });
      await waitForAttempt(admin, id, 2);
      stopped.child.kill('SIGTERM');
      expect(await stopped.ended).toBe(0);
      expect(await admin.get(id)).toMatchObject({ status: 'queued', attempt: 2 });

      await startWorker(long);
      const done = await admin.until(id, ['completed']);
      expect(done.attempt).toBe(3);
      const file = await admin.download(id);
      expect(file.sha256).toBe(done.file?.sha256);
      expect(file.text === rowsFile(LONG.params.count)).toBe(true);
      const objects: string[] = [];
      for await (const { key } of storage.store.list(`exports/${id}/`)) objects.push(key);
      expect(filesAmong(objects)).toHaveLength(1);
      expect(await storage.store.abortUploads(`exports/${id}/`)).toEqual([]);
    },
  );

  it('cancels within two seconds', { timeout: TIMEOUT_MS }, async () => {
    const long = { ...env, ...ROWS_DATASET };
    const { url } = await startApi(long);
    await startWorker(long);
    const admin = await clientOf(url, 'admin', 'operator');
    const { id } = await admin.request(LONG);
    await admin.until(id, ['running']);
    const cancelledAt = performance.now();
    expect((await admin.fetch(`/v1/exports/${id}/cancel`, { method: 'POST' })).status).toBe(200);
    for (;;) {
      const { rowCount } = await database.pool.query(
        'select from pg_stat_activity where application_name = $1',
        [`rowferry-export ${id}`],
      );
      if (rowCount === 0) break;
    }
    expect(performance.now() - cancelledAt).toBeLessThan(2000);
    expect((await admin.get(id)).status).toBe('cancelled');
    expect((await admin.fetch(`/v1/exports/${id}/download`)).status).toBe(409);
  });
});

async function waitForAttempt(client: RemoteClient, id: string, attempt: number): Promise<void> {
  for (;;) {
    const state = await client.get(id);
    if (state.attempt === attempt && state.status === 'running') return;
    if (state.status === 'completed') throw new Error('it was completed before it could be stopped');
  }
}
