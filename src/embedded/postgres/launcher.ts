import { join, resolve } from 'node:path';

import { AppError, codeOf, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { openDatabase, urlOf } from './admin.ts';
import { adoptServer } from './adopt.ts';
import type { RunningServer } from './adopt.ts';
import { locateBinaries, prepareBinaries, removeOldCopies } from './binaries.ts';
import { ensureCluster, NEEDED_MEGABYTES } from './cluster.ts';
import { noSpace, withFileErrors } from './file-errors.ts';
import { findPlace } from './place.ts';
import type { Place } from './place.ts';
import { launchServer } from './server.ts';
import { stopServer } from './stop.ts';

export interface StartPostgresOptions {
  /** Holds the data, the password and the log; made when missing. Used by one rowferry at a time (see `openHome`). */
  directory: string;
  logger?: Logger | undefined;
  /** Ends the start: it then rejects with the signal's reason, and nothing is left running. */
  signal?: AbortSignal | undefined;
  /** Directory with PostgreSQL's bin, lib and share. Default: the npm package for this platform. */
  binaries?: string | undefined;
  /** Where data go that the server's user cannot reach in `directory` (only as root). Default /var/lib/rowferry. */
  fallbackDirectory?: string | undefined;
}

export interface EmbeddedPostgres {
  /** With user, password and database, for clients on this machine. */
  url: string;
  /** Version of the running server, such as `18.4`. */
  version: string;
  port: number;
  /** True when the server was left running by a rowferry that was killed. */
  adopted: boolean;
  /**
   * Ends all sessions and the server, and resolves when its process has gone (45 s at most). May be called again.
   * Rejects with `embedded_postgres_failed`.
   */
  stop(): Promise<void>;
}

/**
 * Brings up a PostgreSQL server of our own, with no Docker and nothing installed: makes its data directory on the first
 * start, adopts a server that a killed rowferry left behind, else starts one. It runs in a session of its own, so Ctrl-C
 * does not reach it, and outlives this process unless `stop()` is called.
 *
 * Throws AppErrors that say what to do: `embedded_postgres_unavailable` (no binaries for this system),
 * `embedded_postgres_version` (data of another major version), `no_space`, `no_permission`, `embedded_postgres_failed`.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<EmbeddedPostgres> {
  const { logger, signal, fallbackDirectory = '/var/lib/rowferry' } = options;
  const begun = performance.now();
  signal?.throwIfAborted();
  const native = options.binaries ?? locateBinaries();
  const place = await findPlace(resolve(options.directory), fallbackDirectory, logger);
  const binaries = await prepareBinaries(native, place, signal);
  const { password, created } = await ensureCluster(place, binaries, signal);

  const adopted = created ? undefined : await adoptServer(place, password, signal);
  const context = { doing: `start the embedded PostgreSQL in ${place.directory}`, path: place.directory };
  const launch = () => launchServer({ place, binaries, logger, signal });
  const server = adopted ?? (await withFileErrors(context, launch));
  const stop = () => stopServer(server, place, binaries, logger);
  try {
    const { version } = await openDatabase(server.port, password, place.data);
    if (adopted === undefined) await removeOldCopies(place, binaries);
    signal?.throwIfAborted();
    const milliseconds = Math.round(performance.now() - begun);
    const facts = { version, port: server.port, data: place.data, milliseconds };
    logger?.info({ ...facts, created, adopted: adopted !== undefined }, 'embedded PostgreSQL is up');
    const handle = onceUntilFailed(stop);
    reportLoss(server, handle, logger);
    return {
      url: urlOf(server.port, password),
      version,
      port: server.port,
      adopted: adopted !== undefined,
      stop: () => handle.call(),
    };
  } catch (error) {
    await stop();
    throw signal?.aborted === true ? signal.reason : await unusable(error, place);
  }
}

/** A server that came up, but cannot be logged in to or make its database. */
async function unusable(error: unknown, place: Place): Promise<unknown> {
  if (error instanceof AppError) return error;
  const what = `The embedded PostgreSQL on ${place.data} cannot be used`;
  if (codeOf(error) === '53100') {
    return noSpace(what, { doing: '', path: place.data, neededMegabytes: NEEDED_MEGABYTES }, error);
  }
  const log = join(place.directory, 'postgres.log');
  return new AppError('embedded_postgres_failed', `${what}: ${messageOf(error)}. Its log is ${log}.`, {
    cause: error,
  });
}

interface Once {
  call(): Promise<void>;
  called(): boolean;
}

/** The same promise for every call, until one fails. */
function onceUntilFailed(work: () => Promise<void>): Once {
  let running: Promise<void> | undefined;
  return {
    called: () => running !== undefined,
    call: () =>
      (running ??= work().catch((error: unknown) => {
        running = undefined;
        throw error;
      })),
  };
}

function reportLoss(server: RunningServer, stop: Once, logger: Logger | undefined): void {
  void server.ended?.then(() => {
    if (!stop.called()) logger?.error({ pid: server.pid }, 'the embedded PostgreSQL has ended unexpectedly');
  });
}
