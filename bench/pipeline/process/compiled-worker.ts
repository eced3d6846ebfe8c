import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compiledTree } from './compiled-tree.ts';

export interface CompiledWorker {
  pid: number;
  stop(): Promise<void>;
}

/** `rowferry worker` as production runs it, with the datasets of the bench. @throws Error with its log when it ends */
export async function startCompiledWorker(env: Readonly<Record<string, string>>): Promise<CompiledWorker> {
  const tree = await compiledTree();
  const datasets = join(tree, 'bench/pipeline/datasets');
  const child = spawn(process.execPath, ['--enable-source-maps', join(tree, 'src/main.js'), 'worker'], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, DATASETS_DIR: datasets },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const log: string[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      // Afterwards its log is only drained: a full pipe would hold it up.
      if (line.includes('the worker is taking exports')) resolve();
      else if (log.length < 100) log.push(line);
    });
  });
  const early = ended.then(() => Promise.reject(new Error(`the worker ended:\n${log.join('\n')}`)));
  await Promise.race([ready, early]);
  early.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(impatience);
    },
  };
}
