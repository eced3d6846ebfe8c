import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { runCommand } from './command.ts';
import { createKey, deploymentEnvironment } from './deployment.ts';
import { freePort } from './free-port.ts';
import { endCommand, spawnRowferry } from './rowferry-process.ts';
import type { RunningCommand } from './rowferry-process.ts';
import { served, workerOf } from './served-command.ts';
import { useTestDatabase } from './test-database.ts';
import { useTestStore } from './test-store.ts';

/** rowferry in processes of its own, as people run it. */
export interface Installation {
  /** Links that sign a browser in: as user 1, and as an admin. */
  links: { user: string; admin: string };
  /** kill -9 of the worker; whoever runs this installation starts another one. */
  killWorker(): Promise<void>;
  /** kill -9 of what answers HTTP, and its next start, at the same address. */
  restart(): Promise<void>;
}

const SETTINGS = {
  DATASETS_DIR: fileURLToPath(new URL('journey-datasets', import.meta.url)),
  WORKER_LOCK_SECONDS: '5',
  JANITOR_INTERVAL_SECONDS: '1',
  EXPORT_RETRY_DELAY_SECONDS: '0',
};
const START_MS = 240_000;

/** Defines the same tests over `npm start`, and over PostgreSQL, Redis and S3 with API and worker apart. */
export function describeInstallations(define: (installation: Installation) => void): void {
  describe('on the embedded default', () => define(useEmbedded()));
  const { redisUrl } = inject('services');
  if (redisUrl === undefined)
    describe.skip('on Redis (SKIPPED: no Redis; set REDIS_URL, start Docker or install redis-server)', () =>
      define(useDeployment('redis://127.0.0.1:1')));
  else describe('on Redis', () => define(useDeployment(redisUrl)));
}

function useEmbedded(): Installation {
  let home: string;
  let env: Record<string, string>;
  let command: RunningCommand;
  const start = async () => {
    command = spawnRowferry(['start'], env);
    await served(command);
  };
  const linkOf = (who: string) => {
    const link = new RegExp(`as ${who} +(http\\S+)`).exec(command.output())?.[1];
    if (link === undefined) throw new Error(`no link was printed for ${who}`);
    return link;
  };
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'rowferry-home-'));
    // As root the embedded PostgreSQL runs as another user, who has to pass through here.
    await chmod(home, 0o711);
    env = { ...SETTINGS, ROWFERRY_HOME: join(home, 'data'), PORT: String(await freePort()) };
    await start();
  }, START_MS);
  afterAll(async () => {
    await endCommand(command, 'SIGINT');
    await rm(home, { recursive: true, force: true });
  });
  return {
    get links() {
      return { user: linkOf('the demo user'), admin: linkOf('an admin') };
    },
    killWorker() {
      process.kill(workerOf(command), 'SIGKILL');
      return Promise.resolve();
    },
    async restart() {
      await endCommand(command);
      await start();
    },
  };
}

function useDeployment(redisUrl: string): Installation {
  const database = useTestDatabase();
  const storage = useTestStore();
  const links = { user: '', admin: '' };
  let env: Record<string, string>;
  let api: RunningCommand;
  let worker: RunningCommand;
  const startApi = async () => {
    api = spawnRowferry(['api'], env);
    await api.printed(/the API is listening/);
  };
  const startWorker = async () => {
    worker = spawnRowferry(['worker'], env);
    await worker.printed(/the worker is taking exports/);
  };
  beforeAll(async () => {
    env = {
      ...deploymentEnvironment(database, storage, redisUrl),
      ...SETTINGS,
      PORT: String(await freePort()),
      LOG_LEVEL: 'info',
    };
    await runCommand(['migrate'], env);
    await runCommand(['seed', '--users', '2', '--entries', '20000'], env);
    for (const [role, subject] of [
      ['user', '1'],
      ['admin', 'admin'],
    ] as const)
      links[role] = `http://localhost:${env['PORT']}/#token=${await createKey(role, subject, env)}`;
    await Promise.all([startApi(), startWorker()]);
  }, START_MS);
  afterAll(async () => {
    await Promise.all([endCommand(api, 'SIGTERM'), endCommand(worker, 'SIGTERM')]);
  });
  return {
    links,
    async killWorker() {
      await endCommand(worker);
      await startWorker();
    },
    async restart() {
      await endCommand(api);
      await startApi();
    },
  };
}
