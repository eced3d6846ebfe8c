import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

import type { Account } from './account.ts';

export interface RunOptions {
  account?: Account | undefined;
  signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** Exit code, or -1 when a signal ended it. */
  code: number;
  /** Standard output and error, as they came. */
  output: string;
}

/**
 * Starts a program of PostgreSQL as `account` in a session of its own: Ctrl-C in the terminal goes to every process of
 * the foreground group, and it is our shutdown that decides when the server goes. The environment is bare, so that
 * `PG*`, `LC_*` and `LD_*` of the person's shell change nothing.
 */
export function spawnAs(
  account: Account | undefined,
  file: string,
  args: readonly string[],
  stdio: StdioOptions,
): ChildProcess {
  return spawn(file, args, {
    cwd: '/',
    detached: true,
    env: {
      PATH: process.env['PATH'],
      TMPDIR: process.env['TMPDIR'],
      HOME: account?.home ?? process.env['HOME'],
      LC_ALL: 'C',
      TZ: 'UTC',
    },
    stdio,
    // Node also drops all supplementary groups of root when a uid is given.
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  });
}

/**
 * Runs a short-lived program to its end. Rejects with the error of the spawn (`EACCES`, `ENOENT` …), or with the
 * signal's reason once the interrupted program has gone.
 */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { signal } = options;
  signal?.throwIfAborted();
  const child = spawnAs(options.account, file, args, ['ignore', 'pipe', 'pipe']);
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  const interrupt = () => {
    signalGroup(child, 'SIGINT');
    // initdb tidies up on SIGINT; one that hangs must not hold the shutdown up.
    void delay(5_000, undefined, { ref: false }).then(() => signalGroup(child, 'SIGKILL'));
  };
  signal?.addEventListener('abort', interrupt, { once: true });
  try {
    const code = await ended;
    signal?.throwIfAborted();
    return { code, output };
  } finally {
    signal?.removeEventListener('abort', interrupt);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended in between.
  }
}
