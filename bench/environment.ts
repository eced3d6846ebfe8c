import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropLeftOvers } from './pipeline/database/load-table.ts';
import { startBenchServer } from './pipeline/database/server.ts';
import { endChildren } from './pipeline/process/end-children.ts';
import { startRedis } from './pipeline/process/redis.ts';

export interface Environment {
  postgresUrl: string;
  postgresVersion: string;
  postmasterPid: number;
  redisUrl: string | undefined;
  /** Ends everything that was started, by scenarios too. */
  close(): Promise<void>;
}

/** The servers of one run, and a folder for its temporary files, which goes with it. */
export async function openEnvironment(options: { cache: string; fresh: boolean }): Promise<Environment> {
  const directory = await mkdtemp(join(tmpdir(), 'rowferry-bench-'));
  // Whatever a scenario leaves behind when it is interrupted lies in there.
  process.env['TMPDIR'] = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const server = await startBenchServer(options.cache);
  const redis = await startRedis();
  const close = async () => {
    await redis.stop();
    await endChildren([server.postmasterPid]);
    await server.stop();
  };
  try {
    await dropLeftOvers(server.url, { tables: options.fresh });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    postgresUrl: server.url,
    postgresVersion: server.version,
    postmasterPid: server.postmasterPid,
    redisUrl: redis.url,
    close,
  };
}
