import { spawn } from 'node:child_process';
import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { compiledPath, compiledProgram } from './compiled-program.ts';
import { ROOT } from '../../scripts/compile-tree.ts';
import { endWithProcess } from './end-with-process.ts';

/** Of what a process has printed: a service that runs for hours must not fill the memory of who watches it. */
const OUTPUT_KEPT = 4 * 1024 ** 2;

export interface RunningCommand {
  child: ChildProcess;
  /** What it has printed so far, its beginning left out where that is too much. */
  output: () => string;
  /** Resolves with everything printed so far once it matches. Rejects when the command ends without it. */
  printed(pattern: RegExp): Promise<string>;
  /** Resolves to the exit code once the command has ended; null when a signal ended it. */
  ended: Promise<number | null>;
}

export interface ProgramCall {
  file: string;
  args: string[];
  env: Record<string, string>;
}

/** How rowferry is run: `start` as in a checkout, everything else as in the image, compiled. */
export function rowferryCommand(args: readonly string[], env: Record<string, string> = {}): ProgramCall {
  const file = process.execPath;
  const program = args[0] === 'start' ? undefined : compiledProgram();
  if (program === undefined)
    return { file, args: [join(ROOT, 'bin/rowferry.mjs'), ...args], env: cleanEnvironment(env) };
  const { DATASETS_DIR: datasets } = env;
  const compiled = datasets === undefined ? {} : { DATASETS_DIR: compiledPath(datasets) };
  return { file, args: [program, ...args], env: cleanEnvironment({ ...env, ...compiled }) };
}

/** Only what a command needs to run at all: nothing of the test's own environment decides a test. */
export function cleanEnvironment(extra: Record<string, string>): Record<string, string> {
  const keep = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];
  const kept = keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...(Object.fromEntries(kept) as Record<string, string>), LOG_LEVEL: 'warn', ...extra };
}

/** Starts `rowferry …` in a process group of its own. Who starts it ends it. */
export function spawnRowferry(args: readonly string[], env: Record<string, string>): RunningCommand {
  const call = rowferryCommand(args, env);
  return watchProgram(
    spawn(call.file, call.args, { env: call.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true }),
  );
}

/** Keeps what a program prints, and ends it with this process at the latest. */
export function watchProgram(child: ChildProcessByStdio<null, Readable, Readable>): RunningCommand {
  let output = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer) => {
    output += chunk.toString();
    if (output.length > 2 * OUTPUT_KEPT) output = output.slice(-OUTPUT_KEPT);
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const release = endWithProcess(() => child.kill('SIGKILL'));
  const ended = once(child, 'close').then(([code]) => {
    release();
    return code as number | null;
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

/** Ends a command, and resolves to its exit code when it has ended; null when a signal did it. */
export async function endCommand(
  { child, ended }: RunningCommand,
  signal: NodeJS.Signals = 'SIGKILL',
): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  return ended;
}
