import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { locateBinaries, prepareBinaries } from '../../../src/embedded/postgres/binaries.ts';
import { startPostgres } from '../../../src/embedded/postgres/launcher.ts';
import { findPlace } from '../../../src/embedded/postgres/place.ts';
import type { Place } from '../../../src/embedded/postgres/place.ts';
import { run } from '../../../src/embedded/postgres/run.ts';
import { sharedMemorySettings } from '../../../src/embedded/postgres/shared-memory.ts';
import { endWithProcess } from '../../support/end-with-process.ts';
import { lastingPort } from '../../support/free-port.ts';

/** A PostgreSQL of the suite's own, which can be killed and comes back on the same port. */
export interface PostgresServer {
  /** An administrator's connection. */
  url: string;
  port: number;
  place: Place;
  /** Stops in order, and starts again when `work` is done. */
  whileDown(work: () => Promise<void>): Promise<void>;
  /** Without a checkpoint: every session dies at once, and the start recovers from the log, as after a crash. */
  restartImmediately(): Promise<void>;
  stop(): Promise<void>;
}

/** Settings as PostgreSQL names them. */
export type PostgresSettings = Readonly<Record<string, string>>;

/** The embedded server, made anew in `directory`; its data go with that. */
export async function startPostgresServer(
  directory: string,
  settings: PostgresSettings = {},
): Promise<PostgresServer> {
  const fallbackDirectory = join(directory, 'elsewhere');
  const made = await startPostgres({ directory, fallbackDirectory });
  await made.stop();
  const place = await findPlace(resolve(directory), fallbackDirectory, undefined);
  const url = new URL(made.url);
  return launch(place, url, settings);
}

/** Starts a server on data that are there, and on a port that it keeps. `url`: how to log in, whatever its port. */
export async function launch(place: Place, url: URL, settings: PostgresSettings): Promise<PostgresServer> {
  const port = await lastingPort();
  const binaries = await prepareBinaries(locateBinaries(), place);
  const options = [
    `-p ${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    ...(await sharedMemorySettings()),
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
  ].join(' -c ');
  const pgCtl = async (...args: string[]) => {
    // With a log of its own the server does not hold the pipe whose end is waited for.
    const start = ['-l', join(place.data, 'suite.log'), '-o', options];
    const where = ['-D', place.data, '-w', '-t', '60', ...(args[0] === 'stop' ? [] : start)];
    const { code, output } = await run(binaries.pgCtl, [...args, ...where], { account: place.account });
    if (code !== 0) throw new Error(`pg_ctl ${args.join(' ')} failed: ${output}`);
  };
  await pgCtl('start');
  const release = endWithProcess(() => killPostmaster(place));
  const reached = new URL(url);
  reached.port = String(port);
  return {
    url: reached.href,
    port,
    place,
    async whileDown(work) {
      await pgCtl('stop', '-m', 'fast');
      await work();
      await pgCtl('start');
    },
    restartImmediately: () => pgCtl('restart', '-m', 'immediate'),
    async stop() {
      await pgCtl('stop', '-m', 'immediate');
      release();
    },
  };
}

/** The first line of its file is its process id; without the file it does not run. */
function killPostmaster({ data }: Place): void {
  try {
    process.kill(Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10), 'SIGQUIT');
  } catch {
    // It has ended by itself.
  }
}
