import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compiledTree } from './compiled-tree.ts';

export interface CompiledProcess {
  pid: number;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string>>;

/** `rowferry worker` as production runs it, with the datasets of the bench. @throws Error with its log when it ends */
export async function startCompiledWorker(env: Environment): Promise<CompiledProcess> {
  return start('worker', env, 'the worker is taking exports');
}

/** The same of `rowferry api`, on a free port. */
export async function startCompiledApi(env: Environment): Promise<CompiledProcess & { url: string }> {
  const api = await start('api', { ...env, PORT: '0' }, 'the API is listening');
  const { address } = JSON.parse(api.ready) as { address: string };
  return { ...api, url: address.replace('localhost', '127.0.0.1') };
}

async function start(
  command: string,
  env: Environment,
  sign: string,
): Promise<CompiledProcess & { ready: string }> {
  const tree = await compiledTree();
  const datasets = join(tree, 'bench/pipeline/datasets');
  const child = spawn(process.execPath, ['--enable-source-maps', join(tree, 'src/main.js'), command], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, DATASETS_DIR: datasets },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const log: string[] = [];
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      // Afterwards its log is only drained: a full pipe would hold it up.
      if (line.includes(sign)) resolve(line);
      else if (log.length < 100) log.push(line);
    });
  });
  const early = ended.then(() => Promise.reject(new Error(`rowferry ${command} ended:\n${log.join('\n')}`)));
  const readyLine = await Promise.race([ready, early]);
  early.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready: readyLine,
    async stop() {
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(impatience);
    },
  };
}
