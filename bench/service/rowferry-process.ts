import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROWFERRY = fileURLToPath(new URL('../../bin/rowferry.mjs', import.meta.url));
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

export interface RowferryProcess {
  pid: number;
  /** What it had printed when it was ready. */
  output: string;
  /** From the spawn to the line that was waited for, in milliseconds. */
  readyAfterMs: number;
  /** SIGTERM, then SIGKILL when it takes too long. Resolves once the process is gone. */
  stop(): Promise<void>;
}

/** Starts `rowferry …` and waits until it has printed `ready`. @throws Error with its output when it ends before that */
export async function startRowferry(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  ready: RegExp,
): Promise<RowferryProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [ROWFERRY, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGTERM');
    const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await ended;
    clearTimeout(impatience);
  };
  let output = '';
  try {
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        reject(new Error(`rowferry ${args.join(' ')} did not print ${ready}:\n${output}`));
      };
      const timer = setTimeout(giveUp, START_TIMEOUT_MS);
      const take = (chunk: Buffer) => {
        // Once it is ready its log is only drained: a full pipe would hold it up.
        if (child.stdout.listenerCount('data') === 0) return;
        output += chunk.toString();
        if (!ready.test(output)) return;
        clearTimeout(timer);
        for (const stream of [child.stdout, child.stderr]) stream.removeAllListeners('data').resume();
        resolve();
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      child.once('error', reject);
      void ended.then(() => {
        clearTimeout(timer);
        giveUp();
      });
    });
  } catch (error) {
    await stop();
    throw error;
  }
  if (child.pid === undefined) throw new Error('the process has no id');
  return { pid: child.pid, output, readyAfterMs: performance.now() - startedAt, stop };
}
