import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { AppError, messageOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { RunningServer } from './adopt.ts';
import type { Binaries } from './binaries.ts';
import { NEEDED_MEGABYTES } from './cluster.ts';
import { noSpace, saysNoSpace } from './file-errors.ts';
import type { Place } from './place.ts';
import { readPostmaster } from './postmaster-file.ts';
import { spawnAs } from './run.ts';
import { lastLines, openLog, readLog } from './server-log.ts';
import { sharedMemorySettings } from './shared-memory.ts';

export interface LaunchOptions {
  place: Place;
  binaries: Binaries;
  logger?: Logger | undefined;
  signal?: AbortSignal | undefined;
  /** Where to look for a free port. */
  choosePort?: () => Promise<number>;
}

const PORT_ATTEMPTS = 5;
/** Sessions of a killed server notice within seconds that it is gone. */
const ORPHANS_MS = 20_000;
/** Crash recovery reads up to 1 GB of WAL. */
const READY_MS = 180_000;
const SLOW_MS = 10_000;

/**
 * Starts `postgres` on the place's data and waits until it is ready. It listens on 127.0.0.1 only, at a free port.
 * Throws `no_space` or `embedded_postgres_failed` with the end of its log; leaves nothing running when it throws.
 */
export async function launchServer(options: LaunchOptions): Promise<RunningServer> {
  const { place, binaries, signal, choosePort = freePort } = options;
  const logPath = join(place.directory, 'postgres.log');
  const log = await openLog(logPath);
  try {
    const started = Date.now();
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const port = await choosePort();
      const { size: offset } = await log.stat();
      const settings = [
        'listen_addresses=127.0.0.1',
        'unix_socket_directories=',
        ...(await sharedMemorySettings()),
      ].flatMap((setting) => ['-c', setting]);
      const args = ['-D', place.data, '-p', String(port), ...settings];
      const child = spawnAs(place.account, binaries.postgres, args, ['ignore', log.fd, log.fd]);
      const failure = await becomesReady(child, options);
      if (failure === undefined) {
        child.unref();
        return { pid: child.pid ?? -1, port, ended: ended(child) };
      }
      const text = await readLog(log, offset);
      if (/could not bind|could not create any TCP\/IP sockets/.test(text) && attempt < PORT_ATTEMPTS)
        continue;
      if (/shared memory block .* is still in use/.test(text) && Date.now() - started < ORPHANS_MS) {
        await delay(200);
        continue;
      }
      throw await startFailure(failure, place, text, logPath);
    }
  } finally {
    await log.close();
  }
}

/** Undefined once ready; else what went wrong, with the process gone. Throws the signal's reason, likewise. */
async function becomesReady(child: ChildProcess, options: LaunchOptions): Promise<string | undefined> {
  const { place, signal, logger } = options;
  let spawnError: Error | undefined;
  child.on('error', (error) => (spawnError = error));
  const started = Date.now();
  let reported = false;
  for (;;) {
    // The first turn of the loop is the one after a failed spawn has been reported.
    await delay(15);
    if (spawnError !== undefined) return spawnError.message;
    if (!lives(child)) return `it ended with ${child.signalCode ?? `exit code ${child.exitCode ?? -1}`}`;
    if (signal?.aborted === true || Date.now() - started > READY_MS) {
      await endProcess(child);
      signal?.throwIfAborted();
      return `it was not ready after ${READY_MS / 1000} s`;
    }
    const postmaster = await readPostmaster(place.data);
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return undefined;
    if (!reported && Date.now() - started > SLOW_MS) {
      reported = true;
      logger?.info('the embedded PostgreSQL takes long to start: it may be recovering from a crash');
    }
  }
}

/** Fast shutdown, then immediate; a server that heeds neither is killed. */
async function endProcess(child: ChildProcess): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 15_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ] as const) {
    child.kill(signal);
    await Promise.race([ended(child), delay(patience, undefined, { ref: false })]);
    if (!lives(child)) return;
  }
}

function lives(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (lives(child)) child.once('exit', () => resolve());
    else resolve();
  });
}

async function startFailure(failure: string, place: Place, text: string, logPath: string): Promise<AppError> {
  const what = `The embedded PostgreSQL on ${place.data} did not start`;
  if (saysNoSpace(text)) {
    return noSpace(what, { doing: '', path: place.data, neededMegabytes: NEEDED_MEGABYTES }, text);
  }
  return new AppError(
    'embedded_postgres_failed',
    `${what}: ${failure}. Its log (${logPath}) ends with:\n${lastLines(text, 20)}`,
    { details: { log: logPath } },
  );
}

/** A TCP port of the loopback interface that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  try {
    return await probePort();
  } catch (cause) {
    throw new AppError(
      'embedded_postgres_failed',
      `Cannot find a free port on 127.0.0.1 for the embedded PostgreSQL: ${messageOf(cause)}.`,
      { cause },
    );
  }
}

async function probePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
