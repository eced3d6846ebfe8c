import type { Random } from '../suite/random.ts';
import type { SoakInstallation } from './installation.ts';

/** One thing that goes wrong, and is mended at once, as an orchestrator does. */
export interface SoakEvent {
  name: string;
  happen(installation: SoakInstallation): Promise<void>;
}

const workerKilled: SoakEvent = {
  name: 'kill -9 of a worker',
  async happen(installation) {
    await installation.worker.end('SIGKILL');
    installation.worker = await installation.startWorker();
  },
};

const workerStopped: SoakEvent = {
  name: 'SIGTERM to a worker',
  async happen(installation) {
    const stopped = installation.worker.end('SIGTERM');
    installation.worker = await installation.startWorker();
    await stopped;
  },
};

const apiKilled: SoakEvent = {
  name: 'kill -9 of an API',
  async happen({ site }) {
    await site.api.end('SIGKILL');
    await site.startApi();
  },
};

const redisKilled: SoakEvent = {
  name: 'kill -9 of Redis',
  async happen({ redis }) {
    await redis?.kill();
    await redis?.start();
  },
};

const postgresRestarted: SoakEvent = {
  name: 'PostgreSQL restarted at once',
  happen: ({ postgres }) => postgres.restartImmediately(),
};

const connectionsEnded: SoakEvent = {
  name: 'all connections of exports ended',
  async happen({ site }) {
    await site.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'rowferry-export%'`,
    );
  },
};

export function pickEvent(random: Random, { redis }: SoakInstallation): SoakEvent {
  const everywhere = [workerKilled, workerStopped, apiKilled, postgresRestarted, connectionsEnded] as const;
  return random.pick(redis === undefined ? everywhere : [...everywhere, redisKilled]);
}
