import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROWFERRY = fileURLToPath(new URL('../../bin/rowferry.mjs', import.meta.url));

/** Only what a command needs to run at all: nothing of the test's own environment decides a test. */
function cleanEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const keep = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
  const kept = keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...(Object.fromEntries(kept) as Record<string, string>), LOG_LEVEL: 'warn', ...extra };
}

export interface RunningCommand {
  child: ChildProcess;
  output: () => string;
  /** Resolves with everything printed so far once it matches. Rejects when the command ends without it. */
  printed(pattern: RegExp): Promise<string>;
  /** Resolves to the exit code once the command has ended; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Starts `rowferry …` in a process group of its own, which is gone when the test is. */
export function startCommand(args: readonly string[], env: Record<string, string>): RunningCommand {
  const child = spawn(process.execPath, [ROWFERRY, ...args], {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await ended;
  });
  const printed = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(output)) return;
        listeners.delete(look);
        resolve(output);
      };
      listeners.add(look);
      look();
      void ended.then((code) => {
        look();
        reject(new Error(`it ended with ${code} and without ${pattern}; it printed:\n${output}`));
      });
    });
  return { child, output: () => output, printed, ended };
}

export interface Outcome {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** No command of a test takes this long; one that does not end must not outlive the tests. */
const COMMAND_TIMEOUT_MS = 100_000;

/** Runs `rowferry …` to its end. */
export async function runCommand(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Outcome> {
  const child = spawn(process.execPath, [ROWFERRY, ...args], {
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: COMMAND_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: Buffer.concat(stdout), stderr };
}
