// rowferry request … --since last, against a service with a worker.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runCommand } from '../support/command.ts';
import { createKey, deploymentEnvironment, startApi, startWorker } from '../support/deployment.ts';
import { useTestDatabase } from '../support/test-database.ts';
import { useTestStore } from '../support/test-store.ts';

const database = useTestDatabase();
const env = deploymentEnvironment(database, useTestStore());

it('writes what has changed since the last time', { timeout: 180_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rowferry-since-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await runCommand(['seed', '--users', '1', '--entries', '10'], env);
  const key = await createKey('user', '1', env);
  const { url } = await startApi(env);
  await startWorker(env);
  const run = (...args: string[]) => runCommand(args, { ROWFERRY_URL: url, ROWFERRY_KEY: key });
  const changes = async () => {
    const output = join(folder, 'changes.csv');
    const { code, stderr } = await run('request', 'diary', '--since', 'last', '-o', output);
    expect([code, stderr]).toMatchObject([0, expect.stringContaining('SHA-256')]);
    return (await readFile(output, 'utf8')).match(/,(added|removed|change)$/gm) ?? [];
  };
  expect(await changes()).toEqual([',change', ...Array.from({ length: 10 }, () => ',added')]);
  await database.pool.query(`delete from reviews where id = (select min(id) from reviews)`);
  expect(await changes()).toEqual([',change', ',removed']);
  expect(await changes()).toEqual([',change']);

  await run('schedules', 'create', 'diary', '--cron', '0 6 * * *', '--since', 'last');
  const listed = await run('schedules', 'list', '--json');
  expect(JSON.parse(listed.stdout.toString())).toMatchObject({ options: { since: 'last' } });

  // Without a server nobody knows what was last.
  const alone = await runCommand(['export', 'diary', '--param', 'userId=1', '--option', 'since=last'], env);
  expect([alone.code, alone.stderr]).toMatchObject([1, expect.stringContaining('only a server keeps')]);
});
