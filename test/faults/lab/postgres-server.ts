import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { locateBinaries, prepareBinaries } from '../../../src/embedded/postgres/binaries.ts';
import type { Binaries } from '../../../src/embedded/postgres/binaries.ts';
import { startPostgres } from '../../../src/embedded/postgres/launcher.ts';
import { findPlace } from '../../../src/embedded/postgres/place.ts';
import type { Place } from '../../../src/embedded/postgres/place.ts';
import { run } from '../../../src/embedded/postgres/run.ts';
import { administer } from '../../support/template-database.ts';

/** A PostgreSQL of the suite's own, which can be killed and comes back on the same port. */
export interface PostgresServer {
  /** An administrator's connection. */
  url: string;
  port: number;
  place: Place;
  /** Sets what only a start reads, and restarts in order. */
  configure(settings: Readonly<Record<string, string>>): Promise<void>;
  /** Stops in order, and starts again on the same port when `work` is done. */
  whileDown(work: () => Promise<void>): Promise<void>;
  /** Without a checkpoint: every session dies at once, and the start recovers from the log, as after a crash. */
  restartImmediately(): Promise<void>;
  stop(): Promise<void>;
}

/** The embedded server, made anew in `directory`; its data go with that. */
export async function startPostgresServer(directory: string): Promise<PostgresServer> {
  const fallbackDirectory = join(directory, 'elsewhere');
  const { url, port } = await startPostgres({ directory, fallbackDirectory });
  const place = await findPlace(resolve(directory), fallbackDirectory, undefined);
  const binaries = await prepareBinaries(locateBinaries(), place);
  return {
    url,
    port,
    place,
    async configure(settings) {
      for (const [name, value] of Object.entries(settings))
        await administer(url, `alter system set ${name} = '${value}'`);
      await pgCtl(place, binaries, ['restart', '-m', 'fast']);
    },
    async whileDown(work) {
      const options = await readFile(join(place.data, 'postmaster.opts'), 'utf8');
      await pgCtl(place, binaries, ['stop', '-m', 'fast']);
      await work();
      await pgCtl(place, binaries, ['start', '-o', optionsOf(options)]);
    },
    restartImmediately: () => pgCtl(place, binaries, ['restart', '-m', 'immediate']),
    stop: () => pgCtl(place, binaries, ['stop', '-m', 'immediate']),
  };
}

/** What the server was started with besides its data, as postmaster.opts has it: `/…/postgres "-D" "/…" "-p" "1" …`. */
function optionsOf(text: string): string {
  const [, , , ...options] = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  return options.join(' ');
}

/** Runs pg_ctl as the server's account; it finds port and options of a running server in its data. */
export async function pgCtl(place: Place, binaries: Binaries, args: readonly string[]): Promise<void> {
  // With a log of its own the server does not hold the pipe whose end is waited for.
  const log = ['-l', join(place.data, 'suite.log')];
  const where = ['-D', place.data, '-w', '-t', '60', ...(args[0] === 'stop' ? [] : log)];
  const { code, output } = await run(binaries.pgCtl, [...args, ...where], { account: place.account });
  if (code !== 0) throw new Error(`pg_ctl ${args.join(' ')} failed: ${output}`);
}
