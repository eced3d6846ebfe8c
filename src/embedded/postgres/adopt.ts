import { setTimeout as delay } from 'node:timers/promises';

import { AppError, codeOf, messageOf } from '../../errors.ts';
import { openDatabase } from './admin.ts';
import type { Place } from './place.ts';
import { disownPostmaster, readPostmaster } from './postmaster-file.ts';
import { isServerOn } from './process-identity.ts';

/** How long a left-over server may take to come up, or to end when it was stopping. */
const PATIENCE_MS = 60_000;

/** A running server, started by us or by an earlier rowferry that was killed. */
export interface RunningServer {
  pid: number;
  port: number;
  /** Settles when its process has gone; only for a server that this process started. */
  ended?: Promise<void>;
}

/**
 * The server that an earlier rowferry left behind on these data when it was killed, if it still runs and takes our
 * password. Else makes sure that nothing it left keeps a new one from starting. Throws `embedded_postgres_failed` for a
 * server that refuses our password, or neither answers nor ends.
 */
export async function adoptServer(
  place: Place,
  password: string,
  signal?: AbortSignal,
): Promise<RunningServer | undefined> {
  let lastError: unknown = 'it has not opened its port';
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    const left = await readPostmaster(place.data);
    if (left === undefined || !(await isServerOn(left.pid, place.data))) {
      await disownPostmaster(place);
      return undefined;
    }
    if (left.port !== undefined && left.status === 'ready') {
      try {
        await openDatabase(left.port, password, place.data);
        return { pid: left.pid, port: left.port };
      } catch (error) {
        lastError = error;
      }
    }
    if (codeOf(lastError)?.startsWith('28') === true || Date.now() > deadline) {
      throw new AppError(
        'embedded_postgres_failed',
        `A PostgreSQL server (process ${left.pid}) already runs on ${place.data}, and cannot be used: ` +
          `${messageOf(lastError)}. Stop it with "kill -INT ${left.pid}" and start again.`,
        { cause: lastError },
      );
    }
    await delay(50);
    signal?.throwIfAborted();
  }
}
