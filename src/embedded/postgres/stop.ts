import { setTimeout as delay } from 'node:timers/promises';

import { AppError, codeOf } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { RunningServer } from './adopt.ts';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { isServerOn } from './process-identity.ts';
import { run } from './run.ts';

/** Seconds for each mode. Immediate kills sessions that do not go within 5 s by itself. */
const MODES = [
  ['fast', 30],
  ['immediate', 15],
] as const;

/**
 * Stops a server: fast (sessions are ended, everything is written out), and if that takes more than 30 s immediate (the
 * next start recovers). Resolves when its process has gone. Throws `embedded_postgres_failed` if it will not go.
 */
export async function stopServer(
  server: RunningServer,
  place: Place,
  binaries: Binaries,
  logger?: Logger,
): Promise<void> {
  let output = '';
  for (const [mode, seconds] of MODES) {
    if (!(await isServerOn(server.pid, place.data))) return;
    const args = ['stop', '-D', place.data, '-m', mode, '-w', '-t', String(seconds)];
    const result = await run(binaries.pgCtl, args, { account: place.account });
    if (result.code === 0 && (await goes(server, place))) return;
    output = result.output.trim();
    logger?.warn({ mode, pid: server.pid, output }, 'the embedded PostgreSQL did not stop in time');
  }
  try {
    process.kill(server.pid, 'SIGKILL');
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
  if (await goes(server, place)) return;
  throw new AppError(
    'embedded_postgres_failed',
    `The embedded PostgreSQL (process ${server.pid}) on ${place.data} does not stop: ${output}. ` +
      `Stop it with "kill -INT ${server.pid}", or restart the machine.`,
  );
}

/** pg_ctl returns when postmaster.pid is gone, which is a moment before the process is. */
async function goes(server: RunningServer, place: Place): Promise<boolean> {
  for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
    if (!(await isServerOn(server.pid, place.data))) return true;
    await delay(10);
  }
  return false;
}
